/** The layer switch: a button for each layer, or two that go up and down where there are many. */

import { h, say, show } from "../draw/dom.js";
import { fill } from "../data/words.js";

/** @import { Layout, Words } from "../types.js" */

const BUTTONS = 3; // more do not fit beside the lanes

/** Which of several layers is on the stage. */
export class Layers {
  /**
   * `turn(layer)` shows another layer, counted from 1.
   * @param {(layer: number) => void} turn
   */
  constructor(turn) {
    this.turn = turn;
    this.name = h("span", { class: "layers-name" });
    this.buttons = h("span", { class: "layers-buttons" });
    this.element = h("div", { class: "layers", role: "group", hidden: "" }, this.name, this.buttons);
    this.shape = "";
    this.at = { count: 1, shown: 1 };
    /** @type {HTMLElement | null} */
    this.now = null;
  }

  /**
   * `count` layers, of which `shown` is on the stage.
   * @param {{ count: number, shown: number, words: Words }} view
   */
  update({ count, shown, words }) {
    show(this.element, count > 1);
    say(this.name, words.layers);
    this.element.setAttribute("aria-label", words.layers);
    this.rebuild(count, words);
    for (const button of this.buttons.querySelectorAll("[data-layer]"))
      button.setAttribute("aria-pressed", String(Number(button.getAttribute("data-layer")) === shown));
    this.at = { count, shown };
    if (this.now) say(this.now, `${shown}/${count}`);
  }

  /**
   * @param {number} count
   * @param {Words} words
   */
  rebuild(count, words) {
    const shape = `${count}:${words.layer}`;
    if (shape === this.shape) return;
    this.shape = shape;
    /**
     * @param {string} text
     * @param {string} label
     * @param {() => void} chosen
     * @param {Record<string, string | number>} data
     */
    const button = (text, label, chosen, data = {}) =>
      h("button", { type: "button", "aria-label": label, onclick: pressed(chosen), ...data }, text);
    // Pressed with the pointer, a button gives the space bar back to the stage.
    const pressed = (/** @type {() => void} */ chosen) => (/** @type {Event} */ event) => {
      if (event instanceof MouseEvent && event.detail && event.currentTarget instanceof HTMLElement)
        event.currentTarget.blur();
      chosen();
    };
    this.now = count > BUTTONS ? h("b", {}) : null;
    /** @param {number} by */
    const step = (by) => () => this.turn(Math.min(this.at.count, Math.max(1, this.at.shown + by)));
    const each = (/** @type {unknown} */ _, /** @type {number} */ i) =>
      button(`${i + 1}`, fill(words.layer, { k: i + 1, n: count }), () => this.turn(i + 1), { "data-layer": i + 1 });
    this.buttons.replaceChildren(
      ...(this.now
        ? [button("▾", words.layer_below, step(-1)), this.now, button("▴", words.layer_above, step(1))]
        : Array.from({ length: count }, each)),
    );
  }

  /**
   * Beside the lanes, under the name of the context; on a phone it stands over the picture.
   * @param {boolean} phone
   * @param {Layout} L
   */
  place(phone, L) {
    const top = phone ? "" : `calc(${L.loom.top + 5} * var(--u))`;
    if (this.element.style.top !== top) this.element.style.top = top;
  }
}
