/** The student's page beside the stage: where the teacher is, the question, and what a screen reader hears. */

import { asked, choices, element, fill, histogram } from "./question.js";

/** @import { Answer } from "./outbox.js" */
/** @import { Given, Question, Words } from "./question.js" */
/** @import { State } from "./student.js" */

/**
 * The way into the app, where the class explores or the teacher shows another page; nothing on the stage.
 * @param {State} state
 * @param {Words} words
 * @param {string} href the place in the app
 */
export function away({ mode, page }, words, href) {
  const button = (/** @type {string} */ label) => element("a", { class: "primary", href }, label);
  if (mode === "explore") return [element("p", {}, words.explore), button(words.explore_open)];
  if (!page) return [];
  const named = words[`page_${page}`] ?? page;
  return [
    element("p", {}, fill(words.elsewhere, { page: named })),
    button(fill(words.elsewhere_open, { page: named })),
  ];
}

/**
 * The question with what this student answered, or with what they can answer, and the answers once they are shown.
 * @param {Question} question
 * @param {Words} words
 * @param {Answer | null} mine what is stored
 * @param {Answer | null} sending what is on its way
 * @param {(given: Given) => void} give
 */
export function questionParts(question, words, mine, sending, give) {
  const parts = asked(question, words);
  const said = (/** @type {string} */ sentence, /** @type {Answer} */ { choice, text }) => {
    const answer = (typeof choice === "number" ? question.choices[choice] : text) ?? "";
    return element("p", { class: "given", tabindex: "-1" }, fill(sentence, { answer }));
  };
  if (mine) parts.push(said(words.sent, mine));
  else if (sending) parts.push(said(words.sending, sending));
  if (question.shown) parts.push(...histogram(question, words));
  else if (!mine && !sending && question.closed) parts.push(element("p", {}, words.too_late));
  if (!mine && !sending && !question.closed) parts.push(...choices(question, words, give));
  return parts;
}

/**
 * What the class is at, in words.
 * @param {State | null} state
 * @param {Record<"place" | "rest" | "banner" | "panel", HTMLElement>} page
 */
export function announced(state, { place, rest, banner, panel }) {
  if (state?.mode === "pause") return rest.textContent ?? "";
  const parts = [...place.querySelectorAll(".over"), ...banner.querySelectorAll("p")];
  if (state?.question) parts.push(...panel.querySelectorAll("h2, h2 + p, .given, .count, .histogram ~ p"));
  const said = (/** @type {Element} */ part) => (part.matches(".count") ? part.firstChild : part)?.textContent;
  return parts.map(said).join(" ");
}
