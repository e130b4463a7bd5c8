/**
 * The inspector: the cell under the cursor in numbers, in the order of computation. An encoder cell: (1)-(6) and the
 * unit's course; a decoder step: (13)-(15), (1)-(6), (12). What is not computed yet says when it will be.
 */

import { Alignment } from "./alignment.js";
import { Course } from "./course.js";
import { layerName, layerNumber, layersOf } from "../data/edits.js";
import { Distribution } from "./distribution.js";
import { h, s, say, show } from "../draw/dom.js";
import { Equations } from "./equations.js";
import { fixed } from "../data/format.js";
import { Legend } from "./legend.js";
import { attends } from "../data/payload.js";
import { CELL, WORD } from "../data/player.js";
import { choices, shownOf } from "../data/sizes.js";
import { Strip } from "../draw/strip.js";
import { cellOf } from "../data/view.js";
import { fill } from "../data/words.js";

/** @import { Cell } from "../data/payload.js" */
/** @import { HeldQuantity, Inspected, Marked, RowPlace, Side, WindowPoint } from "../types.js" */

// Heights of what the inspector shows, to know what has to go when the window is low: the note, then the fourth word.
const ROOM = { decoder: 609, alignment: 105, note: 20, comfortable: 636, encoder: { wide: 441, dense: 389 } };
const LISTED = { row: 20, above: 66, below: 326, most: 14, words: 10, fewest: 3, usual: 4, wordRow: 19 };

/**
 * What the reader may do here.
 * @typedef {{
 *   unit: (by: number) => void, chosen: (unit: number) => void, sheet: () => void,
 *   hovered: (hit: Marked | null, event: MouseEvent) => void, linked: (source: number | null) => void,
 *   force: (t: number, id: number) => void, guessed: (t: number, token: string) => void,
 *   calibrate: () => void,
 *   hold: (what: HeldQuantity, element: HTMLElement) => void, row: (what: RowPlace, place: WindowPoint) => void,
 * }} Actions
 */

export class Inspector {
  /**
   * @param {Actions} actions
   */
  constructor(actions) {
    /** @type {Side} */
    this.side = "forward";
    /** @type {string[]} */
    this.all = [];
    this.shown = "";
    /** @type {string | null} */
    this.chosen = null;
    this.title = h("h2", { class: "title" });
    this.chip = h("span", { class: "chip" });
    this.layer = h("span", { class: "layer" });
    this.unit = h("b", {});
    this.unitWord = h("span", {});
    this.buttons = [-1, 1].map((by) =>
      h(
        "button",
        { type: "button", tabindex: "-1", onclick: () => actions.unit(by) },
        s(
          "svg",
          { viewBox: "0 0 7 8", "aria-hidden": "true" },
          s("path", { d: by < 0 ? "M7 0v8L0 4z" : "M0 0v8l7-4z" }),
        ),
      ),
    );
    this.unitChip = h("span", { class: "chip unit" }, this.buttons[0], this.unitWord, " ", this.unit, this.buttons[1]);
    this.open = h("button", { type: "button", class: "open", onclick: () => actions.sheet() });
    this.peek = h("div", { class: "peek" });
    this.peekWords = new Distribution(3, actions);
    this.strip = new Strip(actions);
    this.alignment = new Alignment(({ t, listed, name }) => {
      const { left, bottom } = name.getBoundingClientRect();
      actions.row({ t, sources: listed }, { x: left, y: bottom + 4 });
    });
    this.equations = new Equations((quantity, element) => actions.hold({ side: this.side, quantity }, element));
    this.distribution = new Distribution(LISTED.words, actions);
    this.course = new Course();
    this.legend = new Legend();
    this.note = h("p", { class: "note" });
    this.body = h(
      "div",
      { class: "body" },
      hatch(),
      this.strip.element,
      this.alignment.element,
      this.equations.element,
      this.distribution.element,
      this.course.element,
      this.note,
    );
    this.handle = h("button", { type: "button", class: "handle", onclick: () => actions.sheet() });
    this.element = h(
      "aside",
      { class: "inspector" },
      this.handle,
      h("header", {}, this.title, this.layer, this.chip, this.unitChip, this.open),
      this.peek,
      this.peekWords.element,
      this.body,
      this.legend.element,
    );
    this.alignment.body.addEventListener("pointerover", (event) => {
      const row = event.target instanceof Element ? event.target.closest("[data-source]") : null;
      actions.linked(row ? Number(row.getAttribute("data-source")) : null);
    });
    this.alignment.body.addEventListener("pointerleave", () => actions.linked(null));
  }

