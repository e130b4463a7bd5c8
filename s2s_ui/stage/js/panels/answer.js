/**
 * The line with the whole output, as people write it, and its probability, at every step; the part that is not written
 * yet is pale. With the run before a change, it shows both outputs, or says that they are equal.
 */

import { h, say } from "../draw/dom.js";
import { chance, chanceText, difference, reached, stretches } from "../data/answer.js";

/** @import { Cast, Cursor, Trace, Words } from "../types.js" */
/** @import { Run } from "../data/payload.js" */
/** @import { Timeline } from "../data/player.js" */

/** @typedef {{ count: number, now: boolean }} Reached */
/** @typedef {{ trace: Trace, cast: Cast, run: Run, timeline: Timeline, cursor: Cursor, words: Words }} Shown */

/** One line over the picture. */
export class Answer {
  constructor() {
    this.name = h("span", { class: "answer-name" });
    this.text = h("p", { class: "answer-text" });
    this.spoken = h("span", { class: "answer-spoken", "aria-live": "polite" }); // only where the words have changed
    this.element = h("div", { class: "answer" }, this.name, this.text, this.spoken);
    this.drawn = "";
  }

  /** @param {Shown} shown */
  update({ trace, cast, run, timeline, cursor, words }) {
    const at = reached(timeline, cursor);
    const covered = trace.header.predict && !timeline.isLast(cursor);
    const drawn = JSON.stringify([trace.id, trace.runs.indexOf(run), at, covered, words.answer]);
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    this.name.textContent = words.answer;
    const told = covered ? uncovered(run, at) : parts(cast, run, at, words).flatMap((part) => [part, " "]);
    this.text.replaceChildren(...told);
    say(this.spoken, this.text.textContent ?? "");
  }
}

/**
 * While the next token has to be guessed: only the part written so far, without hints about the rest.
 * @param {Run} run
 * @param {Reached} at
 */
const uncovered = (run, at) => written(stretches(run, at).filter(({ state }) => state !== "ahead"));

/**
 * @param {Cast} cast
 * @param {Run} run
 * @param {Reached} at
 * @param {Words} words
 */
function parts({ shown, other, forced, original }, run, at, words) {
  if (other && original) return changed(other, shown, at, words);
  if (forced && other) {
    const name = (/** @type {string} */ text) => h("span", { class: "answer-run" }, text);
    const reference = h("span", { class: "whole" }, shown.referenceAnswer);
    return [
      name(words.free_run),
      ...whole(other, at, words),
      name(words.reference),
      reference,
      probability([shown], at),
    ];
  }
  return whole(run, at, words);
}

/**
 * @param {Run} run
 * @param {Reached} at
 * @param {Words} words
 */
function whole(run, at, words) {
  return [answered(run, at, words), probability([run], at)];
}

/**
 * @param {Run} before
 * @param {Run} after
 * @param {Reached} at
 * @param {Words} words
 */
function changed(before, after, at, words) {
  const both = probability([before, after], at);
  if (before.answer === after.answer)
    return [answered(after, at, words), h("span", { class: "same" }, words.same_answer), both];
  const sides = [
    answered(before, at, words, difference(before.answer, after.answer)),
    answered(after, at, words, difference(after.answer, before.answer)),
  ];
  return [h("span", { class: "change" }, sides[0], " → ", sides[1]), both];
}

/**
 * @param {Run} run
 * @param {Reached} at
 * @param {Words} words
 * @param {[first: number, last: number]} [differing]
 */
function answered(run, at, words, differing) {
  const text = run.answer ? written(stretches(run, at, differing)) : [h("i", {}, words.empty_answer)];
  return h("span", { class: "whole" }, ...text);
}

/** @param {import("../data/answer.js").Stretch[]} found */
function written(found) {
  return found.map(({ text, state, differs }) => h("span", { class: differs ? `${state} differs` : state }, text));
}

/**
 * The probability of an answer, or before and after a change; of the reference where one was fed.
 * @param {Run[]} runs
 * @param {Reached} at
 */
function probability(runs, { count }) {
  const ended = runs.every((run) => count >= run.length);
  const of = runs[0].forced ? "p(y*)" : "p";
  const numbers = runs.map((run) => chanceText(chance(run))).join(" → ");
  return h("span", { class: ended ? "answer-p" : "answer-p ahead" }, `${of} = ${numbers}`);
}
