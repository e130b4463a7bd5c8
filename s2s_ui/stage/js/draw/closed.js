/**
 * The network as two closed boxes, before anything inside them has been introduced: one reads the source to its end,
 * the other writes the output, and a row of numbers goes from one to the other.
 */

import { fill } from "../data/words.js";
import { drawOutput } from "./output.js";
import { drawSource } from "./source.js";

/** @import { Box, Scene } from "../types.js" */

const BETWEEN = 44;

/**
 * Draws source, output, and the two boxes between them.
 * @param {Scene} scene
 */
export function drawClosed(scene) {
  const { pen, L, pal, words, encoding, index, trace, run } = scene;
  const top = L.bar.top + L.bar.height + 34;
  const foot = (L.phone ? L.forward.top + L.forward.height + 4 : L.token.source - 16) - 26;
  const height = (foot - top - BETWEEN) / 2;
  const box = { x: L.gutter, w: L.width - L.gutter - 4, h: height };
  const writer = { ...box, y: top };
  const reader = { ...box, y: top + height + BETWEEN };
  if (!L.phone) {
    const style = { size: 13, weight: 700, colour: pal.ink2, most: L.gutter - 4 };
    pen.text(words.output, 0, L.token.output, style);
    pen.text(words.source, 0, L.token.source - 3, style);
  }
  drawSource(scene);
  if (!encoding) drawOutput(scene);
  const read = fill(words.encoder_reads, { count: trace.length });
  const wrote = fill(words.decoder_writes, { count: run.length });
  drawBox(scene, reader, read, pal.forward, encoding ? pal.forwardTint : pal.bg);
  drawBox(scene, writer, wrote, pal.decoder, encoding ? pal.bg : pal.decoderTint);
  const at = L.source.x(index);
  if (encoding && L.source.has(index)) arrow(scene, at, foot + 24, at, foot + 3, pal.forward);
  const handed = encoding && index < trace.length - 1 ? pal.ghost : pal.ink;
  const middle = box.x + box.w / 2;
  arrow(scene, middle, reader.y - 4, middle, writer.y + height + 4, handed);
  pen.text(words.numbers_handed, middle + 14, reader.y - BETWEEN / 2 + 5, { size: 13, colour: pal.ink2 });
  const out = L.output.x(index);
  if (!encoding && L.output.has(index)) arrow(scene, out, top - 3, out, top - 26, pal.decoder);
}

/**
 * @param {Scene} scene
 * @param {Box} box
 * @param {string} name
 * @param {string} accent
 * @param {string} tint
 */
function drawBox({ pen }, { x, y, w, h }, name, accent, tint) {
  pen.fill(x, y, w, h, tint, 8);
  pen.frame(x, y, w, h, accent, 1.6, 8);
  pen.text(name, x + w / 2, y + h / 2 + 6, { size: 17, weight: 700, colour: accent, align: "center", most: w - 16 });
}

/**
 * @param {Scene} scene
 * @param {number} fromX
 * @param {number} fromY
 * @param {number} toX
 * @param {number} toY
 * @param {string} colour
 */
function arrow({ pen }, fromX, fromY, toX, toY, colour) {
  pen.arrow(
    [
      [fromX, fromY],
      [toX, toY],
    ],
    colour,
    2.5,
    { head: 5 },
  );
}
