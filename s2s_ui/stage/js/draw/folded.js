/**
 * Hidden layers as one bar each, in the columns of their cells. An encoder's layers below the shown one are above the
 * words, its layers above are below the joined states; a decoder's are between context and cell, and between cell and
 * output. A click on a bar shows its layer.
 */

import { layersOf } from "../data/edits.js";

/** @import { Columns, Layout, Scene } from "../types.js" */

const BAR = { height: 3, pitch: 4.5, most: 3 };

/**
 * The layers (from 1) below and above the shown one of `count`.
 * @param {{ layer: number }} cell
 * @param {number} count
 */
export function hiddenLayers(cell, count) {
  const all = Array.from({ length: count }, (_, layer) => layer + 1);
  return { below: all.slice(0, cell.layer), above: all.slice(cell.layer + 1) };
}

/**
 * Where the hidden layers of the decoder lie.
 * @param {Pick<Layout, "decoder" | "context">} L
 */
export const foldedDecoder = ({ decoder, context }) => ({
  below: (decoder.top + decoder.height + context.top) / 2,
  above: decoder.top - 13,
});

/**
 * A bar for each layer, the lowest at the bottom, around `middle`; at most three. `done` fills them.
 * @param {Scene} scene
 * @param {Columns} columns
 * @param {number} at
 * @param {number[]} layers
 * @param {{ middle: number, colour: string, done: boolean }} how
 */
function drawFolded(scene, columns, at, layers, { middle, colour, done }) {
  const { pen, pal } = scene;
  const shown = layers.slice(0, BAR.most);
  const w = columns.cell;
  const x = pen.snap(columns.x(at) - w / 2);
  shown.forEach((layer, place) => {
    const y = pen.snap(middle + ((shown.length - 1) / 2 - place) * BAR.pitch - BAR.height / 2);
    pen.fill(x - 1, y - 1, w + 2, BAR.height + 2, pal.bg);
    if (done) pen.fill(x, y, w, BAR.height, colour, 1);
    else pen.frame(x, y, w, BAR.height, pal.line, 1, 1);
  });
  shown.forEach((layer, place) => {
    const y = middle + ((shown.length - 1) / 2 - place) * BAR.pitch;
    scene.hit({ x, y: y - BAR.pitch / 2 - 2, w, h: BAR.pitch + 4, kind: "layer", layer });
  });
}

/**
 * The layers below the shown one have read everything; those above wait for it.
 * @param {Scene} scene
 */
export function drawFoldedEncoder(scene) {
  const { L, pal, trace, encoding } = scene;
  const { below, above } = hiddenLayers(trace.forward, layersOf(trace, "forward"));
  const top = L.joined && L.backward ? (L.backward.top + L.joined.top + L.joined.height) / 2 : L.forward.top - 8;
  const foot = L.forward.top + L.forward.height + 11;
  for (let j = L.source.first; j <= L.source.last; j++) {
    drawFolded(scene, L.source, j, below, { middle: foot, colour: pal.ghost, done: true });
    drawFolded(scene, L.source, j, above, { middle: top, colour: pal.ghost, done: !encoding });
  }
}

/**
 * The layers beside the shown one of an output step.
 * @param {Scene} scene
 * @param {number} t
 * @param {boolean} done
 */
export function drawFoldedDecoder(scene, t, done) {
  const { L, pal, trace, run } = scene;
  const { below, above } = hiddenLayers(run.decoder, layersOf(trace, "decoder"));
  const places = foldedDecoder(L);
  drawFolded(scene, L.output, t, below, { middle: places.below, colour: pal.ghost, done });
  drawFolded(scene, L.output, t, above, { middle: places.above, colour: pal.ghost, done });
}
