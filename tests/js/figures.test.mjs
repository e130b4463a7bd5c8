import assert from "node:assert/strict";
import { test } from "node:test";

import { isDark, mix, PALETTES, scales } from "../../s2s_ui/stage/js/draw/colour.js";
import { reach, stairs } from "../../s2s_ui/stage/js/panels/equations.js";
import { drawingOrder, placeAt, unitBox } from "../../s2s_ui/stage/js/draw/fingerprint.js";
import { isOurs, meaning } from "../../s2s_ui/stage/js/input/keyboard.js";
import { ease, part, Transition } from "../../s2s_ui/stage/js/draw/motion.js";
import { unitName } from "../../s2s_ui/stage/js/input/pointer.js";
import { partingOf } from "../../s2s_ui/stage/js/draw/scene.js";

test("zero is the colour of the paper, and further from it means more", () => {
  for (const palette of Object.values(PALETTES)) {
    const colours = scales(palette);
    assert.equal(colours.state(0).toUpperCase(), palette.state[1]);
    assert.equal(colours.state(-3).toUpperCase(), palette.state[0]);
    assert.equal(colours.state(1).toUpperCase(), palette.state[2]);
    assert.equal(colours.gate(0).toUpperCase(), palette.gate[0]);
    assert.equal(colours.attention(1).toUpperCase(), palette.attention[1]);
    assert.equal(colours.of("forget_gate"), colours.gate);
    assert.equal(colours.of("candidate"), colours.state);
  }
  assert.equal(mix("#000000", "#ffffff", 0.5), "#808080");
});

test("the theme is told by the luminance of its paper", () => {
  const papers = { "#fff": false, "#0F141B": true, "rgb(14, 17, 23)": true, " #ffffff": false };
  for (const [colour, dark] of Object.entries(papers)) assert.equal(isDark(colour), dark);
});

test("each term starts where the last one ended, and the end is the sum", () => {
  const treads = stairs(
    [
      ["x", 1],
      ["h", -3],
      ["bias", 0.5],
    ],
    10,
  );
  assert.deepEqual(
    treads.map(({ x, width }) => [x, width]),
    [
      [0, 10],
      [-20, 30],
      [-20, 5],
    ],
  );
  assert.equal(
    reach([
      [
        ["x", 1],
        ["h", -3],
      ],
      [["x", 0.2]],
    ]),
    2,
  );
});

test("the units of a fingerprint tile it without gaps, and are found where they are drawn", () => {
  for (const [count, w, h] of [
    [48, 40, 30],
    [96, 40, 44],
    [5, 40, 30],
    [48, 33, 17],
  ]) {
    let area = 0;
    for (let place = 0; place < count; place++) {
      const box = unitBox(place, count, 3, 7, w, h);
      area += box.w * box.h;
      if (box.w > 1 && box.h > 1) assert.equal(placeAt(box.x + box.w / 2, box.y + box.h / 2, count, 3, 7, w, h), place);
    }
    if (count % 8 === 0) assert.equal(area, w * h);
  }
  assert.equal(placeAt(1, 1, 48, 3, 7, 40, 30), null);
});

test("the backward half stands over the forward half", () => {
  assert.deepEqual(drawingOrder(4, 2), [2, 3, 0, 1]);
  assert.deepEqual(drawingOrder(3, 1), [0, 1, 2]);
  assert.equal(unitName(17, 96, 2), "→h₁₇");
  assert.equal(unitName(65, 96, 2), "←h₁₇");
  assert.equal(unitName(17, 48, 1), "h₁₇");
});

test("motion starts at 0, ends at 1 and never turns back", () => {
  let last = 0;
  for (let i = 0; i <= 100; i++) {
    const now = ease(i / 100);
    assert.ok(now >= last - 1e-9);
    last = now;
  }
  assert.equal(ease(0), 0);
  assert.equal(ease(1), 1);
  assert.equal(part(0.75, 0.5, 1), 0.5);
  const transition = new Transition({ step: 4, sub: 1 }, { step: 4, sub: 2 }, 1000, 125);
  assert.ok(transition.isOver(1100));
  assert.ok(!transition.isOver(1090));
});

test("keys have the meanings of the design", () => {
  const known = {
    ArrowRight: ["move", "next"],
    ArrowLeft: ["move", "previous"],
    Home: ["move", "first"],
    End: ["move", "last"],
    " ": ["toggle"],
    ArrowUp: ["unit", -1],
    "[": ["faster", -1],
    d: ["direction"],
    P: ["request", "peepholes"],
    t: ["request", "teacher"],
    f: ["swap"],
  };
  for (const [key, expected] of Object.entries(known)) assert.deepEqual(meaning({ key }), expected);
  assert.deepEqual(meaning({ key: "ArrowRight", shiftKey: true }), ["move", "nextSub"]);
  assert.equal(meaning({ key: "x" }), null);
});

test("no key is taken from somebody who types, from a shortcut, or from a pressed button", () => {
  const inside = (/** @type {string} */ selector) => ({
    closest: (/** @type {string} */ list) => (list.split(", ").includes(selector) ? {} : null),
  });
  assert.equal(isOurs({ key: "d" }, inside("input")), false);
  assert.equal(isOurs({ key: "ArrowRight" }, inside("[role=slider]")), false);
  assert.equal(isOurs({ key: " " }, inside("button")), false);
  assert.equal(isOurs({ key: "ArrowRight" }, inside("button")), true);
  assert.equal(isOurs({ key: "p", ctrlKey: true }, inside("body")), false);
  assert.equal(isOurs({ key: "p" }, inside("body")), true);
});

test("the runs part where one first differs, also by its length", () => {
  const tokens = ["a", "b", "end"];
  assert.equal(partingOf(tokens, { tokens: ["a", "b", "end"], length: 3 }), null);
  assert.equal(partingOf(tokens, { tokens: ["a", "x", "end"], length: 3 }), 1);
  assert.equal(partingOf(tokens, { tokens: ["a", "b", "c", "end"], length: 4 }), 2);
});
