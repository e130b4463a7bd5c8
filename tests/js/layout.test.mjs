import assert from "node:assert/strict";
import { test } from "node:test";

import { largeLayout } from "../../s2s_ui/stage/js/draw/large.js";
import { columns, layout, mainHeight, unitScale } from "../../s2s_ui/stage/js/draw/layout.js";
import { sideBySide } from "../../s2s_ui/stage/js/draw/lens.js";

/** @import { Layout, Wanted } from "../../s2s_ui/stage/js/types.js" */

/** @param {Partial<Wanted>} changes */
const stage = (changes = {}) =>
  layout({
    width: 776,
    height: 636,
    source: { count: 12, focus: 0 },
    output: { count: 12, focus: 0 },
    backward: true,
    rows: null,
    phone: false,
    ...changes,
  });
/** @param {Layout} L */
const bands = (L) =>
  [
    L.decoder,
    L.context,
    { top: L.loom.top, height: L.loom.bottom - L.loom.top },
    L.joined,
    L.backward,
    L.forward,
  ].filter((band) => band !== null);

test("at 1280 x 800 everything is where the design has it", () => {
  const L = stage();
  assert.deepEqual([L.decoder.top, L.context.top, L.loom.top, L.loom.bottom], [60, 108, 142, 442]);
  assert.deepEqual([L.joined?.top, L.backward?.top, L.forward.top, L.token.source], [452, 514, 566, 622]);
  assert.equal(L.source.cell, 40);
  assert.ok(Math.abs(L.source.x(0) - 120.33) < 0.01);
  assert.equal(L.loom.row, 17);
});

test("without the inspector few tokens still take the width", () => {
  for (const count of [6, 8, 10, 13]) {
    const { source, width } = stage({ width: 1374, source: { count, focus: 0 }, output: { count: 4, focus: 0 } });
    assert.ok(source.x(count - 1) + source.pitch / 2 > 0.74 * width, `${count} tokens`);
    assert.ok(source.cell < source.pitch);
  }
});

test("what a cell computes stands side by side without overprinting", () => {
  const six = { count: 6, low: false, px: 2.7, widest: 70 };
  const flat = sideBySide({ x: 0, y: 0, w: 610, h: 41 }, six);
  assert.ok(flat.across === 6 && flat.named && 20 + flat.h <= flat.step.y);
  assert.equal(sideBySide({ x: 0, y: 0, w: 610, h: 140 }, six).across, 3);
  const small = sideBySide({ x: 0, y: 0, w: 487, h: 52 }, { ...six, low: true, px: 1, widest: 90 });
  assert.ok(small.across === 6 && !small.named);
});

/** @type {Record<string, Partial<Wanted>>} */
const stages = {
  plain: {},
  low: { height: 488 },
  teacher: { rows: "teacher" },
  edited: { rows: "compared" },
  "one direction": { backward: false },
  long: { source: { count: 60, focus: 30 }, output: { count: 40, focus: 39 } },
  phone: { phone: true, width: 362 },
  "phone, one direction": { phone: true, width: 362, backward: false },
  "phone, squeezed": { phone: true, width: 362, height: 300, rows: "compared" },
  "phone held sideways": { low: true, width: 764, height: 246 },
  "small phone held sideways": { low: true, width: 605, height: 230 },
  "phone held sideways, one direction": { low: true, width: 764, height: 246, backward: false },
  "phone held sideways, teacher": { low: true, width: 764, height: 246, rows: "teacher" },
};

for (const [name, changes] of Object.entries(stages)) {
  test(`bands follow each other without overlap: ${name}`, () => {
    const L = stage(changes);
    const all = bands(L);
    for (let i = 1; i < all.length; i++) assert.ok(all[i].top >= all[i - 1].top + all[i - 1].height, `band ${i}`);
    assert.ok(L.forward.top + L.forward.height < L.height);
    assert.ok(L.loom.fitting >= 0);
    assert.ok(L.source.x(L.source.last) + L.source.pitch / 2 <= L.width + 1e-6);
    assert.ok(L.source.cell < L.source.pitch);
  });
}

