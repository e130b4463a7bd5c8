/**
 * The marks of the picture that have an explanation: names of lanes, arrows, wires, bars, strands, and everything that
 * reacts to the pointer. They are computed on request, so a frame costs nothing.
 */

import { CELL } from "../data/player.js";
import { compactMarks, markLens, markLoom } from "./marks_inside.js";

/** @import { Ask } from "../data/explanations.js" */
/** @import { Box, Columns, Hit, Layout, Scene } from "../types.js" */

/**
 * A place of the picture; of what is no rectangle `near` says whether a point belongs to it.
 * @typedef {Box & { ask: Ask, near?: (x: number, y: number) => boolean }} Mark
 *
 * @typedef {(x: number, y: number, w: number, h: number, ask: Ask, near?: Mark["near"]) => void} Add
 */

/**
 * All that can be explained; of two that overlap the later one lies on top.
 * @param {Scene} scene
 * @returns {Mark[]}
 */
export function marksOf(scene) {
  /** @type {Mark[]} */
  const marks = scene.hits.flatMap((hit) => askOf(hit, scene).map((ask) => ({ ...boxed(hit), ask })));
  /** @type {Add} */
  const add = (x, y, w, h, ask, near) => void marks.push({ x, y, w, h, ask, near });
  markCells(scene, add);
  markOutput(scene, add);
  if (scene.encoding) markLens(scene, add);
  else markLoom(scene, add);
  markLanes(scene, add); // on a phone the names stand over the picture
  return compactMarks(marks);
}

/**
 * The mark at a point, or null.
 * @param {Mark[]} marks
 * @param {number} x
 * @param {number} y
 */
export function markAt(marks, x, y) {
  return (
    marks.findLast(
      (mark) =>
        x >= mark.x &&
        y >= mark.y &&
        x < mark.x + mark.w &&
        y < mark.y + mark.h &&
        (mark.near === undefined || mark.near(x, y)),
    ) ?? null
  );
}

/** @param {Hit} hit */
const boxed = ({ x, y, w, h }) => ({ x, y, w, h });

/**
 * What is asked at something that lies under the pointer; `unit` is filled in where the pointer is.
 * @param {Hit} hit
 * @param {Scene} scene
 * @returns {Ask[]}
 */
function askOf(hit, { run }) {
  switch (hit.kind) {
    case "source":
      return [{ name: "source", t: hit.t }];
    case "layer":
      return [{ name: "layer", layer: hit.layer }];
    case "row":
      return [{ name: hit.y === 0 ? "token" : "row", t: hit.t }];
    case "weight":
      return [{ name: "weight", t: hit.t, source: hit.source }];
    case "cell":
      return [{ name: "cell", side: hit.side, t: hit.t }];
    case "joined":
      return [{ name: "joined", t: hit.t }];
    case "context":
      return hit.t < run.length ? [{ name: "context", t: hit.t }] : [];
    case "field":
      return hit.quantity ? [{ name: "quantity", quantity: hit.quantity }] : [];
  }
}

/**
 * The names of the lanes: in the gutter, on a phone over their lanes.
 * @param {Scene} scene
 * @param {Add} add
 */
function markLanes(scene, add) {
  const { L, forced, run, other, encoding } = scene;
  /**
   * @param {{ top: number } | null} band
   * @param {Ask} ask
   */
  const lane = (band, ask) => {
    if (!band) return;
    if (L.phone) add(0, band.top - 18, Math.min(150, L.width / 2), 15, ask);
    else add(0, band.top - 2, L.gutter - 6, 36, ask);
  };
  if (L.large !== "reading") {
    lane(L.decoder, { name: "lane_decoder" });
    lane(L.context, { name: "lane_context" });
    if (L.joined) lane({ top: L.joined.top + (L.phone ? 0 : 4) }, { name: "lane_joined" });
  }
  if (L.large !== "writing" || !L.joined) {
    lane(L.backward, { name: "lane_backward" });
    lane(L.forward, { name: "lane_forward" });
  }
  if (!L.phone) {
    add(0, L.token.source - 17, L.gutter - 6, 20, { name: "lane_source" });
    if (!L.rows && L.large !== "reading") add(0, L.token.output - 16, L.gutter - 6, 22, { name: "lane_output" });
  }
  if (L.rows) {
    const name = (/** @type {number} */ y, /** @type {string} */ row) =>
      add(0, y - 15, L.gutter || 90, 20, { name: row });
    name(L.rows.other, "row_other");
    if (forced) {
      if (L.rows.reference) name(L.rows.reference, "row_reference");
      if (L.rows.loss) name(L.rows.loss, "row_loss");
      if (L.rows.predicted) name(L.rows.predicted, "row_predicted");
    } else name(L.token.output, "row_shown");
    if (scene.parting !== null && !encoding && L.output.has(scene.parting) && other && run.length) {
      const x = L.output.x(scene.parting) - L.output.pitch / 2;
      add(x - 3, 0, 6, L.context.top + L.context.height + 18, { name: "parting" });
    }
  }
  markWindow(L, L.source, "source", add);
  markWindow(L, L.output, "output", add);
}

