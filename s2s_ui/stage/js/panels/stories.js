/** The two stories about attention, beside the place where it is drawn: a click away. */

import { h, say, show } from "../draw/dom.js";

/** @import { Layout, Story, Words } from "../types.js" */

const ROOM = 64; // height that they take, in units

/** The links to the stories. */
export class Stories {
  constructor() {
    this.name = h("span", {});
    this.links = h("div", {});
    this.count = 0;
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
  }

  /**
   * Under the name of the context, as long as no row of the loom comes near; not where there are layers to choose.
   * @param {Layout} L
   * @param {{ rows: number, layers: number, looks: boolean }} what rows of the loom, and whether there is attention
   */
  place(L, { rows, layers, looks }) {
    const below = L.loom.bottom - Math.min(rows, L.loom.fitting) * L.loom.row - L.loom.current;
    const room = !L.phone && !L.large && looks && layers < 2 && below - L.loom.top > ROOM;
    show(this.element, room && this.count > 0);
    const top = `calc(${L.loom.top + 8} * var(--u))`;
    if (this.element.style.top !== top) this.element.style.top = top;
  }
}
