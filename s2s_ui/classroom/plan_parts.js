/** What the teacher's bar shows of a plan: the step with its way back and on, and below it the note and all steps. */

import { element, fill } from "./question.js";

/** @import { Words } from "./question.js" */
/** @import { Leading } from "./leading.js" */
/** @import { PlanStep } from "./plan.js" */

/** @type {Record<string, string>} */
const ASKS = { next: "ask_next", where: "ask_look", change: "ask_change", lesson: "ask_lesson" };

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
 * What stands in the bar: the step with its way back and on; without a plan, the way to one.
 * @param {Leading} bar
 * @param {Words} words
 */
export function planParts(bar, words) {
  const { plan, state } = bar;
  const opened = { "aria-expanded": String(bar.open === "plan") };
  const open = () => bar.openPanel("plan");
  if (!plan.told || !state?.plan) return bar.own ? [] : [button("plan", words.plan, open, opened)];
  const { at } = state.plan;
  const { here, onwards } = plan;
  const minutes = here?.minutes ? [element("span", { class: "minutes" }, inMinutes(here.minutes, words))] : [];
  const count = element("b", {}, `${at === null ? "–" : at + 1}/${plan.told.steps.length}`);
  const title = element("span", { class: "title" }, here?.title ?? plan.told.title);
  const middle = bar.own
    ? element("p", { class: "step" })
    : button("plan", "", open, { ...opened, class: "step", title: words.plan_hint });
  middle.append(count, title, ...minutes);
  /** @param {unknown} can */
  const off = (can) => /** @type {Record<string, string>} */ (can ? {} : { disabled: "" });
  const on = onwards?.does === "go" ? plan.told.steps[onwards.at ?? 0].title : said(here, words);
  const next = button("plan next", onwards?.label ?? words.plan_over, () => plan.next(), {
    class: "onwards",
    title: onwards ? `${onwards.label}: ${on} (N)` : words.plan_over,
    "aria-keyshortcuts": "N",
    ...off(onwards),
  });
  if (onwards) next.append(element("kbd", { "aria-hidden": "true" }, "N"));
  return [
    element(
      "div",
      { class: "plan", role: "group", "aria-label": words.plan },
      button("plan back", "‹", () => plan.back(), {
        "aria-label": words.plan_back,
        title: `${words.plan_back} (Shift + N)`,
        ...off(at),
      }),
      middle,
      next,
    ),
  ];
}

/**
 * What is open below: the note and all steps; without a plan, those that can be loaded.
 * @param {Leading} bar
 * @param {Words} words
 * @param {HTMLElement[]} desk the way to the teacher's own window
 */
export function planPanel(bar, words, desk = toDesk(bar, words)) {
  const { plan } = bar;
  const { told, here } = plan;
  const problem = plan.problem ? [element("p", { class: "problem", role: "alert" }, plan.problem)] : [];
  const file = button("plan file", words.plan_file, () => plan.choose());
  if (!told) {
    const ways = [
      button("plan en", words.plan_en, () => plan.load({ shipped: "en" })),
      button("plan ko", words.plan_ko, () => plan.load({ shipped: "ko" })),
      file,
    ];
    return [element("h2", {}, words.plan), element("p", {}, words.plan_what), ...problem, row(ways)];
  }
  const asks = said(here, words);
  const note = [
    ...(here?.note ? here.note.split("\n").map((line) => element("p", {}, line)) : []),
    ...(asks ? [element("p", { class: "asks" }, fill(words.plan_asks, { question: asks }))] : []),
  ];
  const steps = told.steps.map((step, at) => {
    const current = at === bar.state?.plan?.at ? { "aria-current": "step" } : {};
    const go = button(
      `plan ${at}`,
      step.title,
      () => plan.to("go", at),
      /** @type {Record<string, string>} */ (current),
    );
    const minutes = step.minutes ? [element("span", { class: "minutes" }, inMinutes(step.minutes, words))] : [];
    return element("li", {}, go, ...minutes);
  });
  const total = told.steps.reduce((sum, step) => sum + (step.minutes ?? 0), 0);
  const own = element("a", { class: "button", href: bar.at("plan.toml").href, download: "" }, words.plan_share);
  const leave = button("plan leave", words.plan_leave, () => plan.command({ do: "leave" }));
  return [
    element("h2", {}, told.title),
    ...problem,
    ...(note.length ? [noteOf(bar, words, note)] : []),
    row([...desk, own, file, leave]),
    ...(total ? [element("p", {}, fill(words.plan_total, { minutes: total }))] : []),
    element("ol", { class: "steps" }, ...steps),
  ];
}

/**
 * The note is only for the teacher. On a screen that the class may see, it is closed until the teacher opens it.
 * @param {Leading} bar
 * @param {Words} words
 * @param {HTMLElement[]} note
 */
function noteOf(bar, words, note) {
  if (bar.own) return element("div", { class: "note" }, ...note);
  const turn = () => {
    bar.noteShown = !bar.noteShown;
    bar.draw();
  };
  const toggle = button("note", bar.noteShown ? words.note_hide : words.note, turn, {
    "aria-expanded": String(bar.noteShown),
  });
  return element("div", { class: "note" }, row([toggle]), ...(bar.noteShown ? note : []));
}

/**
 * The way to the teacher's own window; none in that window.
 * @param {Leading} bar
 * @param {Words} words
 */
export function toDesk(bar, words) {
  if (bar.own) return [];
  const open = () => {
    window.open(bar.at(`desk?lang=${bar.lang}`), `s2s-desk-${bar.code}`, "popup,width=1120,height=760");
    bar.openPanel(null);
  };
  return [button("desk", words.desk, open, { title: words.desk_hint })];
}

/**
 * Where the course of the lesson comes from.
 * @param {Leading} bar
 */
export const courseOf = (bar) => bar.at(`course.toml?lang=${bar.lang}`).href;

/** @param {(Node | string)[]} children */
const row = (children) => element("div", { class: "row" }, ...children);

/**
 * @param {number} minutes
 * @param {Words} words
 */
const inMinutes = (minutes, words) => fill(words.minutes, { minutes: Math.round(10 * minutes) / 10 });

/**
 * The words of a step's question, or "".
 * @param {PlanStep | null} step
 * @param {Words} words
 */
function said(step, words) {
  if (!step?.asks) return "";
  return step.words ?? words[ASKS[step.asks]] ?? "";
}
