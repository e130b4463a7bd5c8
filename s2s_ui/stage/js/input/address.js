/**
 * Where a stage was left, without a word to the server. The step stands in the address bar: it is written when the
 * stepping rests, and put back where the server has written another address. A stage is made anew when the reader comes
 * back from another page, so the window keeps what it showed as well, and hands it on when the page loads again.
 */

/** @import { Left, Shown } from "../types.js" */

const REST_MS = 250;
const STORED = "s2s-left";

/**
 * What the last stage of this window showed, and whether that was before the page loaded again.
 * @returns {Left | null}
 */
function left() {
  if (window.s2sLeft) return { ...window.s2sLeft, reloaded: false };
  const [visit] = performance.getEntriesByType("navigation");
  if (!(visit instanceof PerformanceNavigationTiming) || visit.type !== "reload") return null;
  try {
    /** @type {Shown | null} */
    const shown = JSON.parse(sessionStorage.getItem(STORED) ?? "null");
    return shown && { ...shown, reloaded: true };
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
    this.hand = () => sessionStorage.setItem(STORED, JSON.stringify(window.s2sLeft ?? null));
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

  write() {
    if (this.step === null || performance.now() < this.rested) return;
    const url = new URL(window.location.href);
    if (url.searchParams.get("step") === this.step) return;
    url.searchParams.set("step", this.step);
    window.history.replaceState(window.history.state, "", url);
  }

  stop() {
    clearInterval(this.keeper);
    window.removeEventListener("pagehide", this.hand);
  }
}
