/**
 * The student's page: joins a class by its code, shows the stage where the teacher's stands, answers questions. One
 * event stream brings the state; whatever was missed, the present state is enough. The seat lies in a cookie, and an
 * answer lies in the browser until the server has acknowledged it: after a reload, a closed lid, a lost network or a
 * new start of the server the page is back where the class is.
 */

import stage from "../stage/served.js";
import { HandIn } from "./hand_in.js";
import { codeForm, nameForm, spaced } from "./joining.js";
import { Outbox } from "./outbox.js";
import { onStage } from "./placed.js";
import { asked, choices, element, fill, histogram, laidOver } from "./question.js";

/** @import { Own } from "./hand_in.js" */
/** @import { Answer } from "./outbox.js" */
/** @import { Given, Question, Words } from "./question.js" */

/**
 * @typedef {{ at: string, unit: number | null, side: string | null }} Step
 * @typedef {{
 *   version: number, mode: "follow" | "explore" | "look" | "pause" | "ended", page: string,
 *   link: Record<string, string>, step: Step | null, question: Question | null, traces: Record<string, string>,
 *   handing: boolean,
 * }} State
 * @typedef {{ handed?: Own[], sentences?: number }} Handed
 */

const { dataset, lang } = document.documentElement;
const root = new URL(dataset.root ?? "./", location.href);
const code = /\/class\/([^/]+)\/?$/.exec(location.pathname)?.[1].toUpperCase() ?? null;
const base = new URL(`class/${code}/`, root);
const SILENCE = 25_000; // milliseconds without a word of the server, who says something every ten seconds
const AGAIN = 1_500;
const SEAT = "s2s-seat"; // where the app finds to which class it has to lead back

/** @type {Words} */
const words = await sentences();

/** The words of the page; where the network fails, it tries again. */
async function sentences() {
  for (;;) {
    try {
      return await (await fetch(new URL(`kept/${dataset.words}`, root))).json();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, AGAIN));
    }
  }
}

// ---------------------------------------------------------------------------------------------------- the elements
const head = element("header", {}, element("b", {}, "Seq2Scope"), element("span", { class: "where" }));
const status = element("p", { class: "status", role: "status" });
const banner = element("div", { class: "banner", hidden: "" });
const place = element("div", { id: "stage" });
const rest = element("div", { class: "rest", hidden: "" }, element("p", {}));
const panel = element("section", { class: "question", "aria-live": "polite", hidden: "" });
const main = element("main", {}, banner, place, rest);
const handIn = new HandIn(words, code ?? "", (told) => ask("hand-in", { ...told, lang }));
document.body.append(head, status, main, panel, handIn.root);
const { style } = document.documentElement;
const below = new ResizeObserver(() => {
  style.setProperty("--question", `${Math.max(panel.offsetHeight, handIn.root.offsetHeight)}px`);
});
for (const part of [panel, handIn.root]) below.observe(part);

/** @type {State | null} */
let state = null;
/** @type {Record<string, Answer>} */
let answers = {};
let shownTrace = "";
let drawnQuestion = "";
/** @type {EventSource | null} */
let stream = null;
let heard = 0;

/** @param {string} sentence */
function say(sentence) {
  status.textContent = sentence;
  status.hidden = !sentence;
}
say("");

/**
 * @param {string} path
 * @param {Record<string, unknown>} [told]
 */
function ask(path, told) {
  if (!told) return fetch(new URL(path, base), { cache: "no-store" });
  const body = JSON.stringify(told);
  return fetch(new URL(path, base), { method: "POST", headers: { "Content-Type": "application/json" }, body });
}

// -------------------------------------------------------------------------------------------------------- joining
const ways = {
  /** @param {string} typed */
  toCode: (typed) => location.assign(new URL(`class/${encodeURIComponent(typed)}`, root)),
  join: (/** @type {string} */ name) => join(name),
};
const askForCode = (problem = "") => place.replaceChildren(codeForm(words, problem, ways.toCode));
const askForName = () => place.replaceChildren(nameForm(words, code ?? "", ways.join));

/** @param {string} name */
async function join(name) {
  try {
    const answer = await ask("join", { name });
    if (answer.ok) enter(await answer.json());
    else refused(answer.status);
  } catch {
    say(words.lost);
  }
}