test("sixteen columns are shown whole, more through a window of thirteen", () => {
  const room = { width: 680, left: 92, least: 42.5, most: 72 };
  assert.equal(columns({ count: 16, focus: 0, ...room }).windowed, false);
  const window = columns({ count: 31, focus: 17, ...room });
  assert.deepEqual([window.shown, window.first, window.last], [13, 11, 23]);
  assert.equal(window.has(11), true);
  assert.equal(window.has(24), false);
});

test("a window stays inside, whatever its focus", () => {
  for (let focus = 0; focus < 31; focus++) {
    const window = columns({ count: 31, focus, width: 680, left: 92, least: 42.5, most: 72 });
    assert.ok(window.first >= 0 && window.last < 31 && window.has(focus));
  }
});

test("a unit of a fingerprint is whole device pixels wide, on a projector too", () => {
  for (const px of [1, 1.25, 1.35, 2, 2.7]) {
    const cell = columns({ count: 12, focus: 0, width: 680, left: 92, least: 42.5, most: 72, px }).cell;
    assert.ok(Math.abs((cell * px) / 8 - Math.round((cell * px) / 8)) < 1e-9);
  }
});

test("on a phone the loom gives way, down to the current row and its strands", () => {
  const phone = { phone: true, width: 362, source: { count: 12, focus: 0, widest: 9 } };
  const [high, low, lower] = [520, 440, 300].map((height) => stage({ ...phone, height }));
  assert.ok(high.height > low.height && low.height > lower.height - 1);
  assert.equal(low.height, 440);
  assert.ok(lower.loom.bottom - lower.loom.top >= 80);
  assert.deepEqual([low.source.turned, low.output.turned], [false, true]);
});

test("a projector makes everything larger, a laptop nothing smaller", () => {
  assert.equal(unitScale(1920, 1080), 1.35);
  assert.equal(unitScale(1280, 800), 1);
  assert.equal(unitScale(1024, 600), 1);
  assert.equal(unitScale(3840, 2160), 1.35);
});

test("the main band fills the window, within what stays legible", () => {
  assert.equal(mainHeight(800, 100), 636);
  assert.equal(mainHeight(500, 100), 488);
  assert.equal(mainHeight(2000, 100, { stacked: true }), 720);
  assert.equal(mainHeight(500, 100, { bare: true }), 452);
});

test("the lowest stage without the inspector has room for every lane and the strands", () => {
  for (const rows of /** @type {const} */ ([null, "compared", "teacher"])) {
    const height = mainHeight(500, 100, { bare: true, rows });
    const row = { count: 12, focus: 0, widest: 10 };
    const low = layout({ width: 640, height, source: row, output: row, backward: true, rows, phone: false });
    assert.ok(low.loom.bottom - low.loom.current - low.loom.top >= 50);
    assert.ok(low.token.source < height);
  }
});

test("twice as large the strands of a projector still rise, and no lane lies on another", () => {
  const row = { count: 12, focus: 0 };
  // The heights at 1920 x 1080; a test in a browser holds those of crowded ones to the screen
  for (const [rows, height] of /** @type {const} */ ([
    [null, 217],
    ["compared", 220],
    ["teacher", 245],
  ])) {
    const wanted = { width: 679, height, source: row, output: row, rows, phone: false, encoding: false };
    const L = largeLayout({ ...wanted, backward: true });
    assert.ok(L.loom.bottom - L.loom.current - (L.context.top + L.context.height) >= 24);
    const lanes = bands(L).filter((lane) => lane !== L.backward && lane !== L.forward); // they are not drawn
    lanes.slice(1).forEach((lane, i) => assert.ok(lane.top >= lanes[i].top + lanes[i].height));
    assert.ok((L.joined?.top ?? 0) + (L.joined?.height ?? 0) <= L.token.source - 16);
  }
});
