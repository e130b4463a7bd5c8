/**
 * The teacher's bar on every page of the app, and the strip that leads a student back. A page's script only gives the
 * page and the link. This code sends everything that the teacher does to the class, without a run of the script. The
 * browser stores only the code of the class.
 */

import { HandInSeen } from "./hand_in.js";
import { Journey } from "./journey.js";
import { parts } from "./lead_parts.js";
import { AGAIN, Leading, near } from "./leading.js";
import { drop } from "./own.js";
import { element, laidOver } from "./question.js";
import { rest, strip } from "./strip.js";

/** @import { Words } from "./question.js" */
/** @import { State } from "./leading.js" */
/** @import { Led } from "../stage/js/types.js" */

/**
 * `reads` is whether the page shows a sentence, and `asks` how many questions it has itself: a chapter of the lesson
 * has one or two.
 * @typedef {{
 *   page: string, link: Record<string, string>, lang: string, words: string, sheets: string[], reads: boolean,
 *   asks: number,
 * }} Data
 */

const LEADS = "s2s-leads"; // the code of the class that this browser leads
const PAINTED = 8; // milliseconds until a step is painted
const SEAT = "s2s-seat"; // the code of the class that this browser sits in
const BEGINS = "s2s-class-bar"; // sent by a new bar to the previous one

/** @type {WeakMap<HTMLElement | ShadowRoot, Bar>} */
const bars = new WeakMap();
/** @type {Bar | null} */
let shown = null;

/**
 * Where a stage stands, as the class is told it.
 * @param {Led} led
 */
const standing = ({ at, unit, side }) => ({ at, unit, side });

/** The bar of this page, for the page of classes: it says "s2s-class-drawn" whenever it may know something new. */
export const led = () => shown;

