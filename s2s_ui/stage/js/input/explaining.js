/**
 * Explains every label, symbol and mark with a sentence when the pointer rests on it, on focus and on a tap. Keys and
 * clicks keep their other meanings. In explain mode (a button and the key E), all elements with an explanation have an
 * outline, show it at once, and can be reached with the Tab key.
 */

import { askAt, EXPLAINED } from "./explained_elements.js";
import { explain } from "../data/explanations.js";
import { h, show } from "../draw/dom.js";
import { unpacked } from "../data/sentences.js";
import { markAt, marksOf } from "../draw/marks.js";

/** @import { Stage } from "../stage.js" */
/** @import { Ask } from "../data/explanations.js" */
/** @import { Mark } from "../draw/marks.js" */
/** @import { Scene } from "../types.js" */

const REST_MS = { usual: 450, mode: 60, gone: 250 };
/** The chapters of the lesson that a stage leads to, in the order of their numbers in links. */
const CHAPTERS = [
  "why",
  "cell",
  "encoder",
  "context",
  "decoder",
  "lengths",
  "training",
  "attention",
  "forcing",
  "directions",
];

/** What is pointed at: what is asked there, where it is, and the element if it has one of its own. */
/** @typedef {{ ask: Ask, box: DOMRect, element: Element | null }} Found */

/** Explains what is pointed at on one stage. */
export class Explaining {
  /** @param {Stage} stage */
  constructor(stage) {
    this.stage = stage;
    this.on = false;
    this.marks = h("div", { class: "marks", role: "group", hidden: "" });
    /** @type {Found | null} */
    this.shown = null;
    this.wanted = "";
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    /** @type {string | undefined} */
    this.packed = undefined;
  }

  /**
   * The sentences of a message; those of the last one are known already.
   * @param {string | undefined} packed
   */
  async learn(packed) {
    if (packed === this.packed) return;
    this.packed = packed;
    const sentences = await unpacked(packed);
    if (packed !== this.packed) return; // another language came meanwhile
    this.stage.sentences = sentences;
    this.refresh();
  }

  /** Listens, once the stage has its elements. */
  listen() {
    const { root } = this.stage;
    root.addEventListener("pointermove", (event) => {
      if (event.pointerType !== "touch") this.point(event);
    });
    root.addEventListener("pointerleave", () => this.want(null));
    root.addEventListener("pointerdown", (event) => {
      const inside = this.box.element.contains(targetOf(event));
      if (!inside && event.pointerType !== "touch") this.hide();
    });
    root.addEventListener("click", (event) => {
      if (event instanceof PointerEvent && event.pointerType === "touch") this.tap(event);
    });
    root.addEventListener("focusin", (event) => this.focus(event));
    root.addEventListener("focusout", () => {
      if (this.shown?.element && this.box.described) this.hide();
    });
  }

  get box() {
    return this.stage.explanation;
  }

  /**
   * What lies under the pointer.
   * @param {MouseEvent} event
   * @returns {Found | null}
   */
  find(event) {
    const { stage } = this;
    const target = targetOf(event);
    if (target === stage.canvas) return this.findMark(event);
    if (target === stage.inspector.strip.canvas) {
      const hit = stage.inspector.strip.find(event);
      const box = new DOMRect(event.clientX, event.clientY, 1, 8);
      return hit && { ask: { name: "quantity", quantity: hit.quantity, unit: hit.unit }, box, element: null };
    }
    const found = askAt(target);
    return found && { ...found, box: found.element.getBoundingClientRect() };
  }

  /**
   * @param {MouseEvent} event
   * @returns {Found | null}
   */
  findMark({ offsetX, offsetY }) {
    const { scene, size, pointing } = this.stage;
    if (pointing.drag.moving) return null;
    const [x, y] = [offsetX / size.scale, offsetY / size.scale];
    const mark = markAt(marksOf(scene), x, y);
    if (!mark) return null;
    const unit = pointing.unitAt(x, y);
    const ask = unit === null ? mark.ask : { ...mark.ask, unit };
    return {
      ask,
      box: mark.near ? this.onScreen({ x: x - 4, y: y - 4, w: 8, h: 8 }) : this.onScreen(mark),
      element: null,
    };
  }

  /**
   * A box of the picture as one of the window.
   * @param {{ x: number, y: number, w: number, h: number }} box
   */
  onScreen({ x, y, w, h }) {
    const { scale } = this.stage.size;
    const { left, top } = this.stage.canvas.getBoundingClientRect();
    return new DOMRect(left + x * scale, top + y * scale, w * scale, h * scale);
  }

  /** @param {PointerEvent} event */
  point(event) {
    if (event.buttons || this.box.element.contains(targetOf(event))) {
      if (!event.buttons) this.keep();
      return;
    }
    this.want(this.find(event));
  }

  /** The pointer is on the box itself: it stays. */
  keep() {
    clearTimeout(this.timer);
    this.wanted = this.shown ? keyOf(this.shown) : "";
  }

  /**
   * Shows what is pointed at once the pointer rests there, or hides what is shown.
   * @param {Found | null} found
   */
  want(found) {
    const wanted = found ? keyOf(found) : "";
    if (wanted === this.wanted) return;
    this.wanted = wanted;
    clearTimeout(this.timer);
    const rest = this.on ? REST_MS.mode : REST_MS.usual;
    if (found) this.timer = setTimeout(() => this.show(found), rest);
    if (!this.shown) return;
    if (found && !this.on) this.hide(wanted);
    else if (!found) this.timer = setTimeout(() => this.hide(), REST_MS.gone);
  }

