/**
 * Who answered what: a list by answer, only in the teacher's own window. Names are shown for each question only after
 * the teacher asks for them, so a window that was moved to the projector does not show names by itself.
 */

import { element, fill } from "./question.js";
import { AGAIN } from "./leading.js";

/** @import { Question, Words } from "./question.js" */
/** @import { Leading } from "./leading.js" */

/** @typedef {{ choice: number | null, answer: string, students: { number: number, who: string }[] }} Group */

/** The list of one window. */
export class Answered {
  /** @param {Leading} desk */
  constructor(desk) {
    this.desk = desk;
    this.of = ""; // the question whose names are asked for
    /** @type {Group[] | null} */
    this.groups = null;
    this.has = ""; // identifies the loaded answers
    this.asking = "";
  }

  /**
   * Sets the current question; the names of another question are removed.
   * @param {Question | null} question
   */
  heard(question) {
    if (this.of && question?.id !== this.of) this.close();
    if (this.of) this.look(question?.tally?.count ?? 0);
  }

  close() {
    this.of = this.has = this.asking = "";
    this.groups = null;
  }

  /** @param {Question} question */
  turn(question) {
    if (this.of) this.close();
    else this.of = question.id;
    this.desk.draw();
    this.heard(question);
  }

  /**
   * Loads the names, unless they are loaded already.
   * @param {number} count how many answers there are
   */
  async look(count) {
    const { desk, of } = this;
    const wanted = JSON.stringify([desk.code, of, count]);
    if (wanted === this.has || wanted === this.asking) return;
    this.asking = wanted;
    try {
      const answer = await fetch(desk.at("answered"), { cache: "no-store" });
      if (!answer.ok) throw new Error(`${answer.status}`);
      const { question, answers } = await answer.json();
      if (this.asking !== wanted) return; // there are more by now, or they are not wanted any more
      this.asking = "";
      if (question !== of) return; // the next event tells which question there is
      this.groups = answers;
      this.has = wanted;
      desk.draw();
    } catch {
      if (this.asking !== wanted) return;
      this.asking = "";
      setTimeout(() => this.of === of && this.look(desk.state?.question?.tally?.count ?? 0), AGAIN);
    }
  }

  /**
   * The switch, and the list while it is on.
   * @param {Words} words
   * @param {Question} question
   */
  parts(words, question) {
    const on = this.of === question.id;
    const turn = element(
      "button",
      {
        type: "button",
        "data-name": "answered",
        "aria-pressed": String(on),
        title: words.answered_hint,
        onclick: () => this.turn(question),
      },
      words.answered,
    );
    const row = element("div", { class: "row" }, turn);
    if (!on || !this.groups) return [row];
    if (!this.groups.length) return [row, element("p", {}, words.answered_none)];
    const called = (/** @type {Group["students"][number]} */ { number, who }) =>
      element("li", {}, who ? `${number} · ${who}` : fill(words.number_short, { number }));
    const lines = this.groups.flatMap(({ choice, answer, students }) => [
      element("dt", {}, answer, ...(choice !== null && choice === question.right ? [element("b", {}, " ✓")] : [])),
      element("dd", {}, element("ul", {}, ...students.map(called))),
    ]);
    return [row, element("dl", { class: "answered" }, ...lines)];
  }
}
