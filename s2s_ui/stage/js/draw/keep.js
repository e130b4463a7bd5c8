/** The stage as it stands, as a picture to keep: SVG in vectors, PNG at twice the size and with its title. */

import { contextOf, h, s } from "./dom.js";
import { Pen } from "./pen.js";
import { factsOf } from "./facts.js";
import { draw, makeScene } from "./scene.js";
import { SvgCanvas } from "./svg.js";

/** @import { Stage } from "../stage.js" */
/** @import { Kept, Scene } from "../types.js" */

/**
 * The SVG of what `scene` shows, below its titles: the text and the answer, the model.
 * @param {Scene} scene
 * @param {string[]} titles
 */
export function svgOf(scene, titles = []) {
  const canvas = new SvgCanvas();
  const pen = new Pen(canvas);
  pen.family = scene.pen.family;
  draw({ ...scene, pen, hits: [], hit: () => {} });
  /** @type {SVGElement[]} */
  const head = titles.map((text, line) => {
    const font = `font:${line ? "14px" : "700 17px"} ${pen.family}`;
    const y = (line - titles.length) * LINE + 12;
    return s("text", { x: 0, y, fill: line ? scene.pal.ink2 : scene.pal.ink, style: font }, text);
  });
  if (titles.length) head.unshift(s("title", {}, titles.join(" · ")));
  return canvas.text(scene.size.width, scene.L.height, scene.pal.bg, head, titles.length * LINE);
}

const SCALE = 2; // pixels of a PNG for each unit
const MARGIN = 20;
const LINE = 24;

/**
 * The picture at twice its size, with what it is of above it and the caption of its step under it.
 * @param {Stage} stage
 * @param {string[]} titles
 * @returns {Promise<Blob | null>}
 */
function pngOf(stage, titles) {
  const { size, pal } = stage;
  const picture = document.createElement("canvas");
  const pen = Object.assign(new Pen(picture), { family: size.family });
  const facts = factsOf(stage, performance.now());
  const scene = makeScene({ ...facts, pen, lanes: new Map(), size: { ...size, px: SCALE }, moving: null, progress: 1 });
  draw(scene);
  const sheet = document.createElement("canvas");
  const writer = Object.assign(new Pen(sheet), { family: size.family });
  const [wide, high] = [size.width + 2 * MARGIN, scene.L.height + (titles.length + 1) * LINE + 3 * MARGIN];
  writer.begin(wide, high, SCALE);
  writer.fill(0, 0, wide, high, pal.bg);
  titles.forEach((text, line) => {
    const style = line ? { size: 14, colour: pal.ink2 } : { size: 17, weight: 700, colour: pal.ink };
    writer.text(text, MARGIN, MARGIN + 16 + line * LINE, { ...style, most: size.width });
  });
  const top = titles.length * LINE + 2 * MARGIN;
  contextOf(sheet).drawImage(picture, MARGIN, top, size.width, scene.L.height);
  const caption = stage.caption.textContent ?? "";
  writer.text(caption, MARGIN, top + scene.L.height + LINE, {
    size: 15,
    weight: 600,
    colour: pal.ink,
    most: size.width,
  });
  return new Promise((resolve) => {
    sheet.toBlob(resolve, "image/png");
  });
}

/**
 * Hands the picture to the browser as a download.
 * @param {Stage} stage
 * @param {Kept} kept
 */
export function keep(stage, { format, titles }) {
  stage.draw(performance.now());
  if (format === "svg") hand(stage, format, new Blob([svgOf(stage.scene, titles)], { type: "image/svg+xml" }));
  else pngOf(stage, titles).then((blob) => hand(stage, format, blob));
}

/**
 * @param {{ root: HTMLElement }} stage
 * @param {"svg" | "png"} format
 * @param {Blob | null} blob
 */
function hand(stage, format, blob) {
  if (!blob) throw new Error(`The browser makes no ${format} of this picture.`);
  const href = URL.createObjectURL(blob);
  const link = h("a", { href, download: `seq2scope-${stage.root.dataset.step}.${format}` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(href), 10000);
}
