import assert from "node:assert/strict";
import { test } from "node:test";

import { caption } from "../../s2s_ui/stage/js/data/captions.js";
import { decode } from "../../s2s_ui/stage/js/data/payload.js";
import { Timeline } from "../../s2s_ui/stage/js/data/player.js";
import { message } from "./message.mjs";

const words = {
  caption_both: "{k} {forward} {backward}",
  caption_forward: "{k} {forward}",
  caption_1: "scores {k}",
  caption_3: "{share} of {source}",
  caption_word: "{source} {weight} {output} {p}",
  caption_spread: "spread {source} {weight} {output}",
  caption_fixed: "{output} {p}",
  caption_forced: "{fed} {output} {reference} {q}",
  caption_short: "{k}. {source}",
};
const trace = decode(message());
const timeline = new Timeline(3, 2);
const say = (/** @type {number} */ step, sub = 5, run = trace.runs[0], options = {}) =>
  caption(trace, run, timeline, { step, sub }, words, options);

test("forward reads word k while backward reads word n+1-k", () => {
  assert.equal(say(1), "1 a end");
  assert.equal(say(2), "2 b b");
});

test("an output says where it looked and what it wrote", () => {
  assert.equal(say(4), "b 0.70 A 0.75");
  assert.equal(say(4, 1), "scores 1");
  assert.equal(say(4, 3), "70% of b");
  assert.equal(say(4, 5, trace.runs[0], { short: true }), "1. b");
});

test("a largest weight under one half is spread attention", () => {
  assert.equal(say(5), "spread end 0.40 end");
});

test("a forced run names what was fed and what was right", () => {
  const run = Object.assign(Object.create(trace.runs[0]), { forced: true, reference: ["A", "B"] });
  assert.equal(say(5, 5, run), "A end B 0.88");
});

test("without attention nothing is looked at", () => {
  const run = Object.assign(Object.create(trace.runs[0]), { weights: null });
  assert.equal(say(4, 5, run), "A 0.75");
});

test("a letter is told with the syllable that it is a part of, unless that is to be guessed", () => {
  const whole = {
    words: [[0, 1]],
    answer: "구",
    spans: [
      [0, 1],
      [0, 1],
    ],
  };
  const run = Object.assign(Object.create(trace.runs[0]), whole);
  assert.equal(say(4, 5, run), "b 0.70 A 0.75 · 구");
  const guessed = { ...trace, header: { ...trace.header, predict: true } };
  assert.equal(caption(guessed, run, timeline, { step: 4, sub: 5 }, words), "b 0.70 A 0.75");
});
