import assert from "node:assert/strict";
import { test } from "node:test";

import { likely } from "../../s2s_ui/stage/js/panels/distribution.js";
import { encoderState, joinedDone } from "../../s2s_ui/stage/js/draw/lanes.js";
import { decode } from "../../s2s_ui/stage/js/data/payload.js";
import { Timeline } from "../../s2s_ui/stage/js/data/player.js";
import { describe, find } from "../../s2s_ui/stage/js/input/pointer.js";
import { cast } from "../../s2s_ui/stage/js/draw/scene.js";
import { resumed, startOf, viewOf } from "../../s2s_ui/stage/js/data/view.js";
import { message } from "./message.mjs";

/** @import { Cursor, EncoderSide, Hit } from "../../s2s_ui/stage/js/types.js" */

const trace = decode(message());
const timeline = new Timeline(3, 2);
const [run] = trace.runs;
const at = (/** @type {number} */ step, sub = 5) => ({ step, sub });
/**
 * @param {Cursor} cursor
 * @param {Partial<Parameters<typeof viewOf>[0]>} more
 */
const view = (cursor, more = {}) => viewOf({ trace, timeline, cursor, inspected: null, lensSide: "forward", ...more });

test("in step k forward reads word k and backward word n+1-k; joined states fill once both have passed", () => {
  const scene = { encoding: true, index: 1, trace: { length: 4 } };
  const states = (/** @type {EncoderSide} */ side) => [0, 1, 2, 3].map((j) => encoderState(scene, side, j));
  assert.deepEqual(states("forward"), ["done", "current", "ahead", "ahead"]);
  assert.deepEqual(states("backward"), ["ahead", "ahead", "current", "done"]);
  assert.deepEqual(
    [0, 1, 2, 3].filter((j) => joinedDone(scene, j)),
    [],
  );
  assert.deepEqual(
    [0, 1, 2, 3].filter((j) => joinedDone({ ...scene, index: 2 }, j)),
    [1, 2],
  );
  assert.deepEqual(
    [0, 1, 2, 3].filter((j) => joinedDone({ ...scene, index: 3 }, j)),
    [0, 1, 2, 3],
  );
  assert.equal(encoderState({ ...scene, encoding: false }, "forward", 3), "done");
});

test("the inspector follows the cursor, the lens, or a click", () => {
  assert.deepEqual(view(at(1)), { side: "forward", t: 0, step: 1, sub: 5, lens: true });
  assert.deepEqual(view(at(1), { lensSide: "backward" }), { side: "backward", t: 2, step: 1, sub: 5, lens: true });
  assert.deepEqual(view(at(5, 2)), { side: "decoder", t: 1, step: 2, sub: 2, lens: false });
  assert.deepEqual(view(at(5, 2), { inspected: { side: "backward", t: 0 } }), {
    side: "backward",
    t: 0,
    step: 3,
    sub: 5,
    lens: false,
  });
});

test("a stage begins where the address says, stays in the same sentence, else at the end of what is not played", () => {
  /** @returns {import("../../s2s_ui/stage/js/types.js").Left} */
  const left = (reloaded = false) => ({
    ...{ step: "5", unit: 0, contextUnit: 0, lensSide: "forward", playing: false, speed: 1 },
    reloaded,
  });
  /** @param {Partial<Parameters<typeof startOf>[0]>} more */
  const start = (more) => startOf({ timeline, trace, before: null, cursor: at(2), left: null, ...more });
  assert.deepEqual(start({}), at(5));
  assert.deepEqual(start({ trace: decode(message({ predict: true })) }), at(1));
  assert.deepEqual(start({ trace: decode(message({ step: "4.2" })) }), at(4, 2));
  assert.deepEqual(start({ left: left(), trace: decode(message({ step: "2" })) }), at(5));
  assert.deepEqual(start({ left: left(), trace: decode(message({ autoplay: true })) }), at(1));
  assert.deepEqual(start({ left: left(true), trace: decode(message({ autoplay: true })) }), at(5));
  assert.deepEqual(start({ before: trace, left: left() }), at(2));
  const other = { ...trace, source: { tokens: ["z"], unknown: [false] } };
  assert.deepEqual(start({ before: other }), at(5));
  assert.deepEqual(start({ before: other, trace: decode(message({ step: "4.2" })) }), at(4, 2)); // the button Back
});

