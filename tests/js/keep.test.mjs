import assert from "node:assert/strict";
import { test } from "node:test";

import { broken } from "../../s2s_ui/stage/js/draw/keep.js";

test("a title is broken into lines that fit, and nothing of it is lost", () => {
  const width = (/** @type {string} */ text) => text.length;
  assert.deepEqual(broken("8 mars 2025 → 2025-03-08", 40, width), ["8 mars 2025 → 2025-03-08"]);
  assert.deepEqual(broken("one two three", 7, width), ["one two", "three"]);
  assert.deepEqual(broken("a 끝나지않는낱말 b", 4, width), ["a", "끝나지않", "는낱말", "b"]);
  assert.deepEqual(broken("", 5, width), [""]);
  for (const text of ["My grandmother lives in a small house.", "국물이있다 → 궁무리읻따"])
    for (const most of [1, 3, 8, 20])
      assert.equal(broken(text, most, width).join("").replaceAll(" ", ""), text.replaceAll(" ", ""));
});
