/** A canvas with the marks of the design: text, boxes, arrows, snapped to device pixels where that keeps them crisp. */

import { contextOf } from "./dom.js";

/** @import { Point, Surface } from "../types.js" */
/** @import { SvgCanvas } from "./svg.js" */

const SYMBOL = '"STIX Two Math", "STIX Two Text", Cambria, "Noto Serif", Georgia, "Times New Roman", serif';

const REMEMBERED = 2000;

/**
 * @typedef {{ size?: number, weight?: number, symbol?: boolean }} Style
 * @typedef {Style & { colour: string, align?: "left" | "center" | "right", turn?: number, most?: number }} TextStyle
 */

/** Draws on a canvas, or into an SVG that takes its place. */
export class Pen {
  /** @param {HTMLCanvasElement | SvgCanvas} canvas */
  constructor(canvas) {
    this.canvas = canvas;
    /** @type {Surface} */
    this.context = "context" in canvas ? canvas.context : contextOf(canvas);
    this.px = 1;
    this.set = ""; // the font that is set: setting it anew costs more than the text
    this.family = "system-ui, sans-serif";
    /** @type {Map<string, number>} */
    this.widths = new Map();
  }

  /**
   * Starts a picture of the given size in units, with `px` device pixels per unit.
   * @param {number} width
   * @param {number} height
   * @param {number} px
   */
  begin(width, height, px) {
    const [w, h] = [Math.round(width * px), Math.round(height * px)];
    if (this.canvas.width !== w) this.canvas.width = w;
    if (this.canvas.height !== h) this.canvas.height = h;
    this.px = px;
    this.set = "";
    this.context.setTransform(1, 0, 0, 1, 0, 0);
    this.context.clearRect(0, 0, w, h);
    this.context.setTransform(px, 0, 0, px, 0, 0);
    this.context.globalAlpha = 1;
  }

  /** @param {number} value */
  snap(value) {
    return Math.round(value * this.px) / this.px;
  }

  /**
   * Draws with everything inside at a share of its opacity.
   * @param {number} share
   * @param {() => void} draw
   */
  faded(share, draw) {
    const before = this.context.globalAlpha;
    this.context.globalAlpha = before * share;
    draw();
    this.context.globalAlpha = before;
  }

  /**
   * @param {number} x
   * @param {number} y
   * @param {number} w
   * @param {number} h
   * @param {() => void} draw
   */
  clipped(x, y, w, h, draw) {
    this.context.save();
    this.context.beginPath();
    this.context.rect(x, y, w, h);
    this.context.clip();
    draw();
    this.context.restore();
    this.set = "";
  }

  /** @param {Style} style */
  font({ size = 13, weight = 400, symbol = false } = {}) {
    return symbol ? `italic ${weight} ${size}px ${SYMBOL}` : `${weight} ${size}px ${this.family}`;
  }

  /** @param {Style} style */
  use(style) {
    const font = this.font(style);
    if (font !== this.set) this.context.font = font;
    this.set = font;
    return font;
  }

  /**
   * @param {string} text
   * @param {Style} style
   * @returns {number}
   */
  width(text, style) {
    const key = `${this.use(style)}|${text}`;
    const known = this.widths.get(key);
    if (known !== undefined) return known;
    if (this.widths.size > REMEMBERED) this.widths.clear();
    const { width } = this.context.measureText(text);
    this.widths.set(key, width);
    return width;
  }

  /** Widths change when a font arrives. */
  forget() {
    this.widths.clear();
  }

  /**
   * @param {string} text
   * @param {number} x
   * @param {number} y
   * @param {TextStyle} style
   */
  text(text, x, y, { colour, align = "left", turn = 0, most = Infinity, ...style }) {
    const c = this.context;
    this.use(style);
    c.fillStyle = colour;
    c.textAlign = align;
    c.textBaseline = "alphabetic";
    const shown = most === Infinity ? text : this.shortened(text, most, style);
    if (!turn) {
      c.fillText(shown, x, y);
      return;
    }
    c.save();
    c.translate(x, y);
    c.rotate(turn);
    c.fillText(shown, 0, 0);
    c.restore();
  }

  /**
   * The text, cut with an ellipsis where it is wider than allowed.
   * @param {string} text
   * @param {number} most
   * @param {Style} style
   */
  shortened(text, most, style) {
    if (this.width(text, style) <= most) return text;
    const letters = [...text];
    while (letters.length > 1 && this.context.measureText(`${letters.join("")}…`).width > most) letters.pop();
    return `${letters.join("")}…`;
  }