  /** @param {Inspected} view */
  update(view) {
    const { side, t, words, unit, sub, trace, run, height, phone } = view;
    const decoder = side === "decoder";
    const seen = !decoder || sub === WORD;
    const tokens = decoder ? run.tokens : trace.source.tokens;
    this.side = side;
    this.element.dataset.side = side;
    say(
      this.title,
      words[`cell_${side}`] + (view.beside && (decoder || view.original) && !phone ? ` · ${view.beside}` : ""),
    );
    say(
      this.chip,
      phone && decoder
        ? fill(words.step_short, { k: view.step })
        : fill(words.step, { k: view.step, token: seen ? tokens[t] : "?" }),
    );
    say(this.unitWord, words.unit);
    say(this.unit, String(unit));
    this.buttons.forEach((button, i) => button.setAttribute("aria-label", i ? words.next_unit : words.previous_unit));
    this.legend.update(words, view.colours);
    show(this.alignment.element, decoder && Boolean(run.weights));
    show(this.distribution.element, decoder);
    show(this.course.element, !decoder);
    show(this.strip.element, decoder || !view.lens);
    const cell = cellOf(trace, run, side);
    const count = layersOf(trace, side);
    say(this.layer, phone ? layerNumber(cell.layer, count) : layerName(cell.layer, count, words));
    this.layer.title = layerName(cell.layer, count, words);
    show(this.layer, count > 1);
    const later = decoder && sub < CELL ? words.at_cell : null;
    const comfortable = height >= ROOM.comfortable;
    const full = ROOM.decoder - (run.weights ? 0 : ROOM.alignment);
    this.equations.update({ ...view, cell, later, decoder, dense: decoder || !comfortable });
    this.body.classList.toggle("tight", decoder && height < full);
    if (!this.strip.element.hidden) this.strip.update({ ...view, cell, decoder, empty: later !== null });
    if (decoder) this.updateDecoder(view, full);
    else {
      const room = phone ? 196 : height - (comfortable ? ROOM.encoder.wide : ROOM.encoder.dense) - (view.lens ? 0 : 29);
      this.course.update({ cell, t, unit, tokens, words, room });
    }
    show(this.note, decoder && Boolean(run.weights) && height >= full + ROOM.note);
    say(this.note, words.not_why);
    this.updatePeek(view, cell, decoder, later);
    this.all = choices({ quantities: cell.quantities, decoder, attends: run.weights !== null });
    this.shown = shownOf(this.all, this.chosen, { decoder, sub });
    this.element.dataset.shown = this.shown;
    for (const { element, quantity } of this.equations.rows) element.classList.toggle("shown", quantity === this.shown);
  }

  /**
   * Under a large picture: another equation, which stays until the reader turns on.
   * @param {number} by
   */
  turn(by) {
    const at = this.all.indexOf(this.shown) + by;
    this.chosen = this.all[(at + this.all.length) % this.all.length];
  }

  /**
   * @param {Inspected} view
   * @param {number} full
   */
  updateDecoder(view, full) {
    const { sub, run, words, height } = view;
    const fitting = Math.floor((height - LISTED.above - LISTED.below) / LISTED.row);
    const most = view.lines ?? Math.max(3, Math.min(LISTED.most, fitting));
    if (attends(run)) this.alignment.update({ ...view, most }, run);
    const spare = Math.max(0, Math.floor((Math.min(height, 2000) - full - ROOM.note) / LISTED.wordRow));
    const count = height < full ? LISTED.fewest : Math.min(LISTED.words, LISTED.usual + spare);
    this.distribution.update({ ...view, later: sub === WORD ? null : words.at_word, count });
  }

  /**
   * The few lines that are seen of the sheet on a phone before it is opened.
   * @param {Inspected} view
   * @param {Cell} cell
   * @param {boolean} decoder
   * @param {string | null} later
   */
  updatePeek(view, cell, decoder, later) {
    const { phone, words, t, sub, unit } = view;
    say(this.open, decoder ? words.open_decoder : words.open_encoder);
    if (!phone) return;
    show(this.peekWords.element, decoder);
    show(this.peek, !decoder);
    this.handle.setAttribute("aria-label", words.open_sheet);
    if (decoder) {
      this.peekWords.update({ ...view, later: sub === WORD ? null : words.at_word });
      return;
    }
    if (later !== null || cell.kind !== "lstm") return;
    /** @param {string} quantity */
    const at = (quantity) => cell.quantity(quantity, t)[unit];
    /** @param {string} name */
    const value = (name) => h("b", {}, fixed(at(name)));
    const kept = `${fixed(at("forget_gate"))}·${fixed(cell.before("cell", t)[unit])}`;
    const added = `${fixed(at("input_gate"))}·${fixed(at("candidate"))}`;
    this.peek.replaceChildren(
      h("div", {}, h("em", {}, "c"), ` = ${kept} + ${added} = `, value("cell")),
      h("div", {}, h("em", {}, "h"), ` = ${fixed(at("output_gate"))}·tanh(${fixed(at("cell"))}) = `, value("hidden")),
    );
  }
}

/** The pattern of everything that comes through a peephole. */
function hatch() {
  const lines = s("path", { d: "M-1 1 1 -1M0 5 5 0M4 6 6 4" });
  return s(
    "svg",
    { class: "hatch", "aria-hidden": "true" },
    s(
      "defs",
      {},
      s(
        "pattern",
        { id: "s2s-hatch", width: 5, height: 5, patternUnits: "userSpaceOnUse" },
        s("rect", { width: 5, height: 5 }),
        lines,
      ),
    ),
  );
}
