/** From which a picture is made, as the stage stands. */

/** @import { Stage } from "../stage.js" */
/** @import { Facts } from "../types.js" */

/**
 * The facts of a picture at this time, which says how far a movement has come.
 * @param {Stage} stage
 * @param {number} now in milliseconds
 * @returns {Facts}
 */
export function factsOf(stage, now) {
  const { trace, transition } = stage;
  return {
    pen: stage.pen,
    trace,
    run: stage.run,
    timeline: stage.timeline,
    cursor: stage.player.cursor,
    ...stage.cast,
    words: stage.words,
    pal: stage.pal,
    size: stage.size,
    colours: stage.colours,
    theme: stage.theme,
    lanes: stage.lanes,
    highlight: stage.pointing.highlight,
    moving: transition,
    progress: transition ? transition.progress(now) : 1,
    peepholes: trace.header.peepholes,
    inspected: stage.inspected,
    edits: stage.edits,
    dragged: stage.dragged,
    crowd: stage.led.crowd,
    ...stage.state,
  };
}
