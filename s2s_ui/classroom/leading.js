/**
 * The connection of a teacher or a student to a class: it listens to the class and sends commands. The bar in the app
 * (lead.js) and the teacher's own window (desk.js) draw its state. The key is in a cookie that scripts cannot read.
 */

import { Line } from "./line.js";
import { Plan } from "./plan.js";
import { element } from "./question.js";
import { Wall } from "./wall.js";

/** @import { Question, Words } from "./question.js" */

/**
 * `brought` grows whenever the plan, the wall or a reveal has changed the place of the class, not the teacher's screen.
 * @typedef {{
 *   version: number, mode: string, here: number, seats: number, question: Question | null, page: string,
 *   link: Record<string, string>, step: { at: string } | null, handing: boolean, handed: [number, number],
 *   plan: { name: string, at: number | null, asked: boolean } | null, brought: number,
 * }} State
 * @typedef {"ask" | "end" | "wall" | "plan"} Panel
 */

/** How long it takes until something that failed is tried again, in milliseconds. */
export const AGAIN = 1_500;

/**
 * An address, from one that is relative to the folder of these files.
 * @param {string} path
 */
export const near = (path) => new URL(path, import.meta.url);

/** One class, as long as its screen is open. */
export class Leading {
  /** @param {HTMLElement} root where it is drawn */
  constructor(root) {
    this.root = root;
    /** @type {string | null} */
    this.code = null;
    this.leads = false;
    this.own = false; // whether this screen is the teacher's alone
    this.lang = "en";
    /** @type {Words | undefined} */
    this.words = undefined;
    /** @type {State | null} */
    this.state = null;
    this.cut = false; // whether the connection is lost
    /** @type {Panel | null} */
    this.open = null;
    this.pressed = false;
    this.drawn = "";
    this.answersShown = false;
    this.noteShown = false;
    this.problem = "";
    /** @type {Record<string, string>} */
    this.typed = {};
    this.address = "";
    this.line = new Line({
      heard: (data) => this.heard(JSON.parse(data)),
      here: () => this.mend(),
      gone: () => this.forget(),
      lost: (closed) => {
        this.miss();
        if (closed) setTimeout(() => this.begin(), AGAIN);
      },
      silent: () => {
        this.miss();
        this.listen();
      },
    });
    this.wall = new Wall(this);
    this.plan = new Plan(this);
    this.root.addEventListener("pointerdown", () => this.press());
  }

  /** @param {string} path */
  at(path) {
    return near(`../class/${this.code}/${path}`);
  }

  /**
   * @param {string | null} code
   * @param {boolean} leads
   */
  turnTo(code, leads) {
    this.code = code;
    this.leads = leads;
  }

  /** The line to the class, while there is one. */
  get stream() {
    return this.line.stream;
  }

  listen() {
    this.line.open(this.at(this.leads ? "lead" : "stream"));
  }

  miss() {
    if (this.cut) return;
    this.cut = true;
    this.draw();
  }

  mend() {
    if (!this.cut) return;
    this.cut = false;
    this.draw();
  }

  leave() {
    this.line.close();
    this.state = null;
    this.cut = false;
    this.drawn = "";
    this.plan.heard(null);
    this.draw();
  }

  /**
   * Whether this is news.
   * @param {State} state
   */
  heard(state) {
    this.mend();
    if (this.state && state.version < this.state.version) return false;
    this.state = state;
    if (this.leads) this.plan.heard(state);
    const drawn = JSON.stringify({ ...state, version: 0, brought: 0, step: null });
    if (drawn !== this.drawn || this.open === "ask") this.draw(); // what can be asked depends on the step
    this.drawn = drawn;
    this.wall.look();
    return true;
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

  async reveal() {
    await this.command({ do: "reveal" });
  }

  /** @param {boolean} onwards whether about the next output */
  async again(onwards) {
    this.answersShown = false;
    await this.command({ do: "again", onwards, lang: this.lang });
  }

  /**
   * Opens or closes the panel below the bar; names that were shown there are hidden again.
   * @param {Panel | null} name
   */
  openPanel(name) {
    this.open = this.open === name ? null : name;
    this.noteShown = false;
    this.draw();
  }

  /**
   * Whether this is to be seen now.
   * @param {Panel} name
   */
  shows(name) {
    return this.own || this.open === name;
  }

  /** Nothing is drawn while a button is pressed: a new button would not get the click when it is released. */
  press() {
    this.pressed = true;
    const release = () =>
      setTimeout(() => {
        this.pressed = false;
        this.draw();
      });
    for (const event of ["pointerup", "pointercancel"]) window.addEventListener(event, release, { once: true });
  }

  /**
   * Draws everything again. Scroll position, focus and typed text are kept, also of hidden fields.
   * @param {(Node | string)[]} parts
   */
  hang(parts) {
    const { root } = this;
    const held = root.querySelector(":focus")?.getAttribute("data-name");
    const fields = () => /** @type {HTMLInputElement[]} */ ([...root.querySelectorAll("input, textarea")]);
    for (const { name, value } of fields()) this.typed[name] = value;
    const scrolled = root.querySelector(".wall")?.scrollTop ?? 0;
    root.replaceChildren(...parts);
    root.querySelector(".wall")?.scrollTo(0, scrolled);
    for (const field of fields()) field.value = this.typed[field.name] ?? "";
    /** @type {HTMLElement | null} */ (held && root.querySelector(`[data-name="${held}"]`))?.focus();
  }

  /** Finds out about the class, and listens to it. */
  async begin() {}

  /** The class is deleted, or is not this browser's. */
  forget() {}

  /** What is wrong, as elements. */
  get problems() {
    const said = this.problem || (this.cut ? (this.words?.lost ?? "") : "");
    return said ? [element("span", { class: "problem", role: "alert" }, said)] : [];
  }

  draw() {}

  stop() {
    this.line.stop();
    this.plan.stop();
    this.root.remove();
  }
}
