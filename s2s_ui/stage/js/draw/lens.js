/**
 * The lens: the cell being read, enlarged, with its wires, equations (1)-(6). The belt on top carries c; it is
 * multiplied by f, then i·c̃ is added; o and tanh(c) give h. Peepholes are dotted: from the old c into f and i, from the
 * new c into o. Where there is no room for wires, and for other cells, the quantities stand side by side.
 */

import { fixed } from "../data/format.js";
import { drawField, unitBox } from "./fingerprint.js";
import { part } from "./motion.js";
import { layerName, layersOf } from "../data/edits.js";
import { inputLetter, letter } from "../data/symbols.js";
import { fill } from "../data/words.js";

const WIRED_HEIGHT = 196;
const WIRED_WIDTH = 560;

/** The cell under the lens: which side, which position. */
export function lensTarget({ trace, index, lensSide }) {
  const side = trace.backward ? lensSide : "forward";
  return { side, t: side === "backward" ? trace.length - 1 - index : index, cell: trace[side] };
}

/** A pale wedge from the lens down to its cell; drawn under everything else. */
export function drawWedge(scene) {
  const { pen, L, pal } = scene;
  const { side, t } = lensTarget(scene);
  if (L.phone || !L.source.has(t)) return;
  const x = L.source.x(t);
  const band = L[side];
  const width = L.source.cell / 2 + 3;
  pen.faded(0.12, () =>
    pen.polygon(
      [
        [x - 89, L.loom.bottom - 4],
        [x + 89, L.loom.bottom - 4],
        [x + width, band.top - 5],
        [x - width, band.top - 5],
      ].map(([a, b]) => [Math.min(L.width - 4, Math.max(L.gutter, a)), b]),
      pal[side],
    ),
  );
}

export function drawLens(scene) {
  const { pen, L, pal, words, trace, unit } = scene;
  const { side, t, cell } = lensTarget(scene);
  const accent = pal[side];
  if (L.phone) {
    drawGrid(scene, cell, t, { x: 2, y: L.loom.top + 2, w: L.width - 4, h: L.loom.bottom - L.loom.top - 6 }, accent);
    return;
  }
  const box = { x: L.gutter, y: L.loom.top + 20, w: L.width - L.gutter - 4, h: L.loom.bottom - L.loom.top - 24 };
  const title = fill(words[`lens_${side}`], {
    k: scene.index + 1,
    shown: cell.units,
    hidden: trace.header.hidden,
    unit,
  });
  const which = layerName(cell.layer, layersOf(trace, side), words);
  pen.text([title, which].filter(Boolean).join(" · "), box.x, L.loom.top + 13, {
    size: 15,
    weight: 700,
    colour: accent,
    most: box.w,
  });
  pen.fill(box.x, box.y, box.w, box.h, pal.bg, 8);
  pen.frame(box.x, box.y, box.w, box.h, accent, 1.6, 8);
  if (cell.kind === "lstm" && box.h >= WIRED_HEIGHT && box.w >= WIRED_WIDTH) drawWired(scene, cell, t, box, side);
  else drawGrid(scene, cell, t, { x: box.x + 14, y: box.y + 4, w: box.w - 28, h: box.h - 10 }, accent);
}

/** Sizes and places inside the lens; across in shares of 680, as it is designed. */
function places(box, px) {
  const across = box.w / 680;
  const w = Math.max(8, Math.floor((88 * Math.min(1.4, across) * px) / 8) * 8) / px;
  const h = Math.max(6, Math.floor((Math.min(w * 0.56, (box.h - 130) / 3) * px) / 6) * 6) / px;
  const x = (at) => box.x + at * across;
  const top = box.y + 24;
  const bottom = box.y + box.h - 24 - h;
  const middle = (top + bottom) / 2 + 3;
  const field = (left, y) => ({ x: Math.round(left * px) / px, y: Math.round(y * px) / px, w, h });
  const right = box.x + box.w - 14 - w;
  return {
    oldCell: field(x(17), top),
    newCell: field(right, top),
    forget: field(x(136), middle),
    input: field(x(245), middle),
    candidate: field(x(350), middle),
    output: field(x(466), middle),
    oldHidden: field(x(17), bottom),
    newHidden: field(right, bottom),
  };
}