/** @param {string} name */
function remembered(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

/** One bar, as long as its page is open. */
export class Bar extends Leading {
  /** @param {HTMLElement | ShadowRoot} parent */
  constructor(parent) {
    super(element("div", { class: "class-bar", hidden: "" }));
    document.dispatchEvent(new Event(BEGINS));
    this.over = () => this.stop(); // a new version of this file takes over after an update of the server
    document.addEventListener(BEGINS, this.over);
    this.parent = parent;
    parent.append(this.root);
    /** @type {Record<string, unknown>} */
    this.unsent = {};
    this.sending = false;
    /** @type {HandInSeen | null} */
    this.handIn = null;
    this.told = "";
    /** @type {string[]} */
    this.answered = []; // the questions that a student has answered
    /** @type {Led | null} */
    this.led = null;
    this.journey = new Journey(this);
    this.shown = (/** @type {CustomEvent<Led>} */ { detail }) => this.stepped(detail);
    this.begun = () => this.begin();
    this.seen = () => !document.hidden && Object.keys(this.unsent).length > 0 && this.show({});
    document.addEventListener("visibilitychange", this.seen);
    document.addEventListener("s2s-shown", this.shown);
    window.addEventListener("s2s-class", this.begun);
    window.addEventListener("storage", this.begun);
  }

  /** @param {Data} data */
  async update(data) {
    const fresh = !this.data;
    if (this.data && this.data.page !== data.page) this.led = null; // the stage was on another page
    this.data = data;
    this.lang = data.lang;
    if (this.words === undefined || this.file !== data.words) {
      this.file = data.words;
      this.words = /** @type {Words} */ (await (await fetch(near(data.words))).json());
      this.draw();
    }
    if (fresh) {
      for (const sheet of data.sheets) {
        this.parent.prepend(element("link", { rel: "stylesheet", href: near(sheet).href }));
      }
      this.begin();
    }
    this.journey.turned();
    this.turned();
  }

  /** Finds out which class this browser leads, or sits in, and listens to it. */
  async begin() {
    const lead = remembered(LEADS);
    const code = lead ?? remembered(SEAT);
    if (code === this.code && Boolean(lead) === this.leads && this.stream) return;
    this.leave();
    if (!code) return;
    this.turnTo(code, Boolean(lead));
    try {
      const answer = await fetch(this.at(this.leads ? "lead" : "state"), { cache: "no-store" });
      if (answer.status === 403 || answer.status === 404) {
        this.forget();
        return;
      }
      if (!answer.ok) throw new Error(`${answer.status}`);
      const told = await answer.json();
      if (this.leads) this.address = told.address;
      this.answered = Object.keys(told.answers ?? {});
    } catch {
      setTimeout(() => this.begin(), AGAIN);
      return;
    }
    this.handIn = this.leads ? null : new HandInSeen(this);
    this.listen();
    this.turned();
  }

  leave() {
    this.told = "";
    super.leave();
  }

  /** The class is not there any more, or is not this browser's. A student who was in it is told that it is over. */
  forget() {
    const { leads, code, state } = this;
    if (leads && code) drop(code);
    this.close();
    if (leads || !state) return;
    this.state = { ...state, mode: "ended" };
    this.draw();
  }

  close() {
    localStorage.removeItem(this.leads ? LEADS : SEAT);
    document.dispatchEvent(new CustomEvent("s2s-show", { detail: laidOver(null) }));
    this.turnTo(null, false);
    this.leave();
  }

  /** @param {State} state */
  heard(state) {
    if (!super.heard(state)) return false;
    if (!this.leads) {
      if (state.mode === "look" && !this.isBeside) location.assign(near(`../class/${this.code}`));
      return true;
    }
    if (this.data?.page === "") {
      document.dispatchEvent(new CustomEvent("s2s-show", { detail: laidOver(state.question) }));
    }
    this.journey.heard(state);
    return true;
  }

  /** Whether a student has followed the teacher to a page that is shown in the app alone. */
  get isBeside() {
    const page = this.state?.page;
    return Boolean(page) && page === this.data?.page;
  }

  // ---------------------------------------------------------------------------------------------------- leading
  /**
   * Called when the page or its link may have changed. It also sends the stage's step: after a reload, the stage
   * reported it before there was a connection to the class.
   * @param {boolean} [stands] whether the stage has got where the class is
   */
  turned(stands = true) {
    if (!this.leads || !this.stream || !this.data || this.journey.headed) return;
    const { page, link } = this.data;
    if (page === "classroom") return; // the teacher's own
    const told = JSON.stringify([page, link]);
    if (told === this.told) return;
    this.told = told;
    this.show({ page, link, ...(page === "" && stands && this.led ? { step: standing(this.led) } : {}) });
  }

  /** @param {Led} led */
  stepped(led) {
    const before = this.led;
    this.led = led;
    if (!this.leads || !this.stream || this.data?.page !== "" || this.journey.headed) return;
    if (before && before.at === led.at && before.unit === led.unit && before.side === led.side) return;
    this.show({ step: standing(led) });
  }

  /**
   * Sends the current place to the class: one message at a time; changes in the meantime are in the next one. The
   * server ignores places from before a command moved this screen.
   * @param {Record<string, unknown>} change
   */
  async show(change) {
    Object.assign(this.unsent, change, { brought: this.journey.seen?.brought });
    if (this.sending || document.hidden) return;
    this.sending = true;
    await new Promise((resolve) => setTimeout(resolve, PAINTED)); // the teacher's own step comes first
    while (Object.keys(this.unsent).length && this.leads) {
      const now = this.unsent;
      this.unsent = {};
      if (!(await this.command({ do: "show", ...now }))) {
        this.unsent = { ...now, ...this.unsent };
        if (this.leads) await new Promise((resolve) => setTimeout(resolve, AGAIN));
      }
    }
    this.sending = false;
  }

  /** Which output the stage stands at, from 0, and the sub-step; -1 while it reads. */
  get place() {
    const { at = "1", source = 1, outputs = 0 } = this.led ?? {};
    const [step, sub = 5] = at.split(".").map(Number);
    return { output: step - source - 1, sub, source, outputs };
  }

  /** @param {"next" | "look"} kind */
  async askAbout(kind) {
    const { output, sub, source, outputs } = this.place;
    const next = output < 0 ? 0 : sub < 5 ? output : output + 1;
    if (next >= outputs) return;
    const step = kind === "next" ? `${source + next + 1}.4` : `${source + next}`;
    this.openPanel(null);
    this.go(step);
    await this.ask({ kind, output: next }, step);
  }

  /**
   * @param {Record<string, unknown>} question
   * @param {string} [at]
   */
  async ask(question, at) {
    this.answersShown = false;
    const step = at && this.led ? { ...standing(this.led), at } : undefined;
    await this.command({ do: "ask", question, step, lang: this.lang });
  }

  /**
   * The teacher's own stage.
   * @param {string} at
   */
  go(at) {
    document.dispatchEvent(new CustomEvent("s2s-show", { detail: { at } }));
  }

  // ---------------------------------------------------------------------------------------------------- drawing
  draw() {
    const { words, state, root } = this;
    if (this.pressed) return;
    document.dispatchEvent(new CustomEvent("s2s-class-drawn"));
    root.hidden = !words || !state || (!this.leads && state.mode === "look" && !this.isBeside);
    rest(this, words, !this.leads && state?.mode === "pause");
    if (!words || !state) return;
    this.hang(this.leads ? parts(this, words, state) : strip(this, words, state));
    root.classList.toggle("opened", Boolean(root.querySelector(".below, dialog")));
  }

  stop() {
    super.stop();
    document.removeEventListener(BEGINS, this.over);
    document.removeEventListener("s2s-shown", this.shown);
    document.removeEventListener("visibilitychange", this.seen);
    rest(this, this.words, false);
    window.removeEventListener("s2s-class", this.begun);
    window.removeEventListener("storage", this.begun);
  }
}

/** @param {{ data: Data, parentElement: HTMLElement | ShadowRoot }} component */
export default function mount({ data, parentElement }) {
  const bar = bars.get(parentElement) ?? new Bar(parentElement);
  bars.set(parentElement, bar);
  shown = bar;
  bar.update(data);
  return () => {
    bar.stop();
    bars.delete(parentElement);
  };
}