/** @param {number} status */
function refused(status) {
  stream?.close();
  stream = null;
  if (status === 404) forget();
  if (status === 403) askForName();
  else if (status === 410) over();
  else askForCode(status === 429 ? words.too_many : status === 409 ? words.full : words.no_class);
}

function forget() {
  shownTrace = "";
  state = null;
  panel.hidden = true;
  handIn.root.hidden = true;
  banner.hidden = true;
  rest.hidden = true;
  if (localStorage.getItem(SEAT) === code) localStorage.removeItem(SEAT);
}

function over() {
  stream?.close();
  stream = null;
  forget();
  place.replaceChildren(element("p", { class: "over" }, words.over));
}

// ------------------------------------------------------------------------------------------------------ following
/** @param {{ state: State, seat: { number: number, name: string }, answers: Record<string, Answer> } & Handed} told */
function enter(told) {
  localStorage.setItem(SEAT, code ?? "");
  if (!state) place.replaceChildren(element("p", { class: "over" }, words.waiting));
  answers = told.answers;
  handIn.enter(told);
  const who = told.seat.name || fill(words.number, { number: told.seat.number });
  head.querySelector(".where")?.replaceChildren(`${words.class} ${spaced(code ?? "")} · ${who}`);
  apply(told.state);
  listen();
  outbox.deliver();
}

function listen() {
  if (stream && stream.readyState !== EventSource.CLOSED) return;
  heard = Date.now();
  stream = new EventSource(new URL("stream", base));
  stream.onmessage = ({ data }) => {
    alive();
    apply(JSON.parse(data));
  };
  stream.addEventListener("here", alive);
  stream.addEventListener("gone", over);
  stream.onerror = () => {
    say(words.lost);
    if (stream?.readyState === EventSource.CLOSED) setTimeout(back, AGAIN);
  };
}

function alive() {
  heard = Date.now();
  say("");
  outbox.deliver();
  handIn.outbox.deliver();
}

/** Looks where the class is, and listens again: the line was cut, or the page was away. */
async function back() {
  if (!state) return;
  try {
    const answer = await ask("state");
    if (!answer.ok) {
      if (answer.status < 500) refused(answer.status);
      else setTimeout(back, AGAIN);
      return;
    }
    say("");
    stream?.close();
    stream = null;
    enter(await answer.json());
  } catch {
    say(words.lost);
    setTimeout(back, AGAIN);
  }
}

setInterval(() => {
  if (stream && Date.now() - heard > SILENCE) back();
}, 5_000);
for (const event of ["online", "pageshow"]) {
  window.addEventListener(event, () => {
    if (stream && Date.now() - heard > 2_000) back();
  });
}
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && stream && Date.now() - heard > SILENCE / 2) back();
});

/** @param {State} next */
function apply(next) {
  if (state && next.version < state.version) return;
  state = next;
  document.documentElement.dataset.mode = next.mode;
  document.documentElement.dataset.version = String(next.version);
  if (next.mode === "ended") {
    over();
    return;
  }
  rest.hidden = next.mode !== "pause";
  rest.firstElementChild?.replaceChildren(words.paused);
  place.inert = next.mode === "pause";
  tellWhere(next);
  drawQuestion(next.question);
  handIn.turn(next.handing && next.mode !== "pause");
  follow(next);
}

/** @param {State} next */
function tellWhere({ mode, page, link, step }) {
  const address = new URL(page || ".", root);
  address.search = new URLSearchParams({ ...link, ...(step ? { step: step.at } : {}), lang }).toString();
  const button = (/** @type {string} */ label) => element("a", { class: "primary", href: address.href }, label);
  const named = words[`page_${page}`] ?? page;
  const shown =
    mode === "explore"
      ? [element("p", {}, words.explore), button(words.explore_open)]
      : page
        ? [
            element("p", {}, fill(words.elsewhere, { page: named })),
            button(fill(words.elsewhere_open, { page: named })),
          ]
        : [];
  banner.hidden = shown.length === 0;
  if (banner.dataset.shown !== `${mode} ${address.href}`) banner.replaceChildren(...shown);
  banner.dataset.shown = `${mode} ${address.href}`;
}

