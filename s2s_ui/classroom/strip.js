/** What a student in the app sees of the class: the strip that leads back or says that it is over, and the rest. */

import { spaced } from "./joining.js";
import { near } from "./leading.js";
import { element, fill } from "./question.js";

/** @import { Words } from "./question.js" */
/** @import { Bar } from "./lead.js" */
/** @import { State } from "./leading.js" */

/**
 * The strip of a student who is elsewhere in the app.
 * @param {Bar} bar
 * @param {Words} words
 * @param {State} state
 */
export function strip(bar, words, { handing, mode, question }) {
  if (mode === "ended") {
    const close = element("button", { type: "button", "data-name": "close", onclick: () => bar.close() }, words.close);
    return [element("span", { role: "status" }, words.over), close];
  }
  const back = near(`../class/${bar.code}`).href;
  const isAsked = question && !question.closed && !bar.answered.includes(question.id);
  const said = fill(isAsked ? words.asks : words.goes_on, { code: spaced(bar.code ?? "") });
  return [
    element("span", { role: "status" }, said),
    ...(bar.handIn?.parts(words, bar.data?.link ?? {}, handing && Boolean(bar.data?.reads)) ?? []),
    element("a", { class: "button primary", href: back }, words.come_back),
  ];
}

/**
 * A student's app rests with the class, and what was done in it stays.
 * @param {Bar} bar
 * @param {Words | undefined} words
 * @param {boolean} rests
 */
export function rest(bar, words, rests) {
  const before = bar.parent.querySelector("dialog.rest");
  if (!rests || !words) before?.remove();
  if (!rests || !words || before) return;
  const keys = (/** @type {Event} */ event) =>
    shown.isConnected ? event.stopImmediatePropagation() : window.removeEventListener("keydown", keys, true);
  const closed = () => {
    shown.remove(); // a browser closes it with the second Escape, whatever it is told
    bar.draw();
  };
  const stay = (/** @type {Event} */ event) => event.preventDefault();
  const shown = /** @type {HTMLDialogElement} */ (
    element("dialog", { class: "rest", oncancel: stay, onclose: closed }, element("p", {}, words.paused))
  );
  window.addEventListener("keydown", keys, true);
  bar.parent.append(shown);
  shown.showModal();
}
