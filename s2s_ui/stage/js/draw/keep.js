/** The stage as it stands, as a picture to keep: SVG in vectors, PNG at twice the size and with its title. */

import { contextOf, h, s } from "./dom.js";
import { Pen } from "./pen.js";
import { factsOf } from "./facts.js";
import { draw, makeScene } from "./scene.js";
import { SvgCanvas } from "./svg.js";

/** @import { Stage } from "../stage.js" */
/** @import { Kept, Scene } from "../types.js" */

const TITLE = { size: 17, weight: 700 };
const SUBTITLE = { size: 14, weight: 400 };
const CAPTION = { size: 15, weight: 600 };

/**
 * A text in lines of a width: broken at spaces, and within a word that is wider by itself.
 * @param {string} text
 * @param {number} most
 * @param {(text: string) => number} width
 * @returns {string[]}
 */
export function broken(text, most, width) {
  const lines = [""];
  for (const word of text.split(/(?<= )/)) {
    if (lines[lines.length - 1] && width((lines[lines.length - 1] + word).trimEnd()) > most) lines.push("");
    for (const letter of width(word.trimEnd()) > most ? word : [word]) {
      if (lines[lines.length - 1] && width((lines[lines.length - 1] + letter).trimEnd()) > most) lines.push("");
      lines[lines.length - 1] += letter;
    }
  }
  return lines.map((line) => line.trimEnd());
}

/**
 * The titles in lines of a width, each with its style.
 * @param {string[]} titles
 * @param {number} most
 * @param {Pen} pen
 */
function headOf(titles, most, pen) {
  return titles.flatMap((title, place) => {
    const style = place ? SUBTITLE : TITLE;
    return broken(title, most, (text) => pen.width(text, style)).map((text) => ({ text, style }));
  });
}

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
  const lines = headOf(titles, scene.size.width, scene.pen);
  /** @type {SVGElement[]} */
  const head = lines.map(({ text, style }, line) => {
    const font = `font:${style.weight} ${style.size}px ${pen.family}`;
    const y = (line - lines.length) * LINE + 12;
    return s("text", { x: 0, y, fill: style === TITLE ? scene.pal.ink : scene.pal.ink2, style: font }, text);
  });
  if (titles.length) head.unshift(s("title", {}, titles.join(" · ")));
  return canvas.text(scene.size.width, scene.L.height, scene.pal.bg, head, lines.length * LINE);
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
  const head = headOf(titles, size.width, writer);
  const caption = broken(stage.caption.textContent ?? "", size.width, (text) => writer.width(text, CAPTION));
  const lines = head.length + caption.length;
  const [wide, high] = [size.width + 2 * MARGIN, scene.L.height + lines * LINE + 3 * MARGIN];
  writer.begin(wide, high, SCALE);
  writer.fill(0, 0, wide, high, pal.bg);
  head.forEach(({ text, style }, line) => {
    const colour = style === TITLE ? pal.ink : pal.ink2;
    writer.text(text, MARGIN, MARGIN + 16 + line * LINE, { ...style, colour });
  });
  const top = head.length * LINE + 2 * MARGIN;
  contextOf(sheet).drawImage(picture, MARGIN, top, size.width, scene.L.height);
  caption.forEach((text, line) => {
    writer.text(text, MARGIN, top + scene.L.height + (line + 1) * LINE, { ...CAPTION, colour: pal.ink });
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
