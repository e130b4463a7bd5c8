/** After an answer was given with a key or on the stage, the page scrolls to what it says, and to the next question. */

import { prefersReducedMotion } from "../draw/motion.js";

const SETTLED_MS = 150; // the page draws what stands beside the stage

let wanted = false;

/** An answer was given: what comes of it is to be seen. */
export function want() {
  wanted = true;
}

/**
 * Scrolls to the last element of this kind, as little as possible, if an answer was given.
 * @param {string | undefined} selector
 */
export function reveal(selector) {
  if (!wanted || !selector) return;
  wanted = false;
  setTimeout(() => {
    const behavior = prefersReducedMotion() ? "instant" : "smooth";
    [...document.querySelectorAll(selector)].at(-1)?.scrollIntoView({ block: "nearest", behavior });
  }, SETTLED_MS);
}
