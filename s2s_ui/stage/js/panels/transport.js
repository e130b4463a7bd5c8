/** The transport: buttons, the scrubber in two groups, the caption, the sub-steps, the speed. */

import { h, s, say, show } from "../draw/dom.js";
import { SPEEDS, Timeline, WORD } from "../data/player.js";
import { fill } from "../data/words.js";

/** @import { Cursor, Move, Words } from "../types.js" */

const ICONS = {
  first: "M4 3h2.4v12H4zM14 3v12L6.6 9z",
  previous: "M12 3v12L5 9z",
  play: "M5 2.6v12.8L15 9z",
  pause: "M4.5 3h3.4v12H4.5zM10.1 3h3.4v12h-3.4z",
  next: "M6 3v12l7-6z",
  screen: "M3 3h5v2H5v3H3zM10 3h5v5h-2V5h-3zM3 10h2v3h3v2H3zM13 10h2v5h-5v-2h3z",
  last: "M11.6 3H14v12h-2.4zM4 3v12l7.4-6z",
};
/** @type {Record<number, string>} */
const SPEED_NAMES = { 0.25: "¼×", 0.5: "½×", 1: "1×", 2: "2×", 4: "4×" };

/** @param {keyof typeof ICONS} name */
const icon = (name) => s("svg", { viewBox: "0 0 18 18", "aria-hidden": "true" }, s("path", { d: ICONS[name] }));

/**
 * @typedef {{
 *   move: (how: Move) => void, toggle: () => void, seek: (cursor: Cursor) => void, speed: (value: number) => void,
 *   screen: () => void, explain: () => void,
 * }} Actions
 */

/** Everything under the picture that moves the cursor. */
export class Transport {
  /**
   * @param {Actions} actions
   * @param {HTMLElement} captionElement
   * @param {HTMLElement[]} below lines under the caption
   */
  constructor(actions, captionElement, ...below) {
    this.actions = actions;
    const button = (/** @type {"play" | "first" | "previous" | "next" | "last"} */ name) =>
      h("button", { type: "button", class: name, onclick: () => this.press(name) }, icon(name));
    this.buttons = {
      first: button("first"),
      previous: button("previous"),
      play: button("play"),
      next: button("next"),
      last: button("last"),
    };
    this.encoderName = h("span", { class: "group-name" });
    this.decoderName = h("span", { class: "group-name decoder" });
    this.encoder = h("div", { class: "segments encoder" });
    this.decoder = h("div", { class: "segments decoder" });
    this.scrubber = h("div", { class: "scrubber", "aria-hidden": "true" }, this.encoder, this.decoder);
    this.names = h("div", { class: "group-names" }, this.encoderName, this.decoderName);
    this.subs = h("div", { class: "subs" });
    this.line = h("div", { class: "line" }, captionElement, this.subs);
    this.speed = h(
      "select",
      { class: "speed", onchange: () => actions.speed(Number(this.speed.value)) },
      ...SPEEDS.map((speed) => h("option", { value: speed }, SPEED_NAMES[speed])),
    );
    this.screen = h("button", { type: "button", class: "screen", onclick: () => actions.screen() }, icon("screen"));
    this.explain = h(
      "button",
      { type: "button", class: "explain-button", "aria-pressed": "false", onclick: () => actions.explain() },
      "?",
    );
    this.element = h(
      "div",
      { class: "transport" },
      h("div", { class: "buttons" }, ...Object.values(this.buttons)),
      h("div", { class: "track" }, this.names, this.scrubber, this.line, ...below),
      h("div", { class: "speed-box" }, this.speed),
      this.explain,
      this.screen,
    );
    this.shape = "";
    this.timeline = new Timeline(0, 0);
    this.step = 1;
    this.pointed = false;
    /** @type {boolean | null} */
    this.playing = null;
    /** @type {HTMLButtonElement[]} */
    this.subButtons = [];
    this.scrub();
    // A speed chosen with the pointer gives the arrow keys back to the stage.
    this.speed.addEventListener("pointerdown", () => {
      this.pointed = true;
    });
    this.speed.addEventListener("change", () => {
      if (this.pointed) this.speed.blur();
      this.pointed = false;
    });
  }

  /** @param {"play" | "first" | "previous" | "next" | "last"} name */
  press(name) {
    if (name === "play") this.actions.toggle();
    else this.actions.move(name);
  }

