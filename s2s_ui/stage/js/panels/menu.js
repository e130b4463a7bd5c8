/** A small menu beside what was clicked. One is open at a time; Esc or a click elsewhere closes it. */

import { h } from "../draw/dom.js";

/** @typedef {{ text: string, chosen: () => void, checked?: boolean }} Item */

/** A list of which one item is chosen. */
export class Menu {
  constructor() {
    this.heading = h("p", { class: "menu-heading", id: "s2s-menu" });
    this.list = h("div", { role: "menu", "aria-labelledby": "s2s-menu" });
    this.element = h("div", { class: "menu", popover: "auto" }, this.heading, this.list);
    this.list.addEventListener("keydown", (event) => this.step(event));
  }

  /**
   * `items`: {text, chosen, checked}; `x` and `y` in pixels of the window.
   * @param {string} heading
   * @param {Item[]} items
   * @param {number} x
   * @param {number} y
   */
  open(heading, items, x, y) {
    this.heading.textContent = heading;
    this.list.replaceChildren(
      ...items.map(({ text, chosen, checked = false }) =>
        h(
          "button",
          {
            type: "button",
            role: "menuitemradio",
            "aria-checked": String(checked),
            tabindex: "-1",
            onclick: () => {
              this.element.hidePopover();
              chosen();
            },
          },
          text,
        ),
      ),
    );
    this.element.showPopover();
    const { offsetWidth: width, offsetHeight: height } = this.element;
    /**
     * @param {number} at
     * @param {number} size
     * @param {number} most
     */
    const inside = (at, size, most) => `${Math.max(4, Math.min(at, most - size - 4))}px`;
    this.element.style.left = inside(x, width, window.innerWidth);
    this.element.style.top = inside(y, height, window.innerHeight);
    this.buttons()[0]?.focus();
  }

  buttons() {
    return [...this.list.querySelectorAll("button")];
  }

  /** @param {KeyboardEvent} event */
  step(event) {
    const items = this.buttons();
    const at = items.findIndex((item) => item === event.target);
    /** @type {Record<string, number>} */
    const places = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 };
    const place = places[event.key];
    if (place === undefined) return;
    event.preventDefault();
    items[(place + items.length) % items.length].focus();
  }
}
