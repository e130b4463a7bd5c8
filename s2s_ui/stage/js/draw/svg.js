/**
 * The part of a canvas that the pen uses, drawn as SVG: the same drawing functions make a picture to keep, in vectors.
 * Text goes in as text nodes.
 */

import { s } from "./dom.js";

const STATE = [
  "fillStyle",
  "strokeStyle",
  "lineWidth",
  "globalAlpha",
  "textAlign",
  "font",
  "lineJoin",
  "dash",
  "parent",
  "turn",
];
const ANCHORS = { left: "start", center: "middle", right: "end" };
const short = (value) => Math.round(value * 100) / 100;

class SvgContext {
  constructor(measuring) {
    Object.assign(this, { measuring, vector: true, saved: [], clips: 0, path: "", turn: "" });
    Object.assign(this, {
      fillStyle: "#000",
      strokeStyle: "#000",
      lineWidth: 1,
      globalAlpha: 1,
      textAlign: "left",
      dash: [],
    });
    this.root = s("svg", { xmlns: "http://www.w3.org/2000/svg" });
    this.parent = this.root;
  }

  setTransform() {}

  clearRect() {
    this.root.replaceChildren();
    this.parent = this.root;
  }

  setLineDash(dash) {
    this.dash = dash;
  }

  save() {
    this.saved.push(Object.fromEntries(STATE.map((name) => [name, this[name]])));
  }

  restore() {
    Object.assign(this, this.saved.pop());
  }

  translate(x, y) {
    this.turn += `translate(${short(x)} ${short(y)})`;
  }

  rotate(angle) {
    this.turn += `rotate(${short((angle * 180) / Math.PI)})`;
  }

  beginPath() {
    this.path = "";
  }

  moveTo(x, y) {
    this.go("M", x, y);
  }

  lineTo(x, y) {
    this.go("L", x, y);
  }

  bezierCurveTo(...points) {
    this.go("C", ...points);
  }

  closePath() {
    this.path += "Z";
  }

  rect(x, y, w, h) {
    this.path += `M${short(x)} ${short(y)}h${short(w)}v${short(h)}h${short(-w)}Z`;
  }

  roundRect(x, y, w, h, radius) {
    const r = Math.min(radius, w / 2, h / 2);
    if (r <= 0) this.rect(x, y, w, h);
    else {
      this.path +=
        `M${short(x + r)} ${short(y)}h${short(w - 2 * r)}a${r} ${r} 0 0 1 ${r} ${r}v${short(h - 2 * r)}` +
        `a${r} ${r} 0 0 1 ${-r} ${r}h${short(2 * r - w)}a${r} ${r} 0 0 1 ${-r} ${-r}v${short(2 * r - h)}a${r} ${r} 0 0 1 ${r} ${-r}Z`;
    }
  }

  arc(x, y, r) {
    this.path += `M${short(x - r)} ${short(y)}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0Z`;
  }

  /** A rounded corner; the lines it joins are horizontal and vertical. */
  arcTo(x1, y1, x2, y2, radius) {
    const near = (x, y) => {
      const length = Math.hypot(x - x1, y - y1) || 1;
      const r = Math.min(radius, length / 2);
      return [x1 + ((x - x1) * r) / length, y1 + ((y - y1) * r) / length];
    };
    this.go("L", ...near(...this.last));
    this.go("Q", x1, y1, ...near(x2, y2));
  }

  go(command, ...numbers) {
    this.path += command + numbers.map(short).join(" ");
    this.last = numbers.slice(-2);
  }

  put(tag, attributes, ...children) {
    const opacity = this.globalAlpha < 1 ? { opacity: short(this.globalAlpha) } : {};
    this.parent.append(s(tag, { ...attributes, ...opacity }, ...children));
  }

  fill() {
    this.put("path", { d: this.path, fill: this.fillStyle });
  }

  stroke() {
    const dash = this.dash.length ? { "stroke-dasharray": this.dash.join(" ") } : {};
    this.put("path", {
      d: this.path,
      fill: "none",
      stroke: this.strokeStyle,
      "stroke-width": short(this.lineWidth),
      "stroke-linejoin": "round",
      ...dash,
    });
  }

  fillRect(x, y, width, height) {
    this.put("rect", { x: short(x), y: short(y), width: short(width), height: short(height), fill: this.fillStyle });
  }

  clip() {
    const id = `clip${(this.clips += 1)}`;
    const group = s("g", { "clip-path": `url(#${id})` });
    this.parent.append(s("clipPath", { id }, s("path", { d: this.path })), group);
    this.parent = group;
  }

  fillText(text, x, y) {
    const turn = this.turn ? { transform: this.turn } : {};
    const place = { x: short(x), y: short(y), "text-anchor": ANCHORS[this.textAlign], fill: this.fillStyle };
    this.put("text", { ...place, style: `font:${this.font};font-variant-numeric:tabular-nums`, ...turn }, text);
  }

  measureText(text) {
    this.measuring.font = this.font;
    return this.measuring.measureText(text);
  }
}

/** Takes the place of a canvas under a pen. `width` and `height` are set by the pen, in device pixels. */
export class SvgCanvas {
  constructor() {
    this.context = new SvgContext(document.createElement("canvas").getContext("2d"));
  }

  getContext() {
    return this.context;
  }

  /** The picture as a file, on the colour of the paper. */
  text(width, height, paper) {
    const { root } = this.context;
    const size = { width: short(width), height: short(height), viewBox: `0 0 ${short(width)} ${short(height)}` };
    for (const [name, value] of Object.entries(size)) root.setAttribute(name, value);
    root.prepend(s("rect", { width: "100%", height: "100%", fill: paper }));
    return new XMLSerializer().serializeToString(root);
  }
}
