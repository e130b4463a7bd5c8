/**
 * The layout for a lecture hall: text is 1.5 or 2 times as large, so there is space for less. While the source is read,
 * only the encoder is visible; while the output is written, only the decoder and the attention. The equations are below
 * the picture, one at a time.
 */

import { columns, loomRows } from "./layout.js";

/** @import { Layout, Wanted } from "../types.js" */

const GUTTER = 92;
const PITCH = { least: 42.5, most: 64 };
/** Height of the equation under the picture, with its rule. */
export const STRIP = 86;
/** Its height where more stands over the picture or under it: two runs, the reference, captions in two languages. */
export const LOW_STRIP = 54;
/** Height of the transport. */
export const LARGE_TRANSPORT = 60;
/** Side margins. */
export const MARGIN = 16;
/** Heights of the lanes while the output is written; lower ones where the strands would lie flat between them. */
const LANES = { usual: { decoder: 26, context: 20, joined: 36 }, low: { decoder: 20, context: 14, joined: 18 } };
const LOW = 300; // of the picture, in units
const LEAST = { width: 500, height: 400 }; // of the window, in units

/**
 * Pixels to a unit: as many times the usual as is wished, as long as the picture keeps its least room.
 * @param {number} usual
 * @param {number} wished
 * @param {number} width of the window in pixels
 * @param {number} height
 */
export function largeScale(usual, wished, width, height) {
  return Math.max(usual, Math.min(usual * wished, width / LEAST.width, height / LEAST.height));
}

/**
 * Where everything is in a picture of few parts.
 * @param {Wanted & { encoding: boolean }} what
 * @returns {Layout}
 */
export function largeLayout({ width, height, source, output, backward, rows: wanted, encoding, px = 1 }) {
  const rows = wanted === "compared" ? null : wanted; // the line of the answer has both runs, and the picture no room
  const room = { width: width - GUTTER - 4, left: GUTTER, ...PITCH, margin: 0, px };
  const down = rows ? 24 : 0;
  const foot = height - 15;
  const lanes = LANES[height - down < LOW && !encoding ? "low" : "usual"];
  const context = 44 + lanes.decoder + down;
  const loom = encoding
    ? { top: 2, bottom: foot - (backward ? 122 : 70) }
    : { top: context + lanes.context + 4, bottom: foot - (backward ? 26 + lanes.joined : 58) };
  return {
    phone: false,
    low: false,
    large: encoding ? "reading" : "writing",
    width,
    height,
    gutter: GUTTER,
    left: 0,
    source: columns({ ...source, ...room }),
    output: columns({ ...output, ...room }),
    token: { source: foot, output: 19 },
    rows: rows ? { other: 16, reference: 38 } : null,
    bar: { top: 25, height: 4 },
    decoder: { top: 36 + down, height: lanes.decoder },
    context: { top: context, height: lanes.context },
    joined: backward ? { top: foot - 20 - lanes.joined, height: lanes.joined } : null,
    backward: backward ? { top: foot - 108, height: 28 } : null,
    forward: { top: encoding ? foot - 56 : foot - 52, height: 28 },
    loom: loomRows({ ...loom, count: output.count, strands: 30 }),
  };
}
