import assert from "node:assert/strict";
import { test } from "node:test";

import { onPaper } from "../../s2s_ui/shell/paper.js";

const inks = {
  tokens: { "#0F141B": "#FFFFFF", "#F2F5F9": "#14181F" },
  scales: [
    ["#1A212B", "#F2F5F9", "#FFFFFF", "#1F2937"],
    ["#232B36", "#FF8A7A", "#F4F4F2", "#B2182B"],
  ],
};

test("a colour is a token, lies on a scale, or stays", () => {
  assert.equal(onPaper("#f2f5f9", inks), "#14181F");
  assert.equal(onPaper("rgb(15, 20, 27)", inks), "#FFFFFF");
  assert.equal(onPaper("rgb(26, 33, 43)", inks), "rgb(255, 255, 255)");
  assert.equal(onPaper("rgb(134, 139, 146)", inks), "rgb(143, 148, 155)"); // half of the way
  assert.equal(onPaper("rgb(145, 91, 88)", inks), "rgb(211, 134, 142)");
  for (const other of ["none", "url(#gradient)", "#00FF00", "transparent"]) assert.equal(onPaper(other, inks), other);
});
