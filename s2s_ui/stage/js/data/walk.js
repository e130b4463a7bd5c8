/**
 * The walk over the stage: a handful of places of the cursor, at each the part that is pointed at and what is said of
 * it, with the numbers that stand there. About a minute to read.
 */

import { fixed, percent, probability } from "./format.js";
import { CELL, WORD } from "./player.js";
import { cellOf } from "./view.js";
import { fill } from "./words.js";

/** @import { Cursor, Trace, Words } from "../types.js" */
/** @import { Run } from "./payload.js" */
/** @import { Timeline } from "./player.js" */

/** @typedef {"reading" | "cell" | "joined" | "row" | "strands" | "context" | "written" | "output"} Target */
/** @typedef {{ cursor: Cursor, target: Target, text: string }} Stop */

const SHARP = 0.5;

/**
 * The first output that looks sharply at one token; the first output where none does.
 * @param {Run} run
 */
export function tellingOutput(run) {
  const { weights } = run;
  if (!weights) return 0;
  for (let t = 0; t < run.length - 1; t++) if (weights.at(t)[run.focus(t)] >= SHARP) return t;
  return 0;
}

/**
 * The stops of a walk over this trace.
 * @param {{ trace: Trace, run: Run, timeline: Timeline, unit: number, words: Words, answer: string }} stage
 * @returns {Stop[]}
 */
export function stops({ trace, run, timeline, unit, words, answer }) {
  const { tokens } = trace.source;
  const reading = Math.min(trace.length, Math.max(2, Math.ceil(trace.length / 3)));
  const cell = cellOf(trace, run, "forward");
  const gate = (/** @type {string} */ name) => percent(cell.quantity(name, reading - 1)[unit]);
  const t = tellingOutput(run);
  const k = t + 1;
  const writing = (/** @type {number} */ sub) => timeline.clamp({ step: trace.length + k, sub });
  const here = { step: reading, sub: WORD };
  const focus = run.focus(t);
  const share = run.weights ? run.weights.at(t)[focus] : 0;
  /** @type {Stop[]} */
  const list = [
    {
      cursor: here,
      target: "reading",
      text: fill(trace.backward ? words.walk_read_both : words.walk_read_forward, {
        forward: tokens[reading - 1],
        backward: tokens[trace.length - reading],
        count: trace.header.hidden,
      }),
    },
    {
      cursor: here,
      target: "cell",
      text: {
        lstm: () => fill(words.walk_gates, { unit, forget: gate("forget_gate"), input: gate("input_gate") }),
        gru: () => fill(words.walk_gates_gru, { unit, update: gate("update_gate"), reset: gate("reset_gate") }),
        rnn: () => fill(words.walk_gates_rnn, { unit, value: fixed(cell.quantity("hidden", reading - 1)[unit]) }),
      }[cell.kind](),
    },
    {
      cursor: { step: trace.length, sub: WORD },
      target: "joined",
      text: fill(trace.backward ? words.walk_joined : words.walk_states, {
        count: trace.length,
        width: trace.header.hidden * (trace.backward ? 2 : 1),
      }),
    },
  ];
  if (run.weights) {
    const values = { k, source: tokens[focus], weight: fixed(share), share: percent(share) };
    list.push(
      { cursor: writing(2), target: "row", text: fill(words.walk_weights, values) },
      { cursor: writing(3), target: "strands", text: fill(words.walk_strands, values) },
    );
  } else list.push({ cursor: writing(CELL), target: "context", text: words.walk_fixed });
  const second = run.top[t].findIndex((token) => token !== run.tokens[t]);
  list.push({
    cursor: writing(WORD),
    target: "written",
    text: fill(words.walk_written, {
      output: run.tokens[t],
      p: probability(run.written[t]),
      second: run.top[t][second] ?? "",
      q: probability(run.probability.at(t)[second] ?? 0),
    }),
  });
  list.push({ cursor: timeline.last(), target: "output", text: fill(words.walk_end, { answer, end: words.end }) });
  return list;
}
