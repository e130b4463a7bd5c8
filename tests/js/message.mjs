import { VERSION } from "../../s2s_ui/stage/js/data/payload.js";

/** @import { CellDescription, Header } from "../../s2s_ui/stage/js/types.js" */

/**
 * A small message as payload.py packs it: three source tokens, two outputs, four units, float32 throughout. Of `layers`
 * the numbers of the top one are those of a message of one; below it each layer's are 100 larger than the one's above.
 * @param {Partial<Header> & { layers?: number }} changes
 */
export function message({ layers = 1, ...changes } = {}) {
  /** @type {Header["arrays"]} */
  const arrays = {};
  /** @type {number[]} */
  const numbers = [];
  const add = (/** @type {string} */ name, /** @type {number[][]} */ rows) => {
    arrays[name] = ["f4", rows[0].length, numbers.length * 4, rows.length];
    numbers.push(...rows.flat());
  };
  const steps = (/** @type {number} */ count, more = 0) =>
    Array.from({ length: count }, (_, t) => [1, 2, 3, 4].map((unit) => 4 * t + unit + more));
  /**
   * @param {string} name
   * @param {number} count
   * @returns {CellDescription}
   */
  const cell = (name, count, layer = layers - 1) => {
    for (const part of ["hidden", "forget_gate", "forget_gate.x", "forget_gate.off"])
      add(`${name}.${part}`, steps(count, 100 * (layers - 1 - layer)));
    add(`${name}.forget_gate.bias`, [[1.25, 1.25, 1.25, 1.25]]);
    add(`${name}.initial_hidden`, [[0.5, 0.5, 0.5, 0.5]]);
    return { name, kind: "lstm", quantities: ["forget_gate", "hidden"], gates: { forget_gate: ["x", "bias"] }, layer };
  };
  /**
   * @template T
   * @param {(layer: number) => T} make
   */
  const lower = (make) => (layers > 1 ? { below: Array.from({ length: layers - 1 }, (_, layer) => make(layer)) } : {});
  const both = (/** @type {number} */ layer) => ({
    forward: cell(`run0.${layer}.forward`, 3, layer),
    backward: cell(`run0.${layer}.backward`, 3, layer),
  });
  const encoders = [{ forward: cell("run0.forward", 3), backward: cell("run0.backward", 3), ...lower(both) }];
  const decoder = cell("run0.decoder", 2);
  add("run0.probability", [
    [0.75, 0.25],
    [0.9, 0.1],
  ]);
  add("run0.log_prob", [[-0.25, -0.125]]);
  add("run0.written", [[0.75, 0.9]]);
  add("run0.context", steps(2));
  add("run0.weights", [
    [0.1, 0.7, 0.2],
    [0.3, 0.3, 0.4],
  ]);
  add("run0.scores", [
    [0, 2, 1],
    [0, 0, 1],
  ]);
  const header = {
    version: VERSION,
    id: "x",
    hidden: 4,
    encoder_layers: layers,
    decoder_layers: layers,
    source: { tokens: ["a", "b", "end"], unknown: [false, false, false] },
    encoders,
    arrays,
    runs: [
      {
        decoder,
        ...lower((layer) => cell(`run0.${layer}.decoder`, 2, layer)),
        attention: true,
        teacher_forcing: 0,
        tokens: ["A", "end"],
        words: [],
        answer: "A",
        spans: [
          [0, 1],
          [1, 1],
        ],
        fed: ["<s>", "A"],
        fed_from: ["start", "model"],
        reference: null,
        top: [
          ["A", "B"],
          ["end", "A"],
        ],
        top_ids: [
          [4, 5],
          [2, 4],
        ],
      },
    ],
    words: {},
    step: null,
    autoplay: false,
    peepholes: true,
    sentence_selector: null,
    edits: [],
    editable: true,
    original: false,
    ...changes,
  };
  let text = new TextEncoder().encode(JSON.stringify(header));
  const padding = (4 - (text.length % 4)) % 4;
  text = new Uint8Array([...text, ...Array(padding).fill(32)]);
  const bytes = new Uint8Array(4 + text.length + 4 * numbers.length);
  new DataView(bytes.buffer).setUint32(0, text.length, true);
  bytes.set(text, 4);
  bytes.set(new Uint8Array(Float32Array.from(numbers).buffer), 4 + text.length);
  return bytes;
}
