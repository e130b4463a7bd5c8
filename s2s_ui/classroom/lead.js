/**
 * The teacher's bar on every page of the app, and the strip that leads a student back. The script of a page only says
 * which page and link it shows; whatever the teacher does goes from here to the class by itself, and no script runs for
 * it. The key is a cookie that this code does not see; the browser remembers the code of the class alone.
 */

import { HandInSeen } from "./hand_in.js";
import { parts, strip } from "./lead_parts.js";
import { Plan } from "./plan.js";
import { element, laidOver } from "./question.js";
import { Wall } from "./wall.js";

/** @import { Question, Words } from "./question.js" */
/** @import { Led } from "../stage/js/types.js" */

/**
 * @typedef {{
 *   version: number, mode: string, here: number, seats: number, question: Question | null, page: string,
 *   link: Record<string, string>, handing: boolean, handed: [number, number],
 *   plan: { name: string, at: number | null, asked: boolean } | null,
 * }} State
 * @typedef {{ page: string, link: Record<string, string>, lang: string, words: string, sheets: string[] }} Data
 */

const LEADS = "s2s-leads"; // the code of the class that this browser leads
const SEAT = "s2s-seat"; // the code of the class that this browser sits in
const AGAIN = 1_500;

/** @type {WeakMap<HTMLElement | ShadowRoot, Bar>} */
const bars = new WeakMap();
/** @type {Bar | null} */
let shown = null;

/** The bar of this page, for the page of classes: it says "s2s-class-drawn" whenever it may know something new. */
export const led = () => shown;

/** @param {string} path */
const near = (path) => new URL(path, import.meta.url);

