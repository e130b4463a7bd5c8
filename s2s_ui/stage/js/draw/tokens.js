/** Rows of tokens: the source below, the output above with its probability bars, and the four rows of teacher forcing. */

import { fixed } from "../data/format.js";
import { foldedDecoder } from "./folded.js";
import { part } from "./motion.js";
import { CELL, WORD } from "../data/player.js";
import { fill } from "../data/words.js";

const TURN = (-52 * Math.PI) / 180;
const LOOKED = 0.25; // a source word is set in bold from this weight on

/** One size for a whole row: 15, or 13 where a word exceeds the pitch. */
function sizeOf(pen, tokens, pitch) {
  return tokens.some((token) => pen.width(token, { size: 15 }) > pitch) ? 13 : 15;
}

/** On a phone tokens are turned where one of them would not fit its column. */
function turned({ pen, L }, tokens, columns, way) {
  return L.phone && tokens.some((token) => pen.width(token, { size: 14 }) > columns.pitch - 2) ? way : null;
}

function drawToken(scene, text, x, y, { size, bold, colour, weight, most, turn, unknown, strike }) {
  const { pen, pal } = scene;
  const large = { size: size === 15 ? 17 : 14, weight: 700 };
  const fits = turn || pen.width(text, large) <= most;
  const style = bold ? { ...large, size: fits ? large.size : size } : { size, weight: weight ?? 400 };
  if (turn) {
    pen.text(text, x + 4, y, { ...style, colour, turn: TURN, align: turn === "up" ? "left" : "right", most: 64 });
    return;
  }
  const width = Math.min(pen.width(text, style), most);
  if (unknown) pen.fill(x - width / 2 - 4, y - 14, width + 8, 19, pal.warnTint, 3);
  pen.text(text, x, y, { ...style, colour: unknown ? pal.warn : colour, align: "center", most });
  if (strike)
    pen.line(
      [
        [x - width / 2, y + 3.5],
        [x + width / 2, y + 3.5],
      ],
      colour,
      1.3,
    );
}

/** Source positions that stand out now: read, looked at, or linked by the pointer. */
function litSource({ encoding, index, trace, run, sub, highlight }, j) {
  if (highlight.source === j) return true;
  if (encoding) return j === index || (trace.backward !== null && j === trace.length - 1 - index);
  if (!run.weights || (sub < 2 && highlight.row === null)) return false;
  const t = highlight.row ?? index;
  return run.weights.at(t)[j] >= LOOKED || run.focus(t) === j;
}

export function drawSource(scene) {
  const { pen, L, pal, trace } = scene;
  const { tokens, unknown } = trace.source;
  const size = L.phone ? 14 : sizeOf(pen, tokens, L.source.pitch);
  const turn = turned(scene, tokens, L.source, "down");
  const y = L.token.source + (L.phone && !turn ? 10 : 0);
  for (let j = L.source.first; j <= L.source.last; j++) {
    const bold = litSource(scene, j);
    drawToken(scene, tokens[j], L.source.x(j), y, {
      size,
      bold,
      colour: bold ? pal.ink : pal.ink2,
      most: L.source.pitch + 6,
      turn,
      unknown: unknown[j],
    });
    const top = L.phone ? L.forward.top + L.forward.height + 4 : y - 16;
    scene.hit({
      x: L.source.x(j) - L.source.pitch / 2,
      y: top,
      w: L.source.pitch,
      h: L.height - top,
      kind: "source",
      t: j,
    });
  }
  if (L.source.windowed) drawStrip(scene);
}

