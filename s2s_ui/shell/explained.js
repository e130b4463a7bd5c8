/**
 * Explanations of charts: for the element under the pointer, a tap or the focus, it shows one sentence with the drawn
 * numbers, and a link into the lesson. Vega attaches to each element its row of the data, and the axis or legend that
 * it is part of. charts/explained.py maps elements to sentences.
 */

import { answer, itemOf } from "./charted.js";
import { plotIn, plotted } from "./plotted.js";

/** @import { Explained } from "./charted.js" */

const ID = "s2s-said";
const REST_MS = 120;
const GONE_MS = 350;
const GAP = 8;

/** @type {any} the box with its text and link, and the frame */
let shared;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let waiting;

/**
 * Makes a figure answer; called again with every message.
 * @param {HTMLElement & { said?: Explained }} figure
 * @param {Explained} said
 */
export function explains(figure, said) {
  const known = figure.said !== undefined;
  figure.said = said;
  if (known) return;
  makeReachable(figure);
  /** @type {SVGElement | null} */
  let pointed = null;
  const point = (/** @type {PointerEvent} */ event) => {
    if (plotIn(figure)) return; // it tells by itself
    if (event.target === pointed && !shared?.box.hidden) return; // the pointer moved on what is told already
    const element = pointedAt(figure, event);
    if (element === pointed && !shared?.box.hidden) return;
    pointed = element;
    if (element) later(() => tell(figure, element, event), event.pointerType === "touch" ? 0 : REST_MS);
    else leave();
  };
  figure.addEventListener("pointerover", point);
  figure.addEventListener("pointermove", point);
  figure.addEventListener("pointerleave", (event) => event.pointerType !== "touch" && leave());
  figure.addEventListener("focusin", (event) => {
    const chart = /** @type {HTMLElement} */ (event.target);
    if (chart.matches(".stVegaLiteChart") && chart.matches(":focus-visible")) go(figure, 0, 0);
  });
  figure.addEventListener("focusout", leave);
  figure.addEventListener("keydown", (event) => {
    if (!(/** @type {HTMLElement} */ (event.target).matches(".stVegaLiteChart"))) return;
    const way = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] }[event.key];
    if (event.key === "Escape") hide();
    if (!way) return;
    event.preventDefault(); // else the page scrolls, and a stage steps
    go(figure, way[0], way[1]);
  });
}

/**
 * What is under the pointer. Vega lets the pointer through the words of a picture that can be clicked.
 * @param {HTMLElement & { said?: Explained }} figure
 * @param {PointerEvent} event
 * @returns {SVGElement | null}
 */
function pointedAt(figure, { target, clientX, clientY }) {
  const hit = /** @type {SVGElement} */ (target);
  if (answer(figure, hit)) return hit;
  if (!hit.closest(".stVegaLiteChart")) return null;
  const words = /** @type {NodeListOf<SVGElement>} */ (figure.querySelectorAll(".stVegaLiteChart svg text"));
  const under = [...words].find((element) => {
    const { left, right, top, bottom } = element.getBoundingClientRect();
    return left <= clientX && clientX <= right && top <= clientY && clientY <= bottom;
  });
  return under && answer(figure, under) ? under : null;
}

/**
 * The picture is one stop of the Tab key. Vega may draw it later, or anew.
 * @param {HTMLElement} figure
 */
function makeReachable(figure) {
  const reach = () => {
    plotted(figure, (plot, told, event) => {
      if (event) later(() => tell(figure, plot, event, told), REST_MS);
      else tell(figure, plot, event, told);
    });
    const chart = /** @type {HTMLElement | null} */ (figure.querySelector(".stVegaLiteChart"));
    if (!chart || chart.tabIndex === 0) return;
    chart.tabIndex = 0;
    chart.setAttribute("aria-describedby", ID);
    chart.setAttribute("aria-keyshortcuts", "ArrowRight ArrowLeft ArrowDown ArrowUp");
  };
  reach();
  new MutationObserver(reach).observe(figure, { childList: true, subtree: true });
}

