/**
 * A student's answers that are being sent. Each is stored in the browser with its own id until the server has
 * acknowledged it. So no answer is lost if the network, the page or the server fails, and none is stored twice.
 */

/** @import { Given } from "./question.js" */

/**
 * @typedef {{
 *   id: string, question: string, choice?: number | null, text?: string, link?: Record<string, string>,
 * }} Answer
 */

const AGAIN = 1_500; // milliseconds

/** A unique id of an answer; crypto.randomUUID only exists on https pages. */
export function newId() {
  return [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The answers of one student to the questions of one class. */
export class Outbox {
  /**
   * @param {string} code
   * @param {(answer: Answer) => Promise<Response>} send
   * @param {(stored: Answer | null, question: string, reply: unknown, sent: Answer) => void} told is called once the
   *   server has said what is stored
   * @param {string} kind what is sent
   */
  constructor(code, send, told, kind = "answers") {
    this.place = `s2s-${kind}-${code}`;
    this.send = send;
    this.told = told;
    this.delivering = false;
  }

  /** @returns {Record<string, Answer>} what has not been acknowledged, by its question */
  waiting() {
    try {
      return JSON.parse(localStorage.getItem(this.place) ?? "{}");
    } catch {
      return {};
    }
  }

  /** @param {Record<string, Answer>} left */
  keep(left) {
    localStorage.setItem(this.place, JSON.stringify(left));
  }

  /**
   * @param {string} question
   * @param {Given | { link: Record<string, string> }} given
   */
  give(question, given) {
    if (this.waiting()[question]) return;
    this.keep({ ...this.waiting(), [question]: { id: newId(), question, ...given } });
    this.deliver();
  }

  /** Sends what waits, until it is acknowledged. */
  async deliver() {
    if (this.delivering) return;
    this.delivering = true;
    try {
      for (;;) {
        const [answer] = Object.values(this.waiting());
        if (!answer) break;
        const reply = await this.send(answer);
        if (reply.status >= 500) throw new Error(`${reply.status}`);
        const stored = reply.headers.get("content-type")?.includes("json") ? await reply.json() : null;
        this.keep(Object.fromEntries(Object.entries(this.waiting()).filter(([name]) => name !== answer.question)));
        this.told(stored?.question ? stored : null, answer.question, stored, answer);
      }
    } catch {
      setTimeout(() => this.deliver(), AGAIN);
    } finally {
      this.delivering = false;
    }
  }
}
