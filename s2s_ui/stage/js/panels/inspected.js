/** What the inspector reads, as the stage stands. */

import { unitName } from "../input/pointer.js";
import { rowsOf } from "../draw/scene.js";

/** @import { Stage } from "../stage.js" */
/** @import { Inspected } from "../types.js" */

/**
 * The view of the inspector that belongs to the cursor of a stage.
 * @param {Stage} stage
 * @returns {Inspected}
 */
export function inspectedOf(stage) {
  const { trace, run, words, timeline, size, state, view, cast } = stage;
  return {
    ...view,
    ...state,
    trace,
    run,
    words,
    pal: stage.pal,
    colours: stage.colours,
    height: size.stacked ? Infinity : size.height,
    phone: size.phone,
    lines: size.zoom === 1 ? null : rowsOf(cast) === "compared" ? 1 : 2,
    width: size.inspector,
    scale: size.scale,
    ratio: size.ratio,
    family: size.family,
    edits: stage.edits,
    editable: trace.header.editable,
    guessing: timeline.waits(stage.player.cursor),
    guess: stage.guesses.get(view.t) ?? null,
    original: cast.original,
    beside: run === cast.other ? (cast.original ? words.original : words.free_run) : null,
    unitName: unitName(state.contextUnit, trace.joined.width, trace.backward ? 2 : 1),
  };
}
