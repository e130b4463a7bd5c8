/** The part of the registry about what is drawn: lanes, cells, arrows, weights, strands, tokens, rows. */

import { fixed, percent, probability } from "./format.js";
import { CELL, WORD } from "./player.js";
import { nameOfUnit } from "./units.js";
import { cellOf } from "./view.js";

/** @import { At, Entry } from "./explanations.js" */

/**
 * Where the cursor stands: how many tokens are read, how many outputs written, which output is the present one.
 * @param {At} at
 */
export function placeOf({ timeline, cursor, trace, run }) {
  const index = timeline.index(cursor);
  const encoding = timeline.isEncoder(cursor);
  return {
    encoding,
    index,
    t: encoding ? 0 : Math.min(index, run.length - 1),
    k: encoding ? 1 : index + 1,
    sub: encoding ? 0 : cursor.sub,
    read: encoding ? index + 1 : trace.length,
    written: encoding ? 0 : index + (cursor.sub === WORD ? 1 : 0),
  };
}

/**
 * The largest weight of an output and what it falls on; null without attention.
 * @param {At} at
 * @param {number} t
 */
function focusOf({ run, trace }, t) {
  if (!run.weights) return null;
  const focus = run.focus(t);
  const weight = run.weights.at(t)[focus];
  return { k: t + 1, source: trace.source.tokens[focus], weight: fixed(weight), share: percent(weight) };
}

/**
 * The tokens of an output without its end mark, as one text.
 * @param {string[]} tokens
 * @param {string} end
 */
const joined = (tokens, end) => tokens.filter((token) => token !== end).join("");

/**
 * A token by its place, as a sentence quotes it.
 * @param {At} at
 * @param {number} j
 */
const source = ({ trace }, j) => trace.source.tokens[j] ?? "";

/** @type {(side: "forward" | "backward") => Entry} */
const encoderLane = (side) => ({
  chapter: side === "forward" ? "encoder" : "directions",
  values: (at) => ({ done: placeOf(at).read, count: at.trace.length, units: at.trace.header.hidden }),
});

/**
 * What is drawn, by name.
 * @type {Record<string, Entry>}
 */
