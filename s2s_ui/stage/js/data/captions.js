/** The one sentence that says what is happening, for every place of the cursor. */

import { fixed, percent, probability } from "./format.js";
import { WORD } from "./player.js";
import { fill } from "./words.js";

/** @import { Cursor, Trace, Words } from "../types.js" */
/** @import { Edits } from "./edits.js" */
/** @import { Run } from "./payload.js" */
/** @import { Timeline } from "./player.js" */

const SPREAD = 0.5; // below this largest weight, attention is said to be spread

const COPIES = 0.8; // from this weight on, the same token is said to be copied
const READS = 0.6; // and a whole word to be read, from the letter that is looked at

/**
 * The remark about an output whose attention is sharp, on one token: it copies the token, or reads the word around it.
 * Null if attention is not sharp, or neither is the case.
 * @param {Trace} trace
 * @param {Run} run
 * @param {number} t
 * @returns {{ word: "caption_copies" | "caption_reads", text: string } | null}
 */
export function storyOf(trace, run, t) {
  if (!run.weights) return null;
  const { tokens } = trace.source;
  const focus = run.focus(t);
  const weight = run.weights.at(t)[focus];
  const ends = focus === trace.length - 1 && tokens[focus] === trace.header.words.end;
  if (ends || tokens[focus] === "␣") return null;
  if (tokens[focus] === run.tokens[t]) return weight >= COPIES ? { word: "caption_copies", text: tokens[focus] } : null;
  const { first, last } = wordAround(tokens, focus);
  if (weight < READS || last - first < 2 || !isReadFrom(run, focus, first, last)) return null;
  return { word: "caption_reads", text: tokens.slice(first, last + 1).join("") };
}

/**
 * Whether this is the only letter of its word that any output looks at sharply: then it stands for the word.
 * @param {Run} run
 * @param {number} focus
 * @param {number} first
 * @param {number} last
 */
function isReadFrom({ weights, tokens }, focus, first, last) {
  return tokens.every((_, t) => {
    const row = weights?.at(t) ?? new Float32Array();
    return [...row.subarray(first, last + 1)].every((weight, i) => weight < SPREAD || first + i === focus);
  });
}

/**
 * First and last place of the word of single letters around a place; of what is no letter, just that place.
 * @param {string[]} tokens
 * @param {number} at
 */
function wordAround(tokens, at) {
  const letter = (/** @type {number} */ j) => /^\p{Script=Latin}\p{M}*$/u.test(tokens[j] ?? "");
  let [first, last] = [at, at];
  while (letter(at) && letter(first - 1)) first--;
  while (letter(at) && letter(last + 1)) last++;
  return { first, last };
}

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
  const part = partOf(trace, run, index);
  if (!run.weights) return fill(words.caption_fixed, values) + part;
  if (short) return fill(words.caption_short, values) + part;
  const story = storyOf(trace, run, index);
  if (story) return fill(words[story.word], { ...values, word: story.text }) + part;
  const spread = run.weights.at(index)[run.focus(index)] < SPREAD;
  return fill(spread ? words.caption_spread : words.caption_word, values) + part;
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
