import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { explain, NAMES } from "../../s2s_ui/stage/js/data/explanations.js";

test("a name that nobody knows has no explanation", () => {
  assert.equal(explain({ name: "nothing" }, /** @type {any} */ ({})), null);
});

test("every selector and mark asks for a name of the registry", () => {
  const read = (/** @type {string} */ name) =>
    readFileSync(new URL(`../../s2s_ui/stage/js/${name}.js`, import.meta.url), "utf8");
  const source = ["input/explained_elements", "draw/marks", "draw/marks_inside", "input/explaining"]
    .map(read)
    .join("\n");
  const asked = [...source.matchAll(/name: "(\w+)"|(?:plain|aligned)\("(\w+)"\)|"((?:row|node)_\w+)"/g)].map(
    ([, ...names]) => names.find(Boolean) ?? "",
  );
  assert.ok(asked.length > 40);
  assert.deepEqual(
    asked.filter((name) => !NAMES.includes(name)),
    [],
  );
});
