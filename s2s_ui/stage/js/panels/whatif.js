/** What if: the menus that offer a change, at a gate of the inspector and at a row of the loom. */

import { h } from "../draw/dom.js";
import { hold, layerName, layersOf, only, row, token, uniform } from "../data/edits.js";
import { isGate } from "../draw/colour.js";
import { letter } from "../data/symbols.js";
import { cellOf } from "../data/view.js";
import { fill } from "../data/words.js";

/** @import { Stage } from "../stage.js" */
/** @import { Edit, HeldQuantity, Quantity, RowPlace, WindowPoint } from "../types.js" */
/** @import { Item } from "./menu.js" */

/**
 * Forces a token of an output step; forced once more, it is free again.
 * @param {Stage} stage
 * @param {number} t
 * @param {number} id
 */
export function force(stage, t, id) {
  const before = stage.edits.replaced("token", t);
  if (before?.values[0] === id) takeBack(stage, before);
  else stage.edit({ add: token(t, id) });
}

/**
 * Takes an edit back.
 * @param {Stage} stage
 * @param {Edit} edit
 */
export function takeBack(stage, edit) {
  stage.edit({ remove: stage.trace.header.edits.indexOf(edit) });
}

/**
 * At the name of a quantity: hold it, for one unit or for all, or cut its peephole.
 * @param {Stage} stage
 * @param {HeldQuantity} what
 * @param {HTMLElement} element
 */
export function offerHold(stage, { side, quantity }, element) {
  const { trace, words, state } = stage;
  const decoder = side === "decoder";
  const cell = cellOf(trace, stage.run, side);
  const layer = layersOf(trace, side) > 1 ? cell.layer : null; // a link of one layer says nothing of layers
  const sign = letter(cell.kind, quantity, decoder);
  /**
   * @param {Quantity} name
   * @param {number} value
   * @param {number | null} unit
   */
  const add = (name, value, unit) => () => stage.edit({ add: hold(side, name, value, unit, layer) });
  /** @type {Item[]} */
  const items = [];
  for (const unit of [state.unit, null]) {
    const whom = unit === null ? words.all_units : `${words.unit} ${unit}`;
    for (const value of isGate(quantity) ? [0, 1] : [0]) {
      items.push({ text: `${sign} = ${value} · ${whom}`, chosen: add(quantity, value, unit) });
    }
  }
  if (cell.gates[quantity]?.includes("peephole")) {
    const name = quantity.replace("_gate", "_peephole");
    items.push({ text: fill(words.edit_unpeeped, { letter: sign }), chosen: add(name, 0, null) });
  }
  const held = stage.edits.held(side, quantity, null, cell.layer);
  if (held) items.push({ text: words.as_computed, chosen: () => takeBack(stage, held) });
  const box = element.getBoundingClientRect();
  const where = layerName(cell.layer, layersOf(trace, side), words);
  stage.menu.open([words.hold_heading, where].filter(Boolean).join(" · "), items, box.left, box.bottom + 4);
}

/**
 * At the current row: look at one source word only, at all alike, or take another sentence's context.
 * @param {Stage} stage
 * @param {RowPlace} what
 * @param {WindowPoint} place
 */
export function offerRow(stage, { t, sources }, { x, y }) {
  const { trace, words } = stage;
  const add = (/** @type {number[]} */ values) => () => stage.edit({ add: row(t, values) });
  /** @type {Item[]} */
  const items = sources.map((j) => ({
    text: fill(words.look_only, { source: trace.source.tokens[j] }),
    chosen: add(only(trace.length, j)),
  }));
  items.push({ text: words.look_uniform, chosen: add(uniform(trace.length)) });
  items.push({ text: words.other_context, chosen: () => askSentence(stage, t) });
  for (const quantity of ["weights", "context"]) {
    const replaced = stage.edits.replaced(quantity, t);
    if (replaced) items.push({ text: words.as_computed, chosen: () => takeBack(stage, replaced) });
  }
  stage.menu.open(fill(words.row_heading, { k: t + 1 }), items, x, y);
}

/**
 * A field for the sentence whose context takes the place of this one.
 * @param {Stage} stage
 * @param {number} t
 */
function askSentence(stage, t) {
  const { dialog, words } = stage;
  const field = h("input", { type: "text", "aria-label": words.other_sentence, autocomplete: "off" });
  const form = h(
    "form",
    {
      class: "ask",
      onsubmit: (event) => {
        event.preventDefault();
        dialog.element.close();
        if (field.value.trim()) stage.edit({ context: { step: t, text: field.value } });
      },
    },
    h("p", {}, fill(words.swap_context, { k: t + 1 })),
    field,
    h("button", { type: "submit" }, words.take_it),
  );
  dialog.open(words.other_context, words, form);
  field.focus();
}