/**
 * What says that not all tokens are in sight, and the strip that shows them in small.
 * @param {Layout} L
 * @param {Columns} columns
 * @param {"source" | "output"} of
 * @param {Add} add
 */
function markWindow(L, columns, of, add) {
  if (!columns.windowed) return;
  const ask = { name: "window", of, first: columns.first, last: columns.last };
  const band = of === "source" ? L.forward : L.decoder;
  if (L.phone) add(L.width - 90, band.top - 18, 90, 15, ask);
  else add(0, of === "source" ? L.height - 13 : L.token.output + 4, L.gutter - 6, 14, ask);
  if (of === "source")
    add(columns.left + 4, L.height - (L.phone ? 16 : 11), columns.count * 4 + 4, 11, { ...ask, name: "strip" });
}

/**
 * Empty boxes, the arrows between cells, and the columns that hold them together.
 * @param {Scene} scene
 * @param {Add} add
 */
function markCells({ L, trace, run, hits, encoding, index, sub }, add) {
  const there = new Set(hits.map((hit) => `${hit.kind} ${"side" in hit ? hit.side : ""} ${"t" in hit ? hit.t : ""}`));
  /**
   * @param {Columns} columns
   * @param {{ top: number, height: number } | null} band
   * @param {"forward" | "backward" | "decoder"} side
   * @param {string} kind
   * @param {number} count
   */
  const row = (columns, band, side, kind, count) => {
    if (!band) return;
    const towards = side === "backward" ? -1 : 1;
    for (let at = columns.first; at <= Math.min(columns.last, count - 1); at++) {
      const x = columns.x(at) - columns.cell / 2;
      const done = there.has(kind === "cell" ? `cell ${side} ${at}` : `${kind}  ${at}`);
      if (!done) add(x, band.top, columns.cell, band.height, { name: "ahead", side, t: at });
      const gap = columns.pitch - columns.cell;
      const before = at - towards;
      if (kind !== "cell" || !done || gap < 6 || before < (side === "decoder" ? -1 : 0) || before >= count) continue;
      const left = towards > 0 ? x - gap : x + columns.cell;
      add(left + 1, band.top + band.height / 2 - 6, gap - 2, 12, { name: "state_arrow", side, t: at });
    }
  };
  if (L.large !== "writing") {
    row(L.source, L.forward, "forward", "cell", trace.length);
    row(L.source, L.backward, "backward", "cell", trace.length);
  }
  if (L.large !== "reading") {
    row(L.source, L.joined, "forward", "joined", trace.length);
    row(L.output, L.decoder, "decoder", "cell", run.length);
    row(L.output, L.context, "decoder", "context", run.length);
  }
  if (L.large) return;
  const bands = [L.forward, L.backward, L.joined].filter((band) => band !== null);
  bands.slice(1).forEach((band, above) => {
    const top = band.top + band.height;
    for (let j = L.source.first; j <= L.source.last; j++)
      add(L.source.x(j) - 4, top, 8, bands[above].top - top, { name: "stem", t: j });
  });
  if (encoding || index === 0 || sub < CELL || !L.output.has(index) || !L.output.has(index - 1)) return;
  const left = L.output.x(index - 1);
  add(left, L.bar.top + 6, L.output.x(index) - left, L.decoder.top - 8 - L.bar.top - 6, { name: "feed", t: index });
}

/**
 * The bars of probability under the output, and the brackets over words of several pieces.
 * @param {Scene} scene
 * @param {Add} add
 */
function markOutput({ L, run, hits, forced }, add) {
  if (forced) return;
  for (const hit of hits) {
    if (hit.kind === "row" && hit.y === 0)
      add(hit.x, L.bar.top - 2, hit.w, L.bar.height + 6, { name: "bar", t: hit.t });
  }
  const written = Math.max(-1, ...hits.flatMap((hit) => (hit.kind === "row" && hit.y === 0 ? [hit.t] : [])));
  if (L.phone) return;
  for (const [first, last] of run.words) {
    if (first > written || !L.output.has(first)) continue;
    const left = L.output.x(first) - L.output.cell / 2;
    const right = L.output.x(Math.min(last, written, L.output.last)) + L.output.cell / 2;
    add(left, 0, right - left, 9, { name: "bracket", first, last: Math.min(last, written) });
  }
}
