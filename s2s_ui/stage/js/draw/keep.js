/** The stage as it stands, as a picture to keep: SVG in vectors, PNG in the pixels of the screen. */

import { h } from "./dom.js";
import { Pen } from "./pen.js";
import { draw } from "./scene.js";
import { SvgCanvas } from "./svg.js";

/** The SVG of what `scene` shows. */
export function svgOf(scene) {
  const canvas = new SvgCanvas();
  const pen = new Pen(canvas);
  pen.family = scene.pen.family;
  draw({ ...scene, pen, hits: [], hit: () => {} });
  return canvas.text(scene.size.width, scene.L.height, scene.pal.bg);
}

function pngOf({ pal }, canvas) {
  const copy = Object.assign(document.createElement("canvas"), { width: canvas.width, height: canvas.height });
  const context = copy.getContext("2d");
  context.fillStyle = pal.bg;
  context.fillRect(0, 0, copy.width, copy.height);
  context.drawImage(canvas, 0, 0);
  return new Promise((resolve) => {
    copy.toBlob(resolve, "image/png");
  });
}

/** Hands the picture to the browser as a download. */
export function keep(stage, format) {
  stage.draw(performance.now());
  const { scene, canvas } = stage;
  if (format === "svg") hand(stage, format, new Blob([svgOf(scene)], { type: "image/svg+xml" }));
  else pngOf(scene, canvas).then((blob) => hand(stage, format, blob));
}

function hand(stage, format, blob) {
  const href = URL.createObjectURL(blob);
  const link = h("a", { href, download: `seq2scope-${stage.root.dataset.step}.${format}` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(href), 10000);
}
