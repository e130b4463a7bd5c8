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
  if (!run.weights) return fill(words.caption_fixed, values);
  if (short) return fill(words.caption_short, values);
  return fill(run.weights.at(index)[run.focus(index)] < SPREAD ? words.caption_spread : words.caption_word, values);
}
