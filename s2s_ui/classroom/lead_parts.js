/** What the teacher's bar consists of: the code, the modes, the question, the end. The bar itself (lead.js) leads. */

import { spaced } from "./joining.js";
import { courseOf, planPanel, planParts } from "./plan_parts.js";
import { asked, element, fill, histogram } from "./question.js";

/** @import { Question, Words } from "./question.js" */
/** @import { Bar } from "./lead.js" */
/** @import { Leading, State } from "./leading.js" */

/** The modes and the names of their words. */
const MODES = [
  ["follow", "follow"],
  ["explore", "explore_mode"],
  ["look", "look"],
  ["pause", "pause"],
];

/**
 * @param {string} name
 * @param {string} label
 * @param {() => void} act
 * @param {Record<string, string>} more
 */
function button(name, label, act, more = {}) {
  return element("button", { type: "button", "data-name": name, onclick: act, ...more }, label);
}

/**
 * The teacher's bar, and what is open below it.
 * @param {Bar} bar
 * @param {Words} words
 * @param {State} state
 */
export function parts(bar, words, state) {
  const code = button("code", spaced(bar.code ?? ""), () => showCode(bar, words), {
    class: "code",
    "aria-label": `${words.show_code}: ${bar.code}`,
    title: words.show_code,
  });
  const named = element("b", {}, words.class);
  const problem = bar.problems;
  if (state.mode === "ended") {
    const deleted = () => bar.command({ do: "delete" });
    return [
      named,
      element("span", { role: "status" }, words.ended),
      ...problem,
      element("span", { class: "space" }),
      ...tables(bar, words),
      button("go on", words.go_on, () => bar.command({ do: "mode", mode: "follow" })),
      button("delete", words.delete, deleted, { title: words.delete_hint }),
      button("close", words.close, () => bar.close()),
    ];
  }
  return [
    named,
    code,
    ...modes(bar, words, state),
    button("ask", words.ask, () => bar.openPanel("ask"), { "aria-expanded": String(bar.open === "ask") }),
    bar.wall.button(words, state),
    ...planParts(bar, words),
    ...problem,
    element("span", { class: "space" }),
    button("end", words.end, () => bar.openPanel("end"), { "aria-expanded": String(bar.open === "end") }),
    ...below(bar, words, state),
  ];
}

/**
 * Who is here, and what the screens of the class do.
 * @param {Leading} bar
 * @param {Words} words
 * @param {State} state
 */
export function modes(bar, words, state) {
  const buttons = MODES.map(([mode, label]) =>
    button(mode, words[label], () => bar.command({ do: "mode", mode }), {
      "aria-pressed": String(state.mode === mode),
    }),
  );
  return [
    element("span", { class: "here", role: "status" }, fill(words.here, { count: state.here })),
    element("div", { class: "modes", role: "group", "aria-label": words.class }, ...buttons),
  ];
}

/**
 * The answers as a file: students are numbers, unless the teacher asks for the names that were given.
 * @param {Leading} bar
 * @param {Words} words
 */
export function tables(bar, words) {
  const link = (/** @type {string} */ path, /** @type {string} */ label) =>
    element("a", { class: "button", href: bar.at(path).href, download: "" }, label);
  const course = element(
    "a",
    { class: "button", href: courseOf(bar), download: "", title: words.course_hint },
    words.course,
  );
  return [link("answers.csv", words.csv), link("answers.csv?names=1", words.csv_names), course];
}

/**
 * @param {Bar} bar
 * @param {Words} words
 * @param {State} state
 */
function below(bar, words, state) {
  const { question } = state;
  if (bar.open === "end") {
    const end = () => {
      bar.openPanel(null);
      bar.command({ do: "mode", mode: "ended" });
    };
    const buttons = [button("end class", words.end_class, end, { class: "primary" })];
    buttons.push(...tables(bar, words));
    return [panel("end", element("p", {}, words.end_hint), element("div", { class: "row" }, ...buttons))];
  }
  if (bar.open === "wall") {
    return [element("section", { class: "below wall", "aria-label": words.wall }, ...bar.wall.parts(words, state))];
  }
  if (bar.open === "plan") return [panel("of-plan", ...planPanel(bar, words))];
  if (bar.open === "ask") return [panel("ask", ...askable(bar, words))];
  if (question) {
    const parts = results(bar, words, question);
    const bars = parts.some((part) => part.matches(".histogram")); // those of the attention are on the loom as well
    return [panel(question.kind === "look" || !bars ? "asked line" : "asked", ...parts)];
  }
  return [];
}

/**
 * @param {Bar} bar
 * @param {Words} words
 */
