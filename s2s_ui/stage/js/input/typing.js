/** The picture follows the keyboard: what stands in the sentence's field is told when the keys rest for a moment. */

const REST_MS = 90; // of the 300 that a new picture may take

/**
 * @param {EventTarget | null} target
 * @returns {target is HTMLInputElement | HTMLTextAreaElement}
 */
const isField = (target) => target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;

/** Listens to the field of the sentence. */
export class Typing {
  /**
   * `tell(text)` is called with the last keystroke's text; while `selector` is null nothing is listened to.
   * @param {(text: string) => void} tell
   */
  constructor(tell) {
    /** @type {string | null} */
    this.selector = null;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    this.heard = (/** @type {Event} */ { target }) => {
      if (this.selector === null || !isField(target) || !target.matches(this.selector)) return;
      clearTimeout(this.timer);
      this.timer = setTimeout(() => tell(target.value), REST_MS);
    };
    // What is entered is sent by the field itself.
    this.entered = (/** @type {KeyboardEvent} */ { key }) => {
      if (key === "Enter") clearTimeout(this.timer);
    };
    document.addEventListener("input", this.heard);
    document.addEventListener("keydown", this.entered, true);
  }

  stop() {
    clearTimeout(this.timer);
    document.removeEventListener("input", this.heard);
    document.removeEventListener("keydown", this.entered, true);
  }
}
