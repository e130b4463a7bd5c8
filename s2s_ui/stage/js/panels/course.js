/** One unit along the sentence: a small line for each gate and state; what is not read yet is pale. */

import { h, s, say } from "../draw/dom.js";
import { isGate } from "../draw/colour.js";
import { fixed } from "../data/format.js";
import { letter } from "../data/symbols.js";

/** @import { Cell } from "../data/payload.js" */
/** @import { Kind, Quantity, Words } from "../types.js" */

const BOX = { width: 379, left: 30, right: 325, title: 18, foot: 24, between: 8, pitch: { least: 20, most: 34 } };
const ORDER = ["forget_gate", "input_gate", "output_gate", "reset_gate", "update_gate", "cell", "hidden"];

/**
 * The drawing of one quantity.
 * @typedef {{
 *   quantity: Quantity, y: number, future: SVGElement, past: SVGElement, dot: SVGElement, value: SVGElement
 * }} Line
 */

export class Course {
  constructor() {
    this.title = h("div", { class: "title" });
    this.drawing = s("svg", { class: "lines", "aria-hidden": "true" });
    this.element = h("section", { class: "course" }, this.title, this.drawing);
    this.shape = "";
    this.height = 0;
    this.mark = s("line");
    /** @type {Line[]} */
    this.lines = [];
    /** @type {SVGTextElement[]} */
    this.labels = [];
  }

  /**
   * @param {Quantity[]} quantities
   * @param {Kind} kind
   * @param {number} pitch
   */
  rebuild(quantities, kind, pitch) {
    const shape = `${kind}:${quantities}:${pitch}`;
    if (shape === this.shape) return;
    this.shape = shape;
    this.height = pitch - BOX.between;
    this.drawing.replaceChildren();
    this.lines = quantities.map((quantity, i) => {
      const y = i * pitch;
      const middle = y + (isGate(quantity) ? this.height : this.height / 2);
      const parts = {
        quantity,
        y,
        future: s("polyline", { class: "future" }),
        past: s("polyline", { class: "past" }),
        dot: s("circle", { class: "dot", r: 4 }),
        value: s("text", { class: "value", "data-quantity": quantity, x: 333, y: y + this.height / 2 + 5 }),
      };
      this.drawing.append(
        s("line", { class: "axis", x1: BOX.left, x2: BOX.right, y1: middle, y2: middle }),
        s(
          "text",
          { class: "letter", "data-quantity": quantity, x: 0, y: y + this.height / 2 + 5 },
          letter(kind, quantity),
        ),
        parts.future,
        parts.past,
        parts.dot,
        parts.value,
      );
      return parts;
    });
    const foot = quantities.length * pitch;
    this.mark = s("line", { class: "mark", y1: -2, y2: foot });
    const label = (/** @type {string} */ name, /** @type {string} */ anchor) =>
      s("text", { class: name, y: foot + 14, "text-anchor": anchor });
    this.labels = [label("end", "start"), label("now", "middle"), label("end", "end")];
    this.drawing.prepend(this.mark);
    this.drawing.append(...this.labels);
    this.drawing.setAttribute("viewBox", `0 -4 ${BOX.width} ${foot + 22}`);
  }

  /**
   * `room` is the height there is; below what stays legible the inspector scrolls.
   * @param {{ cell: Cell, t: number, unit: number, tokens: string[], words: Words, room: number }} view
   */
  update({ cell, t, unit, tokens, words, room }) {
    const quantities = ORDER.filter((quantity) => cell.quantities.includes(quantity));
    const share = Math.floor((room - BOX.title - BOX.foot) / quantities.length);
    this.rebuild(quantities, cell.kind, Math.min(BOX.pitch.most, Math.max(BOX.pitch.least, share)));
    say(this.title, words.unit_course);
    /** @param {number} step */
    const x = (step) => BOX.left + ((BOX.right - BOX.left) * step) / Math.max(1, cell.steps - 1);
    for (const line of this.lines) this.drawLine(line, cell, t, unit, x);
    for (const end of ["x1", "x2"]) this.mark.setAttribute(end, String(x(t)));
    this.label(tokens, t, x);
  }

  /**
   * @param {Line} line
   * @param {Cell} cell
   * @param {number} t
   * @param {number} unit
   * @param {(step: number) => number} x
   */
  drawLine({ quantity, y, past, future, dot, value }, cell, t, unit, x) {
    const gate = isGate(quantity);
    /** @param {number} step */
    const at = (step) => {
      const v = Math.max(-1, Math.min(1, cell.quantity(quantity, step)[unit]));
      return y + (gate ? this.height : this.height / 2) * (1 - v);
    };
    const points = Array.from({ length: cell.steps }, (_, step) => [x(step), at(step)]);
    const [read, unread] = cell.reversed
      ? [points.slice(t), points.slice(0, t + 1)]
      : [points.slice(0, t + 1), points.slice(t)];
    past.setAttribute("points", read.join(" "));
    future.setAttribute("points", unread.join(" "));
    dot.setAttribute("cx", String(x(t)));
    dot.setAttribute("cy", String(at(t)));
    say(value, fixed(cell.quantity(quantity, t)[unit]));
  }

  /**
   * @param {string[]} tokens
   * @param {number} t
   * @param {(step: number) => number} x
   */
  label(tokens, t, x) {
    const [first, now, last] = this.labels;
    /** @param {number} step */
    const near = (step) => Math.abs(x(step) - x(t)) < 60;
    first.setAttribute("x", String(BOX.left - 4));
    now.setAttribute("x", String(x(t)));
    last.setAttribute("x", String(BOX.right + 4));
    say(first, near(0) ? "" : tokens[0]);
    say(now, tokens[t]);
    say(last, near(tokens.length - 1) ? "" : tokens[tokens.length - 1]);
  }
}
