/**
 * Equations (1)-(6) of one unit at one step, with the real numbers: a gate is three lines (sum and value, the staircase
 * of its terms, the terms), c and h are one line with the numbers put in.
 */

import { h, s, say } from "../draw/dom.js";
import { isGate } from "../draw/colour.js";
import { fixed, signed } from "../data/format.js";
import { inputLetter, letter, symbol } from "../data/symbols.js";

/** @import { Cell } from "../data/payload.js" */
/** @import { Inspected, Quantity, Words } from "../types.js" */

const WIDTH = 379;
const REACH = 167; // half the width of the widest staircase

/**
 * Treads of a staircase: each term starts where the last one ended.
 * @param {Term[]} terms
 * @param {number} scale
 */
export function stairs(terms, scale) {
  let at = 0;
  return terms.map(([term, value]) => {
    const from = at;
    at += value;
    return { term, value, x: Math.min(from, at) * scale, width: Math.abs(value) * scale };
  });
}

/**
 * How far from zero a staircase goes: one scale serves all rows.
 * @param {Term[][]} rows
 * @returns {number}
 */
export function reach(rows) {
  let most = 0.5;
  for (const terms of rows) {
    let at = 0;
    for (const [, value] of terms) most = Math.max(most, Math.abs((at += value)));
  }
  return most;
}

/** The equations of one cell, a row for each quantity. */
export class Equations {
  /**
   * `change(quantity, element)` is called when the reader wants to hold a quantity.
   * @param {(quantity: Quantity, element: HTMLElement) => void} change
   */
  constructor(change) {
    this.change = change;
    this.element = h("div", { class: "equations" });
    this.shape = "";
    /** @type {Row[]} */
    this.rows = [];
  }

  /**
   * `later` is what stands in place of numbers that are not computed yet, or null.
   * @param {Inspected & { cell: Cell, later: string | null, decoder: boolean, dense: boolean }} view
   */
  update({ cell, side, t, unit, words, later, decoder, dense, edits, editable }) {
    this.rebuild(cell, words, decoder, editable);
    this.element.classList.toggle("dense", dense);
    for (const row of this.rows) {
      row.wait(later);
      row.element.classList.toggle("held", Boolean(edits.held(side, row.quantity, unit, cell.layer)));
    }
    if (later !== null) return;
    /** @param {Quantity} quantity */
    const at = (quantity) => cell.quantity(quantity, t)[unit];
    const gates = Object.keys(cell.gates);
    const terms = Object.fromEntries(
      gates.map((gate) => [
        gate,
        cell.terms(gate, t).map(([term, values]) => /** @type {Term} */ ([term, values[unit]])),
      ]),
    );
    const scale = REACH / reach(Object.values(terms));
    for (const row of this.rows) {
      if (row.quantity in terms)
        row.gate(cell.sum(row.quantity, t, unit), at(row.quantity), terms[row.quantity], scale);
      else row.state(substituted(row.quantity, cell, at, cell.before("hidden", t)[unit], t, unit), at(row.quantity));
    }
  }

  /**
   * @param {Cell} cell
   * @param {Words} words
   * @param {boolean} decoder
   * @param {boolean} editable
   */
  rebuild(cell, words, decoder, editable) {
    const shape = JSON.stringify([cell.kind, cell.gates, cell.layer, decoder, editable, words.end]);
    if (shape === this.shape) return;
    this.shape = shape;
    this.rows = cell.quantities.map((quantity) => new Row(cell, quantity, words, decoder));
    for (const { name, quantity } of this.rows) {
      name.disabled = !editable;
      name.addEventListener("click", () => this.change(quantity, name));
    }
    this.element.replaceChildren(...this.rows.map((row) => row.element));
  }
}

/**
 * (4) and (6) with numbers put in; a GRU's new state likewise.
 * @param {Quantity} quantity
 * @param {Cell} cell
 * @param {(quantity: Quantity) => number} at
 * @param {number} oldHidden
 * @param {number} t
 * @param {number} unit
 */
function substituted(quantity, cell, at, oldHidden, t, unit) {
  if (cell.kind === "gru") {
    const z = fixed(at("update_gate"));
    return `(1−${z})·${fixed(at("candidate"))} + ${z}·${fixed(oldHidden)}`;
  }
  if (quantity === "hidden") return `${fixed(at("output_gate"))} · tanh(${fixed(at("cell"))})`;
  const before = cell.before("cell", t)[unit];
  const kept = `${fixed(at("forget_gate"))}·${fixed(before)}`;
  return `${kept} + ${fixed(at("input_gate"))}·${fixed(at("candidate"))}`;
}

