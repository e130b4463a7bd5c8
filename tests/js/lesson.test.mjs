/** A chapter of the lesson on the stage: which lanes it shows, where its places are, how far it can be stepped. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { decode } from "../../s2s_ui/stage/js/data/payload.js";
import { Timeline } from "../../s2s_ui/stage/js/data/player.js";
import { lanesOf } from "../../s2s_ui/stage/js/data/shown.js";
import { layout } from "../../s2s_ui/stage/js/draw/layout.js";
import { meaning } from "../../s2s_ui/stage/js/input/keyboard.js";
import { boxAt } from "../../s2s_ui/stage/js/panels/asks.js";
import { message } from "./message.mjs";

/** @import { LaneName, Lesson, Scene } from "../../s2s_ui/stage/js/types.js" */

/**
 * @param {LaneName[]} lanes
 * @returns {Lesson}
 */
const lesson = (lanes) => ({
  chapter: 1,
  lanes,
  marked: { source: [], output: [] },
  before: true,
  after: true,
  start: "1",
  choices: 3,
  ask: null,
});

test("a stage by itself shows every lane, a chapter those that it names", () => {
  const [all, some] = [lanesOf(null), lanesOf(lesson(["source", "forward"]))];
  assert.deepEqual([all("joined"), all("closed"), all("candidates")], [true, false, false]);
  assert.deepEqual([some("forward"), some("joined"), some("output")], [true, false, false]);
});

test("a direction that has not been introduced takes part in nothing", () => {
  const [hidden, whole] = [decode(message({ lesson: lesson(["source", "forward"]) })), decode(message())];
  assert.equal(hidden.backward, null);
  assert.equal(hidden.joined.width, whole.joined.width / 2);
  assert.ok(whole.backward);
});

test("where nothing is written the lens has the room over it", () => {
  const row = { count: 5, focus: 0 };
  for (const phone of [false, true]) {
    const wanted = {
      width: phone ? 362 : 776,
      height: 636,
      source: row,
      output: row,
      backward: false,
      rows: null,
      phone,
    };
    const [full, reading] = [layout(wanted), layout({ ...wanted, written: false })];
    assert.ok(reading.loom.top < 20);
    assert.ok(reading.loom.bottom - reading.loom.top >= full.loom.bottom - full.loom.top);
  }
});

test("every place that is in sight has a box inside the picture", () => {
  const row = { count: 5, focus: 0 };
  for (const phone of [false, true])
    for (const rows of /** @type {const} */ ([null, "teacher"])) {
      const size = { width: phone ? 362 : 776, height: 636 };
      const L = layout({ ...size, source: row, output: row, backward: true, rows, phone });
      const scene = /** @type {Scene} */ (/** @type {unknown} */ ({ L, hits: [] }));
      const places = /** @type {const} */ ([
        ["source", "4"],
        ["output", "0"],
        ["lane", "forward"],
        ["lane", "backward"],
        ["lane", "joined"],
      ]);
      for (const [kind, at] of places) {
        const box = boxAt(scene, kind, at);
        assert.ok(box && box.x >= 0 && box.y >= 0 && box.w > 0 && box.h > 0, `${kind} ${at}`);
        assert.ok(box.x + box.w <= L.width && box.y + box.h <= L.height, `${kind} ${at}`);
      }
      assert.equal(boxAt(scene, "source", "9"), null);
    }
});

test("the keys of a clicker turn chapters, and numbers answer", () => {
  assert.deepEqual(
    ["PageDown", "PageUp", "1", "3", "0"].map((key) => meaning({ key })),
    [["click", 1], ["click", -1], ["answer", 0], ["answer", 2], null],
  );
  const timeline = new Timeline(3, 0);
  assert.deepEqual([timeline.isFirst(timeline.first()), timeline.isLast({ step: 3, sub: 5 })], [true, true]);
});
