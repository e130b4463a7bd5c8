/**
 * The step in the address bar, written when the stepping rests, without a word to the server. A stage is made anew when
 * the reader comes back from another page, so the window keeps the step as well.
 */

const REST_MS = 250;

/** Writes the step of one stage into the address. */
export class Address {
  constructor() {
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
  }

  /** Where the last stage of this window was left, or null. */
  get left() {
    return window.s2sStep ?? null;
  }

  /** @param {string} step */
  rest(step) {
    window.s2sStep = step;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      const url = new URL(window.location.href);
      if (url.searchParams.get("step") === step) return;
      url.searchParams.set("step", step);
      window.history.replaceState(window.history.state, "", url);
    }, REST_MS);
  }

  stop() {
    clearTimeout(this.timer);
  }
}
