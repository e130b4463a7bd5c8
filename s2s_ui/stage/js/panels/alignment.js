/** (13)-(15) in the inspector: score, weight, and what each source word contributes to one unit of the context. */

import { h, say, show } from "../draw/dom.js";
import { fixed } from "../data/format.js";

/** @import { AttendingRun, Inspected } from "../types.js" */

const BAR = 80;
const LOOKED = 0.25;

/** Scores, weights and shares of the context, a row for each source word. */
export class Alignment {
  /**
   * `change(sources, element)` is called when the row is to be changed.
   * @param {(alignment: Alignment) => void} change
   */
  constructor(change) {
    this.sum = h("span", { class: "sum" });
    this.value = h("span", { class: "value" });
    this.name = h("button", { type: "button", class: "name", "aria-haspopup": "menu", onclick: () => change(this) });
    this.titles = ["", "e", "α", "h", "α·h"].map((text) => h("span", {}, text));
    this.body = h("div", { class: "rows" });
    /** @type {ReturnType<Alignment["row"]>[]} */
    this.rows = [];
    this.t = 0;
    /** @type {number[]} */
    this.listed = [];
    this.element = h(
      "section",
      { class: "alignment" },
      h("div", { class: "head" }, h("span", { class: "number" }, "(13–15)"), this.name, this.sum, this.value),
      h("div", { class: "titles" }, ...this.titles),
      this.body,
    );
  }

  /**
   * Which source positions are listed: the three with the largest weights, or in source order as many as fit.
   * @param {Float32Array} weights
   * @param {Float32Array} scores
   * @param {number} sub
   * @param {number} most
   */
  chosen(weights, scores, sub, most) {
    const order = [...weights.keys()].sort((a, b) => weights[b] - weights[a] || scores[b] - scores[a]);
    return sub > 3 ? order.slice(0, 3) : order.slice(0, most).sort((a, b) => a - b);
  }

  /**
   * @param {Inspected & { most: number }} view
   * @param {AttendingRun} weighed
   */
  update({ trace, run, t, sub, contextUnit, words, most, unitName, edits, editable }, weighed) {
    const weights = weighed.weights.at(t);
    const scores = weighed.scores.at(t);
    const list = this.chosen(weights, scores, sub, most);
    say(this.name, words.attention_name);
    this.t = t;
    this.listed = list;
    this.name.disabled = !editable || sub < 2;
    this.element.classList.toggle("swapped", Boolean(edits.replaced("context", t)));
    this.element.classList.toggle("held", Boolean(edits.replaced("weights", t) ?? edits.replaced("context", t)));
    const summed = sub >= 3;
    say(this.sum, summed ? `Σ α ${unitName} =` : "");
    say(this.value, summed ? fixed(run.context.at(t)[contextUnit]) : "");
    show(this.titles[2], sub >= 2);
    this.titles.slice(3).forEach((title) => show(title, summed));
    while (this.rows.length < list.length) this.rows.push(this.row());
    this.rows.forEach((row, i) => {
      show(row.element, i < list.length);
      if (i >= list.length) return;
      const j = list[i];
      const state = trace.joined.at(j)[contextUnit];
      row.element.dataset.source = String(j);
      row.element.classList.toggle("lit", sub >= 2 && (weights[j] >= LOOKED || run.focus(t) === j));
      say(row.word, trace.source.tokens[j]);
      say(row.score, fixed(scores[j]));
      row.bar.style.width = `calc(${Math.max(1, BAR * weights[j])} * var(--u))`;
      say(row.weight, fixed(weights[j]));
      show(row.bar, sub >= 2);
      show(row.weight, sub >= 2);
      say(row.state, summed ? `× ${fixed(state)}` : "");
      say(row.product, summed ? fixed(weights[j] * state) : "");
    });
  }

  row() {
    const [word, score, weight, state, product] = ["word", "score", "weight", "state", "product"].map((name) =>
      h("span", { class: name }),
    );
    const bar = h("i", { class: "bar" });
    const element = h("div", { class: "row" }, word, score, h("span", { class: "bars" }, bar, weight), state, product);
    this.body.append(element);
    return { element, word, score, bar, weight, state, product };
  }
}
