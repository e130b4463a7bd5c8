/** One token as a picture prints it: its size and weight, turned where it is too wide, struck through where wrong. */

import { WORD } from "../data/player.js";

/** @import { Columns, Scene } from "../types.js" */
/** @import { Pen } from "./pen.js" */

/**
 * `most` is how wide it may be; `turn` which way it is turned, if it is.
 * @typedef {{
 *   size: number, colour: string, most: number, bold?: boolean, weight?: number, turn?: "up" | "down" | null,
 *   unknown?: boolean, strike?: boolean,
 * }} TokenStyle
 */

const TURN = (-52 * Math.PI) / 180;

/**
 * One size for a whole row: 15, or 13 where a word exceeds the pitch.
 * @param {Pen} pen
 * @param {string[]} tokens
 * @param {number} pitch
 */
export function sizeOf(pen, tokens, pitch) {
  return tokens.some((token) => pen.width(token, { size: 15 }) > pitch) ? 13 : 15;
}

/**
 * The width of the widest token, as a phone prints it.
 * @param {Pen} pen
 * @param {string[]} tokens
 */
export function widestOf(pen, tokens) {
  return Math.max(0, ...tokens.map((token) => pen.width(token, { size: 14 })));
}

/**
 * On a phone tokens are turned where one of them would not fit its column.
 * @param {Scene} scene
 * @param {Columns} columns
 * @param {"up" | "down"} way
 */
export function turned({ L }, columns, way) {
  return L.phone && columns.turned ? way : null;
}

/**
 * Draws one token, its baseline at y.
 * @param {Scene} scene
 * @param {string} text
 * @param {number} x
 * @param {number} y
 * @param {TokenStyle} style
 */
export function drawToken(scene, text, x, y, { size, bold, colour, weight, most, turn, unknown, strike }) {
  const { pen, pal } = scene;
  const large = { size: size === 15 ? 17 : 14, weight: 700 };
  const fits = turn || pen.width(text, large) <= most;
  const style = bold ? { ...large, size: fits ? large.size : size } : { size, weight: weight ?? 400 };
  if (turn) {
    pen.text(text, x + 4, y, { ...style, colour, turn: TURN, align: turn === "up" ? "left" : "right", most: 64 });
    return;
  }
  const width = Math.min(pen.width(text, style), most);
  if (unknown) pen.fill(x - width / 2 - 4, y - 14, width + 8, 19, pal.warnTint, 3);
  pen.text(text, x, y, { ...style, colour: unknown ? pal.warn : colour, align: "center", most });
  if (strike)
    pen.line(
      [
        [x - width / 2, y + 3.5],
        [x + width / 2, y + 3.5],
      ],
      colour,
      1.3,
    );
}

/** How much is seen of a token that is still to come. */
export const AHEAD = 0.5;

/**
 * Whether tokens that are still to come are seen as well: beside the run before a change, unless they are guessed.
 * @param {Scene} scene
 */
export function foretells({ other, original, trace }) {
  return other !== null && original && !trace.header.predict;
}

/**
 * How many output tokens can be seen: the current one from sub-step 5 on.
 * @param {Scene} scene
 */
export function written({ encoding, index, sub }) {
  return encoding ? 0 : index + (sub === WORD ? 1 : 0);
}
