/** The names of the lanes, left of them; on a phone above them. */

import { fixed } from "../data/format.js";
import { layerName, layerNumber, layersOf } from "../data/edits.js";
import { cellOf } from "../data/view.js";
import { fill } from "../data/words.js";

/** @import { Band, Columns, Rows, Scene, Side, Words } from "../types.js" */

/**
 * Draws the names of the lanes.
 * @param {Scene} scene
 */
export function drawGutter(scene) {
  if (scene.L.phone) drawNames(scene);
  else drawColumn(scene);
}

/** @param {Scene} scene */
function drawColumn(scene) {
  const { pen, L, pal, words, shows } = scene;
  /**
   * @param {string} text
   * @param {number} y
   * @param {string} colour
   */
  const name = (text, y, colour) => pen.text(text, 0, y, { size: 13, weight: 700, colour, most: L.gutter - 4 });
  /**
   * @param {string} text
   * @param {number} y
   * @param {number} x
   */
  const formula = (text, y, x = 0) => {
    if (!L.low) pen.text(text, x, y, { size: 12, symbol: true, colour: pal.ink3 });
  };
  if (L.large) {
    drawLargeNames(scene, name);
    return;
  }
  if (L.rows) drawRowNames(scene, L.rows, name);
  else if (shows("output")) name(words.output, L.token.output, pal.ink2);
  if (shows("output")) windowNote(scene, L.output, L.rows?.predicted ? L.rows.predicted + 15 : L.token.output + 15);
  if (shows("decoder")) {
    name(words.decoder, L.decoder.top + 14, pal.decoder);
    formula("s", L.decoder.top + 29);
  }
  if (shows("context")) {
    name(words.context, L.context.top + 11, pal.ink2);
    formula(scene.run.weights ? "c = Σ α h" : "c", L.context.top + 26);
  }
  if (L.backward && L.joined) {
    name(words.joined, L.joined.top + 18, pal.ink2);
    formula("h = [→h ; ←h]", L.joined.top + 33);
    name(words.backward, L.backward.top + 14, pal.backward);
    formula("←h", L.backward.top + 29);
  }
  name(words.forward, L.forward.top + 14, pal.forward);
  formula("→h", L.forward.top + 29);
  name(words.source, L.token.source - 3, pal.ink2);
  const width = pen.width(words.source, { size: 13, weight: 700 });
  formula("x", L.token.source - 3, Math.max(58, width + 8));
  windowNote(scene, L.source, L.height - 2);
  if (L.low) return;
  for (const side of /** @type {const} */ (["forward", "backward", "decoder"])) {
    const y = (L[side]?.top ?? NaN) + 29;
    if (L[side] && shows(side))
      pen.text(layerOf(scene, side), 22, y, { size: 12, colour: pal.ink3, most: L.gutter - 26 });
  }
  if (L.joined) pen.text(topLayer(scene), 0, L.joined.top + 46, { size: 12, colour: pal.ink3, most: L.gutter - 4 });
}

/**
 * The names of the lanes that are there in a large picture.
 * @param {Scene} scene
 * @param {(text: string, y: number, colour: string) => void} name
 */
function drawLargeNames({ L, pal, words, forced, run, other, original }, name) {
  name(words.source, L.token.source - 3, pal.ink2);
  if (L.large === "reading") {
    name(words.forward, L.forward.top + 18, pal.forward);
    if (L.backward) name(words.backward, L.backward.top + 18, pal.backward);
    return;
  }
  /** @param {{ top: number, height: number }} lane */
  const middle = ({ top, height }) => top + height / 2 + 4;
  name(words.decoder, middle(L.decoder), pal.decoder);
  name(words.context, middle(L.context), pal.ink2);
  if (L.joined) name(words.joined, middle(L.joined), pal.ink2);
  else name(words.forward, L.forward.top + 18, pal.forward);
  if (!L.rows) {
    name(words.output, L.token.output, pal.ink2);
    return;
  }
  name(otherName({ words, run, other, original, forced }), L.rows.other, pal.ink2);
  if (L.rows.reference) name(words.reference, L.rows.reference, pal.ink);
  else name(run === other ? words.original : words.changed, L.token.output, pal.decoder);
}

/**
 * Which layer a lane shows; "" where there is but one. On a phone names stand in the way of what is drawn.
 * @param {Scene} scene
 * @param {Side} side
 */
function layerOf({ trace, run, words, L }, side) {
  const { layer } = cellOf(trace, run, side);
  const count = layersOf(trace, side);
  return L.phone ? layerNumber(layer, count) : layerName(layer, count, words);
}

