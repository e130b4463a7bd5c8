/** The output tokens, above the lanes, each with a bar as long as its probability; and the token that is fed back. */

import { CELL } from "../data/player.js";
import { part } from "./motion.js";
import { foldedDecoder } from "./folded.js";
import { drawOther, drawRows } from "./rows.js";
import { AHEAD, drawToken, foretells, sizeOf, turned, written } from "./token.js";

/** @import { ComparedScene, ForcedScene, Point, Scene } from "../types.js" */

/**
 * Draws everything that stands over the decoder.
 * @param {Scene} scene
 */
export function drawOutput(scene) {
  if (compares(scene)) drawOther(scene);
  if (teaches(scene)) drawRows(scene);
  else if (!scene.encoding || foretells(scene)) drawFreeOutput(scene);
  if (!scene.encoding && scene.shows("decoder")) drawFeed(scene);
}

/**
 * @param {Scene} scene
 * @returns {scene is ComparedScene}
 */
function compares(scene) {
  return scene.other !== null && scene.L.rows !== null;
}

/**
 * @param {Scene} scene
 * @returns {scene is ForcedScene}
 */
function teaches(scene) {
  return scene.forced !== null && scene.L.rows?.reference !== undefined;
}

/** @param {Scene} scene */
function drawFreeOutput(scene) {
  const { pen, L, pal, run, index, highlight, moving, progress } = scene;
  const count = written(scene);
  const size = L.phone ? 14 : sizeOf(pen, run.tokens, L.output.pitch);
  const turn = turned(scene, L.output, "up");
  const ahead = { size, colour: pal.ink2, most: L.output.pitch + 4, turn };
  for (let t = Math.max(L.output.first, count); foretells(scene) && t <= Math.min(L.output.last, run.length - 1); t++)
    pen.faded(AHEAD, () => drawToken(scene, run.tokens[t], L.output.x(t), L.token.output, ahead));
  for (let t = L.output.first; t <= Math.min(L.output.last, count - 1); t++) {
    const now = t === index;
    const share = now && moving ? part(progress, 0.3, 1) : 1;
    const x = L.output.x(t);
    pen.faded(share, () =>
      drawToken(scene, run.tokens[t], x, L.token.output, {
        size,
        bold: now,
        colour: now ? pal.ink : pal.ink2,
        most: L.output.pitch + 4,
        turn,
      }),
    );
    drawBar(scene, x, run.written[t], share);
    if (scene.edits.replaced("token", t)) drawPin(scene, x, run.tokens[t], size);
    if (highlight.row === t) {
      pen.frame(x - L.output.pitch / 2 + 2, L.token.output - 18, L.output.pitch - 4, 24, pal.decoder, 1.6, 4);
    }
    scene.hit({
      x: x - L.output.pitch / 2,
      y: 0,
      w: L.output.pitch,
      h: L.bar.top + 8,
      kind: "row",
      t,
      note: run.written[t] < 0.5 ? "unsure" : null,
    });
  }
  if (!L.phone && !L.low) drawBrackets(scene, count);
}

/**
 * A forced token carries a pin.
 * @param {Scene} scene
 * @param {number} x
 * @param {string} token
 * @param {number} size
 */
function drawPin({ pen, L, pal }, x, token, size) {
  const left = L.phone ? x - 8 : x - pen.width(token, { size, weight: 700 }) / 2 - 9;
  const y = L.token.output - (L.phone ? 8 : 9);
  pen.dot(left, y, 3.2, pal.ink);
  pen.line(
    [
      [left, y],
      [left, y + 9],
    ],
    pal.ink,
    1.6,
  );
}

/**
 * The bar's length is p; below one half it is hollow.
 * @param {Scene} scene
 * @param {number} x
 * @param {number} p
 * @param {number} share
 */
