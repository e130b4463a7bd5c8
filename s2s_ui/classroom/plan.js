/**
 * The class's plan in the teacher's bar. One key goes through the whole plan: to a step, then to its question, then to
 * the answers, then to the next step. The server moves the class, and the teacher's own app follows (journey.js).
 */

import { element } from "./question.js";

/** @import { Leading, State } from "./leading.js" */

/**
 * @typedef {{
 *   title: string, page: string, link: Record<string, string>, at: string | null, minutes: number | null, note: string,
 *   asks: string | null, words: string | null,
 * }} PlanStep
 * @typedef {{ title: string, language: string | null, steps: PlanStep[] }} Told
 */

const KEYS = ["n", "ㅜ"]; // the same key, with a Korean keyboard too
const TAKES_LETTERS =
  "input, textarea, select, [contenteditable=''], [contenteditable='true'], dialog, " +
  "[role=textbox], [role=combobox], [role=listbox], [role=option], [role=menu], [role=dialog]";
const LONGEST = 100_000; // characters of a file that are sent; the server says that it is too long

/** The plan of one class, as far as the bar knows it. */
export class Plan {
  /** @param {Leading} bar */
  constructor(bar) {
    this.bar = bar;
    this.name = "";
    /** @type {Told | null} */
    this.told = null;
    this.busy = false;
    /** @type {"next" | "back" | null} */
    this.waiting = null; // a key that was pressed meanwhile
    this.problem = "";
    this.pressed = (/** @type {KeyboardEvent} */ event) => this.press(event);
    window.addEventListener("keydown", this.pressed);
  }

  /** @param {State | null} state */
  async heard(state) {
    const name = state?.plan?.name ?? "";
    if (name === this.name) return;
    this.name = name;
    this.told = null;
    if (!name) return;
    try {
      const answer = await fetch(this.bar.at("plan"), { cache: "no-store" });
      if (!answer.ok) throw new Error(`${answer.status}`);
      this.told = await answer.json();
      this.bar.draw();
    } catch {
      this.name = ""; // the next event tries again
    }
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.defaultPrevented) return;
    const target = /** @type {Element} */ (event.composedPath()[0]);
    if (!KEYS.includes(event.key.toLowerCase()) || target.closest?.(TAKES_LETTERS)) return;
    if (!this.told || this.bar.state?.mode === "ended") return;
    event.preventDefault();
    const wish = event.shiftKey ? "back" : "next";
    if (this.busy) this.waiting = wish;
    else this[wish]();
  }

  /** @returns {PlanStep | null} */
  get here() {
    const at = this.bar.state?.plan?.at ?? null;
    return at === null ? null : (this.told?.steps[at] ?? null);
  }

  /** What the key does now: null at the end of the plan. */
  get onwards() {
    const { state, words } = this.bar;
    if (!this.told || !state?.plan || !words) return null;
    const { at, asked } = state.plan;
    if (state.question && !state.question.shown) return { does: "reveal", at, label: words.reveal };
    if (this.here?.asks && !asked) return { does: "ask", at, label: words.ask };
    const next = at === null ? 0 : at + 1;
    if (next >= this.told.steps.length) return null;
    return { does: "go", at: next, label: at === null ? words.plan_begin : words.plan_next };
  }

  async next() {
    const step = this.onwards;
    if (!step || this.busy) return;
    if (step.does === "reveal") await this.alone(() => this.bar.reveal());
    else await this.to(step.does, step.at ?? 0);
  }

  async back() {
    const at = this.bar.state?.plan?.at ?? 0;
    if (at > 0) await this.to("go", at - 1);
  }

  /**
   * To a step, or to its question.
   * @param {string} does
   * @param {number} at
   */
  async to(does, at) {
    await this.alone(async () => {
      this.bar.answersShown = false;
      await this.command({ do: does, at });
    });
  }

  /** @param {() => Promise<unknown>} act */
  async alone(act) {
    if (this.busy) return;
    this.busy = true;
    const before = this.bar.state?.version;
    try {
      await act();
      for (let tries = 0; tries < 40 && !this.problem && this.bar.state?.version === before; tries += 1) {
        await new Promise((resolve) => setTimeout(resolve, 50)); // the next action of the key depends on the new state
      }
    } finally {
      this.busy = false;
    }
    const wish = this.waiting;
    this.waiting = null;
    if (wish) this[wish]();
  }

  /**
   * @param {Record<string, unknown>} told
   */
  async command(told) {
    const { bar } = this;
    this.problem = "";
    try {
      const body = JSON.stringify({ ...told, lang: bar.lang });
      const headers = { "Content-Type": "application/json" };
      const answer = await fetch(bar.at("plan"), { method: "POST", headers, body });
      if (answer.ok) return;
      this.problem = answer.status === 422 ? await answer.text() : (bar.words?.plan_refused ?? "");
    } catch {
      this.problem = bar.words?.failed ?? "";
    }
    bar.draw();
  }

  choose() {
    const field = /** @type {HTMLInputElement} */ (
      element("input", { type: "file", accept: ".toml,text/plain,application/toml" })
    );
    field.addEventListener("change", async () => {
      const content = await field.files?.[0]?.arrayBuffer();
      if (!content) return;
      try {
        const text = new TextDecoder("utf-8", { fatal: true }).decode(content);
        await this.load({ text: text.slice(0, LONGEST) });
      } catch {
        this.problem = this.bar.words?.plan_encoding ?? "";
        this.bar.draw();
      }
    });
    field.click();
  }

  /** @param {{ text: string } | { shipped: string }} what */
  async load(what) {
    await this.alone(() => this.command({ do: "load", ...what }));
  }

  stop() {
    window.removeEventListener("keydown", this.pressed);
  }
}
