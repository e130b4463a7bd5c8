/** (12) in the inspector: the most probable next tokens, and the reference's where there is one. */

import { h, say, show } from "../draw/dom.js";
import { probability } from "../data/format.js";
import { fill } from "../data/words.js";

/** The most probable tokens; the reference's or a forced one takes the last place if it is not among them. */
export function likely(run, t, most, pinned) {
  const list = run.top[t]
    .map((token, i) => ({ token, id: run.top_ids[t][i], p: run.probability.at(t)[i] }))
    .slice(0, most);
  if (!run.forced) {
    if (pinned && !list.some(({ token }) => token === run.tokens[t])) {
      list[list.length - 1] = { token: run.tokens[t], id: pinned.values[0], p: run.written[t] };
    }
    return list;
  }
  const reference = { token: run.reference[t], p: Math.exp(run.logProb[t]), reference: true };
  const known = list.find((item) => item.token === reference.token);
  if (known) known.reference = true;
  else list[list.length - 1] = reference;
  return list;
}

const GUESSES = 6;

/** What became of a guess. */
function said(guess, token, words) {
  if (guess === null) return null;
  return guess === token ? words.guess_right : fill(words.guess_wrong, { guess });
}

export class Distribution {
  /** `force(t, id)` is called with a token that is clicked. */
  constructor(most, force, guessed = () => {}) {
    this.most = most;
    this.guessed = guessed;
    this.guesses = h("div", { class: "guesses", hidden: "" });
    this.name = h("span", { class: "name" });
    this.later = h("span", { class: "later" });
    this.rows = Array.from({ length: most }, () => {
      const [word, bar, p] = [h("span", { class: "word" }), h("i", { class: "bar" }), h("span", { class: "p" })];
      const row = { word, bar, p, id: null };
      row.element = h(
        "button",
        { type: "button", class: "row", onclick: () => force(this.t, row.id) },
        word,
        h("span", { class: "bars" }, bar),
        p,
      );
      return row;
    });
    this.element = h(
      "section",
      { class: "distribution" },
      h("div", { class: "head" }, h("span", { class: "number" }, "(12)"), this.name, this.later),
      this.guesses,
      ...this.rows.map((row) => row.element),
    );
  }

  /** The likely tokens without their probabilities, in an order that betrays nothing. */
  offerGuesses(tokens) {
    show(this.guesses, tokens.length > 0);
    if (this.offered === tokens.join("\0")) return;
    this.offered = tokens.join("\0");
    this.guesses.replaceChildren(
      ...tokens.map((token) => h("button", { type: "button", onclick: () => this.guessed(this.t, token) }, token)),
    );
  }

  update({ run, t, words, later, edits, editable, guessing, guess = null, count = this.most }) {
    const offered = editable && !run.forced && !guessing;
    this.t = t;
    this.offerGuesses(guessing ? run.top[t].slice(0, GUESSES).toSorted() : []);
    say(this.name, guessing ? words.guess : words.next_token);
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
      const { token, id = null, p, reference } = list[i];
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