  /** @param {{ text: string, chapter: string }} answer */
  tell(answer) {
    const { words, sentences, trace } = this.stage;
    this.box.say(answer, { words, sentences, lesson: trace.header.lesson_link, chapters: CHAPTERS });
  }

  /** @param {Found} found */
  show(found) {
    const answer = explain(found.ask, this.stage);
    if (!answer) {
      this.hide();
      return;
    }
    const { root, pointing } = this.stage;
    this.shown = found;
    this.tell(answer);
    this.box.place(found.box, root);
    pointing.tooltip.element.hidden = true;
  }

  /** @param {string} wanted what is to be shown next */
  hide(wanted = "") {
    if (!wanted) clearTimeout(this.timer);
    this.shown = null;
    this.wanted = wanted;
    this.box.hide();
  }

  /** @param {PointerEvent} event */
  tap(event) {
    if (this.box.element.contains(targetOf(event))) return;
    const found = this.find(event);
    const opens = found?.element?.matches("[aria-haspopup]") && !this.on;
    if (found && !opens) this.show(found);
    else this.hide();
  }

  /** @param {FocusEvent} event */
  focus(event) {
    const target = targetOf(event);
    const found = askAt(target);
    if (!found || found.element !== target || !found.element.matches(":focus-visible")) return;
    this.show({ ...found, box: found.element.getBoundingClientRect() });
    if (this.shown) this.box.describe(found.element);
  }

  /** Turns the mode on or off. */
  toggle() {
    const { root, explainButton } = this.stage;
    this.on = !this.on;
    root.classList.toggle("explains", this.on);
    explainButton.setAttribute("aria-pressed", String(this.on));
    show(this.marks, this.on);
    this.refresh();
    if (this.on) this.outline();
    if (this.on)
      this.show({ ask: { name: "mode" }, box: explainButton.getBoundingClientRect(), element: explainButton });
    else this.hide();
  }

  /** Ends explain mode or, outside of it, hides the sentence; false if there is neither. */
  dismiss() {
    if (this.on) this.toggle();
    else if (this.shown) this.hide();
    else return false;
    return true;
  }

  /** The stage has moved on: the sentence gets the numbers of now, new elements can be explained too. */
  refresh() {
    for (const element of this.stage.root.querySelectorAll(EXPLAINED)) {
      const own = element instanceof HTMLButtonElement && element.dataset.tab !== "own";
      if (own && !element.hasAttribute("tabindex")) continue; // reached with Tab anyway
      if (own) element.dataset.tab = "own";
      const stop = this.on && !element.closest("[aria-hidden=true]") ? "0" : "-1";
      if (element.getAttribute("tabindex") !== stop) element.setAttribute("tabindex", stop);
    }
    if (this.shown) {
      const answer = explain(this.shown.ask, this.stage);
      if (answer) this.tell(answer);
      else this.hide();
    }
  }

  /** An outline, and a stop of the Tab key, around each kind of mark of the picture. */
  outline() {
    const { scene, size, words } = this.stage;
    if (!scene) return;
    /** @type {Map<string, Mark[]>} */
    const groups = new Map();
    for (const mark of marksOf(scene)) {
      const name = groupOf(mark.ask);
      groups.set(name, [...(groups.get(name) ?? []), mark]);
    }
    const focused = this.marks.querySelector(":focus")?.getAttribute("data-group");
    this.marks.setAttribute("aria-label", words.explain);
    this.marks.replaceChildren(
      ...[...groups.values()].map((group) => {
        const { x, y, w, h: height } = around(group);
        const ask = presentOf(group, scene).ask;
        const button = h("button", {
          type: "button",
          class: "spot",
          "data-spot": JSON.stringify(ask),
          "data-group": groupOf(ask),
          "aria-label": explain(ask, this.stage)?.text ?? "",
        });
        const place = { left: x, top: y, width: w, height };
        for (const [name, value] of Object.entries(place)) button.style.setProperty(name, `${value * size.scale}px`);
        return button;
      }),
    );
    /** @type {HTMLElement | null} */
    const again = focused ? this.marks.querySelector(`[data-group="${focused}"]`) : null;
    again?.focus();
  }
}

/** @param {Event} event */
const targetOf = (event) => /** @type {Element} */ (event.composedPath()[0]);

/** @param {Found} found */
const keyOf = ({ ask }) => JSON.stringify(ask);

/**
 * Marks of one kind share an outline: all cells of a lane, all weights.
 * @param {Ask} ask
 */
const groupOf = ({ name, side, quantity, of, old }) => [name, side, quantity, of, old].join(" ").trim();

/**
 * The mark of a group that belongs to the present step, else the last one.
 * @param {Mark[]} group
 * @param {Scene} scene
 */
function presentOf(group, { encoding, index, run }) {
  const focus = encoding ? index : run.focus(index);
  const present = (/** @type {Mark} */ { ask }) =>
    ask.source === undefined
      ? ask.t === (ask.name === "source" ? focus : index)
      : ask.t === index && ask.source === focus;
  return group.findLast(present) ?? group[group.length - 1];
}

/**
 * The box around all marks of a group.
 * @param {Mark[]} group
 */
function around(group) {
  const x = Math.min(...group.map((mark) => mark.x));
  const y = Math.min(...group.map((mark) => mark.y));
  const right = Math.max(...group.map((mark) => mark.x + mark.w));
  const bottom = Math.max(...group.map((mark) => mark.y + mark.h));
  return { x, y, w: right - x, h: bottom - y };
}
