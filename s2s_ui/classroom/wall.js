/**
 * The wall of a class: the students' hand-ins, the newest first, only on the teacher's screen. Because this screen may
 * be projected, the wall is closed until the teacher opens it, and has no names until the teacher asks for them.
 */

import { pair, probability } from "./hand_in.js";
import { toDesk } from "./plan_parts.js";
import { element, fill } from "./question.js";

/** @import { Words } from "./question.js" */
/** @import { Leading, State } from "./leading.js" */

/**
 * @typedef {{
 *   name: string, link: Record<string, string>, text: string, answer: string, p: number, step: string, model: string,
 *   changed: boolean, number?: number, who?: string,
 * }} Line
 */

const AGAIN = 1_500;

/** The wall of one bar. */
export class Wall {
  /** @param {Leading} bar */
  constructor(bar) {
    this.bar = bar;
    /** @type {Line[]} */
    this.lines = []; // as they are shown
    /** @type {Line[]} */
    this.newest = [];
    this.count = 0;
    this.names = false;
    this.has = ""; // which hand-ins the lines are of
    this.asking = "";
    /** @type {{ x: number, y: number } | null} */
    this.pointer = null;
    bar.root.addEventListener("pointermove", ({ clientX, clientY, pointerType }) =>
      this.pointed(pointerType === "mouse" ? { x: clientX, y: clientY } : null),
    );
    bar.root.addEventListener("pointerleave", () => this.pointed(null));
  }

  /** Opens or closes the wall; names have to be asked for anew. */
  turn() {
    this.names = false;
    this.has = "";
    this.lines = this.newest = [];
    this.bar.openPanel("wall");
    this.look();
  }

  /** Gets the lines, unless they are there. */
  async look() {
    const { bar } = this;
    const wanted = JSON.stringify([bar.code, bar.state?.handed, this.names]);
    if (!bar.shows("wall") || !bar.state || wanted === this.has || wanted === this.asking) return;
    this.asking = wanted;
    try {
      const answer = await fetch(bar.at(`wall${this.names ? "?names=1" : ""}`), { cache: "no-store" });
      if (!answer.ok) throw new Error(`${answer.status}`);
      const told = await answer.json();
      if (this.asking !== wanted) return; // there is more by now, or the names are not wanted any more
      this.newest = told.handed;
      this.count = told.count;
      this.has = wanted;
      this.asking = "";
      this.hang();
    } catch {
      if (this.asking === wanted) this.asking = "";
      setTimeout(() => this.look(), AGAIN);
    }
  }

  /** Shows the lines. While the pointer is on the wall, new ones wait, so that nothing moves under a click. */
  hang() {
    const before = new Set(this.lines.map(({ name }) => name));
    this.lines = this.isPointed() ? this.newest.filter(({ name }) => before.has(name)) : this.newest;
    this.bar.draw();
  }

  isPointed() {
    if (!this.pointer) return false;
    const page = /** @type {Document | ShadowRoot} */ (this.bar.root.getRootNode());
    return Boolean(page.elementFromPoint(this.pointer.x, this.pointer.y)?.closest(".wall ul"));
  }

  /** @param {{ x: number, y: number } | null} pointer */
  pointed(pointer) {
    this.pointer = pointer;
    if (this.bar.shows("wall") && this.lines.length < this.newest.length && !this.isPointed()) this.hang();
  }

  /**
   * Shows one on every screen. Overlays on the teacher's own stage are closed, so that it is visible there too.
   * @param {string} name
   */
  async put(name) {
    const done = await this.bar.command({ do: "put", handed: name });
    if (done && this.bar.open === "wall") this.turn();
  }

  /**
   * The button in the bar, with how many there are.
   * @param {Words} words
   * @param {State} state
   */
  button(words, { handed: [all, off], handing }) {
    const count = all - off ? [element("span", { class: "count" }, String(all - off))] : [];
    const properties = {
      type: "button",
      "data-name": "wall",
      "aria-expanded": String(this.bar.open === "wall"),
      ...(handing ? { class: "taking" } : {}),
      onclick: () => this.turn(),
    };
    return element("button", properties, words.hand_in_short, ...count);
  }

  /**
   * What the wall consists of.
   * @param {Words} words
   * @param {State} state
   */
  parts(words, state) {
    const { bar } = this;
    const button = (
      /** @type {string} */ name,
      /** @type {string} */ label,
      /** @type {() => void} */ act,
      more = {},
    ) => element("button", { type: "button", "data-name": name, onclick: act, ...more }, label);
    const take = () => bar.command({ do: "handing", open: !state.handing });
    const named = () => {
      this.names = !this.names;
      if (!this.names) {
        for (const line of this.newest) line.number = line.who = undefined; // at once, also without a network
      }
      bar.draw();
      this.look();
    };
    const left = this.count - this.newest.length;
    return [
      element(
        "div",
        { class: "row head" },
        element("h2", {}, words.wall),
        element("span", { class: "space" }),
        ...toDesk(bar, words),
        button("names", words.wall_names, named, { "aria-pressed": String(this.names), title: words.wall_names_hint }),
        button(
          "take",
          state.handing ? words.take_no_more : words.take,
          take,
          state.handing ? {} : { class: "primary" },
        ),
      ),
      element("p", { role: "status" }, this.said(words, state)),
      ...(this.lines.length ? [element("ul", {}, ...this.lines.map((line) => this.line(words, state, line)))] : []),
      ...(left > 0 ? [element("p", {}, fill(words.wall_more, { count: left }))] : []),
    ];
  }

  /**
   * @param {Words} words
   * @param {State} state
   */
  said(words, { handing, handed: [all, off] }) {
    if (all - off) return fill(handing ? words.wall_taking_count : words.wall_count, { count: all - off });
    return handing ? words.wall_taking : words.wall_closed;
  }

  /**
   * @param {Words} words
   * @param {State} state
   * @param {Line} line
   */
  line(words, state, line) {
    const { bar } = this;
    const { name, link, p, model, changed, number, who } = line;
    const shown = state.page === "" && state.link.text === link.text && (state.link.model ?? model) === model;
    const about = [
      element(
        "span",
        { class: `p${p < 0.5 ? " hollow" : ""}` },
        element("i", { style: `width: ${(100 * p).toFixed(1)}%` }),
      ),
      `p = ${probability(p)}`,
      element("span", {}, model),
    ];
    if (changed) about.push(element("span", {}, words.wall_changed));
    if (number !== undefined) {
      about.push(element("b", { class: "who" }, who ? `${number} · ${who}` : fill(words.number_short, { number })));
    }
    const act = (/** @type {string} */ kind, /** @type {string} */ label, /** @type {(event: Event) => void} */ run) =>
      element("button", { type: "button", "data-name": `${kind} ${name}`, onclick: run }, label);
    const off = (/** @type {Event} */ { target }) => {
      const own = /** @type {Element} */ (target).closest("li");
      const next = own?.nextElementSibling ?? own?.previousElementSibling;
      /** @type {HTMLElement | null | undefined} */ (next?.querySelector(".row :last-child"))?.focus();
      bar.command({ do: "off", handed: name });
    };
    return element(
      "li",
      shown ? { "aria-current": "true" } : {},
      element("p", { class: "said" }, ...pair(line)),
      element("p", { class: "about" }, ...about, ...(shown ? [element("span", {}, words.wall_shown)] : [])),
      element(
        "div",
        { class: "row" },
        act("put", words.show_to_all, () => this.put(name)),
        act("off", words.take_off, off),
      ),
    );
  }
}
