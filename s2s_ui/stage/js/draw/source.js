/** The source tokens, below the lanes; those that are read or looked at stand out. */

import { drawToken, sizeOf, turned } from "./token.js";

/** @import { Scene } from "../types.js" */

const LOOKED = 0.25; // a source word is set in bold from this weight on

/**
 * Source positions that stand out now: read, looked at, or linked by the pointer.
 * @param {Scene} scene
 * @param {number} j
 */
function litSource({ encoding, index, trace, run, sub, highlight }, j) {
  if (highlight.source === j) return true;
  if (encoding) return j === index || (trace.backward !== null && j === trace.length - 1 - index);
  if (!run.weights || (sub < 2 && highlight.row === null)) return false;
  const t = highlight.row ?? index;
  return run.weights.at(t)[j] >= LOOKED || run.focus(t) === j;
}

/**
 * Draws the source tokens that are in sight.
 * @param {Scene} scene
 */
export function drawSource(scene) {
  const { pen, L, pal, trace } = scene;
  const { tokens, unknown } = trace.source;
  const size = L.phone ? 14 : sizeOf(pen, tokens, L.source.pitch);
  const turn = turned(scene, L.source, "down");
  const y = L.token.source + (L.phone && !turn ? 10 : 0);
  for (let j = L.source.first; j <= L.source.last; j++) {
    /** @param {number} t */
    const bold = litSource(scene, j);
    drawToken(scene, tokens[j], L.source.x(j), y, {
      size,
      bold,
      colour: bold ? pal.ink : pal.ink2,
      most: L.source.pitch + 6,
      turn,
      unknown: unknown[j],
    });
    const top = L.phone ? L.forward.top + L.forward.height + 4 : y - 16;
    scene.hit({
      x: L.source.x(j) - L.source.pitch / 2,
      y: top,
      w: L.source.pitch,
      h: L.height - top,
      kind: "source",
      t: j,
    });
  }
  if (L.source.windowed) drawStrip(scene);
}

/**
 * Under a windowed source: all positions as columns of 3 px with their weights, the window framed.
 * @param {Scene} scene
 */
function drawStrip({ pen, L, pal, colours, run, encoding, index, sub, trace }) {
  const y = L.height - (L.phone ? 13 : 8);
  const left = L.source.left + 6;
  const weights = !encoding && sub >= 2 ? run.weights : null;
  for (let j = 0; j < trace.length; j++) {
    pen.fill(left + j * 4, y, 3, 5, pal.line);
    const value = weights ? weights.at(index)[j] : 0;
    if (value >= 0.02) pen.fill(left + j * 4, y, 3, 5, colours.attention(value));
    else if (encoding && (j === index || (trace.backward && j === trace.length - 1 - index))) {
      pen.fill(left + j * 4, y, 3, 5, j === index ? pal.forward : pal.backward);
    }
  }
  pen.frame(left + L.source.first * 4 - 2, y - 2, L.source.shown * 4 + 3, 9, pal.ink3, 1, 2);
}
