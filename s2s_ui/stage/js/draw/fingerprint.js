/**
 * Fingerprints: the units of a state as a field of 8 columns in reading order. Each is painted once, in device pixels,
 * on a hidden canvas (those of a whole lane side by side on one); a frame only copies them.
 */

import { contextOf } from "./dom.js";

/** @import { Colour, Surface } from "../types.js" */
/** @import { Pen } from "./pen.js" */

const ACROSS = 8;
const FINE = 100; // where there are no pixels, edges are rounded to a hundredth

/**
 * The units in the order in which they are drawn: of two halves, backward stands over forward.
 * @param {number} count
 * @param {number} halves
 */
export function drawingOrder(count, halves) {
  const half = count / halves;
  const order = [];
  for (let part = halves - 1; part >= 0; part--) {
    for (let unit = 0; unit < half; unit++) order.push(part * half + unit);
  }
  return order;
}

/**
 * Box of the unit drawn at `place` among `count` in a field of the given size; edges on whole pixels.
 * @param {number} place
 * @param {number} count
 * @param {number} x
 * @param {number} y
 * @param {number} w
 * @param {number} h
 * @param {number} px
 */
export function unitBox(place, count, x, y, w, h, px = 1) {
  const down = Math.ceil(count / ACROSS);
  /**
   * @param {number} share
   * @param {number} size
   */
  const edge = (share, size) => Math.round(share * size * px) / px;
  const [column, row] = [place % ACROSS, Math.floor(place / ACROSS)];
  const [left, top] = [edge(column / ACROSS, w), edge(row / down, h)];
  return { x: x + left, y: y + top, w: edge((column + 1) / ACROSS, w) - left, h: edge((row + 1) / down, h) - top };
}

/**
 * Which place of the field lies under a point, or null.
 * @param {number} px
 * @param {number} py
 * @param {number} count
 * @param {number} x
 * @param {number} y
 * @param {number} w
 * @param {number} h
 * @returns {number | null}
 */
export function placeAt(px, py, count, x, y, w, h) {
  const down = Math.ceil(count / ACROSS);
  const column = Math.floor(((px - x) / w) * ACROSS);
  const row = Math.floor(((py - y) / h) * down);
  if (column < 0 || column >= ACROSS || row < 0 || row >= down) return null;
  const place = row * ACROSS + column;
  return place < count ? place : null;
}

/** @type {WeakMap<Colour, WeakMap<ArrayBufferLike, Map<string, HTMLCanvasElement>>>} */
const copies = new WeakMap(); // colour scale -> buffer of the numbers -> place and size -> canvas

/**
 * Draws one field: painted the first time, in device pixels on a hidden canvas, and copied from there ever after.
 * @param {Pen} pen
 * @param {Float32Array} values
 * @param {Colour} colour
 * @param {number} x
 * @param {number} y
 * @param {number} w
 * @param {number} h
 */
export function drawField(pen, values, colour, x, y, w, h) {
  if (pen.context.vector) {
    paint(pen.context, values, colour, x, y, w, h, 1, FINE);
    return;
  }
  const [width, height] = [Math.round(w * pen.px), Math.round(h * pen.px)];
  const buffers = found(copies, colour, () => new WeakMap());
  const fields = found(buffers, values.buffer, () => new Map());
  const canvas = found(fields, `${values.byteOffset}:${width}:${height}`, () => {
    const made = Object.assign(document.createElement("canvas"), { width, height });
    paint(contextOf(made), values, colour, 0, 0, width, height);
    return made;
  });
  pen.context.imageSmoothingEnabled = false;
  pen.context.drawImage(canvas, x, y, w, h);
}

/**
 * Paints one field unit by unit, in device pixels (`px` of them to a unit of the context).
 * @param {Pick<Surface, "fillStyle" | "fillRect">} context
 * @param {Float32Array} values
 * @param {Colour} colour
 * @param {number} x
 * @param {number} y
 * @param {number} w
 * @param {number} h
 * @param {number} halves
 * @param {number} px
 */
function paint(context, values, colour, x, y, w, h, halves = 1, px = 1) {
  drawingOrder(values.length, halves).forEach((unit, place) => {
    const box = unitBox(place, values.length, x, y, w, h, px);
    context.fillStyle = colour(values[unit]);
    context.fillRect(box.x, box.y, box.w, box.h);
  });
}

/**
 * What a map holds under a key, made the first time.
 * @template Key, Value
 * @param {{ get: (key: Key) => Value | undefined, set: (key: Key, value: Value) => unknown }} map
 * @param {Key} key
 * @param {() => Value} make
 */
function found(map, key, make) {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

/** A lane of fingerprints, painted when its size, colours or numbers have changed. */
export class Lane {
  constructor() {
    this.canvas = document.createElement("canvas");
    this.key = "";
    this.width = 0;
    this.height = 0;
    this.halves = 1;
    /** @type {(t: number) => Float32Array} */
    this.values = () => new Float32Array();
    /** @type {Colour} */
    this.colour = () => "";
  }

  /**
   * @param {string} key
   * @param {(t: number) => Float32Array} values
   * @param {number} steps
   * @param {Colour} colour
   * @param {number} w
   * @param {number} h
   * @param {number} px
   * @param {number} halves
   */
  prepare(key, values, steps, colour, w, h, px, halves = 1) {
    const [width, height] = [Math.round(w * px), Math.round(h * px)];
    const full = `${key}:${steps}:${width}:${height}`;
    if (full === this.key) return this;
    Object.assign(this, { key: full, width, height, values, colour, halves });
    this.canvas.width = width * steps;
    this.canvas.height = height;
    const context = contextOf(this.canvas);
    for (let t = 0; t < steps; t++) paint(context, values(t), colour, t * width, 0, width, height, halves);
    return this;
  }

  /**
   * @param {Pen} pen
   * @param {number} t
   * @param {number} x
   * @param {number} y
   * @param {number} w
   * @param {number} h
   */
  draw(pen, t, x, y, w, h) {
    if (pen.context.vector) {
      paint(pen.context, this.values(t), this.colour, x, y, w, h, this.halves, FINE);
      return;
    }
    pen.context.imageSmoothingEnabled = false;
    pen.context.drawImage(this.canvas, t * this.width, 0, this.width, this.height, x, y, w, h);
  }
}
