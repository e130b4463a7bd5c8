/** Motion that explains: a value travels from where it was computed to where it is used. */

/** @import { Cursor } from "../types.js" */

const STEP_MS = 240;
const SUBSTEP_MS = 320;

/**
 * cubic-bezier(.2, 0, 0, 1) as a function of the share of time.
 * @param {number} time
 */
export function ease(time) {
  if (time <= 0) return 0;
  if (time >= 1) return 1;
  let [low, high] = [0, 1];
  let at = time;
  for (let i = 0; i < 20; i++) {
    at = (low + high) / 2;
    const x = 3 * 0.2 * at * (1 - at) ** 2 + at ** 3;
    if (x < time) low = at;
    else high = at;
  }
  return 3 * at ** 2 * (1 - at) + at ** 3;
}

/**
 * The part of a movement that lies between two shares of its time, itself from 0 to 1.
 * @param {number} progress
 * @param {number} from
 * @param {number} to
 */
export function part(progress, from, to) {
  return Math.min(1, Math.max(0, (progress - from) / (to - from)));
}

/** From one cursor to the next. While it runs, `progress` goes from 0 to 1; `finish` ends it at once. */
export class Transition {
  /**
   * @param {Cursor} from
   * @param {Cursor} to
   * @param {number} now
   * @param {number} rest
   */
  constructor(from, to, now, rest = Infinity) {
    this.from = from;
    this.to = to;
    this.start = now;
    this.length = Math.min(from.step !== to.step && to.sub === 5 ? STEP_MS : SUBSTEP_MS, rest * 0.8);
  }

  /** @param {number} now */
  progress(now) {
    return ease((now - this.start) / this.length);
  }

  /** @param {number} now */
  isOver(now) {
    return now - this.start >= this.length;
  }
}

/** Whether the reader has asked for less motion. */
export function prefersReducedMotion() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}
