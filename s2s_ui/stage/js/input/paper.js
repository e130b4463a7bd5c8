/** The stage on paper: its picture in vectors and everything in light colours, for as long as the browser prints. */

import { h } from "../draw/dom.js";
import { svgOf } from "../draw/keep.js";
import { themeOf } from "../draw/theme.js";

/** @import { Stage } from "../stage.js" */

/** Listens for one stage until it is stopped. */
export class Paper {
  /** @param {Stage} stage */
  constructor(stage) {
    this.stage = stage;
    this.sheet = h("div", { class: "paper", "aria-hidden": "true" });
    stage.figure.append(this.sheet);
    this.media = window.matchMedia("print");
    this.before = () => this.show();
    this.after = () => this.clear();
    this.changed = () => (this.media.matches ? this.show() : this.clear());
    window.addEventListener("beforeprint", this.before);
    window.addEventListener("afterprint", this.after);
    this.media.addEventListener("change", this.changed);
  }

  show() {
    const { stage } = this;
    if (!stage.size) return;
    stage.wear("light");
    const drawn = new DOMParser().parseFromString(svgOf(stage.scene), "image/svg+xml").documentElement;
    this.sheet.replaceChildren(document.adoptNode(drawn));
  }

  clear() {
    this.sheet.replaceChildren();
    if (this.stage.size) this.stage.wear(themeOf(this.stage.root));
  }

  stop() {
    window.removeEventListener("beforeprint", this.before);
    window.removeEventListener("afterprint", this.after);
    this.media.removeEventListener("change", this.changed);
  }
}
