/**
 * The part of the canvas interface that the pen uses, drawn as SVG. So the same drawing functions make a vector picture
 * to save. Text is inserted as text nodes.
 */

import { contextOf, s } from "./dom.js";

/** @import { Point } from "../types.js" */

const ANCHORS = { left: "start", center: "middle", right: "end" };
/** @param {number} value */
const short = (value) => Math.round(value * 100) / 100;

/** Draws into an SVG element what it is told in the words of a canvas's context. */
export class SvgContext {
  /** @param {CanvasRenderingContext2D} measuring */
  constructor(measuring) {
    this.measuring = measuring;
    this.vector = /** @type {const} */ (true);
    this.fillStyle = "#000";
    this.strokeStyle = "#000";
    this.lineWidth = 1;
    this.globalAlpha = 1;
    this.font = "";
    this.lineJoin = "round";
    /** @type {keyof typeof ANCHORS} */
    this.textAlign = "left";
    this.textBaseline = "alphabetic";
    /** @type {number[]} */
    this.dash = [];
    this.turn = "";
    this.path = "";
    /** @type {Point} */
    this.last = [0, 0];
    this.clips = 0;
    this.root = s("svg", { xmlns: "http://www.w3.org/2000/svg" });
    /** @type {SVGElement} */
    this.parent = this.root;
    /** @type {ReturnType<SvgContext["state"]>[]} */
    this.saved = [];
  }

  setTransform() {}

  clearRect() {
    this.root.replaceChildren();
    this.parent = this.root;
  }

  /** @param {number[]} dash */
  setLineDash(dash) {
    this.dash = dash;
  }

  state() {
    const { fillStyle, strokeStyle, lineWidth, globalAlpha, textAlign, font, lineJoin, dash, parent, turn } = this;
    return { fillStyle, strokeStyle, lineWidth, globalAlpha, textAlign, font, lineJoin, dash, parent, turn };
  }

  save() {
    this.saved.push(this.state());
  }

  restore() {
    Object.assign(this, this.saved.pop());
  }

  /**
   * @param {number} x
   * @param {number} y
   */
  translate(x, y) {
    this.turn += `translate(${short(x)} ${short(y)})`;
  }

  /** @param {number} angle */
  rotate(angle) {
    this.turn += `rotate(${short((angle * 180) / Math.PI)})`;
  }

  beginPath() {
    this.path = "";
  }

  /**
   * @param {number} x
   * @param {number} y
   */
  moveTo(x, y) {
    this.go("M", x, y);
  }

  /**
   * @param {number} x
   * @param {number} y
   */
  lineTo(x, y) {
    this.go("L", x, y);
  }

  /** @param {number[]} points */
  bezierCurveTo(...points) {
    this.go("C", ...points);
  }

  closePath() {
    this.path += "Z";
  }

  /**
   * @param {number} x
   * @param {number} y
   * @param {number} w
   * @param {number} h
   */
  rect(x, y, w, h) {
    this.path += `M${short(x)} ${short(y)}h${short(w)}v${short(h)}h${short(-w)}Z`;
  }

  /**
   * @param {number} x
   * @param {number} y
   * @param {number} w
   * @param {number} h
   * @param {number} radius
   */
  roundRect(x, y, w, h, radius) {
    const r = Math.min(radius, w / 2, h / 2);
    if (r <= 0) this.rect(x, y, w, h);
    else {
      const corner = (/** @type {number} */ dx, /** @type {number} */ dy) => `a${r} ${r} 0 0 1 ${dx} ${dy}`;
      this.path +=
        `M${short(x + r)} ${short(y)}h${short(w - 2 * r)}${corner(r, r)}v${short(h - 2 * r)}` +
        `${corner(-r, r)}h${short(2 * r - w)}${corner(-r, -r)}v${short(2 * r - h)}${corner(r, -r)}Z`;
    }
  }

  /**
   * @param {number} x
   * @param {number} y
   * @param {number} r
   */
  arc(x, y, r) {
    this.path += `M${short(x - r)} ${short(y)}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0Z`;
  }

