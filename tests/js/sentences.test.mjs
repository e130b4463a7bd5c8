import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateSync } from "node:zlib";
import { addSentences } from "../../s2s_ui/stage/js/data/sentences.js";

const packed = (/** @type {Record<string, string>} */ sentences) =>
  deflateSync(JSON.stringify(sentences)).toString("base64");

test("packed sentences join the words of their message, each language its own", async () => {
  const headers = ["망각 게이트", "forget gate"].map((explain_f) => ({
    words: { end: "end", explain_f: "" },
    sentences: packed({ explain_f }),
    explain_f,
  }));
  await Promise.all(headers.map(addSentences));
  for (const { words, explain_f } of headers) assert.deepEqual(words, { end: "end", explain_f });
});

test("a message without sentences keeps its words", async () => {
  const words = { end: "end" };
  await addSentences({ words });
  assert.deepEqual(words, { end: "end" });
});
