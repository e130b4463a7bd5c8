/** The one sentence that says what is happening, for every place of the cursor. */

import { fixed, percent, probability } from "./format.js";
import { WORD } from "./player.js";
import { fill } from "./words.js";

/** @import { Cursor, Trace, Words } from "../types.js" */
/** @import { Edits } from "./edits.js" */
/** @import { Run } from "./payload.js" */
/** @import { Timeline } from "./player.js" */

const SPREAD = 0.5; // below this largest weight, attention is said to be spread

/**
 * The caption of a place of the cursor; `short` for a phone.
 * @param {Trace} trace
 * @param {Run} run
 * @param {Timeline} timeline
 * @param {Cursor} cursor
 * @param {Words} words
 * @param {{ short?: boolean, edits?: Edits }} how
 * @returns {string}
 */
export function caption(trace, run, timeline, cursor, words, { short = false, edits } = {}) {
  const index = timeline.index(cursor);
  if (timeline.isEncoder(cursor)) {
    const forward = trace.source.tokens[index];
    const backward = trace.source.tokens[trace.length - 1 - index];
    return fill(trace.backward ? words.caption_both : words.caption_forward, { k: index + 1, forward, backward });
  }
  const values = { k: index + 1, output: run.tokens[index], p: fixed(run.written[index]), fed: run.fed[index] };
  if (run.weights) {
    const focus = run.focus(index);
    const share = run.weights.at(index)[focus];
    Object.assign(values, { source: trace.source.tokens[focus], weight: fixed(share), share: percent(share) });
  }
  if (cursor.sub === WORD && edits?.replaced("token", index) && run.top[index][0] !== run.tokens[index]) {
    const first = { token: run.top[index][0], p: probability(run.probability.at(index)[0]) };
    return fill(words.caption_pinned, {
      ...values,
      p: probability(run.written[index]),
      first: first.token,
      q: first.p,
    });
  }
  if (cursor.sub < WORD) return fill(words[`caption_${cursor.sub}`], values);
  if (run.forced && run.reference) {
    Object.assign(values, { reference: run.reference[index], q: fixed(Math.exp(run.logProb[index])) });
    return fill(words.caption_forced, values);
  }
  return fill(words[wrote(run, index, short)], values) + partOf(trace, run, index);
}

/**
 * Which sentence says what an output looked at and wrote.
 * @param {Run} run
 * @param {number} index
 * @param {boolean} short
 */
function wrote(run, index, short) {
  if (!run.weights) return "caption_fixed";
  if (short) return "caption_short";
  return run.weights.at(index)[run.focus(index)] < SPREAD ? "caption_spread" : "caption_word";
}

/**
 * The syllable or the word that a token is a part of; nothing while what follows is to be guessed.
 * @param {Trace} trace
 * @param {Run} run
 * @param {number} index
 */
function partOf({ header }, { words: groups, answer, spans }, index) {
  const group = groups.find(([first, last]) => first <= index && index <= last);
  if (!group || (header.predict && index < group[1])) return "";
  const written = [...answer].slice(spans[group[0]][0], spans[group[1]][1]).join("");
  return ` · ${written.trim()}`;
}
