/** The wires inside the lens, (1)-(6): where its fields lie, the belt of c, the peepholes, x and the old h. */

import { inputLetter } from "../data/symbols.js";
import { part } from "./motion.js";

/** @import { Box, Scene } from "../types.js" */
/** @import { Pen } from "./pen.js" */

/** @typedef {ReturnType<typeof places>} Fields */

/**
 * Sizes and places inside the lens; across in shares of 680, as it is designed.
 * @param {Box} box
 * @param {number} px
 */
export function places(box, px) {
  const across = box.w / 680;
  const w = Math.max(8, Math.floor((88 * Math.min(1.4, across) * px) / 8) * 8) / px;
  const h = Math.max(6, Math.floor((Math.min(w * 0.56, (box.h - 130) / 3) * px) / 6) * 6) / px;
  const x = (/** @type {number} */ at) => box.x + at * across;
  const top = box.y + 24;
  const bottom = box.y + box.h - 24 - h;
  const middle = (top + bottom) / 2 + 3;
  /**
   * @param {number} left
   * @param {number} y
   */
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

/**
 * The middle of a field, across.
 * @param {Box} field
 */
export const centre = (field) => field.x + field.w / 2;

/**
 * (4) and (6): the belt of c, the gates that act on it, and the way down to h.
 * @param {Scene} scene
 * @param {Fields} at
 */
export function drawFlow({ pen, pal, lensSide, trace }, at) {
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

/**
 * @param {Pen} pen
 * @param {Scene["pal"]} pal
 * @param {number} x
 * @param {number} y
 * @param {string} sign
 */
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

/**
 * The peepholes of (1), (2) and (5), always dotted.
 * @param {Scene} scene
 * @param {Fields} at
 */
export function drawPeepholes({ pen, pal, words }, at) {
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
  const style = { size: 13, weight: 700, colour: pal.ink, align: /** @type {const} */ ("center") };
  pen.text(words.peephole, (clear + 9 + Math.max(entry, at.input.x + 20)) / 2 + 14, y - 7, style);
  pen.text(words.peephole, (centre(at.output) + from) / 2, y - 7, style);
}

/**
 * What the cell reads, x or the state of the layer below, and the old h go into all four.
 * @param {Scene} scene
 * @param {Fields} at
 * @param {number} t
 * @param {number} layer
 */
export function drawInputs({ pen, pal, trace, moving, progress }, at, t, layer) {
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