  /** Press or drag anywhere on the track: the step under the pointer, and on the current output its sub-step. */
  scrub() {
    /** @param {PointerEvent} event */
    const seek = (event) => {
      for (const { group, base } of [
        { group: this.encoder, base: 0 },
        { group: this.decoder, base: this.timeline.n },
      ]) {
        const box = group.getBoundingClientRect();
        const count = group.children.length;
        if (group === this.encoder && this.timeline.m && event.clientX > box.right + 4) continue;
        const at = Math.min(count - 1, Math.max(0, ((event.clientX - box.left) / box.width) * count));
        this.actions.seek({ step: base + Math.floor(at) + 1, sub: WORD });
        return;
      }
    };
    this.scrubber.addEventListener("pointerdown", (event) => {
      this.scrubber.setPointerCapture(event.pointerId);
      seek(event);
    });
    this.scrubber.addEventListener("pointermove", (event) => {
      if (this.scrubber.hasPointerCapture(event.pointerId)) seek(event);
    });
  }

  /**
   * @param {Timeline} timeline
   * @param {Words} words
   */
  rebuild(timeline, words) {
    const shape = `${timeline.n}:${timeline.m}:${timeline.subs}:${words.end}:${words.play}`;
    if (shape === this.shape) return;
    this.shape = shape;
    this.timeline = timeline;
    const segment = () => h("i", {}, ...Array.from({ length: 5 }, () => h("b", {})));
    this.encoder.replaceChildren(...Array.from({ length: timeline.n }, segment));
    this.decoder.replaceChildren(...Array.from({ length: timeline.m }, segment));
    for (const group of [this.encoder, this.decoder]) group.style.flexGrow = String(group.children.length);
    this.encoderName.style.flexGrow = String(timeline.n);
    this.decoderName.style.flexGrow = String(timeline.m);
    this.subButtons = timeline.subs.map((sub) =>
      h(
        "button",
        { type: "button", tabindex: "-1", "data-sub": sub, onclick: () => this.actions.seek({ step: this.step, sub }) },
        String(sub),
        h("span", {}, ` ${words[`sub_${sub}`]}`),
      ),
    );
    this.subs.replaceChildren(...this.subButtons);
    const { first, previous, next, last } = this.buttons;
    for (const [name, button] of Object.entries({ first, previous, next, last }))
      button.setAttribute("aria-label", words[name]);
    this.speed.setAttribute("aria-label", words.speed);
    this.screen.setAttribute("aria-label", words.screen);
    this.explain.setAttribute("aria-label", words.explain);
  }

  /**
   * Sub-steps stand with their words where the widest caption of the run fits beside them, else most of them by their
   * numbers, and where that is not enough the line is set smaller.
   * @param {number} widest in pixels, at its usual size
   */
  makeRoom(widest) {
    const { line, subs } = this;
    const { hidden } = subs; // while the source is read
    show(subs, true);
    line.classList.remove("full", "tight");
    for (const way of ["full", "tight"]) {
      const gap = parseFloat(getComputedStyle(line).columnGap) || 0;
      if (line.clientWidth - gap - subs.offsetWidth >= widest) break;
      line.classList.add(way);
    }
    show(subs, !hidden);
  }

  /**
   * @param {{
   *   timeline: Timeline, cursor: Cursor, playing: boolean, speed: number, words: Words, phone: boolean,
   * }} view
   */
  update({ timeline, cursor, playing, speed, words, phone }) {
    this.rebuild(timeline, words);
    this.timeline = timeline;
    this.step = cursor.step;
    const encoding = timeline.isEncoder(cursor);
    say(this.encoderName, fill(phone ? words.reads : words.encoder_reads, { count: timeline.n }));
    say(this.decoderName, fill(phone ? words.writes : words.decoder_writes, { count: timeline.m }));
    show(this.decoderName, timeline.m > 0);
    this.element.classList.toggle("encoding", encoding);
    /**
     * @param {HTMLElement} group
     * @param {number} base
     */
    const mark = (group, base) =>
      [...group.children].forEach((segment, i) => {
        const step = base + i + 1;
        const state = step < cursor.step ? "done" : step === cursor.step ? "now" : "ahead";
        const name = state === "now" && cursor.sub < WORD ? "now split" : state;
        if (segment.className !== name) segment.className = name;
        if (state === "now")
          [...segment.children].forEach((piece, sub) => piece.classList.toggle("on", sub < cursor.sub));
      });
    mark(this.encoder, 0);
    mark(this.decoder, timeline.n);
    show(this.subs, !encoding);
    this.subButtons.forEach((button, i) => {
      const sub = timeline.subs[i];
      const current = sub === cursor.sub;
      if (button.classList.contains("current") !== current) button.classList.toggle("current", current);
      button.classList.toggle("passed", sub <= cursor.sub);
      button.setAttribute("aria-pressed", String(current));
    });
    this.subs.dataset.short = `${cursor.sub} ${words[`sub_${cursor.sub}`]} · ${cursor.sub}/${WORD}`;
    if (this.playing !== playing) {
      this.playing = playing;
      this.buttons.play.replaceChildren(icon(playing ? "pause" : "play"));
    }
    this.buttons.play.setAttribute("aria-label", playing ? words.pause : words.play);
    this.speed.value = String(speed);
  }
}
