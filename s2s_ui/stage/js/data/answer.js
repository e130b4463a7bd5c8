/** The whole output of a run, as people write it: the part that is written so far, and how a change affected it. */

import { WORD } from "./player.js";
import { fixed } from "./format.js";

/** @import { Cursor } from "../types.js" */
/** @import { Run } from "./payload.js" */
/** @import { Timeline } from "./player.js" */

/** A stretch of an answer: written before, just written, or not written yet; `differs` from the other answer. */
/** @typedef {{ text: string, state: "done" | "now" | "ahead", differs: boolean }} Stretch */

/**
 * (16): the probability of all tokens together, of the reference where the run was fed one.
 * @param {Pick<Run, "logProb">} run
 */
export function chance({ logProb }) {
  return Math.exp(logProb.reduce((sum, term) => sum + term, 0));
}

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/**
 * The probability of a whole answer: three decimals, or powers of ten, because the terms of a long one multiply.
 * @param {number} p
 * @returns {string}
 */
export function chanceText(p) {
  if (p >= 0.0005 || p === 0) return fixed(p, 3);
  const exponent = Math.floor(Math.log10(p));
  const power = [...String(-exponent)].map((digit) => SUPERSCRIPTS[Number(digit)]).join("");
  return `${(p / 10 ** exponent).toFixed(1)}·10⁻${power}`;
}

/**
 * How many tokens of a run are written, the last of them just now or not.
 * @param {Timeline} timeline
 * @param {Cursor} cursor
 */
export function reached(timeline, cursor) {
  if (timeline.isEncoder(cursor)) return { count: 0, now: false };
  const written = cursor.sub === WORD;
  return { count: timeline.index(cursor) + (written ? 1 : 0), now: written };
}

/**
 * The range of characters in which two answers differ.
 * @param {string} one
 * @param {string} other
 * @returns {[first: number, last: number]} of `one`, the last one excluded
 */
export function difference(one, other) {
  const [mine, its] = [[...one], [...other]];
  const least = Math.min(mine.length, its.length);
  let first = 0;
  while (first < least && mine[first] === its[first]) first++;
  let tail = 0;
  while (tail < least - first && mine[mine.length - 1 - tail] === its[its.length - 1 - tail]) tail++;
  return [first, mine.length - tail];
}

/**
 * An answer in stretches, in their order. A character of which some tokens are written is being written now.
 * @param {Pick<Run, "answer" | "spans">} run
 * @param {{ count: number, now: boolean }} at
 * @param {[first: number, last: number]} differing
 * @returns {Stretch[]}
 */
export function stretches({ answer, spans }, { count, now }, [first, last] = [0, 0]) {
  const characters = [...answer];
  /** @type {(Stretch["state"] | null)[]} */
  const states = characters.map(() => null);
  spans.forEach(([start, stop], t) => {
    const state = t >= count ? "ahead" : now && t === count - 1 ? "now" : "done";
    for (let i = start; i < stop; i++) states[i] = (states[i] ?? state) === state ? state : "now";
  });
  // A space that no token has is written with what stands before it.
  states.forEach((state, i) => (states[i] = state ?? states[i - 1] ?? "ahead"));
  /** @type {Stretch[]} */
  const found = [];
  characters.forEach((character, i) => {
    const differs = i >= first && i < last;
    const open = found[found.length - 1];
    if (open && open.state === states[i] && open.differs === differs) open.text += character;
    else found.push({ text: character, state: states[i] ?? "ahead", differs });
  });
  return found;
}
