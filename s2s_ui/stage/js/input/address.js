/**
 * Remembers the step of a stage without the server. The step is in the address: it is written when the stepping stops,
 * and written again if the server has changed the address. A stage is made again when the reader comes back from
 * another page, so the window also stores what it showed, and passes it on when the page is reloaded.
 */

/** @import { Left, Shown } from "../types.js" */

const REST_MS = 250;
const STORED = "s2s-left";
const STORED_LESSON = "s2s-left-lesson";

/**
 * What the last stage of this window showed, and whether that was before the page loaded again.
 * @returns {Left | null}
 */
function left() {
  if (window.s2sLeft) return { ...window.s2sLeft, reloaded: false };
  try {
    if (!reloaded()) sessionStorage.removeItem(STORED); // of another visit
    /** @type {Shown | null} */
    const shown = JSON.parse(sessionStorage.getItem(STORED) ?? "null");
    return shown && { ...shown, reloaded: true };
  } catch {
    return null;
  }
}

function reloaded() {
  const [visit] = performance.getEntriesByType("navigation");
  return visit instanceof PerformanceNavigationTiming && visit.type === "reload";
}

/**
 * What this stage of the lesson showed before the page loaded again: once, and only if it is set as it was then.
 * @param {string} place names the chapter and how it is set
 * @returns {Left | null}
 */
export function leftInLesson(place) {
  try {
    /** @type {(Shown & { place: string }) | null} */
    const shown = reloaded() ? JSON.parse(sessionStorage.getItem(STORED_LESSON) ?? "null") : null;
    sessionStorage.removeItem(STORED_LESSON);
    return shown?.place === place ? { ...shown, reloaded: true } : null;
  } catch {
    return null;
  }
}

/** Keeps what one stage shows. */
export class Address {
  constructor() {
    this.left = left();
    /** @type {string | null} */
    this.step = null;
    this.rested = 0;
    this.keeper = setInterval(() => this.write(), REST_MS);
    /** @type {(Shown & { place: string }) | null} */
    this.lesson = null;
    this.hand = () => {
      this.store();
      if (this.lesson) sessionStorage.setItem(STORED_LESSON, JSON.stringify(this.lesson));
    };
    window.addEventListener("pagehide", this.hand);
  }

  /**
   * What is shown now.
   * @param {Shown} shown
   */
  note(shown) {
    if (shown.step !== this.step) this.rested = performance.now() + REST_MS;
    this.step = shown.step;
    window.s2sLeft = shown;
  }

  /**
   * What a chapter of the lesson shows now: its step is no part of the link.
   * @param {string} place
   * @param {Shown} shown
   */
  noteInLesson(place, shown) {
    this.lesson = { ...shown, place };
  }

  write() {
    if (this.step === null || performance.now() < this.rested) return;
    const url = new URL(window.location.href);
    if (url.searchParams.get("step") === this.step) return;
    url.searchParams.set("step", this.step);
    window.history.replaceState(window.history.state, "", url);
  }

  store() {
    if (window.s2sLeft) sessionStorage.setItem(STORED, JSON.stringify(window.s2sLeft)); // else no stage was shown yet
  }

  stop() {
    clearInterval(this.keeper);
    this.store(); // the page that comes now may have no stage, and be loaded again
    window.removeEventListener("pagehide", this.hand);
  }
}
