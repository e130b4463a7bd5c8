/** The part of the registry about numbers: equations and their terms, the wires of the lens, scales, steps. */

import { placeOf } from "./explained_marks.js";
import { fixed, percent, probability, signed } from "./format.js";
import { CELL, WORD } from "./player.js";
import { letter, symbol } from "./symbols.js";
import { nameOfUnit } from "./units.js";
import { cellOf } from "./view.js";

/** @import { Ask, At, Entry } from "./explanations.js" */

/**
 * The cell that an ask is about, and where: the one under the lens or in the inspector.
 * @param {At} at
 */
function cellAt({ trace, run, view, unit }) {
  const cell = cellOf(trace, run, view.side);
  const value = (/** @type {string} */ name) =>
    cell.quantities.includes(name) ? cell.quantity(name, view.t)[unit] : 0;
  const before = (/** @type {string} */ name) => cell.before(name, view.t)[unit];
  return { cell, t: view.t, unit, value, before, decoder: view.side === "decoder" };
}

/**
 * Whether the numbers of the inspector are yet to come, by the sub-step in which they do.
 * @param {At} at
 * @param {number} sub
 */
const waits = ({ view }, sub) => view.side === "decoder" && view.sub < sub;

/**
 * What stands in place of numbers that are not there yet.
 * @param {At} at
 * @param {number} sub
 */
const later = (at, sub) => ({ sub, now: at.view.sub, k: at.view.step, name: at.words[`sub_${sub}`] });

/**
 * An entry whose numbers come with a sub-step; before it, its sentence says when.
 * @param {number} sub
 * @param {Entry} entry
 * @returns {Entry}
 */
const from = (sub, entry) => ({
  chapter: entry.chapter,
  word: (at, ask) => (waits(at, sub) ? "later" : (entry.word?.(at, ask) ?? ask.name)),
  values: (at, ask) => (waits(at, sub) ? later(at, sub) : entry.values(at, ask)),
});

/**
 * Names and numbers of a gate or state, as sentences about it have them.
 * @param {At} at
 * @param {Ask} ask
 */
function quantityOf(at, { quantity = "hidden", unit }) {
  const asked = cellAt(unit === null || unit === undefined ? at : { ...at, unit });
  const { cell, decoder } = asked;
  const now = asked.value(quantity);
  return {
    unit: asked.unit,
    letter: letter(cell.kind, quantity, decoder),
    number: symbol(cell.kind, quantity).number,
    name: at.words[`name_${quantity}`],
    value: fixed(now),
    percent: percent(now),
    old: quantity === "cell" || quantity === "hidden" ? fixed(asked.before(quantity)) : "",
  };
}

/**
 * The sum of a gate's terms, and one of them.
 * @param {At} at
 * @param {Ask} ask
 */
function termOf(at, { quantity = "forget_gate", term }) {
  const { cell, t, unit } = cellAt(at);
  if (!cell.gates[quantity]) return null;
  const found = cell.terms(quantity, t).find(([name]) => name === term);
  return { sum: fixed(cell.sum(quantity, t, unit)), value: found ? signed(found[1][unit]) : "" };
}

/**
 * Contribution of a term to several gates, by their letters.
 * @param {At} at
 * @param {string} term
 * @param {string[]} gates
 */
function share(at, term, gates) {
  const pieces = gates.map((quantity) => {
    const found = termOf(at, { name: "term", quantity, term });
    return found?.value ? `${letter(cellAt(at).cell.kind, quantity)}: ${found.value} / ${found.sum}` : "";
  });
  return pieces.filter(Boolean).join(", ");
}

const PEEPED = { old: ["forget_gate", "input_gate"], new: ["output_gate"] };
const ALL = ["forget_gate", "input_gate", "candidate", "output_gate"];

/**
 * What a cell reads at the place of the inspector: a source token, or the token fed.
 * @param {At} at
 */
const readToken = (at) => (at.view.side === "decoder" ? at.run.fed[at.view.t] : at.trace.source.tokens[at.view.t]);

/**
 * One source token in the rows of (13)-(15).
 * @param {At} at
 * @param {Ask} ask
 */
