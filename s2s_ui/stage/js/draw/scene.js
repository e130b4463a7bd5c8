/** One picture of the stage: everything the drawing functions read, and the order in which they draw. */

import { drawCandidates } from "./candidates.js";
import { drawClosed } from "./closed.js";
import { Lane } from "./fingerprint.js";
import { drawGutter } from "./gutter.js";
import { drawDecoder, drawEncoder } from "./lanes.js";
import { largeLayout } from "./large.js";
import { layout } from "./layout.js";
import { drawLens, drawWedge, lensTarget } from "./lens.js";
import { drawLoom } from "./loom.js";
import { drawOutput } from "./output.js";
import { drawSource } from "./source.js";
import { lanesOf } from "../data/shown.js";
import { widestOf } from "./token.js";

/** @import { Run } from "../data/payload.js" */
/** @import { Cast, Facts, ForcedRun, Scene, Trace, Wanted } from "../types.js" */

/**
 * The first position at which a run writes something else than these tokens, or null.
 * @param {string[]} tokens
 * @param {Pick<Run, "tokens" | "length">} run
 */
export function partingOf(tokens, run) {
  for (let t = 0; t < Math.max(tokens.length, run.length); t++) {
    if (tokens[t] !== run.tokens[t]) return t;
  }
  return null;
}

/**
 * Facts of a trace that do not depend on the step: the teacher-forced run if there is one, the other run, what that one
 * is compared with (the run before the edits with the run after them, a free run with the reference), and the first
 * step at which they differ.
 * @param {Trace} trace
 * @returns {Cast}
 */
export function cast(trace) {
  const [shown, other = null] = trace.runs;
  const forced = shown.forced ? /** @type {ForcedRun} */ (shown) : null;
  const original = Boolean(trace.header.original);
  const compared = forced && !original ? forced.reference : shown.tokens;
  return { shown, other, forced, original, compared, parting: other && partingOf(compared, other) };
}

/**
 * The rows over the output: those of teacher forcing, the run before the edits, or none.
 * @param {Pick<Cast, "forced" | "other">} cast
 * @returns {Wanted["rows"]}
 */
export function rowsOf({ forced, other }) {
  return forced ? "teacher" : other ? "compared" : null;
}

/**
 * `facts`: trace, run, cursor, timeline, and the state of the pointer and the switches.
 * @param {Facts} facts
 * @returns {Scene}
 */
export function makeScene(facts) {
  const { trace, run, timeline, cursor, forced, shown, other, size } = facts;
  const encoding = timeline.isEncoder(cursor);
  const index = timeline.index(cursor);
  const shows = lanesOf(trace.header.lesson);
  const lens = encoding ? lensTarget({ trace, index, lensSide: facts.lensSide }) : null;
  const widest = (/** @type {string[]} */ tokens) => widestOf(facts.pen, tokens);
  const large = size.zoom > 1;
  /** @type {Wanted & { encoding: boolean }} */
  const wanted = {
    width: size.width,
    height: size.height,
    phone: size.phone,
    low: size.low,
    px: size.px,
    source: { count: trace.length, focus: lens ? lens.t : run.focus(index), widest: widest(trace.source.tokens) },
    output: {
      count: Math.max(shown.length, other?.length ?? 0),
      focus: encoding ? 0 : index,
      widest: widest(run.tokens),
    },
    backward: trace.backward !== null,
    deep: trace.header.encoder_layers > 1,
    rows: rowsOf({ forced, other }),
    written: shows("output"),
    encoding,
  };
  const L = large ? largeLayout(wanted) : layout(wanted);
  /** @type {Scene["hits"]} */
  const hits = [];
  /** @type {Scene["hit"]} */
  const hit = (box) => void hits.push(box);
  /** @type {Scene["lane"]} */
  const lane = (name, values, steps, w, h, halves = 1) => {
    const known = facts.lanes.get(name) ?? new Lane();
    facts.lanes.set(name, known);
    const key = `${trace.encoder}:${facts.theme}`;
    return known.prepare(key, values, steps, facts.colours.state, w, h, size.px, halves);
  };
  return { ...facts, encoding, index, sub: cursor.sub, L, hits, hit, lane, shows };
}

/**
 * Draws one picture of the stage.
 * @param {Scene} scene
 */
export function draw(scene) {
  const { pen, size, encoding, shows } = scene;
  pen.begin(size.width, scene.L.height, size.px);
  if (shows("closed")) {
    drawClosed(scene);
    return;
  }
  if (encoding) drawWedge(scene);
  if (!scene.L.phone) drawGutter(scene);
  drawSource(scene);
  drawEncoder(scene);
  if (shows("output") && scene.L.large !== "reading") drawOutput(scene);
  if (encoding) drawLens(scene);
  else drawLoom(scene);
  if (!encoding && shows("candidates")) drawCandidates(scene);
  if (scene.L.large !== "reading") drawDecoder(scene);
  if (scene.L.phone) drawGutter(scene);
}
