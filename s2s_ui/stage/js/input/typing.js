/** The picture follows the keyboard: what stands in the field of the sentence is told when the keys rest for a moment. */

const REST_MS = 90; // of the 300 that a new picture may take

export class Typing {
  /** `tell(text)` is called with the last keystroke's text; while `selector` is null nothing is listened to. */
  constructor(tell) {
    this.selector = null;
    this.timer = 0;
    this.heard = ({ target }) => {
      if (this.selector === null || !target.matches?.(this.selector)) return;
      clearTimeout(this.timer);
      this.timer = setTimeout(() => tell(target.value), REST_MS);
    };
    // What is entered is sent by the field itself.
    this.entered = ({ key }) => {
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
