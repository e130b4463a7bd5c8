/** The letters of the equations: what each quantity is called, and under which number its equation stands. */

const LSTM = {
  forget_gate: { letter: "f", number: "(1)" },
  input_gate: { letter: "i", number: "(2)" },
  candidate: { letter: "c̃", number: "(3)" },
  cell: { letter: "c", number: "(4)" },
  output_gate: { letter: "o", number: "(5)" },
  hidden: { letter: "h", number: "(6)" },
};
const GRU = {
  reset_gate: { letter: "r", number: "" },
  update_gate: { letter: "z", number: "" },
  candidate: { letter: "n", number: "" },
  hidden: { letter: "h", number: "(7)" },
};

export function symbol(kind, quantity) {
  const known = (kind === "gru" ? GRU : LSTM)[quantity];
  return known ?? { letter: quantity, number: "" };
}

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** What a cell reads: x at the bottom, above it the states of the layer below, h¹ or s¹. `layer` counts from 0. */
export function inputLetter(layer, decoder) {
  if (layer === 0) return "x";
  return (decoder ? "s" : "h") + [...String(layer)].map((digit) => SUPERSCRIPTS[digit]).join("");
}

/** The decoder's hidden state is called s. */
export function letter(kind, quantity, decoder) {
  return decoder && quantity === "hidden" ? "s" : symbol(kind, quantity).letter;
}
