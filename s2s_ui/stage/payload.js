/**
 * The message of payload.py, decoded: [u32 header length][JSON header][aligned arrays].
 * Every array is widened to Float32Array once; afterwards a step is a view (subarray), never a copy.
 */

/** The 65,536 halves have 2^10 mantissas on 64 scales: one multiplication each. */
export function halfToFloat(bits) {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const mantissa = bits & 0x3ff;
  if (exponent === 0) return sign * mantissa * 2 ** -24;
  if (exponent === 31) return mantissa ? NaN : sign * Infinity;
  return sign * (1 + mantissa / 1024) * 2 ** (exponent - 15);
}

/** The number at position i: a half, hundredths, or a float. */
const READERS = {
  f2: (view, start, i) => halfToFloat(view.getUint16(start + 2 * i, true)),
  i2: (view, start, i) => view.getInt16(start + 2 * i, true) / 100,
  f4: (view, start, i) => view.getFloat32(start + 4 * i, true),
};

/** Steps of an array: `at(t)` is the view of step t; an array that holds one step holds it for all. */
class Steps {
  constructor(data, shape) {
    this.data = data;
    this.count = shape[0];
    this.width = shape.slice(1).reduce((a, b) => a * b, 1);
  }

  at(t) {
    const step = this.count === 1 ? 0 : t;
    return this.data.subarray(step * this.width, (step + 1) * this.width);
  }
}

/** One recurrent cell over time: `quantity(name)` and, for each gate, the terms of its pre-activation. */
class Cell {
  constructor(name, description, array) {
    Object.assign(this, { name, kind: description.kind, quantities: description.quantities });
    this.gates = description.gates;
    this.steps = array(`${name}.hidden`).count;
    this.units = array(`${name}.hidden`).width;
    this.reversed = name === "backward";
    this.array = (suffix) => array(`${name}.${suffix}`);
  }

  quantity(name, t) {
    return this.array(name).at(t);
  }

  /** The state that step t starts from: its own predecessor in reading order, or the initial state. */
  before(state, t) {
    const previous = this.reversed ? t + 1 : t - 1;
    const inside = previous >= 0 && previous < this.steps;
    return inside ? this.quantity(state, previous) : this.array(`initial_${state}`).at(0);
  }

  sum(gate, t) {
    return this.array(`${gate}.sum`).at(t);
  }

  /** [[term, values of step t], ...] in the order in which the equation adds them. */
  terms(gate, t) {
    return this.gates[gate].map((term) => [term, this.array(`${gate}.${term}`).at(t)]);
  }
}

/** The decoder's side of a trace: what was fed, looked at, computed and written. */
class Run {
  constructor(name, description, array) {
    Object.assign(this, description);
    this.decoder = new Cell(`${name}.decoder`, description.decoder, array);
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

  /** Position of the largest weight of step t. */
  focus(t) {
    if (!this.weights) return 0;
    const row = this.weights.at(t);
    return row.reduce((best, value, j) => (value > row[best] ? j : best), 0);
  }
}

export function decode(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
  const cache = new Map();

  function array(name) {
    if (!cache.has(name)) {
      const entry = header.arrays[name];
      if (!entry) throw new Error(`The payload has no array “${name}”.`);
      const size = entry.shape.reduce((a, b) => a * b, 1);
      const start = 4 + length + entry.offset;
      const data = new Float32Array(size);
      const read = READERS[entry.type];
      for (let i = 0; i < size; i++) {
        data[i] = read(view, start, i);
      }
      cache.set(name, new Steps(data, entry.shape));
    }
    return cache.get(name);
  }

  const cell = (name) => (header.cells[name] ? new Cell(name, header.cells[name], array) : null);
  return {
    header,
    id: header.id,
    source: header.source,
    length: header.source.tokens.length,
    forward: cell("forward"),
    backward: cell("backward"),
    joined: array("joined"),
    units: Math.min(array("forward.hidden").width, array("run0.decoder.hidden").width),
    runs: header.runs.map((run, number) => new Run(`run${number}`, run, array)),
  };
}
