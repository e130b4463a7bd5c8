/**
 * The message of payload.py, decoded: [u32 header length][JSON header][steps of arrays].
 * Every array is widened to Float32Array once; afterwards a step is a view (subarray), never a copy.
 */

import { lanesOf } from "./shown.js";
import { fill } from "./words.js";

/** @import { ArrayOf, AttendingRun, CellDescription, EncoderDescription, EncoderLayer } from "../types.js" */
/** @import { EncoderRead, Header, Quantity, RunDescription, Trace } from "../types.js" */

/** The version of the message that is read here: VERSION of payload.py. */
export const VERSION = 4;

const OTHER_VERSION =
  "This picture has version {version} and is read as version {known}: reload the page, or make it again.";

/**
 * The 65,536 halves have 2^10 mantissas on 64 scales: one multiplication each.
 * @param {number} bits
 * @returns {number}
 */
export function halfToFloat(bits) {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const mantissa = bits & 0x3ff;
  if (exponent === 0) return sign * mantissa * 2 ** -24;
  if (exponent === 31) return mantissa ? NaN : sign * Infinity;
  return sign * (1 + mantissa / 1024) * 2 ** (exponent - 15);
}

/**
 * How many bytes a number takes and how it is read: a half, hundredths, a float, a gate, a signed level, half a byte.
 * @type {Record<string, { bytes: number, read: (view: DataView, start: number, i: number) => number }>}
 */
const TYPES = {
  f2: { bytes: 2, read: (view, start, i) => halfToFloat(view.getUint16(start + 2 * i, true)) },
  i2: { bytes: 2, read: (view, start, i) => view.getInt16(start + 2 * i, true) / 100 },
  f4: { bytes: 4, read: (view, start, i) => view.getFloat32(start + 4 * i, true) },
  u1: { bytes: 1, read: (view, start, i) => view.getUint8(start + i) / 255 },
  i1: { bytes: 1, read: (view, start, i) => view.getInt8(start + i) / 127 },
  n1: { bytes: 0.5, read: (view, start, i) => ((view.getUint8(start + (i >> 1)) >> (4 * (i % 2))) << 28) >> 28 },
};

/** Steps of an array: `at(t)` is the view of step t; an array that holds one step holds it for all. */
export class Steps {
  /**
   * @param {Float32Array} data
   * @param {number} width
   */
  constructor(data, width) {
    this.data = data;
    this.width = width;
    this.count = data.length / width;
  }

  /** @param {number} t */
  at(t) {
    const step = this.count === 1 ? 0 : t;
    return this.data.subarray(step * this.width, (step + 1) * this.width);
  }
}

/**
 * One recurrent cell over time: `quantity(name)` and, for each gate, the terms of its pre-activation. `layer` counts
 * from 0.
 */
export class Cell {
  /**
   * @param {CellDescription} description
   * @param {ArrayOf} array
   * @param {boolean} reversed
   */
  constructor(description, array, reversed = false) {
    this.kind = description.kind;
    this.quantities = description.quantities;
    this.gates = description.gates;
    this.layer = description.layer ?? 0;
    this.reversed = reversed;
    this.array = (/** @type {string} */ suffix) => array(`${description.name}.${suffix}`);
    this.steps = this.array("hidden").count;
    this.units = this.array("hidden").width;
  }

  /**
   * @param {Quantity} name
   * @param {number} t
   */
  quantity(name, t) {
    return this.array(name).at(t);
  }

  /**
   * The state that step t starts from: its own predecessor in reading order, or the initial state.
   * @param {Quantity} state
   * @param {number} t
   */
  before(state, t) {
    const previous = this.reversed ? t + 1 : t - 1;
    const inside = previous >= 0 && previous < this.steps;
    return inside ? this.quantity(state, previous) : this.array(`initial_${state}`).at(0);
  }

  /**
   * The pre-activation of one unit: the sum of its terms, to the hundredth that the network's own sum is printed with.
   * @param {Quantity} gate
   * @param {number} t
   * @param {number} unit
   */
  sum(gate, t, unit) {
    const total = this.terms(gate, t).reduce((sum, [, values]) => sum + values[unit], 0);
    return (Math.round(total * 100) + this.array(`${gate}.off`).at(t)[unit]) / 100;
  }

  /**
   * [[term, values of step t], ...] in the order in which the equation adds them.
   * @param {Quantity} gate
   * @param {number} t
   * @returns {[term: string, values: Float32Array][]}
   */
  terms(gate, t) {
    return this.gates[gate].map((term) => [term, this.array(`${gate}.${term}`).at(t)]);
  }
}

/** The decoder's side of a trace: what was fed, looked at, computed and written. */
export class Run {
  /**
   * @param {string} name
   * @param {RunDescription} description
   * @param {ArrayOf} array
   */
  constructor(name, description, array) {
    this.attention = description.attention;
    this.tokens = description.tokens;
    this.words = description.words;
    this.answer = description.answer;
    this.spans = description.spans;
    this.referenceAnswer = description.reference_answer ?? "";
    this.fed = description.fed;
    this.reference = description.reference;
    this.top = description.top;
    this.topIds = description.top_ids;
    this.decoder = new Cell(description.decoder, array);
    this.cells = [...(description.below ?? []).map((cell) => new Cell(cell, array)), this.decoder];
    this.length = this.tokens.length;
    this.fedFrom = description.fed_from;
    this.forced = this.reference !== null && description.teacher_forcing > 0;
    this.context = array(`${name}.context`);
    this.probability = array(`${name}.probability`);
    this.logProb = array(`${name}.log_prob`).data;
    this.written = array(`${name}.written`).data;
    this.weights = this.attention ? array(`${name}.weights`) : null;
    this.scores = this.attention ? array(`${name}.scores`) : null;
  }

