/** The bar over the stage that lists the edits, each with a button that takes it back. */

import { describe } from "../data/edits.js";
import { h, show } from "../draw/dom.js";
import { fill } from "../data/words.js";

/** @import { Trace, Wish, Words } from "../types.js" */

/** The list of the edits that the shown run was computed with. */
export class Chips {
  /**
   * `ask` sends a wish about the edits: {remove: number} or {clear: true}.
   * @param {(wish: Wish) => void} ask
   */
  constructor(ask) {
    this.ask = ask;
    this.element = h("div", { class: "edits", role: "group", hidden: "" });
  }

  /**
   * @param {Trace} trace
   * @param {Words} words
   */
  update(trace, words) {
    const { edits, editable } = trace.header;
    show(this.element, edits.length > 0);
    this.element.setAttribute("aria-label", words.edits);
    /**
     * @param {string} text
     * @param {string} label
     * @param {Wish} ask
     */
    const button = (text, label, ask) =>
      h("button", { type: "button", "aria-label": label, onclick: () => this.ask(ask) }, text);
    const chips = edits.map((edit, number) => {
      const text = describe(edit, { trace, words });
      const off = editable ? [button("✕", fill(words.take_back, { edit: text }), { remove: number })] : [];
      return h("span", { class: "edit" }, h("i", { class: "pin", "aria-hidden": "true" }), text, ...off);
    });
    const whole = editable
      ? [
          button(words.undo, words.undo, { remove: edits.length - 1 }),
          button(words.reset, words.reset, { clear: true }),
        ]
      : [];
    this.element.replaceChildren(h("span", { class: "edits-name" }, words.edits), ...chips, ...whole);
  }
}
