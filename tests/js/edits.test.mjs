import assert from "node:assert/strict";
import { test } from "node:test";

import { describe, Edits, hold, only, reweighted, row, token, uniform } from "../../s2s_ui/stage/js/data/edits.js";
import { decode, readBy } from "../../s2s_ui/stage/js/data/payload.js";
import { message } from "./message.mjs";

/** @param {number[]} values */
const sum = (values) => values.reduce((a, b) => a + b, 0);
const words = {
  edit_token: "output {k} is {token}",
  edit_only: "{k} looks at {source}",
  edit_uniform: "{k} alike",
  edit_row: "{k} by hand",
  edit_context: "{k} elsewhere",
  edit_state: "{letter} of {token} put in",
  edit_unpeeped: "{letter} unpeeped",
  all_units: "all",
  unit: "unit",
  forward: "forward",
  decoder: "decoder",
  layer: "layer {k} of {n}",
  all_layers: "all layers",
};

test("a dragged weight is as dragged, the others keep their proportions, and all sum to one", () => {
  const changed = reweighted([0.5, 0.3, 0.2], 0, 0.2);
  assert.equal(changed[0], 0.2);
  assert.ok(Math.abs(changed[1] / changed[2] - 1.5) < 1e-3);
  assert.ok(Math.abs(sum(changed) - 1) < 1e-3);
  assert.deepEqual(reweighted([1, 0, 0], 0, 0.5), [0.5, 0.25, 0.25]);
  assert.deepEqual(reweighted([0.5, 0.3, 0.2], 1, 1), [0, 1, 0]);
});

test("a row on one word and a row on all alike sum to one", () => {
  assert.deepEqual(only(3, 1), [0, 1, 0]);
  assert.ok(Math.abs(sum(uniform(7)) - 1) < 1e-3);
});

test("edits say what they hold, of which cell and unit, the last one first", () => {
  const edits = new Edits([hold("forward", "forget_gate", 0, 3), hold("decoder", "cell", 0), token(1, 5), token(1, 6)]);
  assert.equal(edits.held("forward", "forget_gate", 3)?.value, 0);
  assert.equal(edits.held("forward", "forget_gate", 4), undefined);
  assert.equal(edits.held("backward", "forget_gate"), undefined);
  assert.equal(edits.held("decoder", "cell", 9)?.value, 0);
  assert.deepEqual(edits.replaced("token", 1)?.values, [6]);
  assert.equal(edits.replaced("token", 0), undefined);
  assert.equal(
    new Edits([{ edit: "clamp", quantities: ["cell"], value: 1, part: null, units: null }]).held("backward", "cell", 1)
      ?.value,
    1,
  );
});

test("an edit in a few words", () => {
  const about = { trace: decode(message()), words };
  const said = [
    token(0, 4),
    row(0, [0, 1, 0]),
    row(1, uniform(3)),
    row(1, [0.5, 0.3, 0.2]),
    hold("forward", "forget_gate", 0, 17),
    hold("decoder", "hidden", 0.5),
    hold("decoder", "input_peephole", 0),
  ].map((edit) => describe(edit, about));
  assert.deepEqual(said, [
    "output 1 is A",
    "1 looks at b",
    "2 alike",
    "2 by hand",
    "forward · f = 0 · unit 17",
    "decoder · s = 0.50 · all",
    "decoder · i unpeeped",
  ]);
});

test("a state from another run says which it is, where, and of how many units", () => {
  /** @type {(part: string, quantity: any, step: number, more?: object) => any} */
  const put = (part, quantity, step, more) => ({ edit: "replace", part, quantity, step, values: [0.5], ...more });
  const edits = [
    put("encoder.backward", "hidden", 1),
    put("encoder.forward", "cell", 0, { layer: 0, units: [3] }),
    put("memory", "joined", 1),
    put("decoder", "hidden", 1),
    put("decoder", "forget_gate", 0),
  ];
  const about = { trace: decode(message()), words: { ...words, backward: "backward" } };
  assert.deepEqual(
    edits.map((edit) => describe(edit, about)),
    [
      "backward · h of b put in",
      "forward · c of a put in · 1 × unit",
      "h of b put in",
      "decoder · s of end put in",
      "decoder · f of A put in",
    ],
  );
  const deep = { ...about, trace: decode(message({ layers: 2 })) };
  assert.equal(
    describe(put("encoder.backward", "hidden", 1, { layer: 0 }), deep),
    "backward · layer 1 of 2 · h of b put in",
  );
});

test("an edit holds its own layer, and without one all of them", () => {
  const lower = hold("forward", "cell", 0, null, 0);
  assert.equal(lower.layer, 0);
  assert.equal("layer" in hold("forward", "cell", 0), false, "a link of one layer says nothing of layers");
  const at = (/** @type {any} */ edit, /** @type {number} */ layer) =>
    new Edits([edit]).held("forward", "cell", 3, layer) !== undefined;
  assert.deepEqual([at(lower, 0), at(lower, 1)], [true, false]);
  assert.deepEqual([at(hold("forward", "cell", 0, 3, 1), 0), at(hold("forward", "cell", 0, 3, 1), 1)], [false, true]);
  for (const layer of [undefined, null])
    assert.deepEqual(
      [0, 1].map((k) => at({ ...lower, layer }, k)),
      [true, true],
    );
});

test("the words for an edit name its layer where there are several", () => {
  const trace = decode(message({ layers: 2 }));
  const edits = [
    hold("forward", "forget_gate", 0, 3, 0),
    hold("decoder", "hidden", 0, null, 1),
    hold("decoder", "cell", 0),
  ];
  edits.push(hold("decoder", "input_peephole", 0, null, 0), { ...hold("forward", "cell", 0), part: null });
  const said = [
    "forward · layer 1 of 2 · f = 0 · unit 3",
    "decoder · layer 2 of 2 · s = 0 · all",
    "decoder · all layers · c = 0 · all",
    "decoder · layer 1 of 2 · i unpeeped",
    "all layers · c = 0 · all",
  ];
  for (const seen of [trace, readBy(trace, 0, 1)])
    assert.deepEqual(
      edits.map((edit) => describe(edit, { trace: seen, words })),
      said,
    );
});
