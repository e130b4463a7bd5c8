import assert from "node:assert/strict";
import { test } from "node:test";

import { decode, depth, halfToFloat, OtherVersion, readBy, VERSION } from "../../s2s_ui/stage/js/data/payload.js";
import { message } from "./message.mjs";

/** @import { Trace } from "../../s2s_ui/stage/js/types.js" */

test("halves: signs, subnormals, ones and the largest", () => {
  const known = {
    0x0000: 0,
    0x3c00: 1,
    0xbc00: -1,
    0x3555: 0.333251953125,
    0x0001: 2 ** -24,
    0x7bff: 65504,
    0x7c00: Infinity,
  };
  for (const [bits, value] of Object.entries(known)) assert.equal(halfToFloat(Number(bits)), value);
  assert.ok(Number.isNaN(halfToFloat(0x7e00)));
});

test("a message becomes a trace of views", () => {
  const trace = decode(message());
  assert.deepEqual(trace.source.tokens, ["a", "b", "end"]);
  assert.equal(trace.length, 3);
  assert.equal(trace.units, 4);
  assert.deepEqual([...trace.forward.quantity("hidden", 1)], [5, 6, 7, 8]);
  assert.equal(trace.forward.quantity("hidden", 0).buffer, trace.forward.quantity("hidden", 1).buffer);
});

test("a message may start anywhere in its buffer", () => {
  const bytes = message();
  const moved = new Uint8Array(bytes.length + 3);
  moved.set(bytes, 3);
  assert.deepEqual([...decode(moved.subarray(3)).forward.quantity("hidden", 2)], [9, 10, 11, 12]);
});

test("the state before a step is the neighbour in reading order, and the initial one at the start", () => {
  const { forward, backward } = decode(message());
  assert.deepEqual([...forward.before("hidden", 0)], [0.5, 0.5, 0.5, 0.5]);
  assert.deepEqual([...forward.before("hidden", 1)], [1, 2, 3, 4]);
  assert.deepEqual([...(backward?.before("hidden", 2) ?? [])], [0.5, 0.5, 0.5, 0.5]);
  assert.deepEqual([...(backward?.before("hidden", 1) ?? [])], [9, 10, 11, 12]);
});

test("a byte holds two corrections of -8 to 7", () => {
  const bytes = message();
  const length = new DataView(bytes.buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
  const terms = { x: [9, 10, 11, 12], bias: [1.25, 1.25, 1.25, 1.25] };
  header.arrays["run0.forward.forget_gate.off"] = ["n1", 4, bytes.length - 4 - length, 1];
  const text = new TextEncoder().encode(JSON.stringify(header).padEnd(length, " ")).subarray(0, length);
  const longer = new Uint8Array([...bytes, 0x8f, 0x07]);
  longer.set(text, 4);
  const { forward } = decode(longer);
  const sums = [0, 1, 2, 3].map((unit) => forward.sum("forget_gate", 2, unit));
  assert.deepEqual(
    sums,
    [-0.01, -0.08, 0.07, 0].map((off, unit) => Math.round((terms.x[unit] + 1.25 + off) * 100) / 100),
  );
});

test("a run reads with its own encoder where an edit has changed it, else with the shared one", () => {
  const trace = decode(message());
  assert.equal(readBy(trace, 1).forward, trace.forward);
  const own = decode(message()).encoders[0];
  const edited = { ...trace, encoders: [trace.encoders[0], own] };
  assert.equal(readBy(edited, 1).forward, own.forward);
  assert.notEqual(own.forward, trace.forward);
  assert.notEqual(readBy(edited, 1).encoder, readBy(edited, 0).encoder);
});

test("joined states are the forward over the backward half", () => {
  assert.deepEqual([...decode(message()).joined.at(1)], [5, 6, 7, 8, 5, 6, 7, 8]);
});

test("a term of one step holds for all", () => {
  const { forward } = decode(message());
  assert.deepEqual(
    forward.terms("forget_gate", 2).map(([term, values]) => [term, values[0]]),
    [
      ["x", 9],
      ["bias", 1.25],
    ],
  );
});

test("the focus of a step is its largest weight", () => {
  const [run] = decode(message()).runs;
  assert.equal(run.focus(0), 1);
  assert.equal(run.focus(1), 2);
  assert.equal(run.forced, false);
});

test("a message of another version says so in its own words, where it has any", () => {
  const words = { other_version: "버전 {version}, 아는 버전 {known}" };
  assert.throws(() => decode(message({ version: 99, words })), { message: `버전 99, 아는 버전 ${VERSION}` });
  assert.throws(() => decode(message({ version: 99 })), OtherVersion);
});

test("an array that is not there is named", () => {
  assert.throws(() => decode(message()).forward.quantity("cell", 0), /no array “run0\.forward\.cell”/);
});

test("a message of another version, or of none, is refused in one sentence", () => {
  for (const version of /** @type {number[]} */ ([VERSION - 1, VERSION + 1, undefined, "3"]))
    assert.throws(() => decode(message({ version })), {
      message:
        `This picture has version ${version} and is read as version ${VERSION}: ` +
        "reload the page, or make it again.",
    });
});

test("of several layers the top one is read, and each of them on request", () => {
  for (const layers of [2, 3]) {
    const trace = decode(message({ layers }));
    assert.equal(depth(trace), layers);
    const cells = (/** @type {Trace} */ seen) => [seen.forward, seen.backward, seen.runs[0].decoder];
    const first = (/** @type {Trace} */ seen) => cells(seen).map((cell) => cell?.quantity("hidden", 0)[0]);
    const layer = (/** @type {Trace} */ seen) => cells(seen).map((cell) => cell?.layer);
    assert.deepEqual([first(trace), layer(trace)], [Array(3).fill(1), Array(3).fill(layers - 1)]);
    for (let k = 1; k <= layers; k++) {
      const seen = readBy(trace, 0, k);
      assert.deepEqual(first(seen), Array(3).fill(1 + 100 * (layers - k)));
      assert.deepEqual(layer(seen), Array(3).fill(k - 1));
      assert.deepEqual([...seen.joined.at(1)], [5, 6, 7, 8, 5, 6, 7, 8], "attention reads the top layer");
      assert.equal(readBy(seen, 0).forward, seen.forward, "the layer stays when the run changes");
      assert.equal(seen.runs[0].focus(0), 1);
      assert.deepEqual(first(readBy(seen, 0, null)), first(trace));
    }
    assert.deepEqual(first(readBy(trace, 0, 99)), first(trace), "more than there are is the top one");
  }
  const one = decode(message());
  assert.deepEqual([depth(one), readBy(one, 0, 1).forward], [1, one.forward]);
});

test("the terms of a lower layer add up to its own sum, and its state before a step is its own", () => {
  const { forward } = readBy(decode(message({ layers: 2 })), 0, 1);
  const terms = forward.terms("forget_gate", 1).map(([, values]) => values[2]);
  assert.deepEqual(terms, [107, 1.25]);
  const off = 107; // the small message uses the same numbers for its corrections
  assert.equal(forward.sum("forget_gate", 1, 2), (Math.round((107 + 1.25) * 100) + off) / 100);
  assert.deepEqual([...forward.before("hidden", 1)], [101, 102, 103, 104]);
});
