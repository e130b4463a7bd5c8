/** A small menu beside what was clicked. One is open at a time; Esc or a click elsewhere closes it. */

import { h } from "../draw/dom.js";

export class Menu {
  constructor() {
    this.heading = h("p", { class: "menu-heading", id: "s2s-menu" });
    this.list = h("div", { role: "menu", "aria-labelledby": "s2s-menu" });
    this.element = h("div", { class: "menu", popover: "auto" }, this.heading, this.list);
    this.list.addEventListener("keydown", (event) => this.step(event));
  }

  /** `items`: {text, chosen, checked}; `x` and `y` in pixels of the window. */
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
    const inside = (at, size, most) => `${Math.max(4, Math.min(at, most - size - 4))}px`;
    this.element.style.left = inside(x, width, window.innerWidth);
    this.element.style.top = inside(y, height, window.innerHeight);
    this.list.firstChild?.focus();
  }

  step(event) {
    const items = [...this.list.children];
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const edge = { Home: 0, End: items.length - 1 }[event.key];
    if (by === undefined && edge === undefined) return;
    event.preventDefault();
    const at = items.indexOf(event.target);
    items[edge ?? (at + by + items.length) % items.length].focus();
  }
}
