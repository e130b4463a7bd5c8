/** Which lanes of the stage are drawn: all of them, or those that the chapters of the lesson have introduced. */

/** @import { LaneName, Lesson } from "../types.js" */

/** @type {LaneName[]} */
const USUAL = ["source", "forward", "backward", "joined", "context", "attention", "decoder", "output"];

/**
 * Whether a lane is drawn.
 * @param {Pick<Lesson, "lanes"> | null | undefined} lesson
 * @returns {(lane: LaneName) => boolean}
 */
export function lanesOf(lesson) {
  const lanes = lesson?.lanes ?? USUAL;
  return (lane) => lanes.includes(lane);
}