/** Under a windowed source: all positions as columns of 3 px with their weights, the window framed. */
function drawStrip({ pen, L, pal, colours, run, encoding, index, sub, trace }) {
  const y = L.height - (L.phone ? 20 : 8);
  const left = L.source.left + 6;
  const looking = !encoding && run.weights && sub >= 2;
  for (let j = 0; j < trace.length; j++) {
    pen.fill(left + j * 4, y, 3, 5, pal.line);
    const value = looking ? run.weights.at(index)[j] : 0;
    if (value >= 0.02) pen.fill(left + j * 4, y, 3, 5, colours.attention(value));
    else if (encoding && (j === index || (trace.backward && j === trace.length - 1 - index))) {
      pen.fill(left + j * 4, y, 3, 5, j === index ? pal.forward : pal.backward);
    }
  }
  pen.frame(left + L.source.first * 4 - 2, y - 2, L.source.shown * 4 + 3, 9, pal.ink3, 1, 2);
}

/** How many output tokens can be seen: the current one from sub-step 5 on. */
function written({ encoding, index, sub }) {
  return encoding ? 0 : index + (sub === WORD ? 1 : 0);
}

export function drawOutput(scene) {
  if (scene.L.rows) drawOther(scene);
  if (scene.forced) drawRows(scene);
  else if (!scene.encoding) drawFreeOutput(scene);
  if (!scene.encoding) drawFeed(scene);
}

function drawFreeOutput(scene) {
  const { pen, L, pal, run, index, highlight, moving, progress } = scene;
  const count = written(scene);
  const size = L.phone ? 14 : sizeOf(pen, run.tokens, L.output.pitch);
  const turn = turned(scene, run.tokens, L.output, "up");
  for (let t = L.output.first; t <= Math.min(L.output.last, count - 1); t++) {
    const now = t === index;
    const share = now && moving ? part(progress, 0.3, 1) : 1;
    const x = L.output.x(t);
    pen.faded(share, () =>
      drawToken(scene, run.tokens[t], x, L.token.output, {
        size,
        bold: now,
        colour: now ? pal.ink : pal.ink2,
        most: L.output.pitch + 4,
        turn,
      }),
    );
    drawBar(scene, x, run.written[t], share);
    if (scene.edits.replaced("token", t)) drawPin(scene, x, run.tokens[t], size);
    if (highlight.row === t) {
      pen.frame(x - L.output.pitch / 2 + 2, L.token.output - 18, L.output.pitch - 4, 24, pal.decoder, 1.6, 4);
    }
    scene.hit({
      x: x - L.output.pitch / 2,
      y: 0,
      w: L.output.pitch,
      h: L.bar.top + 8,
      kind: "row",
      t,
      note: run.written[t] < 0.5 ? "unsure" : null,
    });
  }
  if (!L.phone) drawBrackets(scene, count);
}

/** A forced token carries a pin. */
function drawPin({ pen, L, pal }, x, token, size) {
  const left = L.phone ? x - 8 : x - pen.width(token, { size, weight: 700 }) / 2 - 9;
  const y = L.token.output - (L.phone ? 8 : 9);
  pen.dot(left, y, 3.2, pal.ink);
  pen.line(
    [
      [left, y],
      [left, y + 9],
    ],
    pal.ink,
    1.6,
  );
}

/** The bar's length is p; below one half it is hollow. */
function drawBar({ pen, L, pal }, x, p, share) {
  const left = pen.snap(x - L.output.cell / 2);
  const { top, height } = L.bar;
  pen.fill(left, top, L.output.cell, height, pal.line2);
  const width = L.output.cell * p * share;
  if (p >= 0.5) pen.fill(left, top, width, height, pal.decoder);
  else pen.frame(left, top, Math.max(2, width), height, pal.decoder, 1, 0);
}

function drawBrackets({ pen, L, pal, run }, count) {
  for (const [first, last] of run.words) {
    if (first >= count || !L.output.has(first)) continue;
    const end = Math.min(last, count - 1, L.output.last);
    const [left, right] = [L.output.x(first) - L.output.cell / 2 - 1, L.output.x(end) + L.output.cell / 2];
    pen.line(
      [
        [left, 8],
        [left, 4],
        [right, 4],
        [right, 8],
      ],
      pal.ink3,
      1,
    );
  }
}

