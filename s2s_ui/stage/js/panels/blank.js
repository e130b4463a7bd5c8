/** A blank screen while the class listens; any key or a click brings the picture back. */

import { h } from "../draw/dom.js";

/** Covers the whole window. */
export class Blank {
  constructor() {
    this.element = h("dialog", { class: "blank", "aria-label": "" });
    this.element.addEventListener("click", () => this.element.close());
    this.element.addEventListener("keydown", (event) => {
      event.preventDefault();
      this.element.close();
    });
  }

  toggle() {
    if (this.element.open) this.element.close();
    else this.element.showModal();
  }
}
