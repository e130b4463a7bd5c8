import assert from "node:assert/strict";
import { test } from "node:test";

import { decode } from "../../s2s_ui/stage/js/data/payload.js";
import { Player, Timeline } from "../../s2s_ui/stage/js/data/player.js";
import { stops, tellingOutput } from "../../s2s_ui/stage/js/data/walk.js";
import { message } from "./message.mjs";

/** Each word says its name and what it was given. */
const words = /** @type {Record<string, string>} */ (
  new Proxy(
    {},
    { get: (_, name) => `${String(name)} {k} {source} {weight} {share} {output} {answer} {forward} {backward}` },
  )
);
const trace = decode(message());
Object.assign(trace.forward, { quantity: () => new Float32Array([0.25, 0.5, 0.75, 1]) });

test("the walk goes forwards through reading, looking and writing, with what stands there", () => {
  const list = stops({ trace, run: trace.runs[0], timeline: new Timeline(3, 2), unit: 0, words, answer: "A" });
  const places = list.map(({ cursor }) => cursor.step * 10 + cursor.sub);
  assert.deepEqual(
    places,
    places.toSorted((a, b) => a - b),
  );
  assert.ok(list.length >= 6 && list.length <= 8);
  const said = Object.fromEntries(list.map(({ target, text }) => [target, text]));
  assert.match(said.reading, /b b$/);
  assert.match(said.row, /1 b 0.70 70%/);
  assert.match(said.written, /A/);
  assert.match(said.output, /walk_end .* A/);
});

test("without attention the walk says so, and points at the context", () => {
  const run = Object.assign(Object.create(trace.runs[0]), { weights: null });
  const list = stops({ trace, run, timeline: new Timeline(3, 2, false), unit: 0, words, answer: "A" });
  assert.deepEqual(
    list.map(({ target }) => target),
    ["reading", "cell", "joined", "context", "written", "output"],
  );
});

test("it stops at the first output that looks sharply at one token", () => {
  assert.equal(tellingOutput(trace.runs[0]), 0);
});

/**
 * Milliseconds from pressing play to the strands of the first output, with a frame every so often.
 * @param {number} n
 * @param {number} frame
 * @param {boolean} hurried
 */
function untilAttention(n, frame, hurried) {
  const timeline = new Timeline(n, 5);
  timeline.hurried = hurried;
  const player = new Player(timeline, () => {});
  player.toggle(0);
  for (let now = frame; now < 600_000; now += frame) {
    player.tick(now);
    if (!timeline.isEncoder(player.cursor) && player.cursor.sub >= 3) return now;
  }
  return Infinity;
}

for (const frame of [16, 100, 250]) {
  test(`a hurried play shows attention within four seconds, with a frame every ${frame} ms`, () => {
    for (const n of [1, 2, 14, 60, 400]) assert.ok(untilAttention(n, frame, true) < 4000, `${n} tokens`);
    assert.ok(untilAttention(14, frame, false) > 12_000);
    assert.ok(untilAttention(1, frame, true) >= 1500); // what is short is not hurried
  });
}
