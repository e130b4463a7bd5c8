/** One cell of a lane: where it lies, and how it looks when it is done, current or ahead. */

/** @import { Band, Box, Columns, Scene, Side } from "../types.js" */
/** @import { Lane } from "./fingerprint.js" */
/** @import { Pen } from "./pen.js" */

/** @typedef {"done" | "current" | "ahead"} Done */

/** How far the halo of the current cell reaches. */
export const HALO = 5;

/** How thick the frame of what is current is. */
export const FOCUS = 2.5;

/**
 * The cell that was clicked and is in the inspector now, though it is not the current one.
 * @param {Scene} scene
 * @param {Side} side
 * @param {number} t
 * @param {Box} box
 */
export function drawInspected({ pen, pal, inspected }, side, t, { x, y, w, h }) {
  if (inspected?.side === side && inspected.t === t) pen.frame(x - 4, y - 4, w + 8, h + 8, pal.ink, 1.6, 4);
}

/**
 * Where the cell of a column lies, on whole device pixels.
 * @param {Pen} pen
 * @param {Columns} columns
 * @param {number} at
 * @param {Band} band
 * @returns {Box}
 */
export function boxOf(pen, columns, at, band) {
  return { x: pen.snap(columns.x(at) - columns.cell / 2), y: pen.snap(band.top), w: columns.cell, h: band.height };
}

/**
 * A cell that is not computed yet.
 * @param {Scene} scene
 * @param {Box} box
 */
export function drawEmpty({ pen, pal }, { x, y, w, h }) {
  pen.frame(x - 1, y - 0.5, w + 2, h + 1, pal.line, 1, 3);
}

/**
 * A cell's fingerprint in its frame; `shown` is the share of its opacity.
 * @param {Scene} scene
 * @param {Lane} lane
 * @param {number} t
 * @param {Box} box
 * @param {Done | "context"} state
 * @param {string} colour
 * @param {string | null} tint
 * @param {number} shown
 */
export function drawCell(scene, lane, t, box, state, colour, tint, shown) {
  const { pen } = scene;
  const { x, y, w, h } = box;
  if (state === "ahead") {
    drawEmpty(scene, box);
    return;
  }
  if (state === "current") {
    if (tint) pen.fill(x - HALO, y - HALO, w + 2 * HALO, h + 2 * HALO, tint, 4);
    pen.frame(x - HALO, y - HALO, w + 2 * HALO, h + 2 * HALO, colour, FOCUS, 4);
  }
  pen.faded(shown, () => lane.draw(pen, t, x, y, w, h));
  const thick = state === "context" ? 2 : 1;
  pen.frame(x - thick, y - thick, w + 2 * thick, h + 2 * thick, colour, thick, 2.5);
}
