/**
 * What every label, symbol and mark of the stage is: one registry. An ask names one of them, with what tells it apart
 * (its side, its place, its term); the answer is a sentence with the numbers that stand there now, and the chapter of
 * the lesson that is about it. The sentences are those of explanations.py.
 */

import { MARKS } from "./explained_marks.js";
import { NUMBERS } from "./explained_numbers.js";
import { fill } from "./words.js";

/** @import { Cast, Cursor, Trace, View, Words } from "../types.js" */
/** @import { Run } from "./payload.js" */
/** @import { Timeline } from "./player.js" */

/**
 * What is asked for. Which of these an entry reads is its own affair.
 * @typedef {{
 *   name: string, side?: "forward" | "backward" | "decoder", t?: number, source?: number, quantity?: string,
 *   term?: string, unit?: number | null, value?: number, old?: boolean, first?: number, last?: number, layer?: number,
 *   sub?: number, of?: "source" | "output",
 * }} Ask
 *
 * The stage as an explanation reads it.
 * @typedef {{
 *   trace: Trace, run: Run, cast: Cast, timeline: Timeline, cursor: Cursor, view: View, words: Words, unit: number,
 *   contextUnit: number, speed: number, sentences: Record<string, string>,
 * }} At
 *
 * `values` are what the sentence is filled with, or null where there is nothing to say; `word` is which sentence, where
 * there are several.
 * @typedef {{
 *   chapter: string, values: (at: At, ask: Ask) => Record<string, unknown> | null, word?: (at: At, ask: Ask) => string,
 * }} Entry
 */

/** @type {Record<string, Entry>} */
const REGISTRY = { ...MARKS, ...NUMBERS };

/** The names of all that can be explained. */
export const NAMES = Object.keys(REGISTRY);

/**
 * The sentence for what is asked, and the chapter about it; null where there is nothing to say now.
 * @param {Ask} ask
 * @param {At} at
 * @returns {{ text: string, chapter: string } | null}
 */
export function explain(ask, at) {
  const entry = REGISTRY[ask.name];
  if (!entry) return null;
  const values = entry.values(at, ask);
  if (!values) return null;
  const sentence = at.sentences[entry.word?.(at, ask) ?? ask.name];
  if (sentence === undefined) return null; // they are not unpacked yet
  return { text: fill(sentence, values), chapter: entry.chapter };
}