/** @param {string} name */
function remembered(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

/** One bar, as long as its page is open. */
export class Bar {
  /** @param {HTMLElement | ShadowRoot} parent */
  constructor(parent) {
    this.parent = parent;
    this.root = element("div", { class: "class-bar", hidden: "" });
    parent.append(this.root);
    /** @type {string | null} */
    this.code = null;
    this.leads = false;
    /** @type {State | null} */
    this.state = null;
    /** @type {EventSource | null} */
    this.stream = null;
    /** @type {Record<string, unknown>} */
    this.unsent = {};
    this.sending = false;
    /** @type {"ask" | "end" | "wall" | "plan" | null} */
    this.open = null;
    this.pressed = false;
    this.root.addEventListener("pointerdown", () => this.press());
    this.wall = new Wall(this);
    /** @type {HandInSeen | null} */
    this.handIn = null;
    this.answersShown = false;
    this.problem = "";
    this.address = "";
    this.told = "";
    /** @type {Led | null} */
    this.led = null;
    this.plan = new Plan(this);
    this.shown = (/** @type {CustomEvent<Led>} */ { detail }) => this.stepped(detail);
    this.begun = () => this.begin();
    document.addEventListener("s2s-shown", this.shown);
    window.addEventListener("s2s-class", this.begun);
    window.addEventListener("storage", this.begun);
  }

  /** @param {Data} data */
  async update(data) {
    const fresh = !this.data;
    this.data = data;
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
    this.plan.turned();
    this.turned();
  }

  /** @param {string} path */
  at(path) {
    return near(`../class/${this.code}/${path}`);
  }

  /** Finds out which class this browser leads, or sits in, and listens to it. */
  async begin() {
    const lead = remembered(LEADS);
    const code = lead ?? remembered(SEAT);
    if (code === this.code && Boolean(lead) === this.leads && this.stream) return;
    this.leave();
    if (!code) return;
    this.code = code;
    this.leads = Boolean(lead);
    try {
      const answer = await fetch(this.at(this.leads ? "lead" : "state"), { cache: "no-store" });
      if (answer.status === 403 || answer.status === 404) {
        this.forget();
        return;
      }
      if (!answer.ok) throw new Error(`${answer.status}`);
      if (this.leads) this.address = (await answer.json()).address;
    } catch {
      setTimeout(() => this.begin(), AGAIN);
      return;
    }
    this.handIn = this.leads ? null : new HandInSeen(this);
    this.listen();
    this.turned();
  }

  listen() {
    this.stream = new EventSource(this.at(this.leads ? "lead" : "stream"));
    this.stream.onmessage = ({ data }) => this.heard(JSON.parse(data));
    this.stream.addEventListener("gone", () => this.forget());
    this.stream.onerror = () => {
      if (this.stream?.readyState !== EventSource.CLOSED) return; // it comes back by itself
      this.stream = null;
      setTimeout(() => this.begin(), AGAIN);
    };
  }

  leave() {
    this.stream?.close();
    this.stream = null;
    this.state = null;
    this.told = "";
    this.plan.heard(null);
    this.draw();
  }

  forget() {
    localStorage.removeItem(this.leads ? LEADS : SEAT);
    document.dispatchEvent(new CustomEvent("s2s-show", { detail: laidOver(null) }));
    this.leave();
    this.code = null;
  }

  /** @param {State} state */
  heard(state) {
    if (this.state && state.version < this.state.version) return;
    this.state = state;
    if (!this.leads) {
      if (state.mode === "look") location.assign(near(`../class/${this.code}`));
      if (state.mode === "ended") this.forget();
    } else if (this.data?.page === "") {
      document.dispatchEvent(new CustomEvent("s2s-show", { detail: laidOver(state.question) }));
    }
    if (this.leads) this.plan.heard(state);
    this.draw();
    this.wall.look();
  }

  // ---------------------------------------------------------------------------------------------------- leading
  /** The page or its link may be another one. */
  turned() {
    if (!this.leads || !this.stream || !this.data || this.plan.headed) return;
    const { page, link } = this.data;
    if (page === "classroom") return; // the teacher's own
    const told = JSON.stringify([page, link]);
    if (told === this.told) return;
    this.told = told;
    this.show({ page, link });
  }

  /** @param {Led} led */
  stepped(led) {
    const before = this.led;
    this.led = led;
    if (!this.leads || !this.stream || this.data?.page !== "" || this.plan.headed) return;
    if (before && before.at === led.at && before.unit === led.unit && before.side === led.side) return;
    this.show({ step: { at: led.at, unit: led.unit, side: led.side } });
  }

  /**
   * Tells the class what is shown now: one message at a time, and what changes meanwhile goes with the next one.
   * @param {Record<string, unknown>} change
   */
  async show(change) {
    Object.assign(this.unsent, change);
    if (this.sending || document.hidden) return;
    this.sending = true;
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

  /**
   * @param {string} path
   * @param {Record<string, unknown>} told
   */
  post(path, told) {
    const headers = { "Content-Type": "application/json" };
    return fetch(this.at(path), { method: "POST", headers, body: JSON.stringify(told) });
  }

  /**
   * Whether a command has happened; one that the server refuses is not sent again.
   * @param {Record<string, unknown>} told
   */
  async command(told) {
    this.problem = "";
    try {
      const answer = await this.post("lead", told);
      if (answer.status === 403 || answer.status === 404) this.forget();
      return answer.status < 500;
    } catch {
      this.problem = this.words?.failed ?? "";
      this.draw();
      return false;
    }
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
    const step = at && this.led ? { at, unit: this.led.unit, side: this.led.side } : undefined;
    await this.command({ do: "ask", question, step, lang: this.data?.lang });
  }

  async reveal() {
    const question = this.state?.question;
    if (!question) return;
    const { source } = this.place;
    const output = question.output ?? 0;
    const at = { next: `${source + output + 1}`, look: `${source + output + 1}.2` }[String(question.kind)];
    const about = at && this.led && this.data?.page === "";
    const step = about ? { at, unit: this.led?.unit, side: this.led?.side } : undefined;
    await this.command({ do: "reveal", step });
    if (about) this.go(at);
  }

  /**
   * The teacher's own stage.
   * @param {string} at
   */
  go(at) {
    document.dispatchEvent(new CustomEvent("s2s-show", { detail: { at } }));
  }

  // ---------------------------------------------------------------------------------------------------- drawing
  /** @param {"ask" | "end" | "wall" | "plan" | null} name */
  openPanel(name) {
    this.open = this.open === name ? null : name;
    this.draw();
  }

  /** While a button is pressed nothing is drawn: it would be another one when it is let go, and have no click. */
  press() {
    this.pressed = true;
    const release = () =>
      setTimeout(() => {
        this.pressed = false;
        this.draw();
      });
    for (const event of ["pointerup", "pointercancel"]) window.addEventListener(event, release, { once: true });
  }

  draw() {
    const { words, state, root } = this;
    if (this.pressed) return;
    document.dispatchEvent(new CustomEvent("s2s-class-drawn"));
    root.hidden = !words || !state || (!this.leads && state.mode === "look");
    if (!words || !state) return;
    const held = root.querySelector(":focus")?.getAttribute("data-name");
    const typed = [...root.querySelectorAll("input, textarea")].map(
      (field) => /** @type {HTMLInputElement} */ (field).value,
    );
    const scrolled = root.querySelector(".wall")?.scrollTop ?? 0;
    root.replaceChildren(...(this.leads ? parts(this, words, state) : strip(this, words, state)));
    root.querySelector(".wall")?.scrollTo(0, scrolled);
    root.classList.toggle("opened", Boolean(root.querySelector(".below, dialog")));
    root.querySelectorAll("input, textarea").forEach((field, at) => {
      /** @type {HTMLInputElement} */ (field).value = typed[at] ?? "";
    });
    /** @type {HTMLElement | null} */ (held && root.querySelector(`[data-name="${held}"]`))?.focus();
  }

  stop() {
    this.stream?.close();
    this.plan.stop();
    document.removeEventListener("s2s-shown", this.shown);
    window.removeEventListener("s2s-class", this.begun);
    window.removeEventListener("storage", this.begun);
    this.root.remove();
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
