/**
 * The loom: source words are columns, each output step adds one row of weights over them, stacked upward; from the
 * current row strands rise to the context. Scores (13), weights (14) and the weighted sum (15) are one picture.
 */

import { fixed, weight } from "../data/format.js";
import { attends } from "../data/payload.js";

/** @import { AttendingScene, Scene } from "../types.js" */

/** @typedef {ReturnType<typeof currentBand>} CurrentBand */

const PRINTED = 0.05;
const GREY = 0.02;
const HELD = [5, 3];
const BAR = { width: 18, height: 26 };

/**
 * Draws the weights of all steps so far.
 * @param {Scene} scene
 */
export function drawLoom(scene) {
  if (!looks(scene)) {
    if (scene.shows("context")) drawFixedContext(scene);
    return;
  }
  if (!scene.shows("attention")) return;
  const band = currentBand(scene);
  drawPanel(scene, band);
  if (scene.sub >= 3 || scene.highlight.row !== null) drawStrands(scene, band);
  drawBand(scene, band);
  drawPastRows(scene, band);
}

/**
 * @param {Scene} scene
 * @returns {scene is AttendingScene}
 */
function looks(scene) {
  return attends(scene.run);
}

/**
 * The past rows that fit, and the box of the current row above them.
 * @param {Scene} scene
 */
export function currentBand({ L, index, moving, progress }) {
  const shown = Math.min(index, L.loom.fitting);
  const rising =
    moving && moving.from.step !== moving.to.step && index > 0 && index <= L.loom.fitting ? 1 - progress : 0;
  const bottom = L.loom.bottom - (shown - rising) * L.loom.row - (L.phone ? 1 : 2);
  const top = bottom - L.loom.current + 2;
  return { shown, top, bottom, base: L.phone || L.low ? bottom - 1 : top + 38 };
}

/**
 * @param {AttendingScene} scene
 * @param {CurrentBand} band
 */
function drawPastRows(scene, { shown }) {
  const { pen, L, pal, colours, run, index, highlight, forced } = scene;
  const inset = L.phone ? 1 : 2;
  for (let i = 0; i < shown; i++) {
    const t = index - shown + i;
    const y = L.loom.bottom - (i + 1) * L.loom.row;
    const h = L.loom.row - inset;
    const row = run.weights.at(t);
    const fresh = t === index - 1 && scene.moving && scene.moving.from.step !== scene.moving.to.step;
    for (let j = L.source.first; j <= L.source.last; j++) {
      const x = pen.snap(L.source.x(j) - L.source.pitch / 2 + inset);
      const w = pen.snap(L.source.pitch - 2 * inset);
      pen.faded((highlight.source !== null && highlight.source !== j ? 0.35 : 1) * (fresh ? scene.progress : 1), () => {
        pen.fill(x, y, w, h, colours.attention(row[j]));
        if (row[j] < 0.2) pen.frame(x, y, w, h, pal.line2, 1, 0.5);
      });
      scene.hit({ x, y, w: L.source.pitch, h: L.loom.row, kind: "weight", t, source: j, value: row[j] });
    }
    const lit = highlight.row === t;
    if (lit) {
      const left = L.source.x(L.source.first) - L.source.pitch / 2;
      pen.frame(left, y - 1, L.source.shown * L.source.pitch, h + 2, pal.decoder, 1.6);
    }
    if (!L.phone && !L.low) {
      const label = run === forced && run.reference ? run.reference[t] : run.tokens[t];
      pen.text(label, L.gutter - 8, y + h / 2 + 4.5, {
        size: L.loom.row > 15 ? 13 : 12,
        weight: lit ? 700 : 400,
        colour: pal.ink2,
        align: "right",
        most: L.gutter - 12,
      });
      scene.hit({ x: 0, y, w: L.gutter, h: L.loom.row, kind: "row", t });
    }
  }
}

/**
 * @param {Scene} scene
 * @param {CurrentBand} band
 */
function drawPanel({ pen, L, pal }, { top, bottom }) {
  const left = L.source.x(L.source.first) - L.source.pitch / 2;
  pen.fill(left - 2, top, L.source.shown * L.source.pitch + 4, bottom - top, pal.panel, 3);
}