  /**
   * The same run, its decoder seen at this layer (from 1; null and whatever it lacks: the top one).
   * @param {number | null} layer
   * @returns {Run}
   */
  at(layer) {
    const decoder = this.cells[(layer ?? 0) - 1] ?? this.cells[this.cells.length - 1];
    return decoder === this.decoder ? this : Object.assign(Object.create(Run.prototype), this, { decoder });
  }

  /**
   * Position of the largest weight of step t.
   * @param {number} t
   * @returns {number}
   */
  focus(t) {
    if (!this.weights) return 0;
    const row = this.weights.at(t);
    return row.reduce((best, value, j) => (value > row[best] ? j : best), 0);
  }
}

/**
 * Both cells of a layer.
 * @param {EncoderLayer} description
 * @param {ArrayOf} array
 */
const directions = ({ forward, backward }, array) => ({
  forward: new Cell(forward, array),
  backward: backward ? new Cell(backward, array, true) : null,
});

/**
 * What one run's encoder read: the cells of its top layer, those below it, and the joined states of the top, (11).
 * @param {EncoderDescription} description
 * @param {ArrayOf} array
 * @returns {EncoderRead}
 */
function encoder(description, array) {
  const cells = directions(description, array);
  const below = (description.below ?? []).map((layer) => directions(layer, array));
  if (description.joined) return { ...cells, below, joined: array(description.joined) };
  const halves = [cells.forward, cells.backward].filter((cell) => cell !== null).map((cell) => cell.array("hidden"));
  const width = halves.reduce((sum, half) => sum + half.width, 0);
  const data = new Float32Array(halves[0].count * width);
  halves.forEach((half, side) => {
    for (let t = 0; t < half.count; t++) data.set(half.at(t), t * width + side * halves[0].width);
  });
  return { ...cells, below, joined: new Steps(data, width) };
}

/**
 * The trace with the encoder of the run with this number; two runs share an encoder unless an edit has changed it. The
 * cells are those of one layer (from 1); null, or a missing layer, is the top one. Joined states are always the top's.
 * @param {Omit<Trace, keyof EncoderRead | "encoder" | "layer"> & { layer?: number | null }} trace
 * @param {number} number
 * @param {number | null} layer
 * @returns {Trace}
 */
export function readBy(trace, number, layer = trace.layer ?? null) {
  const own = Math.min(number, trace.encoders.length - 1);
  const lower = layer === null ? null : trace.encoders[own].below[layer - 1];
  const runs = trace.runs.map((run) => run.at(layer));
  return { ...trace, ...trace.encoders[own], ...lower, runs, layer, encoder: `${trace.id}:${own}:${layer}` };
}

/** What is thrown at a message of another version: its sentence is for the reader, in the words of the message. */
export class OtherVersion extends Error {
  /** @param {Partial<Header>} header */
  constructor({ version, words }) {
    const known = words?.other_version ?? OTHER_VERSION;
    super(fill(known, { version: version ?? "?", known: VERSION }));
  }
}

/**
 * How many layers there are to look at: those of the deeper part.
 * @param {Pick<Trace, "encoders" | "runs">} trace
 */
export const depth = ({ encoders, runs }) => Math.max(encoders[0].below.length + 1, runs[0].cells.length);

/**
 * The trace that a message holds. Throws a sentence for the reader where it is of another version.
 * @param {Uint8Array} bytes
 * @returns {Trace}
 */
export function decode(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getUint32(0, true);
  /** @type {Header} */
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
  if (header.version !== VERSION) throw new OtherVersion(header);
  /** @type {Map<string, Steps>} */
  const cache = new Map();

  /** @type {ArrayOf} */
  function array(name) {
    const known = cache.get(name);
    if (known) return known;
    if (!header.arrays[name]) throw new Error(`The payload has no array “${name}”.`);
    const [type, width, ...places] = header.arrays[name];
    const steps = [];
    for (let i = 0; i < places.length; i += 2) {
      for (let k = 0; k < places[i + 1]; k++) steps.push(places[i] + k * Math.ceil(width * TYPES[type].bytes));
    }
    const data = new Float32Array(steps.length * width);
    steps.forEach((offset, t) => {
      for (let i = 0; i < width; i++) data[t * width + i] = TYPES[type].read(view, 4 + length + offset, i);
    });
    const made = new Steps(data, width);
    cache.set(name, made);
    return made;
  }

  const introduced = lanesOf(header.lesson);
  const encoders = header.encoders.map((cells) =>
    encoder(introduced("backward") ? cells : { forward: cells.forward }, array),
  );
  const runs = header.runs.map((run, number) => new Run(`run${number}`, run, array));
  const { source, id } = header;
  const units = Math.min(encoders[0].forward.units, runs[0].decoder.units);
  return readBy({ header, id, source, length: source.tokens.length, units, encoders, runs }, 0);
}

/**
 * Whether the decoder of a run looks at the source.
 * @param {Run} run
 * @returns {run is AttendingRun}
 */
export function attends(run) {
  return run.weights !== null;
}
