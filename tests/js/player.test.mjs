import assert from "node:assert/strict";
import { test } from "node:test";

import { duration, Player, SPEEDS, Timeline } from "../../s2s_ui/stage/js/data/player.js";

const timeline = new Timeline(3, 2);
/** @param {number} step */
const at = (step, sub = 5) => ({ step, sub });

test("whole steps go through words and outputs, and stop at either end", () => {
  const seen = [timeline.first()];
  while (!timeline.isLast(seen[seen.length - 1])) seen.push(timeline.next(seen[seen.length - 1]));
  assert.deepEqual(seen, [at(1), at(2), at(3), at(4), at(5)]);
  assert.deepEqual(timeline.next(at(5)), at(5));
  assert.deepEqual(timeline.previous(at(1)), at(1));
});

test("a step from the middle of an output completes it", () => {
  assert.deepEqual(timeline.next(at(4, 2)), at(4));
});

test("sub-steps visit all five of each output and none of a word, forwards and back alike", () => {
  const seen = [timeline.first()];
  while (!timeline.isLast(seen[seen.length - 1])) seen.push(timeline.nextSub(seen[seen.length - 1]));
  assert.deepEqual(
    seen.map((cursor) => timeline.format(cursor)),
    ["1", "2", "3", "4.1", "4.2", "4.3", "4.4", "4", "5.1", "5.2", "5.3", "5.4", "5"],
  );
  assert.deepEqual(timeline.previousSub(at(4)), at(4, 4));
  assert.deepEqual(timeline.previousSub(at(4, 1)), at(3));
  assert.deepEqual(timeline.nextSub(at(5)), at(5));
});

test("without attention an output has two sub-steps", () => {
  const fixed = new Timeline(3, 2, false);
  assert.deepEqual(fixed.nextSub(at(3)), at(4, 4));
  assert.deepEqual(fixed.previousSub(at(4, 4)), at(3));
  assert.deepEqual(fixed.clamp(at(4, 2)), at(4));
});

test("an address is read leniently and written exactly", () => {
  for (const text of ["1", "3", "4.2", "5"]) assert.equal(timeline.format(timeline.parse(text)), text);
  assert.deepEqual(timeline.parse("99"), at(5));
  assert.deepEqual(timeline.parse("-4"), at(1));
  assert.deepEqual(timeline.parse("nonsense"), at(1));
  assert.deepEqual(timeline.parse("2.3"), at(2));
  assert.deepEqual(timeline.parse("4.9"), at(4));
});

test("playing takes 900 ms a word and 500 a sub-step, divided by the speed", () => {
  assert.equal(duration(timeline, at(2), 1), 900);
  assert.equal(duration(timeline, at(4, 1), 1), 500);
  assert.equal(duration(timeline, at(4, 1), 4), 125);
});

test("playing visits everything once and stops at the end", () => {
  /** @type {string[]} */
  const seen = [];
  const player = new Player(timeline, (_, to) => seen.push(timeline.format(to)));
  player.toggle(0);
  for (let now = 0; now < 10000; now += 16) player.tick(now);
  assert.equal(player.playing, false);
  assert.deepEqual(
    [...new Set(seen)],
    ["1", "2", "3", "4.1", "4.2", "4.3", "4.4", "4", "5.1", "5.2", "5.3", "5.4", "5"],
  );
});

test("playing from the end starts again", () => {
  const player = new Player(timeline, () => {});
  player.cursor = timeline.last();
  player.toggle(0);
  assert.deepEqual(player.cursor, at(1));
});

test("a late frame skips no step", () => {
  const player = new Player(timeline, () => {});
  player.toggle(0);
  player.tick(60000);
  assert.deepEqual(player.cursor, at(2));
});

test("a move by hand ends the playing; forwards is animated, back is not", () => {
  /** @type {boolean[]} */
  const animations = [];
  const player = new Player(timeline, (_, __, animated) => animations.push(animated));
  player.toggle(0);
  player.move("next");
  player.move("previous");
  player.move("last");
  assert.equal(player.playing, false);
  assert.deepEqual(animations, [false, true, false, false]);
});

test("the speed stays on its scale", () => {
  const player = new Player(timeline, () => {});
  for (let i = 0; i < 9; i++) player.faster(1);
  assert.equal(player.speed, SPEEDS.at(-1));
  for (let i = 0; i < 9; i++) player.faster(-1);
  assert.equal(player.speed, SPEEDS[0]);
});

test("where a class guesses first, a whole step stops before the word and playing waits there", () => {
  const timeline = new Timeline(2, 2, true, true);
  const before = timeline.next({ step: 2, sub: 5 });
  assert.deepEqual(before, { step: 3, sub: 4 });
  assert.ok(timeline.waits(before) && !timeline.waits({ step: 3, sub: 5 }) && !timeline.waits({ step: 1, sub: 5 }));
  assert.deepEqual(timeline.next(before), { step: 3, sub: 5 });
  assert.deepEqual(timeline.next({ step: 3, sub: 2 }), { step: 3, sub: 4 });
  assert.deepEqual(timeline.next({ step: 4, sub: 5 }), { step: 4, sub: 5 });
  const player = new Player(timeline, () => {});
  player.cursor = { step: 3, sub: 3 };
  player.toggle(0);
  player.tick(10000);
  assert.deepEqual([player.cursor, player.playing], [{ step: 3, sub: 4 }, false]);
});
