/** How a student comes in: a form for the code, and one for a name, which may stay empty. */

import { element, fill } from "./question.js";

/** @import { Words } from "./question.js" */

/**
 * The code in the address of a class's page, as people type it: in small letters, with spaces or hyphens.
 * @param {string} path
 */
export function codeIn(path) {
  const typed = /\/class\/([^/]+)/.exec(path)?.[1];
  if (!typed) return null;
  try {
    return plain(decodeURIComponent(typed));
  } catch {
    return plain(typed);
  }
}

/** @param {string} typed */
const plain = (typed) => typed.replace(/[\s-]/g, "").toUpperCase();

/** @param {string} code */
export const spaced = (code) => `${code.slice(0, 3)} ${code.slice(3)}`;

/**
 * @param {Words} words
 * @param {string} problem what was wrong with the last code, or ""
 * @param {(typed: string) => void} go
 * @param {boolean} [alone] whether there is nothing else on the page, so that the field gets the focus
 */
export function codeForm(words, problem, go, alone = true) {
  const field = /** @type {HTMLInputElement} */ (
    element("input", {
      type: "text",
      name: "code",
      required: "",
      maxlength: "12",
      autocomplete: "off",
      autocapitalize: "characters",
      spellcheck: "false",
      "aria-label": words.code,
      class: "code",
    })
  );
  const send = () => {
    const typed = plain(field.value);
    if (typed) go(typed);
  };
  return form(words, { title: words.code, hint: words.code_hint, problem }, field, send, alone);
}

/**
 * @param {Words} words
 * @param {string} code
 * @param {(name: string) => void} go
 */
export function nameForm(words, code, go) {
  const field = /** @type {HTMLInputElement} */ (
    element("input", { type: "text", name: "name", maxlength: "24", autocomplete: "off", "aria-label": words.name })
  );
  const said = { title: fill(words.join_title, { code: spaced(code) }), hint: words.name, problem: "" };
  return form(words, said, field, () => go(field.value));
}

/**
 * @param {Words} words
 * @param {{ title: string, hint: string, problem: string }} said
 * @param {HTMLInputElement} field
 * @param {() => void} go
 * @param {boolean} [alone]
 */
function form(words, { title, hint, problem }, field, go, alone = true) {
  const parts = [element("h1", {}, title), element("p", {}, hint), field];
  if (problem) parts.splice(1, 0, element("p", { class: "problem", role: "alert" }, problem));
  const button = element("button", { type: "submit", class: "primary" }, words.join);
  const send = (/** @type {Event} */ event) => {
    event.preventDefault();
    go();
  };
  if (alone && matchMedia("(hover: hover)").matches) setTimeout(() => field.focus()); // a phone would open its keyboard
  return element("form", { class: "join", onsubmit: send }, ...parts, button);
}
