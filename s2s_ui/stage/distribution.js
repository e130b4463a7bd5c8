/** (12) in the inspector: the most probable next tokens, and the reference's where there is one. */

import { h, say, show } from "./dom.js";
import { probability } from "./format.js";

/** The most probable tokens; the reference's takes the last place if it is not among them. */
export function likely(run, t, most) {
  const list = run.top[t].map((token, i) => ({ token, p: run.probability.at(t)[i] })).slice(0, most);
  if (!run.forced) return list;
  const reference = { token: run.reference[t], p: Math.exp(run.logProb[t]), reference: true };
  const known = list.find((item) => item.token === reference.token);
  if (known) known.reference = true;
  else list[list.length - 1] = reference;
  return list;
}

export class Distribution {
  constructor(most) {
    this.most = most;
    this.name = h("span", { class: "name" });
    this.later = h("span", { class: "later" });
    this.rows = Array.from({ length: most }, () => {
      const [word, bar, p] = [h("span", { class: "word" }), h("i", { class: "bar" }), h("span", { class: "p" })];
      return { element: h("div", { class: "row" }, word, h("span", { class: "bars" }, bar), p), word, bar, p };
    });
    this.element = h("section", { class: "distribution" },
      h("div", { class: "head" }, h("span", { class: "number" }, "(12)"), this.name, this.later),
      ...this.rows.map((row) => row.element));
  }

  update({ run, t, words, later, count = this.most }) {
    say(this.name, words.next_token);
    say(this.later, later ?? "");
    this.element.classList.toggle("pending", later !== null);
    const list = later === null ? likely(run, t, count) : [];
    this.rows.forEach((row, i) => {
      show(row.element, i < list.length);
      if (i >= list.length) return;
      const { token, p, reference } = list[i];
      row.element.classList.toggle("first", token === run.tokens[t]);
      row.element.classList.toggle("reference", Boolean(reference));
      say(row.word, reference ? `${token} y*` : token);
      row.bar.style.width = `${Math.max(0.6, p * 100)}%`;
      say(row.p, probability(p));
    });
  }
}
