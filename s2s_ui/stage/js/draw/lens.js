/**
 * The lens: the cell being read, enlarged, with its wires, equations (1)-(6). The belt on top carries c; it is
 * multiplied by f, then i·c̃ is added; o and tanh(c) give h. Peepholes are dotted: from the old c into f and i, from
 * the new c into o. Where there is no room for wires, and for other cells, the quantities stand side by side.
 */

import { fixed } from "../data/format.js";
import { drawField, unitBox } from "./fingerprint.js";
import { part } from "./motion.js";
import { layerName, layersOf } from "../data/edits.js";
import { letter } from "../data/symbols.js";
import { fill } from "../data/words.js";
import { centre, drawFlow, drawInputs, drawPeepholes, places } from "./wires.js";

/** @import { Cell } from "../data/payload.js" */
/** @import { Box, EncoderSide, Layout, Quantity, Scene } from "../types.js" */

/** @typedef {{ letter: string, index?: string, name?: string }} Label */

const WIRED_HEIGHT = 190;
const WIRED_WIDTH = 560;
const LEAST_ROW = 32; // a letter with its value, and a field under them
const FLAT_WIDTH = 460; // six of them

/**
 * The cell under the lens: which side, which position.
 * @param {Pick<Scene, "trace" | "index" | "lensSide">} scene
 */
export function lensTarget({ trace, index, lensSide }) {
  const side = trace.backward ? lensSide : "forward";
  return { side, t: side === "backward" ? trace.length - 1 - index : index, cell: trace[side] ?? trace.forward };
}

/**
 * A pale wedge from the lens down to its cell; drawn under everything else.
 * @param {Scene} scene
 */