  /**
   * @param {number} x
   * @param {number} y
   * @param {number} w
   * @param {number} h
   * @param {string} colour
   * @param {number} radius
   */
  fill(x, y, w, h, colour, radius = 0) {
    const c = this.context;
    c.fillStyle = colour;
    if (!radius) c.fillRect(x, y, w, h);
    else {
      c.beginPath();
      c.roundRect(x, y, w, h, radius);
      c.fill();
    }
  }

  /**
   * A frame whose line lies inside the box.
   * @param {number} x
   * @param {number} y
   * @param {number} w
   * @param {number} h
   * @param {string} colour
   * @param {number} line
   * @param {number} radius
   */
  frame(x, y, w, h, colour, line = 1, radius = 2) {
    const c = this.context;
    c.strokeStyle = colour;
    c.lineWidth = line;
    c.setLineDash([]);
    c.beginPath();
    c.roundRect(x + line / 2, y + line / 2, w - line, h - line, radius);
    c.stroke();
  }

  /**
   * @param {Point[]} points
   * @param {string} colour
   * @param {number} line
   * @param {number[]} dash
   */
  line(points, colour, line = 1, dash = []) {
    const c = this.context;
    c.strokeStyle = colour;
    c.lineWidth = line;
    c.setLineDash(dash);
    c.lineJoin = "round";
    c.beginPath();
    points.forEach(([x, y], i) => (i ? c.lineTo(x, y) : c.moveTo(x, y)));
    c.stroke();
    c.setLineDash([]);
  }

  /**
   * A line with an open head at its last point.
   * @param {Point[]} points
   * @param {string} colour
   * @param {number} line
   * @param {{ dash?: number[], head?: number }} head
   */
  arrow(points, colour, line = 1.6, { dash = [], head = 4 } = {}) {
    this.line(points, colour, line, dash);
    const [[x0, y0], [x, y]] = points.slice(-2);
    const angle = Math.atan2(y - y0, x - x0);
    /**
     * @param {number} turn
     * @returns {Point}
     */
    const wing = (turn) => [x - head * Math.cos(angle + turn) * 1.25, y - head * Math.sin(angle + turn) * 1.25];
    this.line([wing(0.72), [x, y], wing(-0.72)], colour, line);
  }

  /**
   * A horizontal or vertical elbow with rounded corners, ending in an arrow.
   * @param {Point[]} points
   * @param {string} colour
   * @param {number} line
   * @param {number} radius
   */
  elbow(points, colour, line, radius = 4) {
    const c = this.context;
    const [x, y] = points[points.length - 1];
    c.strokeStyle = colour;
    c.lineWidth = line;
    c.setLineDash([]);
    c.beginPath();
    c.moveTo(...points[0]);
    for (let i = 1; i < points.length - 1; i++) c.arcTo(...points[i], ...points[i + 1], radius);
    c.lineTo(x, y);
    c.stroke();
    this.line(
      [
        [x - 3.5, y - 4.5],
        [x, y],
        [x + 3.5, y - 4.5],
      ],
      colour,
      line,
    );
  }

  /**
   * @param {number} x
   * @param {number} y
   * @param {number} radius
   * @param {string} colour
   */
  dot(x, y, radius, colour) {
    const c = this.context;
    c.fillStyle = colour;
    c.beginPath();
    c.arc(x, y, radius, 0, 2 * Math.PI);
    c.fill();
  }

  /**
   * @param {number} x0
   * @param {number} y0
   * @param {number} x1
   * @param {number} y1
   * @param {string} colour
   * @param {number} line
   */
  curve(x0, y0, x1, y1, colour, line) {
    const c = this.context;
    const half = (y1 - y0) * 0.55;
    c.strokeStyle = colour;
    c.lineWidth = line;
    c.beginPath();
    c.moveTo(x0, y0);
    c.bezierCurveTo(x0, y0 + half, x1, y1 - half, x1, y1);
    c.stroke();
  }

  /**
   * @param {Point[]} points
   * @param {string} colour
   */
  polygon(points, colour) {
    const c = this.context;
    c.fillStyle = colour;
    c.beginPath();
    points.forEach(([x, y], i) => (i ? c.lineTo(x, y) : c.moveTo(x, y)));
    c.closePath();
    c.fill();
  }
}
