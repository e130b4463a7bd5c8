/** (12) in the inspector: the most probable next tokens, and the reference's where there is one. */

import { h, say, show } from "../draw/dom.js";
import { probability } from "../data/format.js";
import { fill } from "../data/words.js";

/** @import { Run } from "../data/payload.js" */
/** @import { Actions } from "./inspector.js" */
/** @import { Header, Inspected, ReplaceEdit, Words } from "../types.js" */

/**
 * A token, its number in the vocabulary where it can be forced, its probability; and whether it is the reference's.
 * @typedef {{ token: string, id: number | null, p: number, reference?: boolean }} Likely
 */

/**
 * The most probable tokens; the reference's or a forced one takes the last place if it is not among them.
 * @param {Run} run
 * @param {number} t
 * @param {number} most
 * @param {ReplaceEdit} [pinned]
 * @returns {Likely[]}
 */
export function likely(run, t, most, pinned) {
  /** @type {Likely[]} */
  const list = run.top[t]
    .map((token, i) => ({ token, id: run.topIds[t][i], p: run.probability.at(t)[i] }))
    .slice(0, most);
  if (!run.forced || !run.reference) {
    if (pinned && !list.some(({ token }) => token === run.tokens[t])) {
      list[list.length - 1] = { token: run.tokens[t], id: pinned.values[0], p: run.written[t] };
    }
    return list;
  }
  const reference = { token: run.reference[t], id: null, p: Math.exp(run.logProb[t]), reference: true };
  const known = list.find((item) => item.token === reference.token);
  if (known) known.reference = true;
  else list[list.length - 1] = reference;
  return list;
}

const GUESSES = 6;

/**
 * What became of a guess.
 * @param {string | null} guess
 * @param {string} token
 * @param {Words} words
 */
function said(guess, token, words) {
  if (guess === null) return null;
  return guess === token ? words.guess_right : fill(words.guess_wrong, { guess });
}

/** The next tokens with their probabilities, a row for each. */
export class Distribution {
  /**
   * @param {number} most
   * @param {Pick<Actions, "force" | "guessed" | "calibrate">} actions
   */
  constructor(most, { force, guessed, calibrate }) {
    this.most = most;
    this.t = 0;
    this.offered = "";
    this.guessed = guessed;
    this.guesses = h("div", { class: "guesses", hidden: "" });
    this.name = h("span", { class: "name" });
    this.temperature = h("button", { type: "button", class: "chip temperature", onclick: calibrate });
    this.later = h("span", { class: "later" });
    this.rows = Array.from({ length: most }, () => {
      const [word, bar, p] = [h("span", { class: "word" }), h("i", { class: "bar" }), h("span", { class: "p" })];
      const element = h("button", { type: "button", class: "row" }, word, h("span", { class: "bars" }, bar), p);
      const row = { element, word, bar, p, id: /** @type {number | null} */ (null) };
      element.addEventListener("click", () => {
        if (row.id !== null) force(this.t, row.id);
      });
      return row;
    });
    this.element = h(
      "section",
      { class: "distribution" },
      h("div", { class: "head" }, h("span", { class: "number" }, "(12)"), this.name, this.temperature, this.later),
      this.guesses,
      ...this.rows.map((row) => row.element),
    );
  }

  /**
   * The likely tokens without their probabilities, in an order that betrays nothing.
   * @param {string[]} tokens
   */
  offerGuesses(tokens) {
    show(this.guesses, tokens.length > 0);
    if (this.offered === tokens.join("\0")) return;
    this.offered = tokens.join("\0");
    this.guesses.replaceChildren(
      ...tokens.map((token) => h("button", { type: "button", onclick: () => this.guessed(this.t, token) }, token)),
    );
  }

  /**
   * The temperature: a button where the page can change it, a note where the probabilities are at it.
   * @param {Pick<Header, "calibration" | "editable">} header
   */
  offerCalibration({ calibration, editable }) {
    show(this.temperature, calibration !== null && (editable || calibration.on));
    if (!calibration) return;
    say(this.temperature, calibration.label);
    this.temperature.title = calibration.said;
    this.temperature.disabled = !editable;
    this.temperature.setAttribute("aria-pressed", String(calibration.on));
  }

  /** @param {Inspected & { later: string | null, count?: number }} view */
  update({ trace, run, t, words, later, edits, editable, guessing, guess = null, count = this.most }) {
    const offered = editable && !run.forced && !guessing;
    this.t = t;
    this.offerGuesses(guessing ? run.top[t].slice(0, GUESSES).toSorted() : []);
    say(this.name, guessing ? words.guess : words.next_token);
    this.offerCalibration(trace.header);
    say(
      this.later,
      guessing ? "" : (later ?? said(guess, run.tokens[t], words) ?? (offered ? words.click_to_force : "")),
    );
    this.element.classList.toggle("pending", later !== null);
    const pinned = edits.replaced("token", t);
    const list = later === null ? likely(run, t, count, pinned) : [];
    this.rows.forEach((row, i) => {
      show(row.element, i < list.length);
      if (i >= list.length) return;
      const { token, id, p, reference } = list[i];
      row.id = id;
      row.element.disabled = !offered || id === null;
      row.element.classList.toggle("pinned", pinned?.values[0] === id);
      row.element.classList.toggle("first", token === run.tokens[t]);
      row.element.classList.toggle("reference", Boolean(reference));
      say(row.word, reference ? `${token} y*` : token);
      row.bar.style.width = `${Math.max(0.6, p * 100)}%`;
      say(row.p, probability(p));
    });
  }
}
