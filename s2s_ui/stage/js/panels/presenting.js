/**
 * Tools for presenting: a pen to draw on the stage, and a spotlight that follows the pointer. Both disappear at the
 * next step.
 */

import { contextOf, h, show } from "../draw/dom.js";

/** @import { Stage } from "../stage.js" */

const LINE = 4; // units
const REACH = 90; // of the spotlight, in units

/** What lies over the stage while something is drawn on it. */
export class Presenting {
  /** @param {Stage} stage */
  constructor(stage) {
    this.stage = stage;
    /** @type {"pen" | "spotlight" | null} */
    this.tool = null;
    this.canvas = h("canvas", { "aria-hidden": "true" });
    this.element = h("div", { class: "over", hidden: "" }, this.canvas);
    /** @type {{ x: number, y: number } | null} */
    this.last = null;
    this.element.addEventListener("pointerdown", (event) => this.begin(event));
    this.element.addEventListener("pointermove", (event) => this.move(event));
    for (const end of ["pointerup", "pointercancel"]) this.element.addEventListener(end, () => (this.last = null));
    this.followed = (/** @type {PointerEvent} */ event) => this.follow(event);
    window.addEventListener("pointermove", this.followed);
  }

  /**
   * Takes a tool, or puts it away.
   * @param {"pen" | "spotlight"} tool
   */
  toggle(tool) {
    if (this.tool === tool) {
      this.vanish();
      return;
    }
    this.vanish();
    this.tool = tool;
    this.element.dataset.tool = tool;
    show(this.element, true);
    const { offsetWidth: width, offsetHeight: height } = this.element;
    const { ratio, scale } = this.stage.size;
    Object.assign(this.canvas, {
      width: tool === "pen" ? width * ratio : 1,
      height: tool === "pen" ? height * ratio : 1,
    });
    this.element.style.setProperty("--reach", `${REACH * scale}px`);
    if (!this.element.style.getPropertyValue("--x")) this.light(width / 2, height / 2);
  }

  /** What was drawn is gone, and the tool put away; false where there was none. */
  vanish() {
    if (this.tool === null) return false;
    this.tool = null;
    this.last = null;
    show(this.element, false);
    return true;
  }

  /** @param {PointerEvent} event */
  at({ clientX, clientY }) {
    const { left, top } = this.element.getBoundingClientRect();
    return { x: clientX - left, y: clientY - top };
  }

  /** @param {PointerEvent} event */
  begin(event) {
    if (this.tool !== "pen") return;
    event.preventDefault();
    this.element.setPointerCapture(event.pointerId);
    this.last = this.at(event);
    this.draw(this.last);
  }

  /** @param {PointerEvent} event */
  move(event) {
    if (this.last) this.draw(this.at(event));
  }

  /** @param {{ x: number, y: number }} to */
  draw(to) {
    const { ratio, scale } = this.stage.size;
    const from = this.last ?? to;
    const context = contextOf(this.canvas);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    Object.assign(context, { lineWidth: LINE * scale, lineCap: "round", strokeStyle: this.stage.pal.warn });
    context.beginPath();
    context.moveTo(from.x, from.y);
    context.lineTo(to.x, to.y);
    context.stroke();
    this.last = to;
  }

  /** @param {PointerEvent} event */
  follow(event) {
    const { x, y } = this.at(event);
    if (this.tool === "spotlight") this.light(x, y);
  }

  /**
   * @param {number} x
   * @param {number} y
   */
  light(x, y) {
    this.element.style.setProperty("--x", `${x}px`);
    this.element.style.setProperty("--y", `${y}px`);
  }

  stop() {
    window.removeEventListener("pointermove", this.followed);
  }
}