/**
 * A row that was set by hand has a dashed frame.
 * @param {Scene} scene
 * @param {{ top: number, bottom: number }} band
 */
function drawHeldRow({ pen, L, pal }, { top, bottom }) {
  const left = L.source.x(L.source.first) - L.source.pitch / 2 - 2;
  const right = left + L.source.shown * L.source.pitch + 4;
  pen.line(
    [
      [left, top],
      [right, top],
      [right, bottom],
      [left, bottom],
      [left, top],
    ],
    pal.ink,
    1.2,
    HELD,
  );
}

/**
 * The current row: scores as numbers, over them bars; hollow score bars at sub-step 1, weights from sub-step 2 on.
 * @param {AttendingScene} scene
 * @param {CurrentBand} band
 */
function drawBand(scene, { top, bottom, base }) {
  const { pen, L, pal, run, index, sub, words, highlight, edits } = scene;
  if (sub >= 2 && edits.replaced("weights", index)) drawHeldRow(scene, { top, bottom });
  if (!L.phone) pen.text(words.attention, 0, top + 14, { size: 13, weight: 700, colour: pal.decoder });
  if (!L.phone && !L.low) {
    if (sub >= 2) pen.text("α", L.gutter - 8, base - 1, { size: 14, weight: 700, colour: pal.decoder, align: "right" });
    pen.text(`${words.score} e`, L.gutter - 8, base + 13, { size: 12, colour: pal.ink3, align: "right" });
  }
  const weights = scene.dragged ?? run.weights.at(index);
  const scores = run.scores.at(index);
  const crowd = sub >= 2 && scene.crowd?.output === index ? scene.crowd : null;
  if (crowd && !L.phone) {
    pen.text(words.crowd, L.gutter - 24, base - 1, { size: 12, weight: 700, colour: pal.ink, align: "right" });
  }
  const range = { low: Math.min(...scores), high: Math.max(...scores) };
  for (let j = L.source.first; j <= L.source.last; j++) {
    const dim = highlight.source !== null && highlight.source !== j ? 0.45 : 1;
    pen.faded(dim, () => drawColumn(scene, j, base, weights[j], scores[j], range));
    if (crowd) drawCrowd(scene, j, base, crowd.shares[j] ?? 0);
    scene.hit({
      x: L.source.x(j) - L.source.pitch / 2,
      y: top,
      w: L.source.pitch,
      h: bottom - top,
      kind: "weight",
      t: index,
      source: j,
      value: sub >= 2 ? weights[j] : null,
      score: scores[j],
    });
  }
  if (L.source.windowed && sub >= 2) drawOutside(scene, weights, top);
}

/**
 * @param {Scene} scene
 * @param {number} j
 * @param {number} base
 * @param {number} value
 * @param {number} score
 * @param {{ low: number, high: number }} range
 */
function drawColumn({ pen, L, pal, sub, moving, progress }, j, base, value, score, { low, high }) {
  const x = L.source.x(j);
  const half = L.source.cell / 2;
  const width = Math.min(BAR.width, L.source.pitch - 8);
  pen.line(
    [
      [pen.snap(x - half), base + 0.5],
      [pen.snap(x + half), base + 0.5],
    ],
    pal.line,
  );
  if (!L.phone && !L.low) pen.text(fixed(score, 1), x, base + 13, { size: 12, colour: pal.ink3, align: "center" });
  const hollow = (BAR.height * (score - low)) / Math.max(1e-9, high - low);
  if (sub === 1) {
    const h = hollow * (moving ? progress : 1);
    pen.frame(x - width / 2, base - h, width, h, pal.decoder, 1, 0);
    return;
  }
  const share = moving && sub === 2 ? progress : 1;
  const h = hollow * (1 - share) + BAR.height * value * share;
  if (value * BAR.height >= 0.4 || share < 1) pen.fill(x - width / 2, base - h, width, h, pal.decoder);
  if (value >= PRINTED && share > 0.6) {
    pen.text(weight(value), x, base - BAR.height * value - 4, {
      size: 14,
      weight: value >= 0.1 ? 700 : 400,
      colour: pal.ink,
      align: "center",
    });
  }
}

/**
 * Where a class looks, beside where the model looks: a bar in ink, as high as its share.
 * @param {AttendingScene} scene
 * @param {number} j
 * @param {number} base
 * @param {number} share
 */
