/**
 * The teacher's own window: the plan with its notes, the answers as they come in, and the wall, on the screen that the
 * class does not see. The app, in the other window, follows what is done here.
 */

import { Answered } from "./answered.js";
import { codeIn, spaced } from "./joining.js";
import { modes, results, tables } from "./lead_parts.js";
import { AGAIN, Leading, near } from "./leading.js";
import { planPanel, planParts } from "./plan_parts.js";
import { element } from "./question.js";

/** @import { Words } from "./question.js" */
/** @import { State } from "./leading.js" */

const { dataset, lang } = document.documentElement;

/** One window. */
class Desk extends Leading {
  /**
   * @param {string} code
   * @param {Words} words
   */
  constructor(code, words) {
    super(element("div", { class: "desk" }));
    document.body.append(this.root);
    this.turnTo(code, true);
    this.own = true;
    this.lang = lang;
    this.words = words;
    this.says = "";
    this.answered = new Answered(this);
  }

  async begin() {
    try {
      const answer = await fetch(this.at("lead"), { cache: "no-store" });
      if (answer.status === 403 || answer.status === 404) {
        this.say(answer.status === 403 ? this.words?.not_yours : this.words?.no_class);
        return;
      }
      if (!answer.ok) throw new Error(`${answer.status}`);
      this.listen();
    } catch {
      setTimeout(() => this.begin(), AGAIN);
    }
  }

  /** @param {State} state */
  heard(state) {
    this.answered.heard(state.question);
    return super.heard(state);
  }

  forget() {
    this.leave();
    this.say(this.words?.over);
  }

  /** @param {string | undefined} sentence */
  say(sentence = "") {
    this.says = sentence;
    this.draw();
  }

  draw() {
    const { words, state } = this;
    if (this.pressed || !words) return;
    if (state && !this.says) this.hang(this.parts(words, state));
    else this.root.replaceChildren(element("p", { class: "over", role: "status" }, this.says));
  }

  /**
   * @param {Words} words
   * @param {State} state
   */
  parts(words, state) {
    const ended = state.mode === "ended";
    const head = element(
      "header",
      {},
      element("h1", {}, `${words.class} ${spaced(this.code ?? "")}`),
      ...(ended ? [element("span", { role: "status" }, words.ended)] : modes(this, words, state)),
      ...this.problems,
    );
    if (ended) return [head, element("div", { class: "row" }, ...tables(this, words))];
    const { question } = state;
    const answers = question ? [...results(this, words, question), ...this.answered.parts(words, question)] : [];
    const asked = answers.length ? [element("section", { class: "asked" }, ...answers)] : [];
    const way = planParts(this, words);
    return [
      head,
      element(
        "main",
        {},
        element("div", {}, ...asked, element("section", { class: "of-plan" }, ...way, ...planPanel(this, words))),
        element("section", { class: "wall", "aria-label": words.wall }, ...this.wall.parts(words, state)),
      ),
    ];
  }
}

/** The words; where the network fails, it tries again. */
async function sentences() {
  for (;;) {
    try {
      return /** @type {Words} */ (await (await fetch(near(dataset.words ?? ""))).json());
    } catch {
      await new Promise((resolve) => setTimeout(resolve, AGAIN));
    }
  }
}

new Desk(codeIn(location.pathname) ?? "", await sentences()).begin();
