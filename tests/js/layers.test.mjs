import assert from "node:assert/strict";
import { test } from "node:test";

import { layerName, layersOf } from "../../s2s_ui/stage/js/data/edits.js";
import { decode, readBy } from "../../s2s_ui/stage/js/data/payload.js";
import { AskedLayer } from "../../s2s_ui/stage/js/data/asked_layer.js";
import { inputLetter } from "../../s2s_ui/stage/js/data/symbols.js";
import { hiddenLayers } from "../../s2s_ui/stage/js/draw/folded.js";
import { layout } from "../../s2s_ui/stage/js/draw/layout.js";
import { lensTarget } from "../../s2s_ui/stage/js/draw/lens.js";
import { act } from "../../s2s_ui/stage/js/input/actions.js";
import { meaning } from "../../s2s_ui/stage/js/input/keyboard.js";
import { describe } from "../../s2s_ui/stage/js/input/pointer.js";
import { message } from "./message.mjs";

/** @import { EncoderSide } from "../../s2s_ui/stage/js/types.js" */
/** @import { Stage } from "../../s2s_ui/stage/js/stage.js" */

const words = { layer: "layer {k} of {n}", folded: "layer {k}: click" };

/**
 * What the key L needs of a stage.
 * @param {number} layers
 * @param {number | null} shown
 */
function stageOf(layers, shown = null) {
  const trace = { ...decode(message({ layers })), layer: shown };
  return /** @type {Stage} */ (/** @type {unknown} */ ({ trace, state: { runIndex: 0 }, tell() {}, paint() {} }));
}

test("L goes to the layer above and from the top to the lowest, Shift+L the other way", () => {
  assert.deepEqual(
    [meaning({ key: "l" }), meaning({ key: "L", shiftKey: true })],
    [
      ["layer", 1],
      ["layer", -1],
    ],
  );
  for (const [layers, shown, by, next] of /** @type {[number, number | null, number, number][]} */ ([
    [2, null, 1, 1],
    [2, 1, 1, 2],
    [3, 2, 1, 3],
    [3, null, -1, 2],
    [3, 1, -1, 3],
  ])) {
    const stage = stageOf(layers, shown);
    assert.equal(act(stage, "layer", by), true);
    assert.equal(stage.trace.layer ?? layers, next);
  }
});

test("with one layer the key does nothing and is left to others", () => {
  const stage = stageOf(1);
  assert.equal(act(stage, "layer", 1), false);
  assert.equal(stage.trace.layer, null);
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
  /** @param {number | null} layer @param {EncoderSide} lensSide */
  const under = (layer, lensSide) => lensTarget({ trace: readBy(trace, 0, layer), index: 0, lensSide }).cell;
  assert.deepEqual([under(1, "forward").layer, under(1, "backward").layer, under(null, "forward").layer], [0, 0, 1]);
  assert.equal(under(1, "forward").quantity("hidden", 0)[0], 101);
});

test("the layers that are not shown are folded on either side, and say what a click does", () => {
  const trace = decode(message({ layers: 3 }));
  const seen = (/** @type {number | null} */ layer) => hiddenLayers(readBy(trace, 0, layer).forward, 3);
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
    assert.equal((flat[band]?.top ?? 0) - (deep[band]?.top ?? 0), 10);
  assert.equal(flat.loom.bottom - deep.loom.bottom, 10);
  assert.deepEqual([deep.decoder, deep.token], [flat.decoder, flat.token]);
});

test("a page's layer is shown, unless the reader has turned on before the page could answer", () => {
  const turned = new AskedLayer();
  /** @param {number | null} layer @param {number | null | undefined} shown */
  const hear = (layer, shown) => turned.layer({ layer }, shown === undefined ? undefined : { layer: shown });
  assert.equal(hear(2, undefined), 2, "a link");
  assert.equal(hear(2, 1), 1, "the same request again changes nothing");
  turned.tell(1);
  turned.tell(null);
  assert.equal(hear(1, null), null, "the answer to the first turn comes too late");
  assert.equal(hear(null, null), null);
  assert.equal(hear(1, null), 1, "and then the page may turn it, going back in history");
});
