/**
 * The student's page: it joins a class by its code, shows the stage at the teacher's step, and answers questions. One
 * event stream brings the current state; missed events do not matter. The seat is in a cookie, and an answer is stored
 * in the browser until the server has acknowledged it. So after a reload, a closed laptop, a lost network or a restart
 * of the server, the page is at the class's place again.
 */

import stage from "../stage/served.js";
import { HandIn } from "./hand_in.js";
import { codeForm, codeIn, nameForm, spaced } from "./joining.js";
import { Line } from "./line.js";
import { Outbox } from "./outbox.js";
import { onStage } from "./placed.js";
import { element, fill, laidOver } from "./question.js";
import { announced, away, questionParts } from "./student_parts.js";

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
const code = codeIn(location.pathname);
const base = new URL(`class/${code}/`, root);
const AGAIN = 1_500; // milliseconds
const PATIENCE = 15_000; // milliseconds to wait for the server, which computes a handed-in sentence first
const PATIENCE_COMPUTED = 60_000;
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
const news = element("p", { class: "news", role: "status" }); // said to a screen reader
const banner = element("div", { class: "banner", hidden: "" });
const place = element("div", { id: "stage" });
const rest = element("div", { class: "rest", hidden: "" }, element("p", {}));
const panel = element("section", { class: "question", hidden: "" });
const main = element("main", {}, banner, place, rest);
const handIn = new HandIn(words, code ?? "", (told) => ask("hand-in", { ...told, lang }));
document.body.append(head, status, news, main, panel, handIn.root);
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
let leaveStage = () => {};
let drawnQuestion = "";
/** @type {ReturnType<typeof setTimeout> | undefined} */
let again;
let looking = false;

/** @param {string} sentence */
function say(sentence) {
  if (status.textContent !== sentence) status.textContent = sentence;
}

/** Announces what the class is at, once. */
function announce() {
  const said = announced(state, { place, rest, banner, panel });
  if (news.textContent !== said) news.textContent = said;
}

/**
 * @param {string} path
 * @param {Record<string, unknown>} [told]
 */
function ask(path, told) {
  const signal = AbortSignal.timeout?.(path === "hand-in" ? PATIENCE_COMPUTED : PATIENCE);
  if (!told) return fetch(new URL(path, base), { cache: "no-store", signal });
  const body = JSON.stringify(told);
  return fetch(new URL(path, base), { method: "POST", headers: { "Content-Type": "application/json" }, body, signal });
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
  line.close();
  if (status === 404) forget();
  if (status === 403) askForName();
  else if (status === 410) over();
  else askForCode(status === 429 ? words.too_many : status === 409 ? words.full : words.no_class);
}

function forget() {
  shownTrace = drawnQuestion = "";
  leaveStage();
  state = null;
  panel.hidden = true;
  handIn.root.hidden = true;
  banner.hidden = true;
  rest.hidden = true;
  if (localStorage.getItem(SEAT) === code) localStorage.removeItem(SEAT);
}

/** The class is over. It is heard of again only if the teacher goes on with it. */
function over() {
  forget();
  for (const part of [place, panel, banner]) part.inert = false;
  place.replaceChildren(element("p", { class: "over" }, words.over));
  announce();
}

// ------------------------------------------------------------------------------------------------------ following
/** @param {{ state: State, seat: { number: number, name: string }, answers: Record<string, Answer> } & Handed} told */
function enter(told) {
  answers = told.answers;
  handIn.enter(told);
  const who = told.seat.name || fill(words.number, { number: told.seat.number });
  head.querySelector(".where")?.replaceChildren(`${words.class} ${spaced(code ?? "")} · ${who}`);
  apply(told.state);
  if (!line.stream) line.open(new URL("stream", base));
  outbox.deliver();
}

const line = new Line({
  heard: (data) => {
    alive();
    apply(JSON.parse(data));
  },
  here: () => alive(),
  gone: () => {
    line.close();
    over();
  },
  lost: (closed) => {
    say(words.lost);
    if (closed) later();
  },
  silent: () => {
    say(words.lost);
    back();
  },
});

function alive() {
  say("");
  outbox.deliver();
  handIn.outbox.deliver();
}

function later() {
  clearTimeout(again);
  again = setTimeout(back, AGAIN);
}

/** Gets the current state and listens again, after the connection was lost or the page was hidden. */
async function back() {
  if (looking) return;
  looking = true;
  clearTimeout(again);
  try {
    const answer = await ask("state");
    if (answer.ok) {
      say("");
      line.close();
      enter(await answer.json());
    } else if (answer.status < 500) refused(answer.status);
    else throw new Error(`${answer.status}`);
  } catch {
    say(words.lost);
    later();
  } finally {
    looking = false;
  }
}

/** @param {State} next */
function apply(next) {
  if (state && next.version < state.version) return;
  const begins = !state && next.mode !== "ended";
  state = next;
  document.documentElement.dataset.mode = next.mode;
  document.documentElement.dataset.version = String(next.version);
  if (next.mode === "ended") {
    over();
    return;
  }
  if (begins) {
    localStorage.setItem(SEAT, code ?? "");
    place.replaceChildren(element("p", { class: "over" }, words.waiting));
  }
  rest.hidden = next.mode !== "pause";
  rest.firstElementChild?.replaceChildren(words.paused);
  for (const part of [place, panel, banner]) part.inert = next.mode === "pause";
  tellWhere(next);
  drawQuestion(next.question);
  handIn.turn(next.handing && next.mode !== "pause");
  announce();
  follow(next);
}

/** @param {State} next */
function tellWhere(next) {
  const { mode, page, link, step } = next;
  const address = new URL(page || ".", root);
  address.search = new URLSearchParams({ ...link, ...(step ? { step: step.at } : {}), lang }).toString();
  const shown = away(next, words, address.href);
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
  leaveStage = await stage({ data, parentElement: place, setTriggerValue() {} });
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
  if (state?.question?.id !== detail.question) return;
  give(state.question, { choice: Number(detail.place) });
  toGiven(); // the stage takes its buttons away
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

/** Where a button was that is gone, a keyboard goes on from what was answered. */
function toGiven() {
  /** @type {HTMLElement | null} */ (panel.querySelector(".given"))?.focus();
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
  const typed = panel.querySelector("input")?.value; // keep the text that is being typed
  const focused = panel.contains(document.activeElement);
  const parts = questionParts(question, words, mine || null, sending || null, (given) => give(question, given));
  panel.replaceChildren(...parts);
  const field = panel.querySelector("input");
  const same = panel.dataset.id === question.id;
  if (field && typed && same) field.value = typed;
  panel.dataset.id = question.id;
  const { kind, shown } = question; // where there is little room, what is asked about the stage is a line above it
  panel.classList.toggle("line", kind === "look" || (kind === "next" && !shown));
  if (focused && (mine || sending)) toGiven();
  else if (focused && same) field?.focus();
  announce();
}

// ---------------------------------------------------------------------------------------------------------- begin
if (code) back();
else askForCode();
