/** The two stories about attention, beside the place where it is drawn: a click away. */

import { h, say, show } from "../draw/dom.js";

/** @import { Layout, Story, Words } from "../types.js" */

const APART = 8; // from what is over and under them, in units

/** The links to the stories. */
export class Stories {
  constructor() {
    this.name = h("span", {});
    this.links = h("div", {});
    this.count = 0;
    /** @type {{ scale: number, units: number } | null} their height, measured once for each size */
    this.height = null;
    this.element = h("div", { class: "stories", hidden: "" }, this.name, this.links);
  }

  /**
   * @param {Story[]} stories
   * @param {Words} words
   */
  update(stories, words) {
    this.count = stories.length;
    say(this.name, words.attention);
    this.links.replaceChildren(...stories.map(({ text, address }) => h("a", { href: address }, text)));
    this.height = null;
  }

  /**
   * Under the name of the context, as long as no row of the loom comes near; not where there are layers to choose.
   * @param {Layout} L
   * @param {{ rows: number, layers: number, looks: boolean, scale: number }} what rows of the loom, whether there is
   * attention, and pixels to a unit
   */
  place(L, { rows, layers, looks, scale }) {
    const below = L.loom.bottom - Math.min(rows, L.loom.fitting) * L.loom.row - L.loom.current;
    const wanted = !L.phone && !L.large && looks && layers < 2 && this.count > 0;
    show(this.element, wanted && below - L.loom.top > 2 * APART + this.units(scale));
    const top = `calc(${L.loom.top + APART} * var(--u))`;
    if (this.element.style.top !== top) this.element.style.top = top;
  }

  /**
   * How high they are: a longer name takes two lines.
   * @param {number} scale pixels to a unit
   */
  units(scale) {
    if (this.height?.scale !== scale || !this.height.units) {
      show(this.element, true);
      this.height = { scale, units: this.element.offsetHeight / scale };
    }
    return this.height.units;
  }
}
