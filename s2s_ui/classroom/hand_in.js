/**
 * Handing in: a field for a student's own sentence on the student's page, and a button in the app for the current view.
 * The server sends the model's output. Like an answer, the sentence is in the outbox until it is acknowledged; if it is
 * refused, it comes back to the field.
 */

import { Outbox, newId } from "./outbox.js";
import { element, fill } from "./question.js";

/** @import { Bar } from "./lead.js" */
/** @import { Words } from "./question.js" */
/** @import { Answer } from "./outbox.js" */

/**
 * A student's hand-in, as `handing.py` sends it.
 * @typedef {{ id: string, text: string, answer: string, p: number }} Own
 */

/**
 * A probability with three decimals, as on every screen.
 * @param {number} p
 */
export const probability = (p) => (p > 0 && p < 0.0005 ? "<.001" : p.toFixed(3));

/**
 * A sentence and its answer, each with its own direction of writing.
 * @param {{ text: string, answer: string }} handed
 */
export function pair({ text, answer }) {
  return [element("bdi", { class: "text" }, text), " → ", element("bdi", { class: "answer" }, answer || "∅")];
}

/**
 * The outbox of hand-ins; the app and the student's page share it.
 * @param {string} code
 * @param {(told: Record<string, unknown>) => Promise<Response>} send
 * @param {(own: Own | null, reason: string, sent: Answer) => void} told
 */
function outbox(code, send, told) {
  const heard = (
    /** @type {unknown} */ _,
    /** @type {string} */ __,
    /** @type {any} */ reply,
    /** @type {Answer} */ sent,
  ) => told(reply?.id ? reply : null, reply?.reason ?? "", sent);
  return new Outbox(code, (answer) => send({ ...answer }), heard, "handed");
}

/** The part of the student's page in which sentences are handed in. */
export class HandIn {
  /**
   * @param {Words} words
   * @param {string} code
   * @param {(told: Record<string, unknown>) => Promise<Response>} send
   */
  constructor(words, code, send) {
    this.words = words;
    /** @type {Own[]} */
    this.own = [];
    this.most = 0;
    this.open = false;
    this.drawn = "";
    this.problem = element("p", { class: "problem", role: "alert", hidden: "" });
    this.count = element("p", {});
    this.list = element("ul", {});
    this.handed = element("div", { class: "handed", role: "status", tabindex: "0" }, this.list);
    this.field = /** @type {HTMLInputElement} */ (
      element("input", {
        type: "text",
        name: "sentence",
        maxlength: "2000",
        autocomplete: "off",
        autocapitalize: "off",
        spellcheck: "false",
        "aria-label": words.your_sentence,
        placeholder: words.your_sentence,
      })
    );
    const button = element("button", { type: "submit", class: "plain" }, words.send);
    this.form = element("form", { class: "sentence", onsubmit: (event) => this.give(event) }, this.field, button);
    const close = () => {
      this.problem.hidden = true;
      this.draw();
    };
    this.close = element("button", { type: "button", class: "plain", onclick: close }, words.close);
    this.folded = element(
      "details",
      { open: "" },
      element("summary", {}, words.hand_in),
      this.problem,
      this.close,
      this.count,
      this.form,
      this.handed,
    );
    this.root = element("section", { class: "hand-in", "aria-label": words.hand_in, hidden: "" }, this.folded);
    this.outbox = outbox(code, send, (own, reason, sent) => this.told(own, reason, sent));
  }

  /**
   * Takes the server's data about this student, after joining and whenever the page reconnects.
   * @param {{ handed?: Own[], sentences?: number }} told
   */
  enter({ handed = [], sentences = 0 }) {
    this.own = handed;
    this.most = sentences;
    this.outbox.deliver();
  }

  /** @param {boolean} open whether sentences are taken now */
  turn(open) {
    if (open !== this.open) this.problem.hidden = true;
    this.open = open;
    this.draw();
  }

  /** @param {Event} event */
  give(event) {
    event.preventDefault();
    const text = this.field.value.trim();
    if (!text) return;
    this.field.value = "";
    this.problem.hidden = true;
    this.outbox.give(newId(), { text });
    this.draw();
  }

  /**
   * @param {Own | null} own
   * @param {string} reason
   * @param {Answer} sent
   */
  told(own, reason, { text = "" }) {
    if (own) this.own = [...this.own.filter(({ id }) => id !== own.id), own];
    else {
      this.field.value ||= text;
      this.problem.replaceChildren(reason || this.words.failed);
      this.problem.hidden = false;
      this.folded.setAttribute("open", "");
    }
    this.draw();
  }

  draw() {
    const { words, own, most } = this;
    const waiting = Object.values(this.outbox.waiting());
    const given = own.length + waiting.length;
    this.root.hidden = !this.open && !waiting.length && this.problem.hidden;
    this.close.hidden = this.open || this.problem.hidden;
    this.count.hidden = !this.open;
    this.form.hidden = !this.open || given >= most;
    this.count.replaceChildren(fill(words.handed_count, { count: given, most }));
    this.handed.hidden = !given;
    const drawn = JSON.stringify([own, waiting]);
    if (drawn === this.drawn) return; // screen readers read a new list again
    this.drawn = drawn;
    const sent = own.map((handed) => element("li", {}, ...pair(handed)));
    const sending = waiting.map(({ text = "" }) => element("li", {}, fill(words.sending, { answer: text })));
    this.list.replaceChildren(...[...sent, ...sending].reverse());
  }
}

/** In the app: hands in what is seen, and says what came of it. */
export class HandInSeen {
  /** @param {Bar} bar */
  constructor(bar) {
    this.bar = bar;
    /** @type {(Node | string)[]} */
    this.said = [];
    const send = (/** @type {Record<string, unknown>} */ told) =>
      bar.post("hand-in", { ...told, lang: bar.data?.lang });
    this.outbox = outbox(bar.code ?? "", send, (own, reason) => {
      this.said = own ? [`${bar.words?.handed_in} `, ...pair(own)] : [reason || (bar.words?.failed ?? "")];
      bar.draw();
    });
    this.outbox.deliver();
  }

  /**
   * @param {Words} words
   * @param {Record<string, string>} link
   * @param {boolean} open whether something is taken now
   */
  parts(words, link, open) {
    const sending = Object.keys(this.outbox.waiting()).length > 0;
    const give = () => {
      if (sending) return;
      this.outbox.give(newId(), { link });
      this.bar.draw();
    };
    const button = { type: "button", "data-name": "hand in", "aria-disabled": String(sending), onclick: give };
    return [
      element("span", { class: "said", role: "status" }, ...(sending ? [words.handing_in] : this.said)),
      ...(open ? [element("button", button, words.hand_in_seen)] : []),
    ];
  }
}
