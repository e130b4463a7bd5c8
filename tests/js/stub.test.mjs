/** What travels in place of a component's code (s2s_ui/kept/stub.js), called as Streamlit calls it. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import test from "node:test";

const MADE = `
export default async function ({ parentElement }) {
  await new Promise((resolve) => setTimeout(resolve, 5));
  parentElement.shown = true;
  return () => (parentElement.shown = false);
}`;

/** The stub of a component that takes a while. */
async function stub() {
  globalThis.location = /** @type {Location} */ ({ href: "http://localhost/" });
  const text = await readFile(new URL("../../s2s_ui/kept/stub.js", import.meta.url), "utf-8");
  const file = `data:text/javascript,${encodeURIComponent(MADE)}`;
  return (await import(`data:text/javascript,${encodeURIComponent(text.replace("FILE", file))}`)).default;
}

test("a call that another one has overtaken takes nothing away", async () => {
  const mount = await stub();
  const parentElement = { shown: false };
  const calls = [mount({ parentElement }), mount({ parentElement })];
  const [first, second] = await Promise.all(calls);
  first();
  assert.equal(parentElement.shown, true);
  second();
  assert.equal(parentElement.shown, false);
});
