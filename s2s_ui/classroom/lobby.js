/**
 * The page of classes in the app: start a class, or join one by its code. For a class that this browser leads, it shows
 * the code for the room, the plan, the answers, and the button to end it. The data comes from the bar above (lead.js).
 */

import { codeForm, spaced } from "./joining.js";
import { led } from "./lead.js";
import { invitation, tables } from "./lead_parts.js";
import { planPanel, toDesk } from "./plan_parts.js";
import { ownClasses } from "./own.js";
import { element, fill } from "./question.js";
import { startClass } from "./start.js";

/** @import { Bar } from "./lead.js" */
/** @import { Words } from "./question.js" */

/** @typedef {{ link: Record<string, string>, words: string, sheets: string[] }} Data */

const SEAT = "s2s-seat"; // the code of the class that this browser sits in

/** @param {string} path */
const near = (path) => new URL(path, import.meta.url);

/** @type {WeakMap<HTMLElement | ShadowRoot, Lobby>} */
const lobbies = new WeakMap();

/** The page, as long as it is open. */
class Lobby {
  /** @param {HTMLElement | ShadowRoot} parent */
  constructor(parent) {
    this.parent = parent;
    this.root = element("div", { class: "lobby" });
    this.problem = "";
    /** @type {string[]} */
    this.own = []; // classes that this browser has started and does not lead now
    this.drawn = "";
    /** @type {Data | null} */
    this.data = null;
    /** @type {Words | null} */
    this.words = null;
    parent.append(this.root);
    this.led = false;
    this.heard = () => {
      const leads = Boolean(led()?.leads);
      if (this.led && !leads) this.look();
      this.led = leads;
      this.draw();
    };
    document.addEventListener("s2s-class-drawn", this.heard);
  }

  /** @param {Data} data */
  async update(data) {
    if (!this.data) {
      this.look();
      for (const sheet of data.sheets) {
        this.parent.prepend(element("link", { rel: "stylesheet", href: near(sheet).href }));
      }
    }
    if (this.data?.words !== data.words) {
      this.words = /** @type {Words} */ (await (await fetch(near(data.words))).json());
      this.drawn = "";
    }
    this.data = data;
    this.draw();
  }

  /** Finds out which classes of this browser are still there. */
  async look() {
    this.own = await ownClasses();
    this.draw();
  }

  draw() {
    const { words } = this;
    if (!words) return;
    const bar = led();
    const leads = Boolean(bar?.leads && bar.state && bar.state.mode !== "ended");
    const { code, plan, noteShown, state } = (leads && bar) || {};
    const seen = JSON.stringify([code, plan, noteShown, state?.plan, this.problem, this.own], withoutBar);
    if (seen === this.drawn) return; // an answer that comes in changes nothing here
    this.drawn = seen;
    const held = this.root.querySelector(":focus")?.getAttribute("data-name");
    this.root.replaceChildren(...(leads && bar ? this.leading(bar, words) : this.beginning(words)));
    /** @type {HTMLElement | null} */ (held && this.root.querySelector(`[data-name="${held}"]`))?.focus();
  }

  /** @param {Words} words */
  beginning(words) {
    const start = async () => {
      const inTheWay = await startClass({ page: "", link: this.data?.link ?? {} });
      this.problem = inTheWay ? fill(words.leads, { code: spaced(inTheWay) }) : inTheWay === "" ? words.failed : "";
      this.draw();
    };
    const begin = element(
      "button",
      { type: "button", class: "primary", "data-name": "start", onclick: start },
      words.start_class,
    );
    const problem = this.problem ? [element("p", { class: "problem", role: "alert" }, this.problem)] : [];
    const steps = [words.how_start, words.how_join, words.how_lead].map((line) => element("li", {}, line));
    const seat = localStorage.getItem(SEAT);
    const back = seat
      ? [element("a", { class: "button primary", href: near(`../class/${seat}`).href }, words.come_back)]
      : [];
    const join = codeForm(words, "", (code) => location.assign(near(`../class/${encodeURIComponent(code)}`)), false);
    return [
      element(
        "section",
        {},
        element("h2", {}, words.for_teachers),
        element("ol", { class: "how" }, ...steps),
        ...problem,
        begin,
        ...this.ownParts(words),
      ),
      element("section", {}, element("h2", {}, words.for_students), ...back, join),
    ];
  }

  /**
   * The ways back to classes of one's own: to lead them, to get their answers, to delete them.
   * @param {Words} words
   */
  ownParts(words) {
    if (!this.own.length) return [];
    const back = (/** @type {string} */ code) => () => {
      localStorage.setItem("s2s-leads", code);
      window.dispatchEvent(new Event("s2s-class"));
    };
    const buttons = this.own.map((code) =>
      element("button", { type: "button", "data-name": `own ${code}`, onclick: back(code) }, spaced(code)),
    );
    return [element("h3", {}, words.own_classes), element("div", { class: "row" }, ...buttons)];
  }

  /**
   * @param {Bar} bar
   * @param {Words} words
   */
  leading(bar, words) {
    const end = () => bar.command({ do: "mode", mode: "ended" });
    const button = element("button", { type: "button", "data-name": "end class", onclick: end }, words.end_class);
    return [
      element(
        "section",
        {},
        element("h2", {}, `${words.class} ${spaced(bar.code ?? "")}`),
        ...invitation(bar, words),
        element("div", { class: "row" }, ...toDesk(bar, words)),
      ),
      element("section", { class: "of-plan" }, ...planPanel(bar, words, [])),
      element(
        "section",
        {},
        element("h2", {}, words.afterwards),
        element("p", {}, words.end_hint),
        element("div", { class: "row" }, ...tables(bar, words), button),
      ),
    ];
  }

  stop() {
    document.removeEventListener("s2s-class-drawn", this.heard);
    this.root.remove();
  }
}

/**
 * What the plan knows, without the bar that it belongs to.
 * @param {string} name
 * @param {unknown} value
 */
function withoutBar(name, value) {
  return name === "bar" ? undefined : value;
}

/** @param {{ data: Data, parentElement: HTMLElement | ShadowRoot }} component */
export default function mount({ data, parentElement }) {
  const lobby = lobbies.get(parentElement) ?? new Lobby(parentElement);
  lobbies.set(parentElement, lobby);
  lobby.update(data);
  return () => {
    lobby.stop();
    lobbies.delete(parentElement);
  };
}