const centre = (field) => field.x + field.w / 2;

function drawWired(scene, cell, t, box, side) {
  const at = places(box, scene.pen.px);
  drawFlow(scene, at);
  if (scene.peepholes) drawPeepholes(scene, at);
  drawInputs(scene, at, t, cell.layer);
  const before = side === "backward" ? "t+1" : "t−1";
  const { pal, unit } = scene;
  const show = (field, quantity, values, label, below, frame) => {
    drawUnits(scene, field, quantity, label.letter, values, frame);
    drawLabel(scene, field, label, values[unit], below);
  };
  show(at.oldCell, "cell", cell.before("cell", t), { letter: "c", index: before }, false, pal.ghost);
  show(at.oldHidden, "hidden", cell.before("hidden", t), { letter: "h", index: before }, false, pal.ghost);
  const computed = (field, quantity, label, below, frame) => {
    drawChange(scene, cell, t, quantity, (values) => drawUnits(scene, field, quantity, label.letter, values, frame));
    drawHeld(scene, side, quantity, cell.layer, field);
    drawLabel(scene, field, label, cell.quantity(quantity, t)[unit], below);
  };
  const gates = { forget_gate: at.forget, input_gate: at.input, candidate: at.candidate, output_gate: at.output };
  for (const [quantity, field] of Object.entries(gates)) {
    const label = { letter: letter("lstm", quantity), name: scene.words[`short_${quantity}`] };
    computed(field, quantity, label, true, pal.ghost);
  }
  computed(at.newCell, "cell", { letter: "c", index: "t" }, false, pal[side]);
  computed(at.newHidden, "hidden", { letter: "h", index: "t" }, true, pal[side]);
}

/** While the cell moves on, its new numbers appear over those of the step before. */
function drawChange({ pen, moving, progress }, cell, t, quantity, drawValues) {
  const last = cell.reversed ? t + 1 : t - 1;
  if (moving && last >= 0 && last < cell.steps) drawValues(cell.quantity(quantity, last));
  pen.faded(moving ? part(progress, 0.2, 1) : 1, () => drawValues(cell.quantity(quantity, t)));
}

/** (4) and (6): the belt of c, the gates that act on it, and the way down to h. */
function drawFlow({ pen, pal, lensSide, trace }, at) {
  const belt = at.oldCell.y + at.oldCell.h / 2;
  const accent = pal[trace.backward ? lensSide : "forward"];
  pen.arrow(
    [
      [at.oldCell.x + at.oldCell.w, belt],
      [at.newCell.x - 2, belt],
    ],
    accent,
    3.5,
    { head: 6 },
  );
  const wire = pal.ink3;
  const sum = (centre(at.input) + centre(at.candidate)) / 2;
  const gap = at.forget.y - belt;
  const product = belt + gap * 0.8;
  pen.arrow(
    [
      [centre(at.forget), at.forget.y],
      [centre(at.forget), belt + 12],
    ],
    wire,
  );
  pen.line(
    [
      [centre(at.input), at.input.y],
      [centre(at.input), product],
      [sum - 11, product],
    ],
    wire,
    1.6,
  );
  pen.line(
    [
      [centre(at.candidate), at.candidate.y],
      [centre(at.candidate), product],
      [sum + 11, product],
    ],
    wire,
    1.6,
  );
  pen.arrow(
    [
      [sum, product - 11],
      [sum, belt + 12],
    ],
    wire,
  );
  const down = centre(at.newCell);
  const out = at.output.y + at.output.h / 2;
  pen.line(
    [
      [at.output.x + at.output.w, out],
      [down - 11, out],
    ],
    wire,
    1.6,
  );
  pen.line(
    [
      [down, at.newCell.y + at.newCell.h + 8],
      [down, out - 11],
    ],
    wire,
    1.6,
  );
  pen.arrow(
    [
      [down, out + 11],
      [down, at.newHidden.y - 6],
    ],
    wire,
  );
  pen.text("tanh", down + 14, out - 14, { size: 13, colour: pal.ink2 });
  node(pen, pal, centre(at.forget), belt, "×");
  node(pen, pal, sum, belt, "+");
  node(pen, pal, sum, product, "×");
  node(pen, pal, down, out, "×");
}

