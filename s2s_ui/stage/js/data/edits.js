/**
 * The reader's edits of the network, as plain data (see s2s_core/edits.py). They are only read here, not applied:
 * `stage.edit(...)` asks the server for a change, and the server computes and sends the new trace.
 */

import { fixed } from "./format.js";
import { letter } from "./symbols.js";
import { fill } from "./words.js";

/** @import { ClampEdit, Edit, Header, Quantity, ReplaceEdit, Side, Trace, Words } from "../types.js" */

const PEEPHOLE = "_peephole";

/**
 * What a side is called in an edit.
 * @param {Side} side
 */
export const partOf = (side) => (side === "decoder" ? side : `encoder.${side}`);

/**
 * @param {string | null | undefined} part
 * @returns {Side | null}
 */
const sideOf = (part) => /** @type {Side | undefined} */ (part?.split(".").at(-1)) ?? null;

/** The edits of a run, in the order in which they were made. */
export class Edits {
  /** @param {Edit[]} list */
  constructor(list = []) {
    this.list = list;
  }

  /**
   * The edit that replaces this quantity of output step t, or undefined.
   * @param {Quantity} quantity
   * @param {number} t
   * @returns {ReplaceEdit | undefined}
   */
  replaced(quantity, t) {
    return this.list
      .filter((edit) => edit.edit === "replace")
      .findLast((edit) => edit.quantity === quantity && edit.step === t);
  }

  /**
   * The edit that holds a quantity of this cell, for this unit or, without one, for any; or undefined. An edit without
   * a layer holds it in all of them; `layer` counts from 0.
   * @param {Side} side
   * @param {Quantity} quantity
   * @param {number | null} unit
   * @param {number} layer
   * @returns {ClampEdit | undefined}
   */
  held(side, quantity, unit = null, layer = 0) {
    return this.list
      .filter((edit) => edit.edit === "clamp")
      .findLast(
        (edit) =>
          edit.quantities.includes(quantity) &&
          (edit.part ?? partOf(side)) === partOf(side) &&
          (edit.layer ?? layer) === layer &&
          (unit === null || !edit.units || edit.units.includes(unit)),
      );
  }
}

/**
 * One attention row with weight j set and the others scaled so that all sum to 1; rounded to what a link can carry.
 * @param {Float32Array | number[]} weights
 * @param {number} j
 * @param {number} value
 * @returns {number[]}
 */
export function reweighted(weights, j, value) {
  const rest = 1 - weights[j];
  const others = weights.length - 1;
  const share = (/** @type {number} */ weight) => (rest > 1e-6 ? (weight * (1 - value)) / rest : (1 - value) / others);
  return [...weights].map((weight, i) => rounded(i === j ? value : share(weight)));
}

/** @param {number} value */
const rounded = (value) => Math.round(value * 10000) / 10000;

/**
 * A row that looks at position j alone.
 * @param {number} count
 * @param {number} j
 */
export const only = (count, j) => Array.from({ length: count }, (_, i) => (i === j ? 1 : 0));
/**
 * A row that looks at all positions alike.
 * @param {number} count
 */
export const uniform = (count) => Array.from({ length: count }, () => rounded(1 / count));

/**
 * @param {string} part
 * @param {Quantity} quantity
 * @param {number} step
 * @param {number[]} values
 * @returns {ReplaceEdit}
 */
const replace = (part, quantity, step, values) => ({ edit: "replace", part, quantity, step, values });
/**
 * Writes this token of the vocabulary at an output step.
 * @param {number} step
 * @param {number} id
 */
export const token = (step, id) => replace("output", "token", step, [id]);
/**
 * Sets the weights of an output step.
 * @param {number} step
 * @param {number[]} values
 */
export const row = (step, values) => replace("attention", "weights", step, values);

/**
 * Holds a quantity of one cell at every step, for one unit or (null) for all; of one layer, or (null) of all.
 * @param {Side} side
 * @param {Quantity} quantity
 * @param {number} value
 * @param {number | null} unit
 * @param {number | null} layer
 * @returns {ClampEdit}
 */
