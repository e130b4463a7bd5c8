/** What lies under the pointer, and the words that float beside it. */

import { drawingOrder, placeAt } from "../draw/fingerprint.js";
import { h, say } from "../draw/dom.js";
import { fixed } from "../data/format.js";
import { nameOfUnit } from "../data/units.js";
import { fill } from "../data/words.js";

/** @import { Run } from "../data/payload.js" */
/** @import { Hit, Marked, Trace, Words } from "../types.js" */

/**
 * The topmost hit at a point; of a fingerprint also the unit.
 * @param {Hit[]} hits
 * @param {number} x
 * @param {number} y
 * @returns {Hit | null}
 */
export function find(hits, x, y) {
  for (let i = hits.length - 1; i >= 0; i--) {
    const hit = hits[i];
    if (x < hit.x || y < hit.y || x >= hit.x + hit.w || y >= hit.y + hit.h) continue;
    if (!hit.values) return hit;
    const place = placeAt(x, y, hit.values.length, hit.x, hit.y, hit.w, hit.h);
    return { ...hit, unit: place === null ? null : drawingOrder(hit.values.length, hit.halves ?? 1)[place] };
  }
  return null;
}

/** Unit of a joined state or a context by name: →h₁₇ or ←h₁₇. */
export const unitName = nameOfUnit;

/**
 * The sentence for a hit, or "" where there is nothing to add to what is drawn.
 * @param {Marked | null} hit
 * @param {{ trace: Trace, run: Run, words: Words }} stage
 * @returns {string}
 */
export function describe(hit, { trace, run, words }) {
  if (!hit) return "";
  if (hit.kind === "weight") {
    const pair = `“${trace.source.tokens[hit.source]}” → “${hit.value === null ? "?" : run.tokens[hit.t]}”`;
    const score = run.scores ? fixed(run.scores.at(hit.t)[hit.source]) : "";
    const before = run.weights?.at(hit.t)[hit.source] ?? 0;
    if (hit.value !== null && hit.dragged) return `${pair}  α ${fixed(before)} → ${fixed(hit.value)}`;
    return hit.value === null ? `e ${score}` : `${pair}  α ${fixed(hit.value)}, e ${score}`;
  }
  if (hit.kind === "source" && trace.source.unknown[hit.t]) return words.unknown;
  if (hit.kind === "layer") return fill(words.folded, { k: hit.layer });
  if (hit.kind === "row" && hit.note) return words[hit.note];
  if (!hit.values || hit.unit === null || hit.unit === undefined) return "";
  if (hit.kind === "joined" || hit.kind === "context") {
    const name = unitName(hit.unit, hit.values.length, hit.halves);
    return `${hit.kind === "context" ? "Σ α " : ""}${name} = ${fixed(hit.values[hit.unit])}`;
  }
  const sign = hit.kind === "field" ? `${hit.letter} · ` : "";
  return `${sign}${fill(words.unit_value, { unit: hit.unit, value: fixed(hit.values[hit.unit]) })}`;
}

/** The words beside the pointer. */
export class Tooltip {
  constructor() {
    this.element = h("div", { class: "tooltip", role: "status", hidden: "" });
  }

  /**
   * Beside the pointer, inside the stage. Coordinates in pixels from the stage's corner.
   * @param {string} text
   * @param {number} x
   * @param {number} y
   * @param {number} width
   */
  place(text, x, y, width) {
    this.element.hidden = !text;
    if (!text) return;
    say(this.element, text);
    const left = Math.min(x + 14, width - this.element.offsetWidth - 4);
    Object.assign(this.element.style, { left: `${Math.max(0, left)}px`, top: `${y + 18}px` });
  }
}
