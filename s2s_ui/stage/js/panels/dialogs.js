/** The stage as text: all its pictures as tables, and the list of keys. */

import { h } from "../draw/dom.js";
import { layerName, layersOf } from "../data/edits.js";
import { fixed, probability } from "../data/format.js";
import { cellOf } from "../data/view.js";
import { letter } from "../data/symbols.js";
import { fill } from "../data/words.js";

/** @import { Run } from "../data/payload.js" */
/** @import { Trace, View, Words } from "../types.js" */

/**
 * @param {string} caption
 * @param {string[]} head
 * @param {(string | number)[][]} rows
 */
function table(caption, head, rows) {
  /** @param {(string | number)[]} cells */
  const row = ([name, ...values]) =>
    h("tr", {}, h("th", { scope: "row" }, String(name)), ...values.map((value) => h("td", {}, String(value))));
  return h(
    "table",
    {},
    h("caption", {}, caption),
    h("thead", {}, h("tr", {}, ...head.map((name) => h("th", { scope: "col" }, name)))),
    h("tbody", {}, ...rows.map(row)),
  );
}

/**
 * The figures of the stage as tables: what was written, the weights, and the cell under the cursor.
 * @param {{ trace: Trace, run: Run, words: Words, view: View }} stage
 */
export function tables({ trace, run, words, view }) {
  const source = trace.source.tokens;
  const reference = run.forced ? run.reference : null;
  const written = run.tokens.map((token, t) => [
    t + 1,
    run.fed[t],
    token,
    probability(run.written[t]),
    ...(reference ? [reference[t], fixed(-run.logProb[t])] : []),
  ]);
  const head = ["", words.fed, words.output, "p", ...(reference ? [words.reference, words.loss] : [])];
  const made = [table(words.output, head, written)];
  if (run.weights && run.scores) {
    const { weights, scores } = run;
    made.push(
      table(
        `${words.attention} α`,
        ["", ...source],
        run.tokens.map((token, t) => [token, ...[...weights.at(t)].map((value) => fixed(value))]),
      ),
    );
    made.push(
      table(
        `${words.score} e`,
        ["", ...source],
        run.tokens.map((token, t) => [token, ...[...scores.at(t)].map((value) => fixed(value))]),
      ),
    );
  }
  const decoder = view.side === "decoder";
  const cell = cellOf(trace, run, view.side);
  const columns = cell.quantities.map((quantity) => cell.quantity(quantity, view.t));
  const token = (decoder ? run.tokens : source)[view.t];
  made.push(
    table(
      [
        words[`cell_${view.side}`],
        layerName(cell.layer, layersOf(trace, view.side), words),
        fill(words.step, { k: view.step, token }),
      ]
        .filter(Boolean)
        .join(" · "),
      [words.unit, ...cell.quantities.map((quantity) => letter(cell.kind, quantity, decoder))],
      Array.from({ length: cell.units }, (_, unit) => [unit, ...columns.map((values) => fixed(values[unit]))]),
    ),
  );
  return made;
}

const KEYS = [
  ["→ ←", "key_step"],
  ["Shift + → ←", "key_sub"],
  ["Space", "key_play"],
  ["Home End", "key_ends"],
  ["↑ ↓", "key_unit"],
  ["[ ]", "key_speed"],
  ["D", "key_direction"],
  ["L", "key_layer"],
  ["P", "key_peepholes"],
  ["T", "key_teacher"],
  ["F", "key_free"],
  ["/", "key_sentence"],
  ["PageUp PageDown", "key_step"],
  ["B", "key_blank"],
  ["E", "explain"],
  ["S", "key_size"],
  ["G", "key_equation"],
  ["W", "key_pen"],
  ["O", "key_spotlight"],
  ["C", "key_languages"],
  ["N", "key_plan"],
  ["Esc", "key_escape"],
  ["?", "key_help"],
];

/**
 * The list of keys and what they do.
 * @param {Words} words
 * @param {boolean} led whether a class can be led from here
 */
export function keys(words, led) {
  const listed = KEYS.filter(([, name]) => led || name !== "key_plan");
  return h("dl", { class: "keys" }, ...listed.flatMap(([key, name]) => [h("dt", {}, key), h("dd", {}, words[name])]));
}

/** A modal box with a heading and a button that closes it. */
export class Dialog {
  constructor() {
    this.heading = h("h2", {});
    this.close = h("button", { type: "button", onclick: () => this.element.close() });
    this.body = h("div", { class: "dialog-body", tabindex: "0" });
    this.element = h("dialog", {}, h("header", {}, this.heading, this.close), this.body);
    this.element.addEventListener("click", (event) => {
      if (event.target === this.element) this.element.close();
    });
  }

  /**
   * @param {string} heading
   * @param {Words} words
   * @param {(Node | string)[]} children
   */
  open(heading, words, ...children) {
    this.heading.textContent = heading;
    this.close.textContent = words.close;
    this.body.replaceChildren(...children);
    if (!this.element.open) this.element.showModal();
  }
}