/** Where the token fed to this step stands: below the output's bar, or in its row of the teacher-forced view. */
function feedOrigin({ L, run, other, forced, index }) {
  if (!forced) return { y: L.bar.top + L.bar.height, forced: false };
  if (run.fedFrom[index] === "reference") return { y: L.rows.reference + 12, forced: true, detour: true };
  if (run === other) return { y: L.rows.other + 6, forced: false, detour: true };
  return { y: (L.rows.predicted ?? L.token.output) + 8, forced: false };
}

/** The previous token enters the cell: the model's own in violet, the reference's boxed and in ink, (18). */
function drawFeed(scene) {
  const { pen, L, pal, run, index, sub, moving, progress } = scene;
  if (index === 0 || sub < CELL || !L.output.has(index) || !L.output.has(index - 1)) return;
  const { y: start, forced, detour } = feedOrigin(scene);
  const from = L.output.x(index - 1);
  const to = L.output.x(index) - Math.min(13, L.output.cell / 3);
  const tip = L.decoder.top - 7;
  const colour = forced ? pal.ink : pal.decoder;
  const middle = (from + L.output.x(index)) / 2;
  const turn = start + (tip - start) * 0.36;
  const line = forced ? 1.8 : 1.6;
  const path =
    detour && !L.phone
      ? [
          [from, start],
          [from, start + 4],
          [middle, start + 4],
          [middle, tip - 6],
          [to, tip - 6],
          [to, tip],
        ]
      : [
          [from, start],
          [from, turn],
          [to, turn],
          [to, tip],
        ];
  if (run.decoder.layer && !L.phone)
    drawFeedBelow(scene, { from, start, turn: detour ? start + 4 : turn, colour, line });
  else pen.elbow(path, colour, line, detour ? 1 : 4);
  if (!moving || sub !== CELL || progress >= 0.7) return;
  const at = part(progress, 0, 0.7);
  const [x, y] = [from + (to - from) * at, start + (tip - start) * at];
  pen.faded(1 - at * 0.6, () => pen.text(run.fed[index], x, y, { size: 13, weight: 700, colour, align: "center" }));
}

/** The token is read by the bottom layer, which lies folded under the shown cell. */
function drawFeedBelow({ pen, L, index }, { from, start, turn, colour, line }) {
  const edge = L.output.x(index) - L.output.cell / 2;
  const y = foldedDecoder(L).below;
  const path = [
    [from, start],
    [from, turn],
    [edge - 8, turn],
    [edge - 8, y],
    [edge - 1, y],
  ];
  pen.arrow(path, colour, line, { head: 3.2 });
}

/** The run beside the shown one, compared by position; what differs is struck through. */
function drawOther(scene) {
  const { pen, L, pal, run, shown, other, forced, compared, parting } = scene;
  if (!other) return;
  const swapped = run === other && !forced;
  const beside = swapped ? shown : other;
  const against = swapped ? other.tokens : compared;
  const count = written(scene);
  const size = L.phone ? 12 : sizeOf(pen, beside.tokens, L.output.pitch);
  if (parting !== null && count > parting && L.output.last >= parting) drawParting(scene, parting, count);
  for (let t = L.output.first; t <= Math.min(L.output.last, beside.length - 1, count - 1); t++) {
    const wrong = beside.tokens[t] !== against[t];
    drawToken(scene, beside.tokens[t], L.output.x(t), L.rows.other, {
      size,
      colour: wrong ? pal.warn : pal.ink2,
      weight: wrong ? 700 : 400,
      strike: wrong,
      most: L.output.pitch + 2,
    });
  }
}

