/** The six quantities of the cell under the cursor as small fingerprints, each unit with its value on hover. */

import { drawField, placeAt, unitBox } from "./fingerprint.js";
import { h } from "./dom.js";
import { Pen } from "./pen.js";
import { letter } from "../data/symbols.js";

/** @import { Cell } from "../data/payload.js" */
/** @import { Box, Inspected, Marked } from "../types.js" */

/** @typedef {Box & { letter: string, quantity: string, values: Float32Array | null }} Field */

const HEIGHT = 28;
const LETTER = 15;

/** The fingerprints of one cell in a row, on a canvas of their own. */
export class Strip {
  /**
   * `hovered(hit or null, event)` and `chosen(unit)` tell the stage what the pointer does.
   * @param {{ hovered: (hit: Marked | null, event: PointerEvent) => void, chosen: (unit: number) => void }} actions
   */
  constructor({ hovered, chosen }) {
    this.canvas = h("canvas", { class: "strip", "aria-hidden": "true" });
    this.pen = new Pen(this.canvas);
    this.element = this.canvas;
    this.scale = 1;
    /** @type {Field[]} */
    this.fields = [];
    this.canvas.addEventListener("pointermove", (event) => hovered(this.find(event), event));
    this.canvas.addEventListener("pointerleave", (event) => hovered(null, event));
    this.canvas.addEventListener("click", (event) => {
      const hit = this.find(event);
      if (hit) chosen(hit.unit);
    });
  }

  /** @param {Inspected & { cell: Cell, decoder: boolean, empty: boolean }} view */
  update({ cell, t, unit, decoder, empty, pal, colours, width, scale, ratio, family }) {
    const { pen } = this;
    pen.family = family;
    pen.begin(width, HEIGHT, scale * ratio);
    Object.assign(this.canvas.style, { width: `${width * scale}px`, height: `${HEIGHT * scale}px` });
    this.scale = scale;
    const pitch = width / cell.quantities.length;
    const w = (Math.floor(((pitch - LETTER - 8) * pen.px) / 8) * 8) / pen.px;
    const fieldHeight = (Math.round((18 * pen.px) / 6) * 6) / pen.px;
    this.fields = cell.quantities.map((quantity, i) => {
      const x = pen.snap(i * pitch + LETTER);
      const y = pen.snap((HEIGHT - fieldHeight) / 2);
      const values = empty ? null : cell.quantity(quantity, t);
      pen.text(letter(cell.kind, quantity, decoder), i * pitch, y + 14, { size: 16, symbol: true, colour: pal.ink });
      if (values) {
        drawField(pen, values, colours.of(quantity), x, y, w, fieldHeight);
        const box = unitBox(unit, values.length, x, y, w, fieldHeight, pen.px);
        pen.frame(box.x - 1, box.y - 1, box.w + 2, box.h + 2, pal.bg, 1, 0);
        pen.frame(box.x - 2, box.y - 2, box.w + 4, box.h + 4, pal.ink, 1, 0);
      }
      pen.frame(x - 1, y - 1, w + 2, fieldHeight + 2, values ? pal.ghost : pal.line, 1, 2);
      return { letter: letter(cell.kind, quantity, decoder), quantity, values, x, y, w, h: fieldHeight };
    });
  }

  /**
   * @param {MouseEvent} event
   * @returns {{ kind: "field", letter: string, quantity: string, values: Float32Array, unit: number } | null}
   */
  find(event) {
    const [x, y] = [event.offsetX / this.scale, event.offsetY / this.scale];
    for (const field of this.fields) {
      if (!field.values) continue;
      const unit = placeAt(x, y, field.values.length, field.x, field.y, field.w, field.h);
      const { letter: sign, quantity, values } = field;
      if (unit !== null) return { kind: "field", letter: sign, quantity, values, unit };
    }
    return null;
  }
}