test("a unit that is named stands until the reader moves on from it, and counts again when another is named", () => {
  const state = { unit: 17, contextUnit: 3, lensSide: /** @type {const} */ ("forward"), runIndex: 0 };
  /** @param {Parameters<typeof resumed>[0]["header"]} header @param {{ unit: number, named?: object } | null} left */
  const start = (header, left = null) => {
    const rest = { contextUnit: 3, playing: false, speed: 1, step: "5", reloaded: false };
    const found = resumed({ state, header, left: left && { lensSide: "forward", ...rest, ...left } });
    return [found.state.unit, found.state.lensSide, found.named];
  };
  assert.deepEqual(start({}), [17, "forward", { unit: undefined, lensSide: undefined }]);
  assert.deepEqual(start({ unit: 54, side: "backward" }), [54, "backward", { unit: 54, lensSide: "backward" }]);
  const moved = { unit: 55, named: { unit: 54 } };
  assert.deepEqual(start({ unit: 54 }, moved).slice(0, 2), [55, "forward"]);
  assert.deepEqual(start({ unit: 0 }, moved).slice(0, 2), [0, "forward"]);
  assert.deepEqual(start({ unit: 54, side: "backward" }, moved).slice(0, 2), [55, "backward"]);
  assert.deepEqual(start({ unit: 54 }, { unit: 19 }).slice(0, 2), [54, "forward"]);
  // a page that names none keeps what was named before
  assert.deepEqual(start({}, moved), [55, "forward", { unit: 54, lensSide: undefined }]);
});

test("the reference is among the likely tokens, wherever it stands", () => {
  const forced = Object.assign(Object.create(run), { forced: true, reference: ["B", "Z"] });
  assert.deepEqual(
    likely(forced, 0, 2).map((item) => [item.token, Boolean(item.reference)]),
    [
      ["A", false],
      ["B", true],
    ],
  );
  assert.deepEqual(
    likely(forced, 1, 2).map((item) => item.token),
    ["end", "Z"],
  );
  assert.deepEqual(
    likely(run, 0, 1).map((item) => item.token),
    ["A"],
  );
});

test("a run by itself has neither reference nor parting", () => {
  const { forced, other, parting } = cast(trace);
  assert.deepEqual({ forced, other, parting }, { forced: null, other: null, parting: null });
});

test("a run before the edits is compared with the run after them, a free one with the reference", () => {
  /**
   * @param {string[]} tokens
   * @param {string[] | null} reference
   */
  const wrote = (tokens, reference = null) =>
    Object.assign(Object.create(run), { tokens, reference, length: tokens.length, forced: reference !== null });
  const edited = decode(message({ original: true }));
  const original = cast({ ...edited, runs: [wrote(["A", "X"]), wrote(["A", "B"])] });
  assert.deepEqual([original.parting, original.compared], [1, ["A", "X"]]);
  const free = cast({ ...trace, runs: [wrote(["A", "X"], ["A", "B"]), wrote(["A", "B"])] });
  assert.deepEqual([free.parting, free.compared], [null, ["A", "B"]]);
});

test("the topmost thing under the pointer is found, of a fingerprint its unit", () => {
  const values = Float32Array.from({ length: 48 }, (_, unit) => unit / 100);
  /** @type {Hit[]} */
  const hits = [
    { x: 0, y: 0, w: 100, h: 100, kind: "source", t: 1 },
    { x: 10, y: 10, w: 40, h: 30, kind: "cell", side: "forward", t: 1, values },
  ];
  assert.equal(find(hits, 5, 5)?.kind, "source");
  assert.equal(find(hits, 200, 5), null);
  const hit = find(hits, 10 + 7.5, 10 + 12.5);
  assert.equal(hit?.unit, 17);
  const words = { unit_value: "unit {unit}: {value}", unknown: "never seen" };
  assert.equal(describe(hit, { trace, run, words }), "unit 17: 0.17");
  assert.equal(describe(find(hits, 5, 5), { trace, run, words }), "");
});

test("a weight is told with its words, and before softmax only its score", () => {
  const words = {};
  const at = /** @type {const} */ ({ kind: "weight", t: 0, source: 1 });
  const value = run.weights?.at(0)[1] ?? null;
  assert.equal(describe({ ...at, value }, { trace, run, words }), "“b” → “A”  α 0.70, e 2.00");
  assert.equal(describe({ ...at, value: null }, { trace, run, words }), "e 2.00");
});
