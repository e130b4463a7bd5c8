/** The box with an explanation: one sentence, and the way to the chapter of the lesson about it. */

import { h, say, show } from "../draw/dom.js";
import { fill } from "../data/words.js";

/** @import { Words } from "../types.js" */

const ID = "s2s-explanation";
const GAP = 10;

/** One box for the whole stage. */
export class Explanation {
  constructor() {
    this.text = h("p", {});
    this.link = h("a", { target: "_blank", rel: "noopener" });
    this.element = h("div", { class: "explanation", id: ID, hidden: "" }, this.text, this.link);
    /** @type {Element | null} */
    this.described = null;
  }

  get open() {
    return !this.element.hidden;
  }

  /**
   * @param {{ text: string, chapter: string }} answer
   * @param {{ words: Words, sentences: Words, lesson: string | null, chapters: string[] }} page
   */
  say({ text, chapter }, { words, sentences, lesson, chapters }) {
    say(this.text, text);
    show(this.link, lesson !== null);
    if (lesson === null) return;
    this.link.href = `${lesson}${lesson.includes("?") ? "&" : "?"}chapter=${chapters.indexOf(chapter)}`;
    say(this.link, `${fill(words.in_the_lesson, { chapter: sentences[`chapter_${chapter}`] })} →`);
  }

  /**
   * Beside a box of the window, inside of the stage: below it, else above.
   * @param {DOMRect} box
   * @param {HTMLElement} root
   */
  place(box, root) {
    show(this.element, true);
    const { left, top, width: wide } = root.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = this.element;
    const below = box.bottom + GAP + height <= window.innerHeight;
    const y = below ? box.bottom + GAP : Math.max(4, box.top - GAP - height);
    const x = Math.max(0, Math.min(box.left - left, wide - width - 2));
    Object.assign(this.element.style, { left: `${x}px`, top: `${y - top}px` });
  }

  /**
   * Hands the sentence to whoever hears the page: the element with the focus is described by it.
   * @param {Element | null} element
   */
  describe(element) {
    if (this.described === element) return;
    this.described?.removeAttribute("aria-describedby");
    this.described = element;
    element?.setAttribute("aria-describedby", ID);
  }

  hide() {
    show(this.element, false);
    this.describe(null);
  }
}