function drawCrowd({ pen, L, pal }, j, base, share) {
  const x = L.source.x(j) + Math.min(BAR.width, L.source.pitch - 8) / 2 + 1;
  const h = BAR.height * share;
  if (h >= 0.4) pen.fill(pen.snap(x), base - h, Math.max(4, Math.min(8, L.source.pitch / 5)), h, pal.ink);
}

/**
 * What lies outside the window, summed up at either edge.
 * @param {Scene} scene
 * @param {Float32Array | number[]} weights
 * @param {number} top
 */
function drawOutside({ pen, L, pal }, weights, top) {
  const sum = (/** @type {Float32Array | number[]} */ part) => Array.from(part).reduce((a, b) => a + b, 0);
  const before = sum(weights.slice(0, L.source.first));
  const after = sum(weights.slice(L.source.last + 1));
  const left = L.source.x(L.source.first) - L.source.pitch / 2;
  const right = left + L.source.shown * L.source.pitch;
  const style = { size: 12, weight: 700, colour: pal.decoder };
  if (L.source.first > 0) pen.text(`◂ ${weight(before)}`, left + 1, top + 12, style);
  if (L.source.last < L.source.count - 1)
    pen.text(`${weight(after)} ▸`, right - 1, top + 12, { ...style, align: "right" });
}

/**
 * Strands as wide as their weight, from the current row, or from a past one under the pointer.
 * @param {AttendingScene} scene
 * @param {CurrentBand} band
 */
function drawStrands(scene, { base, shown }) {
  const { pen, L, pal, run, index, sub, highlight, moving, progress } = scene;
  const t = highlight.row ?? index;
  const past = t !== index;
  if (!L.output.has(t)) return;
  const weights = (!past && scene.dragged) || run.weights.at(t);
  const x = L.output.x(t);
  const y = L.context.top + L.context.height + 1;
  const rowY = L.loom.bottom - (t - (index - shown) + 1) * L.loom.row;
  const foot = past ? rowY : base;
  const drawn = moving && !past && (sub === 3 || moving.from.step !== moving.to.step) ? progress : 1;
  const order = [...weights.keys()].filter((j) => L.source.has(j)).sort((a, b) => weights[a] - weights[b]);
  pen.clipped(-20, foot - (foot - y) * drawn, L.width + 40, (foot - y) * drawn, () => {
    for (const j of order) {
      const value = weights[j];
      const dim = highlight.source !== null && highlight.source !== j ? 0.2 : 1;
      const bar = past || value < GREY ? 0 : BAR.height * value + (value >= PRINTED ? 18 : 1);
      if (value < GREY) {
        pen.faded(dim, () => pen.curve(x, y, L.source.x(j), foot, highlight.source === j ? pal.ink3 : pal.line, 1));
      } else {
        pen.faded((0.35 + 0.45 * value) * dim, () =>
          pen.curve(x, y, L.source.x(j), foot - bar, pal.decoder, Math.max(0.6, 16 * value)),
        );
      }
    }
  });
  pen.dot(x, y, 3, pal.decoder);
}

/**
 * Without attention every step gets the same context: said, not drawn as if it were looked at.
 * @param {Scene} scene
 */
function drawFixedContext({ pen, L, pal, words, index }) {
  const y = L.context.top + L.context.height + 1;
  const foot = L.loom.bottom - 6;
  const left = L.source.x(L.source.first) - L.source.cell / 2;
  const right = L.source.x(L.source.last) + L.source.cell / 2;
  pen.line(
    [
      [left, foot + 3],
      [left, foot],
      [right, foot],
      [right, foot + 3],
    ],
    pal.ghost,
    1.6,
  );
  if (L.output.has(index)) pen.curve((left + right) / 2, foot, L.output.x(index), y + 2, pal.ghost, 1.6);
  const style = { size: 14, colour: pal.ink2, most: right - left };
  const [middle, line] = [(left + right) / 2, foot - 28];
  const width = pen.width(words.fixed_context, style);
  pen.fill(middle - width / 2 - 8, line - 15, width + 16, 21, pal.bg);
  pen.text(words.fixed_context, middle, line, { ...style, align: "center" });
}
