/** Where the inside of the loom and of the lens can be explained: rows, weights, strands; fields, wires, nodes. */

import { isWired, lensBox, lensTarget } from "./lens.js";
import { currentBand } from "./loom.js";
import { centre, places } from "./wires.js";

/** @import { Add, Mark } from "./marks.js" */
/** @import { Box, Scene } from "../types.js" */

const REACH = 5; // how near a point has to be to a thin strand
const NODE = 13;

/**
 * The labels of the current row, what lies outside of the window, the strands; or the context that is always the same.
 * @param {Scene} scene
 * @param {Add} add
 */
export function markLoom(scene, add) {
  const { L, run, index, sub } = scene;
  if (!run.weights) {
    add(L.gutter, L.context.top + L.context.height + 4, L.width - L.gutter, L.loom.bottom - L.context.top - 30, {
      name: "fixed",
    });
    return;
  }
  const { top, bottom, base } = currentBand(scene);
  if (!L.phone) {
    add(0, top + 2, L.gutter - 24, 17, { name: "attention" });
    if (sub >= 2) add(L.gutter - 24, base - 14, 20, 16, { name: "alpha" });
    add(L.gutter - 66, base + 3, 60, 14, { name: "score" });
  }
  const weights = run.weights.at(index);
  if (L.source.windowed && sub >= 2) {
    const sum = (/** @type {Float32Array} */ part) => part.reduce((a, b) => a + b, 0);
    const left = L.source.x(L.source.first) - L.source.pitch / 2;
    const right = left + L.source.shown * L.source.pitch;
    const outside = (/** @type {number} */ x, /** @type {Float32Array} */ part) =>
      part.length && add(x, top + 1, 34, 14, { name: "outside", value: sum(part) });
    outside(left, weights.slice(0, L.source.first));
    outside(right - 34, weights.slice(L.source.last + 1));
  }
  if (sub >= 3 && L.output.has(index)) markStrands(scene, { top, bottom, base }, add);
}

/**
 * Every strand that is more than a hairline, and the hairlines; the thicker ones lie on top.
 * @param {Scene} scene
 * @param {{ top: number, bottom: number, base: number }} band
 * @param {Add} add
 */
function markStrands({ L, run, index }, { top }, add) {
  const weights = run.weights?.at(index);
  if (!weights) return;
  const x0 = L.output.x(index);
  const y0 = L.context.top + L.context.height + 1;
  const order = [...weights.keys()].filter((j) => L.source.has(j)).sort((a, b) => weights[a] - weights[b]);
  for (const j of order) {
    const x1 = L.source.x(j);
    const half = Math.max(REACH, 8 * weights[j]);
    /**
     * @param {number} x
     * @param {number} y
     */
    const near = (x, y) => Math.abs(x - across(x0, x1, (y - y0) / (top - y0))) <= half;
    const left = Math.min(x0, x1) - half;
    add(left, y0, Math.abs(x1 - x0) + 2 * half, top - y0, { name: "strand", t: index, source: j }, near);
  }
}

/**
 * Where a strand is, across, at a share of its height: the curve of the pen.
 * @param {number} from
 * @param {number} to
 * @param {number} height
 */
function across(from, to, height) {
  let [low, high] = [0, 1];
  for (let i = 0; i < 12; i++) {
    const s = (low + high) / 2;
    const y = 3 * s * (1 - s) ** 2 * 0.55 + 3 * s * s * (1 - s) * 0.45 + s ** 3;
    if (y < height) low = s;
    else high = s;
  }
  return from + (to - from) * (3 * low * low - 2 * low ** 3);
}

/**
 * The title of the lens, its labels, wires and nodes.
 * @param {Scene} scene
 * @param {Add} add
 */
export function markLens(scene, add) {
  const { L, pen, words, peepholes, hits } = scene;
  const { cell } = lensTarget(scene);
  const box = lensBox(L);
  if (!L.phone) add(box.x, L.loom.top, box.w, 18, { name: "lens" });
  if (L.phone || !isWired(cell, box)) {
    for (const hit of hits)
      if (hit.kind === "field") add(hit.x, hit.y - 20, hit.w, 19, { name: "quantity", quantity: hit.quantity });
    return;
  }
  const at = places(box, pen.px);
  const belt = at.oldCell.y + at.oldCell.h / 2;
  const sum = (centre(at.input) + centre(at.candidate)) / 2;
  const product = belt + (at.forget.y - belt) * 0.8;
  const down = centre(at.newCell);
  const out = at.output.y + at.output.h / 2;
  const start = at.oldCell.x + at.oldCell.w;
  add(start, belt - 6, at.newCell.x - start, 12, { name: "belt" });
  add(down + 13, out - 28, 40, 18, { name: "tanh" });
  const node = (/** @type {number} */ x, /** @type {number} */ y, /** @type {string} */ name) =>
    add(x - NODE, y - NODE, 2 * NODE, 2 * NODE, { name });
  node(centre(at.forget), belt, "node_forget");
  node(sum, belt, "node_add");
  node(sum, product, "node_input");
  node(down, out, "node_output");
  const y = at.oldHidden.y + Math.min(8, at.oldHidden.h / 3);
  const left = at.oldHidden.x + at.oldHidden.w;
  add(left, y - 5, centre(at.output) - left, 10, { name: "lens_h" });
  add(at.forget.x - 8, y + 6, 120, at.oldHidden.y + at.oldHidden.h - y, { name: "lens_x" });
  if (peepholes) {
    const wire = at.forget.y - Math.min(12, (at.forget.y - at.oldCell.y - at.oldCell.h) / 3);
    const from = at.oldCell.x + at.oldCell.w * 0.86;
    const width = pen.width(words.peephole, { size: 13, weight: 700 });
    add(from - 4, wire - 18, at.input.x + 30 + width - from, 22, { name: "peephole_old" });
    add(from - 5, at.oldCell.y + at.oldCell.h, 10, wire - at.oldCell.y - at.oldCell.h, { name: "peephole_old" });
    const to = at.newCell.x + at.newCell.w * 0.12;
    add(centre(at.output) - 4, wire - 18, to - centre(at.output) + 8, 22, { name: "peephole_new" });
  }
  const label = (/** @type {Box} */ field, /** @type {boolean} */ below, /** @type {string} */ quantity, old = false) =>
    add(field.x - 6, below ? field.y + field.h + 2 : field.y - 22, field.w + 12, 20, {
      name: "quantity",
      quantity,
      old,
    });
  for (const field of [at.oldCell, at.oldHidden]) {
    const quantity = field === at.oldCell ? "cell" : "hidden";
    add(field.x, field.y, field.w, field.h, { name: "quantity", quantity, old: true });
    label(field, false, quantity, true);
  }
  label(at.forget, true, "forget_gate");
  label(at.input, true, "input_gate");
  label(at.candidate, true, "candidate");
  label(at.output, true, "output_gate");
  label(at.newCell, false, "cell");
  label(at.newHidden, true, "hidden");
}

/**
 * Without what has no room.
 * @param {Mark[]} marks
 */
export const compactMarks = (marks) => marks.filter(({ w, h }) => w > 0 && h > 0);
