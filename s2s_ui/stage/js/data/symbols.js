/** The letters of the equations: what each quantity is called, and under which number its equation stands. */

/** @import { Kind, Quantity } from "../types.js" */

/** @type {Record<Quantity, { letter: string, number: string }>} */
const LSTM = {
  forget_gate: { letter: "f", number: "(1)" },
  input_gate: { letter: "i", number: "(2)" },
  candidate: { letter: "c̃", number: "(3)" },
  cell: { letter: "c", number: "(4)" },
  output_gate: { letter: "o", number: "(5)" },
  hidden: { letter: "h", number: "(6)" },
};
/** @type {Record<Quantity, { letter: string, number: string }>} */
const GRU = {
  reset_gate: { letter: "r", number: "" },
  update_gate: { letter: "z", number: "" },
  candidate: { letter: "n", number: "" },
  hidden: { letter: "h", number: "(7)" },
};

/** @type {Record<Quantity, { letter: string, number: string }>} */
const RNN = { hidden: { letter: "h", number: "(7)" } };
const LETTERS = { lstm: LSTM, gru: GRU, rnn: RNN };

/**
 * Letter and equation of a quantity; one without a letter goes by its name.
 * @param {Kind} kind
 * @param {Quantity} quantity
 * @returns {{ letter: string, number: string }}
 */
export function symbol(kind, quantity) {
  const known = (LETTERS[kind] ?? LSTM)[quantity];
  return known ?? { letter: quantity, number: "" };
}

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/**
 * What a cell reads: x at the bottom, above it the states of the layer below, h¹ or s¹. `layer` counts from 0.
 * @param {number} layer
 * @param {boolean} decoder
 */
export function inputLetter(layer, decoder) {
  if (layer === 0) return "x";
  return (decoder ? "s" : "h") + [...String(layer)].map((digit) => SUPERSCRIPTS[Number(digit)]).join("");
}

/**
 * The decoder's hidden state is called s.
 * @param {Kind} kind
 * @param {Quantity} quantity
 * @param {boolean} decoder
 * @returns {string}
 */
export function letter(kind, quantity, decoder = false) {
  return decoder && quantity === "hidden" ? "s" : symbol(kind, quantity).letter;
}