  /**
   * A rounded corner; the lines it joins are horizontal and vertical.
   * @param {number} x1
   * @param {number} y1
   * @param {number} x2
   * @param {number} y2
   * @param {number} radius
   */
  arcTo(x1, y1, x2, y2, radius) {
    /**
     * @param {number} x
     * @param {number} y
     * @returns {Point}
     */
    const near = (x, y) => {
      const length = Math.hypot(x - x1, y - y1) || 1;
      const r = Math.min(radius, length / 2);
      return [x1 + ((x - x1) * r) / length, y1 + ((y - y1) * r) / length];
    };
    this.go("L", ...near(...this.last));
    this.go("Q", x1, y1, ...near(x2, y2));
  }

  /**
   * @param {string} command
   * @param {number[]} numbers
   */
  go(command, ...numbers) {
    this.path += command + numbers.map(short).join(" ");
    const [x, y] = numbers.slice(-2);
    this.last = [x, y];
  }

  /**
   * @param {keyof SVGElementTagNameMap} tag
   * @param {Record<string, string | number>} attributes
   * @param {(Node | string)[]} children
   */
  put(tag, attributes, ...children) {
    const faded = this.globalAlpha < 1 ? { ...attributes, opacity: short(this.globalAlpha) } : attributes;
    this.parent.append(s(tag, faded, ...children));
  }

  fill() {
    this.put("path", { d: this.path, fill: this.fillStyle });
  }

  stroke() {
    const line = {
      d: this.path,
      fill: "none",
      stroke: this.strokeStyle,
      "stroke-width": short(this.lineWidth),
      "stroke-linejoin": "round",
    };
    this.put("path", this.dash.length ? { ...line, "stroke-dasharray": this.dash.join(" ") } : line);
  }

  /**
   * @param {number} x
   * @param {number} y
   * @param {number} width
   * @param {number} height
   */
  fillRect(x, y, width, height) {
    this.put("rect", { x: short(x), y: short(y), width: short(width), height: short(height), fill: this.fillStyle });
  }

  clip() {
    const id = `clip${(this.clips += 1)}`;
    const group = s("g", { "clip-path": `url(#${id})` });
    this.parent.append(s("clipPath", { id }, s("path", { d: this.path })), group);
    this.parent = group;
  }

  /**
   * @param {string} text
   * @param {number} x
   * @param {number} y
   */
  fillText(text, x, y) {
    const place = {
      x: short(x),
      y: short(y),
      "text-anchor": ANCHORS[this.textAlign],
      fill: this.fillStyle,
      style: `font:${this.font};font-variant-numeric:tabular-nums`,
    };
    this.put("text", this.turn ? { ...place, transform: this.turn } : place, text);
  }

  /** @param {string} text */
  measureText(text) {
    this.measuring.font = this.font;
    return this.measuring.measureText(text);
  }
}

/** Takes the place of a canvas under a pen. `width` and `height` are set by the pen, in device pixels. */
export class SvgCanvas {
  constructor() {
    this.width = 0;
    this.height = 0;
    this.context = new SvgContext(contextOf(document.createElement("canvas")));
  }

  /**
   * The picture as a file, on the colour of the paper.
   * @param {number} width
   * @param {number} height
   * @param {string} paper
   * @param {SVGElement[]} head what stands above the picture
   * @param {number} above how much room that takes
   */
  text(width, height, paper, head = [], above = 0) {
    const { root } = this.context;
    const [wide, high] = [short(width), short(height + above)];
    const size = { width: wide, height: high, viewBox: `0 ${-above} ${wide} ${high}` };
    for (const [name, value] of Object.entries(size)) root.setAttribute(name, String(value));
    root.prepend(s("rect", { y: -above, width: "100%", height: "100%", fill: paper }));
    root.prepend(...head);
    root.append(...head.filter((element) => element.tagName === "text")); // over the paper
    return new XMLSerializer().serializeToString(root);
  }
}