/** @param {State} next */
async function follow({ traces, step, question, version }) {
  const name = traces[lang] ?? traces.en;
  try {
    if (name && name !== shownTrace) {
      const answer = await fetch(new URL(`trace/${name}`, base));
      if (!answer.ok) throw new Error(`${answer.status}`);
      const data = new Uint8Array(await answer.arrayBuffer());
      if (state?.version !== version && state?.traces[lang] !== name) return; // it has gone on meanwhile
      if (!shownTrace) place.replaceChildren();
      shownTrace = name;
      await show(data);
    }
  } catch {
    setTimeout(() => state?.version === version && follow(state), AGAIN);
    return;
  }
  const ask = offered(question);
  if (name) document.dispatchEvent(new CustomEvent("s2s-show", { detail: { ...step, ...laidOver(question), ask } }));
}

/** @param {Uint8Array} data */
async function show(data) {
  await stage({ data, parentElement: place, setTriggerValue() {} });
  dark.onchange = () => show(data);
}
const dark = matchMedia("(prefers-color-scheme: dark)");

// The stage goes where the teacher goes: its keys are the teacher's, unless the class explores
window.addEventListener(
  "keydown",
  (event) => {
    const target = /** @type {Element} */ (event.target);
    const isStep = /^(Arrow(Left|Right)|Home|End|PageUp|PageDown| )$/.test(event.key);
    if (state && state.mode !== "explore" && isStep && !target.closest("input, textarea, button, a")) {
      event.stopImmediatePropagation();
    }
  },
  true,
);

// ------------------------------------------------------------------------------------------------------ answering
const outbox = new Outbox(
  code ?? "",
  (answer) => ask("answer", answer),
  (stored, question) => {
    if (stored) answers[question] = stored;
    drawQuestion(state?.question ?? null);
  },
);

/** @param {Question | null} question */
function offered(question) {
  const given = question && (answers[question.id] ?? outbox.waiting()[question.id]);
  return onStage(question, given?.choice);
}

document.addEventListener("s2s-placed", (event) => {
  const { detail } = /** @type {CustomEvent<{ question: string, place: string }>} */ (event);
  if (state?.question?.id === detail.question) give(state.question, { choice: Number(detail.place) });
});

/**
 * @param {Question} question
 * @param {Given} given
 */
function give(question, given) {
  if (answers[question.id]) return;
  outbox.give(question.id, given);
  drawQuestion(question);
}

/**
 * @param {Question} question
 * @param {Answer} answer
 */
function labelOf({ choices: offered }, { choice, text }) {
  return (typeof choice === "number" ? offered[choice] : text) ?? "";
}

/** @param {Question | null} question */
function drawQuestion(question) {
  const mine = question && answers[question.id];
  const sending = question && outbox.waiting()[question.id];
  const drawn = JSON.stringify([question, mine, sending]);
  if (drawn === drawnQuestion) return;
  drawnQuestion = drawn;
  document.dispatchEvent(new CustomEvent("s2s-show", { detail: { ask: offered(question) } }));
  panel.hidden = !question;
  if (!question) return;
  const typed = panel.querySelector("input")?.value; // what is being typed outlives a change of the question's state
  const parts = asked(question, words);
  if (mine) parts.push(element("p", { class: "given" }, fill(words.sent, { answer: labelOf(question, mine) })));
  else if (sending)
    parts.push(element("p", { class: "given" }, fill(words.sending, { answer: labelOf(question, sending) })));
  if (question.shown) parts.push(...histogram(question, words));
  else if (!mine && !sending && question.closed) parts.push(element("p", {}, words.too_late));
  if (!mine && !sending && !question.closed) parts.push(...choices(question, words, (given) => give(question, given)));
  panel.replaceChildren(...parts);
  const field = panel.querySelector("input");
  if (field && typed && panel.dataset.id === question.id) field.value = typed;
  panel.dataset.id = question.id;
}

// ---------------------------------------------------------------------------------------------------------- begin
/** @param {number} [tries] */
async function begin(tries = 0) {
  if (!code) {
    askForCode();
    return;
  }
  try {
    const answer = await ask("state");
    if (answer.ok) enter(await answer.json());
    else if (answer.status >= 500) throw new Error(`${answer.status}`);
    else refused(answer.status);
  } catch {
    say(words.lost);
    setTimeout(begin, AGAIN, tries + 1);
  }
}
begin();