function alignedOf({ run, trace, view, contextUnit }, { source: j = 0 }) {
  if (!run.weights || !run.scores || view.side !== "decoder") return null;
  const weight = run.weights.at(view.t)[j];
  const state = trace.joined.at(j)[contextUnit];
  return {
    k: view.step,
    source: trace.source.tokens[j],
    score: fixed(run.scores.at(view.t)[j]),
    weight: fixed(weight),
    unit: nameOfUnit(contextUnit, trace.joined.width, trace.backward ? 2 : 1),
    state: fixed(state),
    product: fixed(weight * state),
  };
}

/** @type {(sub: number) => Entry} */
const aligned = (sub) => from(sub, { chapter: "attention", values: alignedOf });

/**
 * What is a number, by name.
 * @type {Record<string, Entry>}
 */
export const NUMBERS = {
  quantity: from(CELL, {
    chapter: "cell",
    word: (at, { quantity = "hidden", old }) =>
      old ? "old_state" : `${cellAt(at).cell.kind !== "lstm" && quantity === "hidden" ? "gru_" : ""}${quantity}`,
    values: (at, ask) => quantityOf(at, ask),
  }),
  sum: from(CELL, {
    chapter: "cell",
    word: (at, { quantity = "hidden" }) =>
      quantity in cellAt(at).cell.gates ? (quantity.endsWith("_gate") ? "squash" : "squash_tanh") : `sum_${quantity}`,
    values: (at, ask) => ({
      ...termOf(at, ask),
      ...(cellAt(at).cell.kind === "rnn" ? {} : productsOf(at)),
      ...quantityOf(at, ask),
    }),
  }),
  stairs: from(CELL, {
    chapter: "cell",
    values: (at, ask) => ({
      ...quantityOf(at, ask),
      ...termOf(at, ask),
      count: cellAt(at).cell.gates[ask.quantity ?? ""]?.length,
    }),
  }),
  term: from(CELL, {
    chapter: "cell",
    word: (_, { term }) => `term_${term}`,
    values: (at, ask) => ({ ...quantityOf(at, ask), ...termOf(at, ask), token: readToken(at) }),
  }),
  unpeeped: from(CELL, { chapter: "cell", values: (at, ask) => ({ ...quantityOf(at, ask), ...termOf(at, ask) }) }),
  belt: { chapter: "cell", values: (at) => productsOf(at) },
  node_forget: { chapter: "cell", values: (at) => productsOf(at) },
  node_input: { chapter: "cell", values: (at) => productsOf(at) },
  node_add: { chapter: "cell", values: (at) => productsOf(at) },
  node_output: { chapter: "cell", values: (at) => productsOf(at) },
  tanh: { chapter: "cell", values: (at) => productsOf(at) },
  peephole_old: { chapter: "cell", values: (at) => ({ unit: at.unit, terms: share(at, "peephole", PEEPED.old) }) },
  peephole_new: { chapter: "cell", values: (at) => ({ unit: at.unit, terms: share(at, "peephole", PEEPED.new) }) },
  lens_x: { chapter: "cell", values: (at) => ({ token: readToken(at), unit: at.unit, terms: share(at, "x", ALL) }) },
  lens_h: { chapter: "cell", values: (at) => ({ unit: at.unit, terms: share(at, "h", ALL) }) },
  lens: {
    chapter: "cell",
    values: ({ view, trace, run, unit }) => {
      const cell = cellOf(trace, run, view.side);
      return { k: view.step, shown: cell.units, hidden: trace.header.hidden, unit };
    },
  },
  inspected: {
    chapter: "cell",
    values: (at) => ({ cell: at.words[`cell_${at.view.side}`], k: at.view.step, unit: at.unit, units: at.trace.units }),
  },
  unit: { chapter: "cell", values: ({ unit, trace }) => ({ unit, units: trace.units }) },
  aligned: from(1, {
    chapter: "attention",
    values: ({ trace, run, view }) =>
      run.weights && { k: view.step, count: trace.length, source: trace.source.tokens[run.focus(view.t)] },
  }),
  aligned_sum: from(3, {
    chapter: "attention",
    values: ({ trace, run, view, contextUnit }) => ({
      unit: nameOfUnit(contextUnit, trace.joined.width, trace.backward ? 2 : 1),
      count: trace.length,
      value: fixed(run.context.at(view.t)[contextUnit]),
    }),
  }),
  aligned_word: aligned(1),
  aligned_score: aligned(1),
  aligned_weight: aligned(2),
  aligned_state: aligned(3),
  aligned_product: aligned(3),
  distribution: from(WORD, {
    chapter: "decoder",
    values: ({ run, view }) => {
      const row = run.probability.at(view.t);
      return { k: view.step, first: run.top[view.t][0], p: probability(row[0]), count: row.length };
    },
  }),
  likely: from(WORD, {
    chapter: "decoder",
    values: ({ run, view }, { first: i = 0 }) => ({
      k: view.step,
      token: run.top[view.t][i] ?? run.tokens[view.t],
      p: probability(run.probability.at(view.t)[i] ?? 0),
      place: i + 1,
    }),
  }),
  course: {
    chapter: "encoder",
    values: (at) => ({ unit: at.unit, k: at.view.step, count: at.trace.length, token: readToken(at) }),
  },
  course_line: {
    chapter: "encoder",
    values: (at, { quantity = "hidden" }) => {
      const { cell, unit } = cellAt(at);
      const all = Array.from({ length: cell.steps }, (_, t) => cell.quantity(quantity, t)[unit]);
      return {
        ...quantityOf(at, { name: "quantity", quantity }),
        low: fixed(Math.min(...all)),
        high: fixed(Math.max(...all)),
      };
    },
  },
  not_why: {
    chapter: "attention",
    values: (at) => {
      const { t, k } = placeOf(at);
      const { run, trace } = at;
      return (
        run.weights && { k, source: trace.source.tokens[run.focus(t)], weight: fixed(run.weights.at(t)[run.focus(t)]) }
      );
    },
  },
  legend_state: from(CELL, {
    chapter: "cell",
    values: (at) => quantityOf(at, { name: "quantity", quantity: "hidden" }),
  }),
  legend_gate: from(CELL, {
    chapter: "cell",
    values: (at) => {
      const gate = Object.keys(cellAt(at).cell.gates).find((name) => name.endsWith("_gate"));
      return gate ? quantityOf(at, { name: "quantity", quantity: gate }) : null;
    },
  }),
  legend_attention: {
    chapter: "attention",
    word: ({ run }) => (run.weights ? "legend_attention" : "fixed"),
    values: (at) => {
      const { run, trace } = at;
      const { t, k } = placeOf(at);
      const width = trace.header.hidden * (trace.backward ? 2 : 1);
      const weight = run.weights ? fixed(Math.max(...run.weights.at(t))) : "";
      return { k, weight, width, count: run.length, tokens: trace.length };
    },
  },
  reads: { chapter: "encoder", values: (at) => ({ count: at.timeline.n, read: placeOf(at).read }) },
  writes: { chapter: "decoder", values: (at) => ({ count: at.timeline.m, written: placeOf(at).written }) },
  sub_step: {
    chapter: "attention",
    word: (_, { sub = 1 }) => `sub_${sub}`,
    values: (at, { sub = 1 }) => ({ k: placeOf(at).k, sub, now: at.cursor.sub }),
  },
  scrubber: { chapter: "why", values: ({ timeline, cursor }) => ({ step: cursor.step, total: timeline.total }) },
  speed: { chapter: "why", values: ({ speed, cursor }) => ({ speed, step: cursor.step }) },
  edit: { chapter: "cell", values: ({ trace }) => ({ count: trace.header.edits.length }) },
  layers: {
    chapter: "encoder",
    values: ({ trace }) => {
      const count = Math.max(trace.header.encoder_layers, trace.header.decoder_layers);
      return { layer: trace.layer ?? count, count };
    },
  },
};

/**
 * (4) and (6) of the unit with their numbers.
 * @param {At} at
 */
function productsOf(at) {
  const { value, before, cell, unit } = cellAt(at);
  const lstm = cell.kind === "lstm";
  const old = before(lstm ? "cell" : "hidden");
  const [f, i] = lstm ? [value("forget_gate"), value("input_gate")] : [value("update_gate"), 1 - value("update_gate")];
  const [c, o] = [value("cell"), value("output_gate")];
  return {
    unit,
    f: fixed(f),
    i: fixed(i),
    o: fixed(o),
    c: fixed(c),
    old: fixed(old),
    candidate: fixed(value("candidate")),
    kept: fixed(f * old),
    added: fixed(i * value("candidate")),
    tanh: fixed(Math.tanh(c)),
    h: fixed(value("hidden")),
  };
}
