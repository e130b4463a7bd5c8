import assert from "node:assert/strict";
import { test } from "node:test";

import { chance, chanceText, difference, reached, stretches } from "../../s2s_ui/stage/js/data/answer.js";
import { decode } from "../../s2s_ui/stage/js/data/payload.js";
import { Timeline } from "../../s2s_ui/stage/js/data/player.js";
import { describe } from "../../s2s_ui/stage/js/input/pointer.js";
import { message } from "./message.mjs";

/** @typedef {[start: number, stop: number]} Span */

/**
 * The stretches as one line: what is written [what is written now] (what is to come).
 * @param {{ answer: string, spans: Span[] }} run
 * @param {number} count
 */
const line = (run, count, now = true) =>
  stretches(run, { count, now })
    .map(({ text, state }) => ({ done: text, now: `[${text}]`, ahead: `(${text})` })[state])
    .join("");
/** @type {Span[]} */
const EACH = [0, 1, 2, 3].map((at) => [at, at + 1]);

test("an answer is there at every step, what is not written yet is told from what is", () => {
  const run = { answer: "2025", spans: EACH };
  assert.equal(line(run, 0, false), "(2025)");
  assert.equal(line(run, 1), "[2](025)");
  assert.equal(line(run, 2, false), "20(25)");
  assert.equal(line(run, 4), "202[5]");
  assert.equal(line(run, 5), "2025");
});

test("a syllable is being written from its first letter to its last", () => {
  /** @type {Span[]} */
  const spans = [
    [0, 1],
    [0, 1],
    [0, 1],
    [1, 2],
    [1, 2],
    [1, 2],
    [2, 2],
  ];
  const lines = [0, 1, 2, 3, 4, 7].map((count) => line({ answer: "궁물", spans }, count, count > 0));
  assert.deepEqual(lines, ["(궁물)", "[궁](물)", "[궁](물)", "[궁](물)", "궁[물]", "궁물"]);
});

test("a space that no token has is written with the word before it", () => {
  /** @type {Span[]} */
  const spans = [
    [0, 2],
    [3, 5],
  ];
  assert.equal(line({ answer: "ab cd", spans }, 1), "[ab ](cd)");
});

test("a character outside of the first plane is one character", () => {
  /** @type {Span[]} */
  const spans = [
    [0, 1],
    [1, 2],
  ];
  assert.equal(line({ answer: "🙂a", spans }, 1), "[🙂](a)");
});

test("what differs is what stands between the two ends that are alike", () => {
  assert.deepEqual(difference("2025-03-08", "2025-03-09"), [9, 10]);
  assert.deepEqual(difference("aba", "ababa"), [3, 3]);
  assert.deepEqual(difference("ababa", "aba"), [3, 5]);
  assert.deepEqual(difference("", "x"), [0, 0]);
});

test("the probability of an answer is that of all its tokens", () => {
  const [run] = decode(message()).runs;
  assert.ok(Math.abs(chance(run) - Math.exp(-0.375)) < 1e-6);
  assert.equal(chanceText(0.5084), "0.508");
  assert.equal(chanceText(0.00032), "3.2·10⁻⁴");
  assert.equal(chanceText(4.56e-12), "4.6·10⁻¹²");
  assert.equal(chanceText(0), "0.000");
});

test("a token is written at the last of its sub-steps", () => {
  const timeline = new Timeline(3, 2);
  assert.deepEqual(reached(timeline, { step: 3, sub: 5 }), { count: 0, now: false });
  assert.deepEqual(reached(timeline, { step: 4, sub: 4 }), { count: 0, now: false });
  assert.deepEqual(reached(timeline, { step: 5, sub: 5 }), { count: 2, now: true });
});

test("while a weight is dragged its present number is told beside the one before", () => {
  const trace = decode(message());
  const [run] = trace.runs;
  const hit = /** @type {const} */ ({ kind: "weight", t: 0, source: 1, value: 0.25, dragged: true });
  assert.equal(describe(hit, { trace, run, words: {} }), "“b” → “A”  α 0.70 → 0.25");
});
