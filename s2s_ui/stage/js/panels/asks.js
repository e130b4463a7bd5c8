/**
 * A chapter's overlay on the picture: a frame around the tokens in question, and buttons on the possible places of the
 * answer. After an answer, colours and signs show which place is right.
 */

import { h } from "../draw/dom.js";

/** @import { AskedOnStage, Box, Lesson, Scene } from "../types.js" */
/** @import { Stage } from "../stage.js" */

const SIGNS = { right: "✓", wrong: "✗", open: "" };
const LEAST = 24; // a place is no smaller than this, so that a finger finds it

/**
 * The box of a place, or null where it is not in sight.
 * @param {Scene} scene
 * @param {AskedOnStage["kind"]} kind
 * @param {string} at
 * @returns {Box | null}
 */
export function boxAt(scene, kind, at) {
  const { L } = scene;
  if (kind === "field") return scene.hits.find((hit) => hit.kind === "field" && hit.letter === at) ?? null;
  if (kind === "lane") {
    const band = at === "forward" ? L.forward : at === "backward" ? L.backward : L.joined;
    const left = L.source.x(L.source.first) - L.source.pitch / 2;
    return band && { x: left, y: band.top - 4, w: L.source.shown * L.source.pitch, h: band.height + 8 };
  }
  const columns = kind === "source" ? L.source : L.output;
  const t = Number(at);
  if (!columns.has(t)) return null;
  const x = columns.x(t) - columns.pitch / 2 + 2;
  if (kind === "source") {
    const y = L.phone ? L.forward.top + L.forward.height + 4 : L.token.source - 18;
    return { x, y, w: columns.pitch - 4, h: Math.min(26, L.height - y - 1) };
  }
  const row = L.rows?.reference;
  if (row !== undefined) return { x, y: row - 20, w: columns.pitch - 4, h: 28 };
  const y = Math.max(0, L.token.output - 19);
  return { x, y, w: columns.pitch - 4, h: L.bar.top + L.bar.height + 5 - y };
}

/**
 * How a place stands: not answered yet, right, wrong, or neither.
 * @param {AskedOnStage} ask
 * @param {string | null} given
 * @param {string} at
 */
function verdict({ right }, given, at) {
  if (given === null) return /** @type {const} */ ("open");
  if (right === undefined) return at === given ? /** @type {const} */ ("mark") : null;
  if (at === right) return /** @type {const} */ ("right");
  return at === given ? /** @type {const} */ ("wrong") : null;
}

/** The layer over the picture. */
export class Asks {
  /** @param {Pick<Stage, "lesson" | "paint" | "led">} stage */
  constructor(stage) {
    this.stage = stage;
    this.element = h("div", { class: "asks" });
    this.drawn = "";
    /** @type {{ id: string, at: string } | null} */
    this.clicked = null; // said at once; the page says it in words when it has heard
  }

  /**
   * @param {string} id
   * @param {string} at
   */
  answer(id, at) {
    if (this.stage.led?.ask?.id === id) {
      this.stage.led.place(at);
      return;
    }
    this.clicked = { id, at };
    this.stage.lesson({ question: id, place: at });
    this.stage.paint();
  }

  /** @param {AskedOnStage} ask */
  givenTo({ id, given }) {
    if (given !== null) this.clicked = null; // the page has heard
    return given ?? (this.clicked?.id === id ? this.clicked.at : null);
  }

  /**
   * Puts everything where the picture has it; touches the page only where something has moved.
   * @param {Pick<Stage, "scene" | "size">} stage
   */
  update({ scene, size }) {
    const lesson = scene.trace.header.lesson ?? null;
    const { ask = null } = this.stage.led ?? {};
    const items = lesson ? [...marks(scene, lesson), ...this.places(scene, lesson)] : this.places(scene, { ask });
    const drawn = JSON.stringify([items, size.scale]);
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    const held = /** @type {HTMLElement | null} */ (this.element.querySelector(":focus"))?.dataset.at;
    this.element.replaceChildren(...items.map((item) => this.made(item, size.scale)));
    if (held !== undefined) this.find(held)?.focus({ preventScroll: true });
  }

  /** @param {string} at */
  find(at) {
    return /** @type {HTMLElement[]} */ ([...this.element.querySelectorAll("button")]).find(
      ({ dataset }) => dataset.at === at,
    );
  }

  /**
   * @param {{ id: string, box: Box, kind: string, state: keyof typeof SIGNS | "mark", at: string, name: string }} item
   * @param {number} scale
   */
  made({ id, box, kind, state, at, name }, scale) {
    const style = Object.entries({ left: box.x, top: box.y, width: box.w, height: box.h })
      .map(([side, value]) => `${side}:${value * scale}px`)
      .join(";");
    if (state === "mark") return h("span", { class: "mark", style });
    if (state === "open")
      return h("button", {
        type: "button",
        class: `place ${kind}`,
        "data-at": at,
        "aria-label": name,
        style,
        onclick: () => this.answer(id, at),
      });
    return h("span", { class: `place ${kind} ${state}`, "data-at": at, style }, h("i", {}, SIGNS[state]));
  }

  /**
   * @param {Scene} scene
   * @param {Pick<Lesson, "ask">} lesson
   */
  places(scene, { ask }) {
    if (!ask) return [];
    const given = this.givenTo(ask);
    return ask.places.flatMap(({ at, name }) => {
      const found = boxAt(scene, ask.kind, at);
      const state = verdict(ask, given, at);
      if (!found || !state) return [];
      const wider = Math.max(0, LEAST - found.w) / 2;
      const box = { x: found.x - wider, y: found.y, w: found.w + 2 * wider, h: found.h };
      return [{ id: ask.id, box, kind: ask.kind, state, at, name }];
    });
  }
}

/**
 * The tokens in question, unless they are themselves places to click.
 * @param {Scene} scene
 * @param {Lesson} lesson
 */
function marks(scene, { marked, ask }) {
  return /** @type {const} */ (["source", "output"]).flatMap((kind) =>
    ask?.kind === kind
      ? []
      : marked[kind].flatMap((t) => {
          const box = boxAt(scene, kind, String(t));
          return box ? [{ box, kind, state: /** @type {const} */ ("mark"), at: String(t), name: "", id: "" }] : [];
        }),
  );
}
