/**
 * Fingerprints: the units of a state as a field of 8 columns in reading order. Each is painted once, in device pixels,
 * on a hidden canvas (those of a whole lane side by side on one); a frame only copies them.
 */

const ACROSS = 8;
const FINE = 100; // where there are no pixels, edges are rounded to a hundredth

/** The units in the order in which they are drawn: of two halves, backward stands over forward. */
export function drawingOrder(count, halves) {
  const half = count / halves;
  const order = [];
  for (let part = halves - 1; part >= 0; part--) {
    for (let unit = 0; unit < half; unit++) order.push(part * half + unit);
  }
  return order;
}

/** Box of the unit drawn at `place` among `count` in a field of the given size; edges on whole pixels. */
export function unitBox(place, count, x, y, w, h, px = 1) {
  const down = Math.ceil(count / ACROSS);
  const edge = (share, size) => Math.round(share * size * px) / px;
  const [column, row] = [place % ACROSS, Math.floor(place / ACROSS)];
  const [left, top] = [edge(column / ACROSS, w), edge(row / down, h)];
  return { x: x + left, y: y + top, w: edge((column + 1) / ACROSS, w) - left, h: edge((row + 1) / down, h) - top };
}

/** Which place of the field lies under a point, or null. */
export function placeAt(px, py, count, x, y, w, h) {
  const down = Math.ceil(count / ACROSS);
  const column = Math.floor(((px - x) / w) * ACROSS);
  const row = Math.floor(((py - y) / h) * down);
  if (column < 0 || column >= ACROSS || row < 0 || row >= down) return null;
  const place = row * ACROSS + column;
  return place < count ? place : null;
}

const copies = new WeakMap(); // colour scale -> buffer of the numbers -> place and size -> canvas

/** Draws one field: painted the first time, in device pixels on a hidden canvas, and copied from there ever after. */
export function drawField(pen, values, colour, x, y, w, h) {
  if (pen.context.vector) {
    paint(pen.context, values, colour, x, y, w, h, 1, FINE);
    return;
  }
  const [width, height] = [Math.round(w * pen.px), Math.round(h * pen.px)];
  if (!copies.has(colour)) copies.set(colour, new WeakMap());
  const buffers = copies.get(colour);
  if (!buffers.has(values.buffer)) buffers.set(values.buffer, new Map());
  const fields = buffers.get(values.buffer);
  const key = `${values.byteOffset}:${width}:${height}`;
  if (!fields.has(key)) {
    const canvas = Object.assign(document.createElement("canvas"), { width, height });
    paint(canvas.getContext("2d"), values, colour, 0, 0, width, height);
    fields.set(key, canvas);
  }
  pen.context.imageSmoothingEnabled = false;
  pen.context.drawImage(fields.get(key), x, y, w, h);
}

/** Paints one field unit by unit, in device pixels (`px` of them to a unit of the context). */
function paint(context, values, colour, x, y, w, h, halves = 1, px = 1) {
  drawingOrder(values.length, halves).forEach((unit, place) => {
    const box = unitBox(place, values.length, x, y, w, h, px);
    context.fillStyle = colour(values[unit]);
    context.fillRect(box.x, box.y, box.w, box.h);
  });
}

/** A lane of fingerprints, painted when its size, colours or numbers have changed. */
export class Lane {
  constructor() {
    this.canvas = document.createElement("canvas");
    this.key = "";
  }

  prepare(key, values, steps, colour, w, h, px, halves = 1) {
    const [width, height] = [Math.round(w * px), Math.round(h * px)];
    const full = `${key}:${steps}:${width}:${height}`;
    if (full === this.key) return this;
    Object.assign(this, { key: full, width, height, values, colour, halves });
    this.canvas.width = width * steps;
    this.canvas.height = height;
    const context = this.canvas.getContext("2d");
    for (let t = 0; t < steps; t++) paint(context, values(t), colour, t * width, 0, width, height, halves);
    return this;
  }

  draw(pen, t, x, y, w, h) {
    if (pen.context.vector) {
      paint(pen.context, this.values(t), this.colour, x, y, w, h, this.halves, FINE);
      return;
    }
    pen.context.imageSmoothingEnabled = false;
    pen.context.drawImage(this.canvas, t * this.width, 0, this.width, this.height, x, y, w, h);
  }
}
