/** Which cell the inspector shows: the one that was clicked, or the one at the cursor. */

import { WORD } from "./player.js";

/** @import { CellPlace, Cursor, EncoderSide, Left, Named, Side, State, Trace, View } from "../types.js" */
/** @import { Run } from "./payload.js" */
/** @import { Timeline } from "./player.js" */

/**
 * {side, t, step as people count, sub-step, whether the lens shows the same cell}.
 * @param {{
 *   trace: Pick<Trace, "length" | "backward">, timeline: Timeline, cursor: Cursor, inspected: CellPlace | null,
 *   lensSide: EncoderSide,
 * }} at
 * @returns {View}
 */
export function viewOf({ trace, timeline, cursor, inspected, lensSide }) {
  if (inspected) {
    const { side, t } = inspected;
    return { side, t, step: side === "backward" ? trace.length - t : t + 1, sub: WORD, lens: false };
  }
  const index = timeline.index(cursor);
  const step = index + 1;
  if (!timeline.isEncoder(cursor)) return { side: "decoder", t: index, step, sub: cursor.sub, lens: false };
  const backward = trace.backward !== null && lensSide === "backward";
  return {
    side: backward ? "backward" : "forward",
    t: backward ? trace.length - step : index,
    step,
    sub: WORD,
    lens: true,
  };
}

/**
 * What is read, whatever the end mark is called in the language of the page.
 * @param {Trace} trace
 */
function sentenceOf({ source, header }) {
  return source.tokens.map((token) => (token === header.words?.end ? "" : token)).join("\0");
}

/**
 * The first cursor of a trace. If the sentence is the same as before, the cursor stays; a new sentence is shown at its
 * end; if the reader came back to an address, the server gives its step. The first trace of a stage begins at the first
 * of these that exists: the cursor of this stage before a reload (`left`, see input/address.js); the cursor of another
 * stage that was left, unless this one plays; the link's step; else the end, or the start if it plays or is guessed.
 * @param {{
 *   timeline: Timeline, trace: Trace, before?: Trace | null, cursor?: Cursor, left: Left | null,
 * }} at
 * @returns {Cursor}
 */
export function startOf({ timeline, trace, before, cursor, left }) {
  if (!before) {
    const { autoplay, predict } = trace.header;
    const step = autoplay && !left?.reloaded ? trace.header.step : (left?.step ?? trace.header.step);
    if (step !== null) return timeline.parse(step);
    return autoplay || predict ? timeline.first() : timeline.last();
  }
  if (sentenceOf(before) === sentenceOf(trace) && cursor) return timeline.clamp(cursor);
  return trace.header.step === null ? timeline.last() : timeline.parse(trace.header.step);
}

/**
 * The unit and the direction that a stage begins with, and those that were named until then, by a link, a chapter, or a
 * choice on another page. What is named stands until the reader moves on from it, and the stage that was left says how
 * far (`left`: see input/address.js); so it counts again only when something else is named.
 * @param {{ state: State, header: { unit?: number | null, side?: EncoderSide | null }, left: Left | null }} at
 * @returns {{ state: Pick<State, "unit" | "contextUnit" | "lensSide">, named: Named }}
 */
export function resumed({ state, header, left }) {
  const before = left?.named ?? {};
  const { unit, contextUnit, lensSide } = { ...state, ...left };
  const named = { unit: header.unit ?? before.unit, lensSide: header.side ?? before.lensSide };
  return {
    state: {
      unit: named.unit !== undefined && named.unit !== before.unit ? named.unit : unit,
      contextUnit,
      lensSide: named.lensSide !== undefined && named.lensSide !== before.lensSide ? named.lensSide : lensSide,
    },
    named,
  };
}

/**
 * The cell of a side.
 * @param {Trace} trace
 * @param {Run} run
 * @param {Side} side
 */
export function cellOf(trace, run, side) {
  const cell = side === "decoder" ? run.decoder : trace[side];
  if (!cell) throw new Error("This encoder has no backward cell.");
  return cell;
}