export function drawWedge(scene) {
  const { pen, L, pal } = scene;
  const { side, t } = lensTarget(scene);
  const band = L[side];
  if (L.phone || !band || !L.source.has(t)) return;
  /** @param {number} at */
  const x = L.source.x(t);
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

/**
 * Where the lens lies, with its wires.
 * @param {Pick<Layout, "gutter" | "loom" | "width">} L
 * @returns {Box}
 */
export const lensBox = (L) => ({
  x: L.gutter,
  y: L.loom.top + 20,
  w: L.width - L.gutter - 4,
  h: L.loom.bottom - L.loom.top - 24,
});

/**
 * Whether there is room for the wires of a cell.
 * @param {Pick<Cell, "kind">} cell
 * @param {Box} box
 */
export const isWired = (cell, box) => cell.kind === "lstm" && box.h >= WIRED_HEIGHT && box.w >= WIRED_WIDTH;

/**
 * Draws the cell being read, enlarged.
 * @param {Scene} scene
 */
export function drawLens(scene) {
  const { pen, L, pal, words, trace, unit } = scene;
  const { side, t, cell } = lensTarget(scene);
  const accent = pal[side];
  if (L.phone || L.low) {
    const [left, top] = [L.gutter + 2, L.loom.top + 2];
    drawGrid(scene, cell, t, { x: left, y: top, w: L.width - left - 2, h: L.loom.bottom - top - 4 }, accent);
    return;
  }
  const box = lensBox(L);
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
  if (isWired(cell, box)) drawWired(scene, cell, t, box, side);
  else drawGrid(scene, cell, t, { x: box.x + 14, y: box.y + 4, w: box.w - 28, h: box.h - 10 }, accent);
}

/**
 * @param {Scene} scene
 * @param {Cell} cell
 * @param {number} t
 * @param {Box} box
 * @param {EncoderSide} side
 */
function drawWired(scene, cell, t, box, side) {
  const at = places(box, scene.pen.px);
  drawFlow(scene, at);
  if (scene.peepholes) drawPeepholes(scene, at);
  drawInputs(scene, at, t, cell.layer);
  const before = side === "backward" ? "t+1" : "t−1";
  const { pal, unit } = scene;
  /**
   * @param {Box} field
   * @param {Quantity} quantity
   * @param {Float32Array} values
   * @param {Label} label
   * @param {boolean} below
   * @param {string} frame
   */
  const show = (field, quantity, values, label, below, frame) => {
    drawUnits(scene, field, quantity, label.letter, values, frame);
    drawLabel(scene, field, label, values[unit], below);
  };
  show(at.oldCell, "cell", cell.before("cell", t), { letter: "c", index: before }, false, pal.ghost);
  show(at.oldHidden, "hidden", cell.before("hidden", t), { letter: "h", index: before }, false, pal.ghost);
  /**
   * @param {Box} field
   * @param {Quantity} quantity
   * @param {Label} label
   * @param {boolean} below
   * @param {string} frame
   */
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

/**
 * While the cell moves on, its new numbers appear over those of the step before.
 * @param {Scene} scene
 * @param {Cell} cell
 * @param {number} t
 * @param {Quantity} quantity
 * @param {(values: Float32Array) => void} drawValues
 */
function drawChange({ pen, moving, progress }, cell, t, quantity, drawValues) {
  const last = cell.reversed ? t + 1 : t - 1;
  if (moving && last >= 0 && last < cell.steps) drawValues(cell.quantity(quantity, last));
  pen.faded(moving ? part(progress, 0.2, 1) : 1, () => drawValues(cell.quantity(quantity, t)));
}

/**
 * @param {Scene} scene
 * @param {Box} field
 * @param {Quantity} quantity
 * @param {string} sign
 * @param {Float32Array} values
 * @param {string} frame
 */
function drawUnits(scene, { x, y, w, h }, quantity, sign, values, frame) {
  const { pen, pal, colours, unit } = scene;
  drawField(pen, values, colours.of(quantity), x, y, w, h);
  pen.frame(x - 1, y - 1, w + 2, h + 2, frame, 1, 2);
  const box = unitBox(unit, values.length, x, y, w, h, pen.px);
  pen.frame(box.x - 3, box.y - 3, box.w + 6, box.h + 6, pal.bg, 1.5, 0);
  pen.frame(box.x - 1.5, box.y - 1.5, box.w + 3, box.h + 3, pal.ink, 1.8, 0);
  pen.frame(box.x + 0.3, box.y + 0.3, box.w - 0.6, box.h - 0.6, pal.bg, 1, 0);
  scene.hit({ x, y, w, h, kind: "field", letter: sign, quantity, values });
}

/**
 * What an edit holds has a dashed frame: the whole field, or the unit.
 * @param {Scene} scene
 * @param {EncoderSide} side
 * @param {Quantity} quantity
 * @param {number} layer
 * @param {Box} field
 */
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

/**
 * Letter with its index, name, and the value of the selected unit, centred over or under a field.
 * @param {Scene} scene
 * @param {Box} field
 * @param {Label} label
 * @param {number} value
 * @param {boolean} below
 */
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

/**
 * Where the quantities of a cell stand side by side: in one row where two would overprint, and with their names where
 * the widest of them and its value fit into a column.
 * @param {Box} box
 * @param {{ count: number, low: boolean, px: number, widest: number }} what
 */
export function sideBySide(box, { count, low, px, widest }) {
  const flat = low || (box.h < 2 * LEAST_ROW && box.w >= FLAT_WIDTH);
  const across = flat ? count : Math.min(3, Math.ceil(count / 2));
  const step = { x: box.w / across, y: box.h / Math.ceil(count / across) };
  const w = Math.max(8, Math.floor(((step.x - 13) * px) / 8) * 8) / px;
  const h = Math.max(6, Math.floor((Math.min(96, step.y - 26) * px) / 6) * 6) / px;
  return { across, step, w, h, named: (step.x - w) / 2 + 20 + widest <= step.x };
}

/**
 * All quantities of a cell side by side, without wires.
 * @param {Scene} scene
 * @param {Cell} cell
 * @param {number} t
 * @param {Box} box
 * @param {string} accent
 */
function drawGrid(scene, cell, t, box, accent) {
  const { pen, pal, words, unit, L } = scene;
  /** @param {Quantity} quantity */
  const name = (quantity) => pen.width(words[`short_${quantity}`], { size: 14 });
  const widest = Math.max(...cell.quantities.map(name)) + pen.width(fixed(-0.5), { size: 14, weight: 700 });
  const wanted = { count: cell.quantities.length, low: L.low, px: pen.px, widest };
  const { across, step, w, h, named } = sideBySide(box, wanted);
  cell.quantities.forEach((quantity, place) => {
    const x = pen.snap(box.x + (place % across) * step.x + (step.x - w) / 2);
    const y = pen.snap(box.y + Math.floor(place / across) * step.y + 20);
    const frame = quantity === "hidden" || quantity === "cell" ? accent : pal.ghost;
    const sign = letter(cell.kind, quantity);
    drawChange(scene, cell, t, quantity, (values) => drawUnits(scene, { x, y, w, h }, quantity, sign, values, frame));
    pen.text(sign, x, y - 6, { size: 18, symbol: true, colour: pal.ink });
    if (named) pen.text(words[`short_${quantity}`], x + 14, y - 6, { size: 14, colour: pal.ink2 });
    const beside = x + 20 + (named ? name(quantity) : 0);
    pen.text(fixed(cell.quantity(quantity, t)[unit]), beside, y - 6, { size: 14, weight: 700, colour: pal.ink });
  });
}
