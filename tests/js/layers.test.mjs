import assert from "node:assert/strict";
import { test } from "node:test";

import { layerName, layersOf } from "../../s2s_ui/stage/js/data/edits.js";
import { decode, readBy } from "../../s2s_ui/stage/js/data/payload.js";
import { Turned } from "../../s2s_ui/stage/js/data/turned.js";
import { inputLetter } from "../../s2s_ui/stage/js/data/symbols.js";
import { hiddenLayers } from "../../s2s_ui/stage/js/draw/folded.js";
import { layout } from "../../s2s_ui/stage/js/draw/layout.js";
import { lensTarget } from "../../s2s_ui/stage/js/draw/lens.js";
import { act } from "../../s2s_ui/stage/js/input/actions.js";
import { meaning } from "../../s2s_ui/stage/js/input/keyboard.js";
import { describe } from "../../s2s_ui/stage/js/input/pointer.js";
import { message } from "./message.mjs";

const words = { layer: "layer {k} of {n}", folded: "layer {k}: click" };

/** @import { Stage } from "../../s2s_ui/stage/js/stage.js" */
/** @import { EncoderSide } from "../../s2s_ui/stage/js/types.js" */

/**
 * What the key L needs of a stage, and the layers that were turned to.
 * @param {number} layers
 * @param {number | null} shown
 */
function stageOf(layers, shown = null) {
  /** @type {number[]} */
  const turned = [];
  const turn = (/** @type {number} */ layer) => void turned.push(layer);
  const part = { trace: { ...decode(message({ layers })), layer: shown }, turn };
  return { stage: /** @type {Stage} */ (/** @type {unknown} */ (part)), turned };
}

test("L goes to the layer above and from the top to the lowest, Shift+L the other way", () => {
  assert.deepEqual(
    [meaning({ key: "l" }), meaning({ key: "L", shiftKey: true })],
    [
      ["layer", 1],
      ["layer", -1],
    ],
  );
  for (const { layers, shown, by, next } of [
    { layers: 2, shown: null, by: 1, next: 1 },
    { layers: 2, shown: 1, by: 1, next: 2 },
    { layers: 3, shown: 2, by: 1, next: 3 },
    { layers: 3, shown: null, by: -1, next: 2 },
    { layers: 3, shown: 1, by: -1, next: 3 },
  ]) {
    const { stage, turned } = stageOf(layers, shown);
    assert.equal(act(stage, "layer", by), true);
    assert.deepEqual(turned, [next]);
  }
});

test("with one layer the key does nothing and is left to others", () => {
  const { stage, turned } = stageOf(1);
  assert.equal(act(stage, "layer", 1), false);
  assert.deepEqual(turned, []);
});

test("a layer has a name where there are several", () => {
  const trace = decode(message({ layers: 3 }));
  assert.deepEqual([layersOf(trace, "forward"), layersOf(trace, "decoder"), layersOf(trace, null)], [3, 3, 3]);
  assert.equal(layerName(0, 3, words), "layer 1 of 3");
  assert.equal(layerName(0, 1, words), "");
});

test("the bottom layer reads x, the others what the layer below has made of it", () => {
  assert.deepEqual(
    [inputLetter(0, false), inputLetter(1, false), inputLetter(2, true), inputLetter(12, false)],
    ["x", "h¹", "s²", "h¹²"],
  );
});

test("the lens shows the cell of the layer that is looked at", () => {
  const trace = decode(message({ layers: 2 }));
  const under = (/** @type {number | null} */ layer, /** @type {EncoderSide} */ lensSide) =>
    lensTarget({ trace: readBy(trace, 0, layer), index: 0, lensSide }).cell;
  assert.deepEqual([under(1, "forward").layer, under(1, "backward").layer, under(null, "forward").layer], [0, 0, 1]);
  assert.equal(under(1, "forward").quantity("hidden", 0)[0], 101);
});

test("the layers that are not shown are folded on either side, and say what a click does", () => {
  const seen = (/** @type {number | null} */ layer) =>
    hiddenLayers(readBy(decode(message({ layers: 3 })), 0, layer).forward, 3);
  const trace = decode(message({ layers: 3 }));
  assert.deepEqual(seen(1), { below: [], above: [2, 3] });
  assert.deepEqual(seen(2), { below: [1], above: [3] });
  assert.deepEqual(seen(null), { below: [1, 2], above: [] });
  assert.equal(describe({ kind: "layer", layer: 2 }, { trace, run: trace.runs[0], words }), "layer 2: click");
});

test("a deep encoder stands a little higher, and only it", () => {
  const sizes = {
    width: 776,
    height: 636,
    source: { count: 8, focus: 0 },
    output: { count: 8, focus: 0 },
    backward: true,
  };
  const [flat, deep] = [false, true].map((value) => layout({ ...sizes, rows: null, phone: false, deep: value }));
  for (const band of /** @type {const} */ (["forward", "backward", "joined"]))
    assert.equal((flat[band]?.top ?? NaN) - (deep[band]?.top ?? NaN), 10);
  assert.equal(flat.loom.bottom - deep.loom.bottom, 10);
  assert.deepEqual([deep.decoder, deep.token], [flat.decoder, flat.token]);
});

test("a page's layer is shown, unless the reader has turned on before the page could answer", () => {
  const turned = new Turned();
  assert.equal(turned.hear(2, undefined), 2, "a link");
  assert.equal(turned.hear(2, 1), 1, "the same request again changes nothing");
  turned.tell(1);
  turned.tell(null);
  assert.equal(turned.hear(1, null), null, "the answer to the first turn comes too late");
  assert.equal(turned.hear(null, null), null);
  assert.equal(turned.hear(1, null), 1, "and then the page may turn it, going back in history");
});
