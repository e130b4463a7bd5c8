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

/** The decoder's hidden state is called s. */
export function letter(kind, quantity, decoder) {
  return decoder && quantity === "hidden" ? "s" : symbol(kind, quantity).letter;
}