export const MARKS = {
  mode: { chapter: "why", values: (at) => ({ step: at.cursor.step, total: at.timeline.total }) },
  lane_output: { chapter: "lengths", values: (at) => ({ written: placeOf(at).written, count: at.run.length }) },
  lane_decoder: {
    chapter: "decoder",
    values: (at) => {
      const { written, encoding, sub, index } = placeOf(at);
      const done = encoding ? 0 : Math.max(written, index + (sub >= CELL ? 1 : 0));
      return { done, count: at.run.length, units: at.trace.header.decoder_hidden ?? at.trace.units };
    },
  },
  lane_context: {
    chapter: "context",
    word: ({ run }) => (run.weights ? "lane_context" : "lane_context_fixed"),
    values: (at) => {
      const place = placeOf(at);
      return {
        count: at.run.length,
        done: place.encoding ? 0 : place.index + (place.sub >= 3 ? 1 : 0),
        width: at.trace.header.hidden * (at.trace.backward ? 2 : 1),
      };
    },
  },
  lane_joined: {
    chapter: "directions",
    values: (at) => {
      const { read } = placeOf(at);
      const count = at.trace.length;
      return { count, width: 2 * at.trace.header.hidden, done: Math.max(0, Math.min(count, 2 * read - count)) };
    },
  },
  lane_forward: encoderLane("forward"),
  lane_backward: encoderLane("backward"),
  lane_source: { chapter: "why", values: (at) => ({ count: at.trace.length, end: at.words.end }) },
  attention: { chapter: "attention", values: (at) => focusOf(at, placeOf(at).t) },
  alpha: { chapter: "attention", values: (at) => focusOf(at, placeOf(at).t) },
  score: {
    chapter: "attention",
    values: (at) => {
      const { t, k } = placeOf(at);
      if (!at.run.scores) return null;
      const row = at.run.scores.at(t);
      return { k, low: fixed(Math.min(...row)), high: fixed(Math.max(...row)) };
    },
  },
  window: {
    chapter: "lengths",
    values: ({ trace, run }, { of, first = 0, last = 0 }) => ({
      first: first + 1,
      last: last + 1,
      count: of === "source" ? trace.length : run.length,
    }),
  },
  outside: { chapter: "attention", values: (at, { value = 0 }) => ({ k: placeOf(at).k, weight: fixed(value) }) },
  cell: {
    chapter: "cell",
    word: (at, { side, t = 0 }) =>
      side === "decoder" && t === placeOf(at).t && at.cursor.sub < WORD ? "cell_decoder_open" : `cell_${side}`,
    values: (at, { side = "forward", t = 0, unit }) => {
      const shown = unit ?? at.unit;
      const token = side === "decoder" ? at.run.tokens[t] : source(at, t);
      return {
        token,
        k: t + 1,
        unit: shown,
        value: fixed(cellOf(at.trace, at.run, side).quantity("hidden", t)[shown]),
      };
    },
  },
  joined: {
    chapter: "directions",
    values: (at, { t = 0, unit }) => {
      const values = at.trace.joined.at(t);
      const shown = unit ?? at.contextUnit;
      return { token: source(at, t), unit: nameOfUnit(shown, values.length, 2), value: fixed(values[shown]) };
    },
  },
  context: {
    chapter: "attention",
    word: ({ run }) => (run.weights ? "context" : "context_fixed"),
    values: (at, { t = 0, unit }) => {
      const values = at.run.context.at(t);
      const shown = unit ?? at.contextUnit;
      const name = nameOfUnit(shown, values.length, at.trace.backward ? 2 : 1);
      return { k: t + 1, unit: name, value: fixed(values[shown]) };
    },
  },
  ahead: {
    chapter: "why",
    word: (_, { side }) => (side === "decoder" ? "ahead_decoder" : "ahead"),
    values: (at, { side, t = 0 }) => ({
      k: side === "backward" ? at.trace.length - t : t + 1,
      now: at.timeline.index(at.cursor) + 1,
    }),
  },
  state_arrow: {
    chapter: "encoder",
    word: (_, { side }) => `arrow_${side}`,
    values: (at, { side, t = 0 }) => ({
      from: side === "decoder" ? t : source(at, side === "backward" ? t + 1 : t - 1),
      to: side === "decoder" ? t + 1 : source(at, t),
      units: side === "decoder" ? (at.trace.header.decoder_hidden ?? at.trace.units) : at.trace.header.hidden,
    }),
  },
  stem: { chapter: "encoder", values: (at, { t = 0 }) => ({ token: source(at, t), k: t + 1, count: at.trace.length }) },
  feed: {
    chapter: "forcing",
    word: ({ run }, { t = 0 }) => (run.fedFrom[t] === "reference" ? "feed_reference" : "feed"),
    values: ({ run }, { t = 0 }) => ({ token: run.fed[t], from: t, k: t + 1 }),
  },
  source: {
    chapter: "attention",
    word: (at, { t = 0 }) => {
      const { encoding, sub } = placeOf(at);
      if (at.trace.source.unknown[t]) return "source_unknown";
      if (!encoding && at.run.weights && sub >= 2) return "source_looked";
      return at.trace.backward ? "source_read" : "source_read_forward";
    },
    values: (at, { t = 0 }) => ({
      token: source(at, t),
      k: t + 1,
      count: at.trace.length,
      back: at.trace.length - t,
      output: placeOf(at).k,
      weight: at.run.weights ? fixed(at.run.weights.at(placeOf(at).t)[t]) : "",
    }),
  },
  weight: {
    chapter: "attention",
    word: (at, { t = 0 }) => (t === placeOf(at).t && placeOf(at).sub < 2 ? "weight_open" : "weight"),
    values: ({ run, trace }, { t = 0, source: j = 0 }) =>
      run.weights &&
      run.scores && {
        k: t + 1,
        source: trace.source.tokens[j],
        weight: fixed(run.weights.at(t)[j]),
        score: fixed(run.scores.at(t)[j]),
      },
  },
  row: {
    chapter: "attention",
    values: (at, { t = 0 }) => {
      const focus = focusOf(at, t);
      return focus && { ...focus, output: at.run.tokens[t] };
    },
  },
  strand: {
    chapter: "attention",
    values: ({ run, trace }, { t = 0, source: j = 0 }) =>
      run.weights && { k: t + 1, source: trace.source.tokens[j], share: percent(run.weights.at(t)[j]) },
  },
  fixed: {
    chapter: "context",
    values: ({ trace, run }) => ({
      width: trace.header.hidden * (trace.backward ? 2 : 1),
      count: run.length,
      tokens: trace.length,
    }),
  },
  token: {
    chapter: "decoder",
    word: (at, { t = 0 }) => (at.run.top[t][0] === at.run.tokens[t] ? "token" : "token_other"),
    values: ({ run }, { t = 0 }) => ({
      k: t + 1,
      output: run.tokens[t],
      p: probability(run.written[t]),
      first: run.top[t][0],
      q: probability(run.probability.at(t)[0]),
    }),
  },
  bar: {
    chapter: "decoder",
    word: ({ run }, { t = 0 }) => (run.written[t] < 0.5 ? "bar_hollow" : "bar"),
    values: ({ run }, { t = 0 }) => ({ output: run.tokens[t], p: probability(run.written[t]) }),
  },
  bracket: {
    chapter: "decoder",
    values: ({ run }, { first = 0, last = 0 }) => ({
      word: run.tokens.slice(first, last + 1).join(""),
      count: last - first + 1,
    }),
  },
  row_other: {
    chapter: "forcing",
    word: ({ cast, run }) => (!cast.original ? "row_free" : run === cast.other ? "row_changed" : "row_original"),
    values: ({ cast, run, words }) => {
      const beside = cast.original && run === cast.other ? cast.shown : cast.other;
      return beside && { output: joined(beside.tokens, words.end), count: beside.length };
    },
  },
  row_shown: {
    chapter: "forcing",
    word: ({ cast, run }) => (run === cast.other ? "row_original" : "row_changed"),
    values: ({ run, words }) => ({ output: joined(run.tokens, words.end), count: run.length }),
  },
  row_reference: {
    chapter: "forcing",
    values: ({ cast, words }) =>
      cast.forced && { reference: joined(cast.forced.reference, words.end), count: cast.forced.length },
  },
  row_loss: {
    chapter: "training",
    values: (at) => {
      const { forced } = at.cast;
      if (!forced) return null;
      const { written, t } = placeOf(at);
      const sum = forced.logProb.slice(0, written).reduce((total, value) => total - value, 0);
      return { k: t + 1, loss: fixed(-forced.logProb[Math.min(t, forced.length - 1)]), sum: fixed(sum) };
    },
  },
  row_predicted: {
    chapter: "forcing",
    values: ({ cast: { forced } }) =>
      forced && {
        wrong: forced.tokens.filter((token, t) => token !== forced.reference[t]).length,
        count: forced.length,
      },
  },
  parting: { chapter: "forcing", values: ({ cast: { parting } }) => (parting === null ? null : { k: parting + 1 }) },
  layer: {
    chapter: "encoder",
    values: ({ trace }, { layer = 1 }) => ({
      layer,
      count: Math.max(trace.header.encoder_layers, trace.header.decoder_layers),
    }),
  },
  strip: {
    chapter: "lengths",
    values: ({ trace }, { first = 0, last = 0 }) => ({ count: trace.length, first: first + 1, last: last + 1 }),
  },
};
