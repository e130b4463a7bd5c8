/** One picture of the stage: everything the drawing functions read, and the order in which they draw. */

import { Lane } from "./fingerprint.js";
import { drawGutter } from "./gutter.js";
import { drawDecoder, drawEncoder } from "./lanes.js";
import { layout } from "./layout.js";
import { drawLens, drawWedge, lensTarget } from "./lens.js";
import { drawLoom } from "./loom.js";
import { drawOutput, drawSource } from "./tokens.js";

/** The first output position at which the free run differs from the reference, or null. */
export function partingOf(forced, free) {
  if (!forced || !free) return null;
  for (let t = 0; t < Math.max(forced.reference.length, free.length); t++) {
    if (forced.reference[t] !== free.tokens[t]) return t;
  }
  return null;
}

/** Facts of a trace that hold for all of its steps. */
export function cast(trace) {
  const forced = trace.runs[0].forced ? trace.runs[0] : null;
  const free = forced ? trace.runs[1] ?? null : null;
  return { forced, free, parting: partingOf(forced, free) };
}

/** `facts`: trace, run, cursor, timeline, and the state of the pointer and the switches. */
export function makeScene(facts) {
  const { trace, run, timeline, cursor, forced, free, size } = facts;
  const encoding = timeline.isEncoder(cursor);
  const index = timeline.index(cursor);
  const lens = encoding ? lensTarget({ trace, index, lensSide: facts.lensSide }) : null;
  const L = layout({
    width: size.width, height: size.height, phone: size.phone, px: size.px,
    source: { count: trace.length, focus: encoding ? lens.t : run.focus(index) },
    output: { count: forced ? Math.max(forced.length, free?.length ?? 0) : run.length, focus: encoding ? 0 : index },
    backward: trace.backward !== null,
    rows: forced !== null,
  });
  const hits = [];
  const scene = { ...facts, encoding, index, sub: cursor.sub, L, hits, hit: (box) => hits.push(box) };
  scene.lane = (name, values, steps, w, h, halves = 1) => {
    if (!facts.lanes.has(name)) facts.lanes.set(name, new Lane());
    return facts.lanes.get(name).prepare(`${trace.id}:${facts.theme}`, values, steps, facts.colours.state, w, h, size.px, halves);
  };
  return scene;
}

export function draw(scene) {
  const { pen, size, encoding } = scene;
  pen.begin(size.width, scene.L.height, size.px);
  if (encoding) drawWedge(scene);
  if (!scene.L.phone) drawGutter(scene);
  drawSource(scene);
  drawEncoder(scene);
  drawOutput(scene);
  if (encoding) drawLens(scene);
  else drawLoom(scene);
  drawDecoder(scene);
  if (scene.L.phone) drawGutter(scene);
}