/**
 * Goes on to the next kind of thing that has a sentence, or to the next thing of this kind.
 * @param {HTMLElement & { said?: Explained, kind?: number, place?: number }} figure
 * @param {number} kinds
 * @param {number} places
 */
function go(figure, kinds, places) {
  /** @type {Map<number, SVGElement[]>} */
  const found = new Map();
  const pictures = new Map();
  for (const element of elements(figure)) {
    const told = answer(figure, element, undefined, pictures);
    if (told) found.set(told.place, [...(found.get(told.place) ?? []), element]);
  }
  if (!found.size) return;
  const groups = [...found.keys()].sort((one, other) => one - other).map((place) => found.get(place) ?? []);
  figure.kind = ((figure.kind ?? 0) + kinds + groups.length) % groups.length;
  const group = groups[figure.kind];
  figure.place = kinds || figure.place === undefined ? 0 : (figure.place + places + group.length) % group.length;
  tell(figure, group[figure.place]);
}

/** @param {HTMLElement} figure */
const elements = (figure) =>
  /** @type {SVGElement[]} */ ([...figure.querySelectorAll(".stVegaLiteChart svg *")]).filter((element) => {
    if (!itemOf(element)) return false;
    const { width, height } = element.getBoundingClientRect();
    return width || height;
  });

/**
 * @param {() => void} act
 * @param {number} wait in milliseconds
 */
function later(act, wait) {
  clearTimeout(waiting);
  waiting = setTimeout(act, wait);
}

function leave() {
  later(hide, GONE_MS);
}

function hide() {
  clearTimeout(waiting);
  if (shared) shared.box.hidden = shared.frame.hidden = true;
}

/**
 * Shows the sentence beside what it is about.
 * @param {HTMLElement & { said?: Explained }} figure
 * @param {Element} element
 * @param {MouseEvent} [event]
 * @param {{ text: string } | null} [told] what is said, where it is known
 */
function tell(figure, element, event, told = answer(figure, element, event)) {
  clearTimeout(waiting);
  if (!told || !figure.said || !element.isConnected) return;
  shared ??= make();
  const { box, text, link, frame } = shared;
  const { link: address, chapter } = figure.said;
  text.textContent = told.text;
  link.hidden = address === null;
  if (address !== null) link.href = address;
  link.textContent = `${chapter} →`;
  box.hidden = frame.hidden = false;
  const around = element.getBoundingClientRect();
  const near = event && around.width > 120 ? new DOMRect(event.clientX, event.clientY, 0, 12) : around;
  const { offsetWidth: wide, offsetHeight: high } = box;
  const below = near.bottom + GAP + high <= window.innerHeight;
  box.style.left = `${Math.max(4, Math.min(near.left, window.innerWidth - wide - 4))}px`;
  box.style.top = `${below ? near.bottom + GAP : Math.max(4, near.top - GAP - high)}px`;
  const { left, top, width, height } = around;
  Object.assign(frame.style, {
    left: `${left - 2}px`,
    top: `${top - 2}px`,
    width: `${width + 4}px`,
    height: `${height + 4}px`,
  });
}

/** One box and one frame for all figures of the page, though each may have a copy of this script. */
function make() {
  const known = document.getElementById(ID);
  if (known)
    return { box: known, text: known.children[0], link: known.children[1], frame: known.previousElementSibling };
  const box = document.createElement("div");
  const text = box.appendChild(document.createElement("p"));
  const link = box.appendChild(document.createElement("a"));
  const frame = document.createElement("div");
  box.id = ID;
  box.setAttribute("role", "status");
  frame.className = "s2s-said-frame";
  link.target = "_blank";
  link.rel = "noopener";
  box.addEventListener("pointerenter", () => clearTimeout(waiting));
  box.addEventListener("pointerleave", leave);
  const app = document.querySelector(".stApp") ?? document.body;
  app.append(frame, box);
  window.addEventListener("scroll", hide, true);
  window.addEventListener("keydown", (event) => event.key === "Escape" && hide());
  return { box, text, link, frame };
}