/** Reference, loss and prediction of a teacher-forced run. */
function drawRows(scene) {
  const { pen, L, pal, forced, index, encoding } = scene;
  const count = written(scene);
  const bold = (t) => !encoding && t === index;
  const rows = L.rows;
  const sized = (tokens) => (L.phone ? 12 : sizeOf(pen, tokens, L.output.pitch));
  const sizes = { reference: sized(forced.reference), predicted: sized(forced.tokens) };
  const word = (text, t, y, style) => drawToken(scene, text, L.output.x(t), y, { most: L.output.pitch + 2, ...style });
  for (let t = L.output.first; t <= L.output.last; t++) {
    if (t < forced.length) drawReference(scene, t, sizes.reference, bold(t), t < count || (!encoding && t <= index));
    if (!rows.loss || t >= count || t >= forced.length) continue;
    drawLoss(scene, t, bold(t));
    const wrong = forced.tokens[t] !== forced.reference[t];
    word(forced.tokens[t], t, rows.predicted, {
      size: sizes.predicted,
      colour: wrong ? pal.warn : pal.ink2,
      weight: wrong && bold(t) ? 700 : 400,
      strike: wrong,
    });
    scene.hit({
      x: L.output.x(t) - L.output.pitch / 2,
      y: 0,
      w: L.output.pitch,
      h: rows.predicted + 8,
      kind: "row",
      t,
      note: wrong ? "by_position" : null,
    });
  }
}

function drawReference(scene, t, size, now, reached) {
  const { pen, L, pal, run, index, encoding, sub } = scene;
  const { forced } = scene;
  const x = L.output.x(t);
  const y = L.rows.reference;
  const fed = !encoding && run === forced && t === index - 1 && sub >= CELL && run.fedFrom[index] === "reference";
  drawToken(scene, forced.reference[t], x, y, {
    size,
    bold: false,
    weight: now || fed ? 700 : 400,
    colour: reached ? pal.ink : pal.ink3,
    most: L.output.pitch + 2,
  });
  if (fed) {
    const half = Math.min(L.output.pitch / 2 + 2, pen.width(forced.reference[t], { size, weight: 700 }) / 2 + 9);
    pen.frame(x - half, y - 18, 2 * half, 25, pal.ink, 1.8, 4);
  }
}

function drawLoss({ pen, L, pal, forced }, t, now) {
  const loss = -forced.logProb[t];
  const most = forced.logProb.reduce((a, b) => Math.max(a, -b), 1);
  const height = Math.max(1, (20 * loss) / most);
  const x = L.output.x(t);
  pen.faded(now ? 1 : 0.55, () => pen.fill(x - 20, L.rows.loss - height, 13, height, pal.decoder));
  pen.text(fixed(loss, 1), x - 2, L.rows.loss, { size: 13, weight: now ? 700 : 400, colour: pal.ink });
}

/** A line through rows and decoder where the two runs first differ. */
function drawParting({ pen, L, pal, words, other }, parting, count) {
  const x = pen.snap(L.output.x(Math.max(parting, L.output.first)) - L.output.pitch / 2);
  const right = L.output.x(Math.min(count, other.length, L.output.last + 1) - 1) + L.output.pitch / 2;
  pen.fill(x, 0, Math.max(0, right - x), L.rows.other + 8, pal.warnTint);
  if (!L.output.has(parting)) return;
  const bottom = L.context.top + L.context.height + 18;
  pen.line(
    [
      [x, 0],
      [x, bottom],
    ],
    pal.warn,
    2,
  );
  const text = fill(words.parting, { k: parting + 1 });
  const width = pen.width(text, { size: 14, weight: 700 });
  if (L.phone) {
    pen.fill(L.width - width - 6, L.decoder.top - 22, width + 6, 17, pal.bg);
    pen.text(text, L.width, L.decoder.top - 9, { size: 14, weight: 700, colour: pal.warn, align: "right" });
    return;
  }
  const before = x - 8 - width > 0;
  pen.text(text, before ? x - 8 : x + 8, bottom - 1, {
    size: 14,
    weight: 700,
    colour: pal.warn,
    align: before ? "right" : "left",
  });
}