function askable(bar, words) {
  const onStage = bar.data?.page === "" && bar.led;
  const { output, sub, outputs } = bar.place;
  const left = (sub < 5 ? output : output + 1) < outputs;
  /** @param {boolean} can */
  const off = (can) => /** @type {Record<string, string>} */ (can ? {} : { disabled: "" });
  const text = element("input", { type: "text", name: "text", maxlength: "300", "data-name": "text" });
  const lines = element("textarea", { name: "choices", rows: "4", "data-name": "choices" });
  const send = (/** @type {Event} */ event) => {
    event.preventDefault();
    const [{ value: question }, { value: offered }] = /** @type {HTMLInputElement[]} */ ([text, lines]);
    const choices = offered.split("\n").filter((line) => line.trim());
    if (!question.trim() || choices.length === 1) return;
    bar.openPanel(null);
    for (const field of /** @type {HTMLInputElement[]} */ ([text, lines])) field.value = "";
    bar.ask({ kind: choices.length ? "choice" : "text", text: question, choices });
  };
  const labelled = (/** @type {string} */ label, /** @type {Node} */ field) => element("label", {}, label, field);
  return [
    element(
      "div",
      { class: "row" },
      button("next", words.ask_next, () => bar.askAbout("next"), off(Boolean(onStage) && left)),
      button(
        "where",
        words.ask_look,
        () => bar.askAbout("look"),
        off(Boolean(onStage) && left && bar.led?.attends === true),
      ),
      button("change", words.ask_change, () => {
        bar.openPanel(null);
        const offered = [words.change_nothing, words.change_numbers, words.change_answer];
        bar.ask({ kind: "choice", text: words.ask_change, choices: offered });
      }),
    ),
    ...(bar.data?.asks ? [lessonQuestions(bar, words, bar.data.asks)] : []),
    ...(onStage ? [] : [element("p", {}, words.only_on_stage)]),
    ...(onStage && !bar.led?.attends ? [element("p", {}, words.no_attention)] : []),
    element("h2", {}, words.ask_own),
    element(
      "form",
      { class: "own", onsubmit: send },
      labelled(words.own_question, text),
      labelled(words.own_choices, lines),
      element("button", { type: "submit", class: "primary", "data-name": "ask it" }, words.ask_it),
    ),
  ];
}

/**
 * What the chapter asks: its question, and its second one.
 * @param {Bar} bar
 * @param {Words} words
 * @param {number} asks
 */
function lessonQuestions(bar, words, asks) {
  const ask = (/** @type {boolean} */ second) => () => {
    bar.openPanel(null);
    bar.ask({ kind: "lesson", second });
  };
  const buttons = [button("lesson", words.ask_lesson, ask(false))];
  if (asks > 1) buttons.push(button("lesson second", words.ask_lesson_second, ask(true)));
  return element("div", { class: "row" }, ...buttons);
}

/**
 * The question with its answers. On a screen that the class may see, answers are hidden until they are revealed.
 * @param {Leading} bar
 * @param {Words} words
 * @param {Question} question
 */
export function results(bar, words, question) {
  const visible = question.shown || bar.answersShown || bar.own;
  const toggle = () => {
    bar.answersShown = !bar.answersShown;
    bar.draw();
  };
  const counted = element(
    "p",
    { class: "count", role: "status" },
    fill(words.answers, { count: question.tally?.count ?? 0 }),
  );
  const hidden = { ...question, model: [], right: null }; // the model's answer is hidden until the reveal
  const answers = visible ? histogram(question.shown || bar.own ? question : hidden, words) : [counted];
  const buttons = [button("done", words.done, () => bar.command({ do: "clear" }))];
  if (question.shown) {
    const again = (/** @type {boolean} */ onwards) => () => bar.again(onwards);
    buttons.unshift(button("again", words.ask_again, again(false)));
    if (question.output !== null) buttons.unshift(button("onwards", words.ask_onwards, again(true)));
  }
  if (!question.shown) {
    const label = bar.answersShown ? words.hide_answers : words.show_answers;
    const live = button("answers", label, toggle, { "aria-pressed": String(bar.answersShown) });
    buttons.unshift(
      button("reveal", words.reveal, () => bar.reveal(), { class: "primary" }),
      ...(bar.own ? [] : [live]),
    );
  }
  return [...asked(question, words), ...answers, element("div", { class: "row" }, ...buttons)];
}

/**
 * How students come in: the QR, the code, the address.
 * @param {Bar} bar
 * @param {Words} words
 */
export function invitation(bar, words) {
  const local = /^https?:\/\/(localhost|127\.|\[::1\])/.test(bar.address);
  return [
    element("img", { src: bar.at("qr.svg").href, alt: "" }),
    element("p", { class: "large" }, spaced(bar.code ?? "")),
    element("p", { class: "address" }, fill(words.at_address, { address: bar.address.replace(/\/[^/]*$/, "") })),
    ...(local ? [element("p", { class: "problem" }, words.local_only)] : []),
  ];
}

/**
 * The code for a whole room, with its QR and the address.
 * @param {Bar} bar
 * @param {Words} words
 */
function showCode(bar, words) {
  const [image, ...said] = invitation(bar, words);
  const escaped = (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== "Escape") return;
    event.stopImmediatePropagation(); // the stage behind it has this key too, wherever the focus is
    shown.close();
  };
  const closed = () => {
    window.removeEventListener("keydown", escaped, true);
    shown.remove();
  };
  window.addEventListener("keydown", escaped, true);
  const shown = /** @type {HTMLDialogElement} */ (
    element(
      "dialog",
      { "aria-label": words.show_code, onclose: closed },
      image,
      element("div", {}, ...said),
      element("button", { type: "button", class: "close", onclick: () => shown.close() }, words.close),
    )
  );
  bar.parent.append(shown);
  shown.showModal();
}

/**
 * @param {string} name
 * @param {(Node | string)[]} children
 */
function panel(name, ...children) {
  return element("section", { class: `below ${name}` }, ...children);
}
