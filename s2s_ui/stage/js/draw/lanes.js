/**
 * The lanes of cells: forward, backward and joined states, decoder and context. A cell is done (1px frame), current
 * (halo, 2.5px frame) or ahead (an empty box). In encoder step k the forward cell reads word k while the backward cell
 * reads word n+1-k, (9) and (10); a joined state is filled once both have passed, (11). Of several layers one is shown;
 * joined states are those of the top one, which reads once the layers below have read everything.
 */

import { drawFoldedDecoder, drawFoldedEncoder } from "./folded.js";
import { part } from "./motion.js";
import { layersOf } from "../data/edits.js";
import { CELL } from "../data/player.js";
import { inputLetter } from "../data/symbols.js";
import { boxOf, drawCell, drawEmpty, drawInspected, FOCUS, HALO } from "./cell.js";

/** @import { Cell } from "../data/payload.js" */
/** @import { Band, Box, Columns, EncoderSide, Scene, Trace } from "../types.js" */
/** @import { Done } from "./cell.js" */

/** @typedef {Pick<Scene, "encoding" | "index"> & { trace: Pick<Trace, "length"> }} Reading */

/**
 * Done, current or ahead at this place of the cursor, for the source position j.
 * @param {Reading} scene
 * @param {EncoderSide} side
 * @param {number} j
 * @returns {Done}
 */
export function encoderState(scene, side, j) {
  if (!scene.encoding) return "done";
  const reached = side === "backward" ? scene.trace.length - 1 - scene.index : scene.index;
  if (j === reached) return "current";
  return (side === "backward" ? j > reached : j < reached) ? "done" : "ahead";
}

/**
 * Whether both directions have passed the source position j.
 * @param {Reading} scene
 * @param {number} j
 */
export function joinedDone(scene, j) {
  return encoderState(scene, "forward", j) !== "ahead" && encoderState(scene, "backward", j) !== "ahead";
}

/**
 * Draws the lanes that read the source.
 * @param {Scene} scene
 */
export function drawEncoder(scene) {
  const { L, trace } = scene;
  drawStems(scene);
  if (!L.phone && !L.low && !L.large) drawFoldedEncoder(scene);
  const both = L.backward && L.joined && trace.backward ? { ...L, backwardCell: trace.backward } : null;
  if (L.large !== "writing" || !both) drawCells(scene, "forward", L.forward, trace.forward);
  if (!both?.backward || !both.joined) return;
  if (L.large !== "writing") drawCells(scene, "backward", both.backward, both.backwardCell);
  if (L.large !== "reading") drawJoined(scene, both.joined);
}

/**
 * Hairlines that hold a column together, and the thick risers from the two tokens being read.
 * @param {Scene} scene
 */
function drawStems({ pen, L, pal, encoding, trace, index, progress, moving }) {
  const all = { reading: [L.forward, L.backward], writing: [L.joined ?? L.forward] };
  const tops = (L.large ? all[L.large] : [L.forward, L.backward, L.joined]).filter((band) => band !== null);
  const foot = L.phone ? L.forward.top + L.forward.height + 4 : L.token.source - 16;
  for (let j = L.source.first; j <= L.source.last; j++) {
    const x = pen.snap(L.source.x(j)) + 0.5 / pen.px;
    let below = foot;
    for (const band of tops) {
      pen.line(
        [
          [x, below],
          [x, band.top + band.height],
        ],
        pal.line,
      );
      below = band.top;
    }
  }
  if (!encoding) return;
  /**
   * @param {number} j
   * @param {string} colour
   * @param {Band} band
   */
  const riser = (j, colour, band) => {
    if (!L.source.has(j)) return;
    const x = L.source.x(j);
    const end = band.top + band.height + HALO;
    const tip = foot + (end - foot) * part(progress, 0, 0.5);
    pen.line(
      [
        [x, foot],
        [x, tip],
      ],
      colour,
      FOCUS,
    );
    if (!moving || progress > 0.5) return;
    const { layer } = trace.forward;
    const token = layer ? inputLetter(layer, false) : trace.source.tokens[j];
    const style = { size: 13, weight: 700 };
    pen.fill(x - pen.width(token, style) / 2 - 3, tip - 12, pen.width(token, style) + 6, 16, pal.bg, 3);
    pen.text(token, x, tip, { ...style, colour, align: "center" });
  };
  if (L.backward) riser(trace.length - 1 - index, pal.backward, L.backward);
  riser(index, pal.forward, L.forward);
}

/**
 * @param {Scene} scene
 * @param {EncoderSide} side
 * @param {Band} band
 * @param {Cell} cell
 */
function drawCells(scene, side, band, cell) {
  const { pen, L, pal, progress } = scene;
  const colour = pal[side];
  const lane = scene.lane(side, (t) => cell.quantity("hidden", t), cell.steps, L.source.cell, band.height);
  const towards = side === "backward" ? -1 : 1;
  for (let j = L.source.first; j <= L.source.last; j++) {
    const state = encoderState(scene, side, j);
    const box = boxOf(pen, L.source, j, band);
    if (state !== "ahead") {
      drawStateArrow(scene, L.source, j, towards, box, colour, state, cell.steps);
    }
    drawCell(scene, lane, j, box, state, colour, pal[`${side}Tint`], state === "current" ? part(progress, 0.3, 1) : 1);
    if (state === "ahead") continue;
    drawInspected(scene, side, j, box);
    scene.hit({ ...box, kind: "cell", side, t: j, values: cell.quantity("hidden", j) });
  }
}

/**
 * The arrow into the cell j from the one before it, which was read last.
 * @param {Scene} scene
 * @param {Columns} columns
 * @param {number} j
 * @param {number} towards
 * @param {Box} box
 * @param {string} colour
 * @param {Done} state
 * @param {number} count
 */