/** @typedef {[term: string, value: number]} Term */

class Row {
  /**
   * @param {Cell} cell
   * @param {Quantity} quantity
   * @param {Words} words
   * @param {boolean} decoder
   */
  constructor(cell, quantity, words, decoder) {
    const { number } = symbol(cell.kind, quantity);
    this.quantity = quantity;
    this.tread = decoder ? 3.4 : 4.4;
    this.total = s("line", { class: "total", y1: 0 });
    /** @type {SVGElement[]} */
    this.bars = [];
    /** @type {HTMLElement[]} */
    this.numbers = [];
    this.squash = isGate(quantity) ? "σ" : "tanh";
    this.sum = h("span", { class: "sum" });
    this.value = h("span", { class: "value" });
    this.later = h("span", { class: "later" });
    this.name = h("button", { type: "button", class: "name", "aria-haspopup": "menu" }, words[`name_${quantity}`]);
    const sign = h("span", { class: "letter" }, letter(cell.kind, quantity, decoder));
    this.element = h(
      "div",
      { class: "equation", "data-quantity": quantity },
      h(
        "div",
        { class: "head" },
        h("span", { class: "number" }, number),
        sign,
        this.name,
        this.sum,
        this.value,
        this.later,
      ),
    );
    const terms = cell.gates[quantity];
    if (!terms) return;
    this.element.classList.add("gate");
    this.buildStairs(terms);
    this.buildTerms(terms, words, decoder, cell, cell.kind === "lstm" && quantity === "candidate");
  }

  /** @param {string[]} terms */
  buildStairs(terms) {
    const height = this.tread * terms.length;
    this.bars = terms.map((term, i) => s("rect", { class: `term-${term}`, y: 2 + i * this.tread, height: this.tread }));
    this.total.setAttribute("y2", String(height + 4));
    const zero = s("line", { class: "zero", x1: WIDTH / 2, x2: WIDTH / 2, y1: 0, y2: height + 4 });
    const drawing = s(
      "svg",
      { class: "stairs", viewBox: `0 0 ${WIDTH} ${height + 4}`, "aria-hidden": "true" },
      ...this.bars,
      zero,
      this.total,
    );
    this.element.append(drawing);
  }

  /**
   * @param {string[]} terms
   * @param {Words} words
   * @param {boolean} decoder
   * @param {{ layer: number }} cell
   * @param {boolean} unpeeped
   */
  buildTerms(terms, words, decoder, { layer }, unpeeped) {
    this.numbers = terms.map(() => h("span", { class: "amount" }));
    const line = h(
      "div",
      { class: "terms" },
      ...terms.map((term, i) =>
        h(
          "span",
          { class: "term", "data-term": term },
          h("i", { class: `swatch term-${term}` }),
          h("span", {}, termName(term, words, decoder, layer)),
          this.numbers[i],
        ),
      ),
    );
    if (unpeeped) line.append(h("span", { class: "none" }, words.no_peephole));
    this.element.append(line);
  }

  /** @param {string | null} later */
  wait(later) {
    const waiting = later !== null;
    this.element.classList.toggle("waiting", waiting);
    say(this.later, later ?? "");
  }

  /**
   * @param {number} sum
   * @param {number} value
   * @param {Term[]} terms
   * @param {number} scale
   */
  gate(sum, value, terms, scale) {
    say(this.sum, `${this.squash}(${fixed(sum)}) =`);
    say(this.value, fixed(value));
    const middle = WIDTH / 2;
    stairs(terms, scale).forEach(({ x, width }, i) => {
      this.bars[i].setAttribute("x", String(middle + x));
      this.bars[i].setAttribute("width", String(Math.max(width, 0.8)));
      say(this.numbers[i], signed(terms[i][1]));
    });
    const end = middle + sum * scale;
    this.total.setAttribute("x1", String(end));
    this.total.setAttribute("x2", String(end));
  }

  /**
   * @param {string} text
   * @param {number} value
   */
  state(text, value) {
    say(this.sum, `${text} =`);
    say(this.value, fixed(value));
  }
}

/**
 * @param {string} term
 * @param {Words} words
 * @param {boolean} decoder
 * @param {number} layer
 */
function termName(term, words, decoder, layer) {
  if (term === "x") return inputLetter(layer, decoder);
  if (term === "peephole") return words.peephole;
  if (term === "bias") return decoder ? "b" : words.bias;
  if (term === "context") return "ctx";
  if (term === "feed") return "r";
  return term === "h" && decoder ? "s" : term;
}
