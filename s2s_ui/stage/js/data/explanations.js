/**
 * The registry of explanations for every label, symbol and mark of the stage. An `Ask` names one element with its
 * details (side, place, term). The result is a sentence with the current numbers, and the lesson's chapter about it.
 * The sentences come from explanations.py.
 */

import { MARKS } from "./explained_marks.js";
import { NUMBERS } from "./explained_numbers.js";
import { fill } from "./words.js";

/** @import { Cast, Cursor, Trace, View, Words } from "../types.js" */
/** @import { Run } from "./payload.js" */
/** @import { Timeline } from "./player.js" */

/**
 * An element to explain. Each entry of the registry reads the fields that it needs.
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
 * `values` are the values for the sentence's placeholders, or null if there is no explanation; `word` chooses the
 * sentence, if there are several.
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
