/** Rows over the output: the run beside the shown one, and reference, loss and prediction of a teacher-forced run. */

import { fixed } from "../data/format.js";
import { CELL } from "../data/player.js";
import { fill } from "../data/words.js";
import { AHEAD, drawToken, foretells, sizeOf, written } from "./token.js";

/** @import { ComparedScene, ForcedScene } from "../types.js" */
/** @import { TokenStyle } from "./token.js" */

/**
 * The run beside the shown one, compared by position; what differs is struck through.
 * @param {ComparedScene} scene
 */
export function drawOther(scene) {
  const { pen, L, pal, run, shown, other, forced, compared, parting } = scene;
  const swapped = run === other && !forced;
  const beside = swapped ? shown : other;
  const against = swapped ? other.tokens : compared;
  const count = written(scene);
  const seen = foretells(scene) ? Math.max(shown.length, other.length) : count;
  const size = L.phone ? 12 : sizeOf(pen, beside.tokens, L.output.pitch);
  if (parting !== null && seen > parting && L.output.last >= parting) drawParting(scene, parting, seen);
  for (let t = L.output.first; t <= Math.min(L.output.last, beside.length - 1, seen - 1); t++) {
    const wrong = beside.tokens[t] !== against[t];
    pen.faded(t < count ? 1 : AHEAD, () =>
      drawToken(scene, beside.tokens[t], L.output.x(t), L.rows.other, {
        size,
        colour: wrong ? pal.warn : pal.ink2,
        weight: wrong ? 700 : 400,
        strike: wrong,
        most: L.output.pitch + 2,
      }),
    );
  }
}

/**
 * Reference, loss and prediction of a teacher-forced run.
 * @param {ForcedScene} scene
 */
export function drawRows(scene) {
  const { pen, L, pal, forced, index, encoding } = scene;
  const count = written(scene);
  const bold = (/** @type {number} */ t) => !encoding && t === index;
  const { loss, predicted } = L.rows;
  /** @param {string[]} tokens */
  const sized = (tokens) => (L.phone ? 12 : sizeOf(pen, tokens, L.output.pitch));
  const sizes = { reference: sized(forced.reference), predicted: sized(forced.tokens) };
  /**
   * @param {string} text
   * @param {number} t
   * @param {number} y
   * @param {Omit<TokenStyle, "most">} style
   */
  const word = (text, t, y, style) => drawToken(scene, text, L.output.x(t), y, { most: L.output.pitch + 2, ...style });
  for (let t = L.output.first; t <= L.output.last; t++) {
    if (t < forced.length) drawReference(scene, t, sizes.reference, bold(t), t < count || (!encoding && t <= index));
    if (loss === undefined || predicted === undefined || t >= forced.length) continue;
    const wrong = forced.tokens[t] !== forced.reference[t];
    const style = { size: sizes.predicted, colour: wrong ? pal.warn : pal.ink2, strike: wrong };
    if (t >= count) {
      if (foretells(scene)) pen.faded(AHEAD, () => word(forced.tokens[t], t, predicted, style));
      continue;
    }
    drawLoss(scene, loss, t, bold(t));
    word(forced.tokens[t], t, predicted, { ...style, weight: wrong && bold(t) ? 700 : 400 });
    scene.hit({
      x: L.output.x(t) - L.output.pitch / 2,
      y: 0,
      w: L.output.pitch,
      h: predicted + 8,
      kind: "row",
      t,
      note: wrong ? "by_position" : null,
    });
  }
}

/**
 * @param {ForcedScene} scene
 * @param {number} t
 * @param {number} size
 * @param {boolean} now
 * @param {boolean} reached
 */
function drawReference(scene, t, size, now, reached) {
  const { pen, L, pal, run, index, encoding, sub } = scene;
  const { forced } = scene;
  const x = L.output.x(t);
  const y = L.rows.reference;
  const fed = !encoding && run === forced && t === index - 1 && sub >= CELL && run.fedFrom[index] === "reference";
  drawToken(scene, forced.reference[t], x, y, {
    size,
    bold: false,
    weight: now || fed ? 700 : 400,
    colour: reached ? pal.ink : pal.ink3,
    most: L.output.pitch + 2,
  });
  if (fed) {
    const half = Math.min(L.output.pitch / 2 + 2, pen.width(forced.reference[t], { size, weight: 700 }) / 2 + 9);
    pen.frame(x - half, y - 18, 2 * half, 25, pal.ink, 1.8, 4);
  }
}

/**
 * @param {ForcedScene} scene
 * @param {number} y
 * @param {number} t
 * @param {boolean} now
 */
function drawLoss({ pen, L, pal, forced }, y, t, now) {
  const loss = -forced.logProb[t];
  const most = forced.logProb.reduce((a, b) => Math.max(a, -b), 1);
  const height = Math.max(1, (20 * loss) / most);
  const x = L.output.x(t);
  pen.faded(now ? 1 : 0.55, () => pen.fill(x - 20, y - height, 13, height, pal.decoder));
  pen.text(fixed(loss, 1), x - 2, y, { size: 13, weight: now ? 700 : 400, colour: pal.ink });
}

/**
 * A line through rows and decoder where the two runs first differ.
 * @param {ComparedScene} scene
 * @param {number} parting
 * @param {number} count
 */
function drawParting({ pen, L, pal, words, other, encoding }, parting, count) {
  const x = pen.snap(L.output.x(Math.max(parting, L.output.first)) - L.output.pitch / 2);
  const right =
    L.output.x(Math.max(parting + 1, Math.min(count, other.length, L.output.last + 1)) - 1) + L.output.pitch / 2;
  pen.fill(x, 0, Math.max(0, right - x), L.rows.other + 8, pal.warnTint);
  if (!L.output.has(parting)) return;
  const bottom = L.context.top + L.context.height + (encoding ? 0 : 18); // the lens lies below
  pen.line(
    [
      [x, 0],
      [x, bottom],
    ],
    pal.warn,
    2,
  );
  if (encoding) return;
  const text = fill(words.parting, { k: parting + 1 });
  const width = pen.width(text, { size: 14, weight: 700 });
  if (L.phone) {
    pen.fill(L.width - width - 6, L.decoder.top - 22, width + 6, 17, pal.bg);
    pen.text(text, L.width, L.decoder.top - 9, { size: 14, weight: 700, colour: pal.warn, align: "right" });
    return;
  }
  const before = x - 8 - width > 0;
  pen.text(text, before ? x - 8 : x + 8, bottom - 1, {
    size: 14,
    weight: 700,
    colour: pal.warn,
    align: before ? "right" : "left",
  });
}