function node(pen, pal, x, y, sign) {
  pen.dot(x, y, 11, pal.bg);
  pen.frame(x - 11, y - 11, 22, 22, pal.ink2, 1.4, 11);
  const r = sign === "×" ? 4 : 4.6;
  const d = sign === "×" ? r : 0;
  pen.line(
    [
      [x - r, y - d],
      [x + r, y + d],
    ],
    pal.ink,
    1.8,
  );
  pen.line(
    [
      [x - d, y + r],
      [x + d, y - r],
    ],
    pal.ink,
    1.8,
  );
}

/** The peepholes of (1), (2) and (5), always dotted. */
function drawPeepholes({ pen, pal, words }, at) {
  const dotted = { dash: [2, 4], head: 4.5 };
  const y = at.forget.y - Math.min(12, (at.forget.y - at.oldCell.y - at.oldCell.h) / 3);
  const out = at.oldCell.x + at.oldCell.w * 0.86;
  const gate = at.forget.y + at.forget.h / 2;
  const clear = centre(at.forget);
  const branch = at.forget.x - 16;
  const entry = at.input.x - 13;
  pen.line(
    [
      [out, at.oldCell.y + at.oldCell.h],
      [out, y],
      [clear - 9, y],
    ],
    pal.ink,
    1.8,
    dotted.dash,
  );
  pen.arrow(
    [
      [branch, y],
      [branch, gate],
      [at.forget.x - 2, gate],
    ],
    pal.ink,
    1.8,
    dotted,
  );
  pen.line(
    [
      [clear + 9, y],
      [entry, y],
    ],
    pal.ink,
    1.8,
    dotted.dash,
  );
  pen.arrow(
    [
      [entry, y],
      [entry, gate],
      [at.input.x - 2, gate],
    ],
    pal.ink,
    1.8,
    dotted,
  );
  const from = at.newCell.x + at.newCell.w * 0.12;
  pen.arrow(
    [
      [from, at.newCell.y + at.newCell.h],
      [from, y],
      [centre(at.output), y],
      [centre(at.output), at.output.y - 2],
    ],
    pal.ink,
    1.8,
    dotted,
  );
  const style = { size: 13, weight: 700, colour: pal.ink, align: "center" };
  pen.text(words.peephole, (clear + 9 + Math.max(entry, at.input.x + 20)) / 2 + 14, y - 7, style);
  pen.text(words.peephole, (centre(at.output) + from) / 2, y - 7, style);
}

/** What the cell reads, x or the state of the layer below, and the old h go into all four. */
function drawInputs({ pen, pal, trace, moving, progress }, at, t, layer) {
  const y = at.oldHidden.y + Math.min(8, at.oldHidden.h / 3);
  const targets = [at.forget, at.input, at.candidate, at.output];
  pen.line(
    [
      [at.oldHidden.x + at.oldHidden.w, y],
      [centre(at.output), y],
    ],
    pal.ghost,
    2,
  );
  for (const field of targets) {
    pen.arrow(
      [
        [centre(field), y],
        [centre(field), Math.min(y - 8, field.y + field.h + 24)],
      ],
      pal.ghost,
      2,
      { head: 5 },
    );
  }
  const x = at.forget.x + 4;
  const foot = at.oldHidden.y + at.oldHidden.h - 8;
  pen.line(
    [
      [x, y],
      [x, foot - 6],
    ],
    pal.ghost,
    2,
  );
  pen.faded(moving ? part(progress, 0, 0.6) : 1, () => {
    const read = inputLetter(layer, false);
    const style = { size: 15, symbol: true };
    pen.text(read, x - 4, foot + 10, { ...style, colour: pal.ink2 });
    pen.text(trace.source.tokens[t], x + Math.max(9, pen.width(read, style) + 1), foot + 10, {
      size: 17,
      weight: 700,
      colour: pal.ink,
      most: 160,
    });
  });
}