function drawStateArrow({ pen, progress, L }, columns, j, towards, box, colour, state, count) {
  const before = j - towards;
  if (before < 0 || before >= count) return;
  const halo = state === "current" ? 2 : 0;
  const gap = columns.pitch - columns.cell;
  if (gap < 6) return;
  const y = box.y + box.h / 2;
  const edge = towards > 0 ? box.x - 2 - halo : box.x + box.w + 2 + halo;
  const tail = edge - towards * Math.max(3, gap - 5 - halo);
  const tip = state === "current" ? tail + (edge - tail) * part(progress, 0, 0.5) : edge;
  pen.arrow(
    [
      [tail, y],
      [tip, y],
    ],
    colour,
    1.6,
    { head: L.phone ? 2.5 : 3.6 },
  );
}

/**
 * @param {Scene} scene
 * @param {Band} band
 */
function drawJoined(scene, band) {
  const { pen, L, pal, trace, encoding, index, progress } = scene;
  const waits = encoding && trace.forward.layer + 1 < layersOf(trace, "forward"); // for the layers above
  const lane = scene.lane("joined", (t) => trace.joined.at(t), trace.length, L.source.cell, band.height, 2);
  for (let j = L.source.first; j <= L.source.last; j++) {
    const box = boxOf(pen, L.source, j, band);
    if (waits || !joinedDone(scene, j)) {
      drawEmpty(scene, box);
      continue;
    }
    const fresh = encoding && (j === index || j === trace.length - 1 - index);
    pen.faded(fresh ? part(progress, 0.5, 1) : 1, () => {
      lane.draw(pen, j, box.x, box.y, box.w, box.h);
      pen.fill(box.x - 3, box.y, 3, box.h / 2, pal.backward);
      pen.fill(box.x - 3, box.y + box.h / 2, 3, box.h / 2, pal.forward);
    });
    scene.hit({ ...box, kind: "joined", t: j, values: trace.joined.at(j), halves: 2 });
  }
}

/**
 * Decoder cells over their contexts; the cell is filled at sub-step 4, the context at sub-step 3.
 * @param {Scene} scene
 */
export function drawDecoder(scene) {
  const { pen, L, pal, run, trace, encoding, index, sub, progress, moving, shows } = scene;
  if (!shows("context") && !shows("decoder")) return;
  const halves = trace.backward ? 2 : 1;
  const cells = scene.lane(
    `decoder${scene.runIndex}`,
    (t) => run.decoder.quantity("hidden", t),
    run.length,
    L.output.cell,
    L.decoder.height,
  );
  const contexts = scene.lane(
    `context${scene.runIndex}`,
    (t) => run.context.at(t),
    run.length,
    L.output.cell,
    L.context.height,
    halves,
  );
  for (let t = L.output.first; t <= L.output.last; t++) {
    const cellBox = boxOf(pen, L.output, t, L.decoder);
    const contextBox = boxOf(pen, L.output, t, L.context);
    const exists = t < run.length;
    const now = !encoding && t === index;
    const past = exists && !encoding && t < index;
    const hasCell = shows("decoder") && (past || (now && sub >= CELL));
    const hasContext = past || (now && (sub >= CELL - 1 || !run.weights));
    /**
     * @param {number} at
     * @param {number} from
     */
    const appears = (at, from) =>
      now && moving && (sub === at || moving.from.step !== moving.to.step) ? part(progress, from, 1) : 1;
    if (hasCell) {
      const x = pen.snap(L.output.x(t)) + 0.5 / pen.px;
      const line = now ? FOCUS : 1.3;
      pen.line(
        [
          [x, contextBox.y],
          [x, cellBox.y + cellBox.h],
        ],
        pal.decoder,
        line,
      );
      drawDecoderArrow(scene, t, cellBox, now);
    } else if (now && shows("decoder")) drawDecoderArrow(scene, t, cellBox, false);
    if (exists && !L.phone && !L.low && !L.large && shows("decoder")) drawFoldedDecoder(scene, t, hasCell);
    drawCell(
      scene,
      contexts,
      t,
      contextBox,
      hasContext ? (now ? "context" : "done") : "ahead",
      now ? pal.decoder : pal.ghost,
      null,
      appears(3, 0.4),
    );
    if (!shows("decoder")) {
      if (hasContext) scene.hit({ ...contextBox, kind: "context", t, values: run.context.at(t), halves });
      continue;
    }
    drawCell(
      scene,
      cells,
      t,
      cellBox,
      hasCell ? (now ? "current" : "done") : "ahead",
      pal.decoder,
      pal.decoderTint,
      appears(CELL, 0.4),
    );
    if (hasContext) scene.hit({ ...contextBox, kind: "context", t, values: run.context.at(t), halves });
    if (hasCell) {
      drawInspected(scene, "decoder", t, cellBox);
      scene.hit({ ...cellBox, kind: "cell", side: "decoder", t, values: run.decoder.quantity("hidden", t) });
    }
  }
}

/**
 * @param {Scene} scene
 * @param {number} t
 * @param {Box} box
 * @param {boolean} now
 */
function drawDecoderArrow(scene, t, box, now) {
  const { pen, L, pal } = scene;
  const gap = t === 0 ? 22 : L.output.pitch - L.output.cell;
  if (gap < 6 || (t === 0 && L.phone)) return;
  const y = box.y + box.h / 2;
  const edge = box.x - 2 - (now ? HALO - 1 : 0);
  pen.arrow(
    [
      [box.x - gap + 3, y],
      [edge, y],
    ],
    pal.decoder,
    1.6,
    { head: L.phone ? 2.5 : 3.6 },
  );
}
