/** How large a stage is shown, and which one of its equations stands under a large picture. */

import { CELL, WORD } from "./player.js";

/** Under which name the browser keeps the size. */
export const SIZE = "size";
/** Under which name it keeps whether captions stand in two languages. */
export const LANGUAGES = "languages";
/** How many times as large as usual. */
export const ZOOMS = [1, 1.5, 2];

/**
 * The size after this one, and after the last the first.
 * @param {number} zoom
 * @param {number} by
 */
export function nextZoom(zoom, by) {
  const at = Math.max(0, ZOOMS.indexOf(zoom)) + by;
  return ZOOMS[(at + ZOOMS.length) % ZOOMS.length];
}

/**
 * What there is to see of a cell, one at a time: its quantities, at a decoder also the attention and the distribution.
 * @param {{ quantities: string[], decoder: boolean, attends: boolean }} cell
 */
export function choices({ quantities, decoder, attends }) {
  return [...(decoder && attends ? ["alignment"] : []), ...quantities, ...(decoder ? ["distribution"] : [])];
}

/**
 * The one that is shown: the chosen one, else what the sub-step is about.
 * @param {string[]} all
 * @param {string | null} chosen
 * @param {{ decoder: boolean, sub: number }} place
 */
export function shownOf(all, chosen, { decoder, sub }) {
  if (chosen !== null && all.includes(chosen)) return chosen;
  if (!decoder) return all[0];
  if (sub < CELL && all.includes("alignment")) return "alignment";
  return sub === WORD ? "distribution" : (all.find((name) => name !== "alignment") ?? all[0]);
}