function drawUnits(scene, { x, y, w, h }, quantity, sign, values, frame) {
  const { pen, pal, colours, unit } = scene;
  drawField(pen, values, colours.of(quantity), x, y, w, h);
  pen.frame(x - 1, y - 1, w + 2, h + 2, frame, 1, 2);
  const box = unitBox(unit, values.length, x, y, w, h, pen.px);
  pen.frame(box.x - 3, box.y - 3, box.w + 6, box.h + 6, pal.bg, 1.5, 0);
  pen.frame(box.x - 1.5, box.y - 1.5, box.w + 3, box.h + 3, pal.ink, 1.8, 0);
  pen.frame(box.x + 0.3, box.y + 0.3, box.w - 0.6, box.h - 0.6, pal.bg, 1, 0);
  scene.hit({ x, y, w, h, kind: "field", letter: sign, values });
}

/** What an edit holds has a dashed frame: the whole field, or the unit. */
function drawHeld({ pen, pal, edits, unit }, side, quantity, layer, { x, y, w, h }) {
  const held = edits.held(side, quantity, null, layer);
  if (!held || (held.units && !held.units.includes(unit))) return;
  pen.line(
    [
      [x - 4, y - 4],
      [x + w + 4, y - 4],
      [x + w + 4, y + h + 4],
      [x - 4, y + h + 4],
      [x - 4, y - 4],
    ],
    pal.ink,
    1.4,
    [5, 3],
  );
}

/** Letter with its index, name, and the value of the selected unit, centred over or under a field. */
function drawLabel({ pen, pal }, field, { letter: sign, index = "", name = "" }, value, below) {
  const y = below ? field.y + field.h + 16 : field.y - 7;
  const parts = [
    { text: sign, size: 18, symbol: true, colour: pal.ink },
    { text: index, size: 12, symbol: true, colour: pal.ink, drop: 4 },
    { text: name, size: 14, colour: pal.ink2, gap: name ? 5 : 0 },
    { text: fixed(value), size: 14, weight: 700, colour: pal.ink, gap: 6 },
  ];
  const widths = parts.map((item) => pen.width(item.text, item) + (item.gap ?? 0));
  let x = centre(field) - widths.reduce((a, b) => a + b, 0) / 2;
  parts.forEach(({ text, drop = 0, gap = 0, ...style }, i) => {
    pen.text(text, x + gap, y + drop, style);
    x += widths[i];
  });
}

/** All quantities of a cell side by side, without wires. */
function drawGrid(scene, cell, t, box, accent) {
  const { pen, pal, words, unit } = scene;
  const across = Math.min(3, Math.ceil(cell.quantities.length / 2));
  const down = Math.ceil(cell.quantities.length / across);
  const step = { x: box.w / across, y: box.h / down };
  const w = Math.max(8, Math.floor(((step.x - 13) * pen.px) / 8) * 8) / pen.px;
  const h = Math.max(6, Math.floor((Math.min(96, step.y - 26) * pen.px) / 6) * 6) / pen.px;
  cell.quantities.forEach((quantity, place) => {
    const x = pen.snap(box.x + (place % across) * step.x + (step.x - w) / 2);
    const y = pen.snap(box.y + Math.floor(place / across) * step.y + 20);
    const frame = quantity === "hidden" || quantity === "cell" ? accent : pal.ghost;
    const sign = letter(cell.kind, quantity);
    drawChange(scene, cell, t, quantity, (values) => drawUnits(scene, { x, y, w, h }, quantity, sign, values, frame));
    pen.text(sign, x, y - 6, { size: 18, symbol: true, colour: pal.ink });
    pen.text(words[`short_${quantity}`], x + 14, y - 6, { size: 14, colour: pal.ink2 });
    const name = pen.width(words[`short_${quantity}`], { size: 14 });
    pen.text(fixed(cell.quantity(quantity, t)[unit]), x + 20 + name, y - 6, { size: 14, weight: 700, colour: pal.ink });
  });
}