/**
 * The layer that joined states are of: always the top one.
 * @param {Scene} scene
 */
function topLayer({ trace, words, L }) {
  const count = layersOf(trace, "forward");
  return L.phone ? layerNumber(count - 1, count) : layerName(count - 1, count, words);
}

/**
 * The run that decoder, loom and inspector show has its name in violet.
 * @param {Scene} scene
 * @param {Rows} rows
 * @param {(text: string, y: number, colour: string) => void} name
 */
function drawRowNames(scene, rows, name) {
  const { pen, L, pal, words, run, other, forced, encoding, index, sub } = scene;
  if (other) name(otherName(scene), rows.other, run === other && forced ? pal.decoder : pal.ink2);
  if (!forced) {
    name(run === other ? words.original : words.changed, L.token.output, pal.decoder);
    return;
  }
  const { reference, loss: losses, predicted } = /** @type {Required<Rows>} */ (rows); // a forced run has them all
  const count = encoding ? 0 : Math.min(forced.length, index + (sub === 5 ? 1 : 0));
  let loss = 0;
  for (let t = 0; t < count; t++) loss -= forced.logProb[t];
  name(`${words.reference} y*`, reference, pal.ink);
  name(words.loss, losses, pal.ink2);
  const width = pen.width(words.loss, { size: 13, weight: 700 });
  if (count) pen.text(`Σ ${fixed(loss, 1)}`, width + 6, losses, { size: 13, colour: pal.ink });
  name(`${words.predicted} ŷ`, predicted, run === other ? pal.ink2 : pal.decoder);
}

/**
 * What the run in the topmost row is called. Beside a changed run that is shown stands the original, and the reverse.
 * @param {Pick<Scene, "words" | "run" | "other" | "original" | "forced">} scene
 */
function otherName({ words, run, other, original, forced }) {
  if (!original) return words.free_run;
  return run === other && !forced ? words.changed : words.original;
}

/**
 * @param {Words} words
 * @param {Columns} columns
 */
function windowText(words, { first, last, count }) {
  return fill(words.window, { first: first + 1, last: last + 1, count });
}

/**
 * @param {Scene} scene
 * @param {Columns} columns
 * @param {number} y
 */
function windowNote({ pen, pal, words, L }, columns, y) {
  if (!columns.windowed) return;
  pen.text(windowText(words, columns), 0, y, { size: 12, colour: pal.ink3, most: L.gutter - 2 });
}

/** @param {Scene} scene */
function drawNames(scene) {
  const { pen, L, pal, words, run, other, shows } = scene;
  /**
   * @param {string} text
   * @param {string} letter
   * @param {Band} band
   * @param {string} colour
   * @param {string} layer
   */
  const name = (text, letter, band, colour, layer = "") => {
    const style = { size: 13, weight: 700 };
    const width = pen.width(text, style);
    const beside = width + pen.width(letter, style) + 7;
    const small = { size: 12, colour: pal.ink3 };
    pen.fill(0, band.top - 17, beside + (layer ? pen.width(layer, small) + 5 : 0), 14, pal.bg);
    pen.text(text, 0, band.top - 6, { ...style, colour });
    pen.text(letter, width + 5, band.top - 6, { ...style, colour });
    pen.text(layer, beside + 3, band.top - 6, small);
  };
  if (shows("decoder")) name(words.decoder, "s", L.decoder, pal.decoder, layerOf(scene, "decoder"));
  if (shows("context")) name(words.context, "c", L.context, pal.ink2);
  if (L.backward && L.joined) {
    name(words.joined, "h", L.joined, pal.ink2, topLayer(scene));
    name(words.backward, "←h", L.backward, pal.backward, layerOf(scene, "backward"));
  }
  name(words.forward, "→h", L.forward, pal.forward, layerOf(scene, "forward"));
  if (L.rows) {
    const colour = run === other ? pal.decoder : pal.ink2;
    if (other) pen.text(otherName(scene), 0, L.rows.other - 15, { size: 12, weight: 700, colour });
    if (L.rows.reference)
      pen.text(`${words.reference} y*`, 0, L.rows.reference - 16, { size: 12, weight: 700, colour: pal.ink });
  }
  for (const { columns, band } of [
    { columns: L.output, band: L.decoder },
    { columns: L.source, band: L.forward },
  ]) {
    if (!columns.windowed) continue;
    const text = windowText(words, columns);
    const style = { size: 12, colour: pal.ink3 };
    pen.fill(L.width - pen.width(text, style) - 4, band.top - 17, pen.width(text, style) + 4, 14, pal.bg);
    pen.text(text, L.width, band.top - 6, { ...style, align: "right" });
  }
}
