import assert from "node:assert/strict";
import { test } from "node:test";

import { caption, storyOf } from "../../s2s_ui/stage/js/data/captions.js";
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

/**
 * A run over these letters, of which each output looks at a place with a weight.
 * @param {string[]} source
 * @param {[token: string, place: number, weight: number][]} outputs
 */
function looking(source, outputs) {
  const rows = outputs.map(([, place, weight]) =>
    Float32Array.from(source, (_, j) => (j === place ? weight : (1 - weight) / source.length)),
  );
  const run = Object.assign(Object.create(trace.runs[0]), {
    tokens: outputs.map(([token]) => token),
    weights: { at: (/** @type {number} */ t) => rows[t] },
  });
  const header = { ...trace.header, words: { end: "end" } };
  const over = { ...trace, header, source: { tokens: source, unknown: [] }, length: source.length };
  return outputs.map((_, t) => storyOf(over, run, t));
}

test("what is read off the weights is said only where they are sharp", () => {
  const date = [..."March 8"].map((letter) => (letter === " " ? "␣" : letter)).concat("end");
  assert.deepEqual(
    looking(date, [
      ["0", 2, 0.7],
      ["3", 2, 0.66],
      ["8", 6, 0.98],
      ["-", 2, 0.3],
      ["8", 6, 0.6],
    ]),
    [
      { word: "caption_reads", text: "March" },
      { word: "caption_reads", text: "March" },
      { word: "caption_copies", text: "8" },
      null,
      null,
    ],
  );
});

test("a word of which several letters are looked at is not said to be read from one of them", () => {
  assert.deepEqual(
    looking(
      [..."night", "end"],
      [
        ["n", 0, 0.9],
        ["aɪ", 1, 0.9],
        ["t", 4, 0.9],
        ["end", 5, 0.9],
      ],
    ),
    [{ word: "caption_copies", text: "n" }, null, { word: "caption_copies", text: "t" }, null],
  );
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