function drawBar({ pen, L, pal }, x, p, share) {
  const left = pen.snap(x - L.output.cell / 2);
  const { top, height } = L.bar;
  pen.fill(left, top, L.output.cell, height, pal.line2);
  const width = L.output.cell * p * share;
  if (p >= 0.5) pen.fill(left, top, width, height, pal.decoder);
  else pen.frame(left, top, Math.max(2, width), height, pal.decoder, 1, 0);
}

/**
 * @param {Scene} scene
 * @param {number} count
 */
function drawBrackets({ pen, L, pal, run }, count) {
  for (const [first, last] of run.words) {
    if (first >= count || !L.output.has(first)) continue;
    const end = Math.min(last, count - 1, L.output.last);
    const [left, right] = [L.output.x(first) - L.output.cell / 2 - 1, L.output.x(end) + L.output.cell / 2];
    const top = L.token.output - 18;
    pen.line(
      [
        [left, top + 4],
        [left, top],
        [right, top],
        [right, top + 4],
      ],
      pal.ink3,
      1,
    );
  }
}

/**
 * Where the token fed to this step stands: below the output's bar, or in its row of the teacher-forced view.
 * @param {Scene} scene
 */
function feedOrigin(scene) {
  const { L, run, other, index } = scene;
  if (!teaches(scene)) return { y: L.bar.top + L.bar.height, forced: false };
  const { rows } = scene.L;
  if (run.fedFrom[index] === "reference") return { y: rows.reference + 12, forced: true, detour: true };
  if (run === other) return { y: rows.other + 6, forced: false, detour: true };
  return { y: (rows.predicted ?? L.token.output) + 8, forced: false };
}

/**
 * The previous token enters the cell: the model's own in violet, the reference's boxed and in ink, (18).
 * @param {Scene} scene
 */
function drawFeed(scene) {
  const { pen, L, pal, run, index, sub, moving, progress } = scene;
  if (index === 0 || sub < CELL || !L.output.has(index) || !L.output.has(index - 1)) return;
  const { y: start, forced, detour } = feedOrigin(scene);
  const from = L.output.x(index - 1);
  const to = L.output.x(index) - Math.min(13, L.output.cell / 3);
  const tip = L.decoder.top - 7;
  const colour = forced ? pal.ink : pal.decoder;
  const middle = (from + L.output.x(index)) / 2;
  const turn = start + (tip - start) * 0.36;
  const line = forced ? 1.8 : 1.6;
  /** @type {Point[]} */
  const path =
    detour && !L.phone
      ? [
          [from, start],
          [from, start + 4],
          [middle, start + 4],
          [middle, tip - 6],
          [to, tip - 6],
          [to, tip],
        ]
      : [
          [from, start],
          [from, turn],
          [to, turn],
          [to, tip],
        ];
  if (run.decoder.layer && !L.phone && !L.low)
    drawFeedBelow(scene, { from, start, turn: detour ? start + 4 : turn, colour, line });
  else pen.elbow(path, colour, line, detour ? 1 : 4);
  if (!moving || sub !== CELL || progress >= 0.7) return;
  const at = part(progress, 0, 0.7);
  const [x, y] = [from + (to - from) * at, start + (tip - start) * at];
  pen.faded(1 - at * 0.6, () => pen.text(run.fed[index], x, y, { size: 13, weight: 700, colour, align: "center" }));
}

/**
 * The token is read by the bottom layer, which lies folded under the shown cell.
 * @param {Scene} scene
 * @param {{ from: number, start: number, turn: number, colour: string, line: number }} way
 */
function drawFeedBelow({ pen, L, index }, { from, start, turn, colour, line }) {
  const edge = L.output.x(index) - L.output.cell / 2;
  const y = foldedDecoder(L).below;
  /** @type {Point[]} */
  const path = [
    [from, start],
    [from, turn],
    [edge - 8, turn],
    [edge - 8, y],
    [edge - 1, y],
  ];
  pen.arrow(path, colour, line, { head: 3.2 });
}
