/** The stage as it stands, as a picture to keep: SVG in vectors, PNG in the pixels of the screen. */

import { contextOf, h } from "./dom.js";
import { Pen } from "./pen.js";
import { draw } from "./scene.js";
import { SvgCanvas } from "./svg.js";

/** @import { Scene } from "../types.js" */

/**
 * The SVG of what `scene` shows.
 * @param {Scene} scene
 */
export function svgOf(scene) {
  const canvas = new SvgCanvas();
  const pen = new Pen(canvas);
  pen.family = scene.pen.family;
  draw({ ...scene, pen, hits: [], hit: () => {} });
  return canvas.text(scene.size.width, scene.L.height, scene.pal.bg);
}

/**
 * @param {Scene} scene
 * @param {HTMLCanvasElement} canvas
 * @returns {Promise<Blob | null>}
 */
function pngOf({ pal }, canvas) {
  const copy = Object.assign(document.createElement("canvas"), { width: canvas.width, height: canvas.height });
  const context = contextOf(copy);
  context.fillStyle = pal.bg;
  context.fillRect(0, 0, copy.width, copy.height);
  context.drawImage(canvas, 0, 0);
  return new Promise((resolve) => {
    copy.toBlob(resolve, "image/png");
  });
}

/**
 * Hands the picture to the browser as a download.
 * @param {{ draw: (now: number) => void, scene: Scene, canvas: HTMLCanvasElement, root: HTMLElement }} stage
 * @param {"svg" | "png"} format
 */
export function keep(stage, format) {
  stage.draw(performance.now());
  const { scene, canvas } = stage;
  if (format === "svg") hand(stage, format, new Blob([svgOf(scene)], { type: "image/svg+xml" }));
  else pngOf(scene, canvas).then((blob) => hand(stage, format, blob));
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
