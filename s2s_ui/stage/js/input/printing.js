/** On paper a stage is drawn in the light palette and twice as finely, whatever the screen has. */

/** @import { Size, Theme } from "../types.js" */

const FINE = 2;

/** Tells whether the page is being printed, and asks for another picture when that changes. */
export class Printing {
  /** @param {() => void} changed */
  constructor(changed) {
    this.now = false;
    /** @param {boolean} now */
    const to = (now) => () => {
      this.now = now;
      changed();
    };
    this.before = to(true);
    this.after = to(false);
    window.addEventListener("beforeprint", this.before);
    window.addEventListener("afterprint", this.after);
  }

  /**
   * @param {Theme} theme
   * @returns {Theme}
   */
  theme(theme) {
    return this.now ? "light" : theme;
  }

  /**
   * @param {Size} size
   * @returns {Size}
   */
  size(size) {
    const ratio = Math.max(FINE, size.ratio);
    return this.now ? { ...size, ratio, px: size.scale * ratio } : size;
  }

  stop() {
    window.removeEventListener("beforeprint", this.before);
    window.removeEventListener("afterprint", this.after);
  }
}
