import assert from "node:assert/strict";
import { test } from "node:test";

import { decode, halfToFloat } from "../../s2s_ui/stage/payload.js";
import { message } from "./message.mjs";

test("halves: signs, subnormals, ones and the largest", () => {
  const known = { 0x0000: 0, 0x3c00: 1, 0xbc00: -1, 0x3555: 0.333251953125, 0x0001: 2 ** -24, 0x7bff: 65504, 0x7c00: Infinity };
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
  assert.deepEqual([...backward.before("hidden", 2)], [0.5, 0.5, 0.5, 0.5]);
  assert.deepEqual([...backward.before("hidden", 1)], [9, 10, 11, 12]);
});

test("a term of one step holds for all", () => {
  const { forward } = decode(message());
  assert.deepEqual(forward.terms("forget_gate", 2).map(([term, values]) => [term, values[0]]), [["x", 9], ["bias", 1.25]]);
});

test("the focus of a step is its largest weight", () => {
  const [run] = decode(message()).runs;
  assert.equal(run.focus(0), 1);
  assert.equal(run.focus(1), 2);
  assert.equal(run.forced, false);
});

test("an array that is not there is named", () => {
  assert.throws(() => decode(message()).forward.quantity("cell", 0), /no array “forward\.cell”/);
});
