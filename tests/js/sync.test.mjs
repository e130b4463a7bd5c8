import assert from "node:assert/strict";
import { test } from "node:test";

Object.assign(globalThis, { document: new EventTarget() });
const { cursorAt, Sync, placeOf } = await import("../../s2s_ui/stage/js/data/sync.js");
const { Timeline } = await import("../../s2s_ui/stage/js/data/player.js");

/** @import { Cursor, Place } from "../../s2s_ui/stage/js/types.js" */

/** @param {string | null} name */
const linked = (name) => {
  /** @type {Place[]} */
  const heard = [];
  const sync = new Sync((place) => heard.push(place));
  sync.name = name;
  return { sync, heard };
};

test("a place is the same word or output of another sentence, or its last", () => {
  const [short, long] = [new Timeline(3, 2), new Timeline(5, 4)];
  const there = (/** @type {Cursor} */ cursor) => short.format(cursorAt(short, placeOf(long, cursor)));
  assert.deepEqual(
    ["1", "3", "5", "6", "7.2", "9"].map((text) => there(long.parse(text))),
    ["1", "3", "3", "4", "5.2", "5"],
  );
});

test("a place comes back to a timeline as it was", () => {
  const timeline = new Timeline(3, 2);
  for (const text of ["1", "3", "4.2", "5"]) {
    const cursor = timeline.parse(text);
    assert.deepEqual(cursorAt(timeline, placeOf(timeline, cursor)), cursor);
  }
});

test("the others of the same name follow, and nobody else", () => {
  const [one, two, other, alone] = [linked("a"), linked("a"), linked("b"), linked(null)];
  one.sync.tell({ part: "encoder", index: 2, sub: 5 });
  alone.sync.tell({ part: "encoder", index: 0, sub: 5 });
  assert.deepEqual(
    [one, two, other, alone].map(({ heard }) => heard.length),
    [0, 1, 0, 0],
  );
  assert.equal(two.heard[0].index, 2);
  for (const { sync } of [one, two, other, alone]) sync.stop();
});

test("who follows tells nobody, so that two stages do not chase each other", () => {
  const one = linked("a");
  const two = new Sync(() => two.tell({ part: "decoder", index: 0, sub: 1 }));
  two.name = "a";
  one.sync.tell({ part: "encoder", index: 1, sub: 5 });
  assert.equal(one.heard.length, 0);
  two.tell({ part: "decoder", index: 0, sub: 1 });
  assert.equal(one.heard.length, 1);
  one.sync.stop();
  two.stop();
});