export function hold(side, quantity, value, unit = null, layer = null) {
  return {
    edit: "clamp",
    quantities: [quantity],
    value,
    part: partOf(side),
    ...(layer === null ? {} : { layer }),
    ...(unit === null ? {} : { units: [unit] }),
  };
}

/**
 * How many layers one side has; of none in particular, the deeper one.
 * @param {{ header: Header }} trace
 * @param {Side | null} side
 */
export function layersOf({ header }, side) {
  const { encoder_layers: encoder = 1, decoder_layers: decoder = 1 } = header;
  if (!side) return Math.max(encoder, decoder);
  return side === "decoder" ? decoder : encoder;
}

/**
 * A layer, counted from 0, as people count it: "layer 1 of 2"; "" where there is but one.
 * @param {number} layer
 * @param {number} count
 * @param {Words} words
 */
export function layerName(layer, count, words) {
  return count > 1 ? fill(words.layer, { k: layer + 1, n: count }) : "";
}

/**
 * The same where there is no room: "1/2".
 * @param {number} layer
 * @param {number} count
 */
export function layerNumber(layer, count) {
  return count > 1 ? `${layer + 1}/${count}` : "";
}

/**
 * An edit in a few words, for its chip.
 * @param {Edit} edit
 * @param {{ trace: Trace, words: Words }} stage
 * @returns {string}
 */
export function describe(edit, { trace, words }) {
  if (edit.edit === "clamp") return describeHold(edit, trace, words);
  const k = edit.step + 1;
  if (edit.quantity === "token") return fill(words.edit_token, { k, token: trace.runs[0].tokens[edit.step] ?? "" });
  if (edit.quantity === "context") return fill(words.edit_context, { k });
  if (edit.quantity !== "weights") return describeState(edit, trace, words);
  const at = edit.values.indexOf(1);
  if (at >= 0) return fill(words.edit_only, { k, source: trace.source.tokens[at] ?? "" });
  return fill(new Set(edit.values).size === 1 ? words.edit_uniform : words.edit_row, { k });
}

/**
 * A state of a cell, or a joined state (of part "memory"), that was put in from elsewhere.
 * @param {ReplaceEdit} edit
 * @param {Trace} trace
 * @param {Words} words
 * @returns {string}
 */
function describeState({ part, layer, quantity, step, units }, trace, words) {
  const side = part === "memory" ? null : sideOf(part);
  const cell = side === "decoder" ? trace.runs[0].decoder : trace.forward;
  const name = side === null ? "h" : letter(cell.kind, quantity, side === "decoder");
  const tokens = side === "decoder" ? trace.runs[0].tokens : trace.source.tokens;
  const of = fill(words.edit_state, { letter: name, token: tokens[step] ?? "" });
  const where = [side && words[side], side && whichLayer(layer ?? 0, layersOf(trace, side), words)];
  const whom = units ? `${units.length} × ${words.unit}` : null;
  return [...where, of, whom].filter(Boolean).join(" · ");
}

/**
 * @param {ClampEdit} edit
 * @param {Trace} trace
 * @param {Words} words
 * @returns {string}
 */
function describeHold({ part, layer, quantities, value, units }, trace, words) {
  const side = sideOf(part);
  const cell = side === "decoder" ? trace.runs[0].decoder : trace.forward;
  const what = quantities
    .map((quantity) =>
      quantity.endsWith(PEEPHOLE)
        ? fill(words.edit_unpeeped, { letter: letter(cell.kind, quantity.replace(PEEPHOLE, "_gate"), false) })
        : `${letter(cell.kind, quantity, side === "decoder")} = ${fixed(value, Number.isInteger(value) ? 0 : 2)}`,
    )
    .join(", ");
  const whom = units ? units.map((unit) => `${words.unit} ${unit}`).join(", ") : words.all_units;
  const where = [side && words[side], whichLayer(layer ?? null, layersOf(trace, side), words)];
  return [...where, what, quantities[0].endsWith(PEEPHOLE) ? null : whom].filter(Boolean).join(" · ");
}

/**
 * The layer of an edit in words; "" where a part has but one.
 * @param {number | null} layer
 * @param {number} count
 * @param {Words} words
 */
function whichLayer(layer, count, words) {
  if (count < 2) return "";
  return layer === null ? words.all_layers : layerName(layer, count, words);
}
