/** The most probable tokens of the present output, (12), as bars, where no loom takes the room. */

import { probability } from "../data/format.js";
import { WORD } from "../data/player.js";

/** @import { Scene } from "../types.js" */

const ROWS = 5;
const ROW = 26;
const BAR = 14;

/**
 * Draws them on the side on which the present output does not stand.
 * @param {Scene} scene
 */
export function drawCandidates(scene) {
  const { pen, L, pal, words, run, index, sub } = scene;
  const middle = (L.gutter + L.width) / 2;
  const width = L.phone ? L.width : Math.min(330, middle - L.gutter - 24);
  const left = L.phone ? 0 : L.output.x(index) < middle ? L.width - width - 6 : L.gutter + 6;
  const room = L.loom.bottom - 52 - L.loom.top;
  const row = Math.min(ROW, (room - 26) / ROWS);
  const top = L.loom.top + Math.max(8, (room - 26 - ROWS * row) / 2);
  if (row < 12) return;
  pen.fill(left - 6, top - 8, width + 12, 34 + ROWS * row, pal.bg, 6);
  pen.text(words.next_token, left, top + 10, { size: 13, weight: 700, colour: pal.decoder, most: width - 60 });
  pen.text("(12)  p", left + width, top + 10, { size: 12, colour: pal.ink3, align: "right" });
  if (sub < WORD) {
    pen.text(words.at_word, left, top + 32, { size: 13, colour: pal.ink3 });
    return;
  }
  const values = run.probability.at(index);
  const listed = run.top[index].slice(0, ROWS);
  const names = Math.max(...listed.map((token) => pen.width(token, { size: row < 20 ? 12 : 15, weight: 700 })));
  const bars = Math.min(width / 2, Math.max(46, names + 8)); // “모르는 글자” is longer than a letter
  const long = width - bars - 58;
  listed.forEach((token, i) => {
    const y = top + 22 + i * row;
    const chosen = token === run.tokens[index];
    const style = { size: row < 20 ? 12 : 15, weight: chosen ? 700 : 400, colour: chosen ? pal.ink : pal.ink2 };
    pen.text(token, left, y + row / 2 + 5, { ...style, most: bars - 6 });
    const bar = Math.min(BAR, row - 5);
    pen.fill(left + bars, y + (row - bar) / 2, long, bar, pal.line2);
    pen.fill(left + bars, y + (row - bar) / 2, Math.max(1, long * values[i]), bar, pal.decoder);
    pen.text(probability(values[i]), left + width, y + row / 2 + 5, { ...style, size: 13, align: "right" });
  });
}
