/**
 * The stage, as a component: receives one message for each trace and does the rest by itself. Stepping, playing and
 * pointing send nothing to the server; only P and T do, because they need another trace.
 */

import { Address } from "./address.js";
import { caption } from "./captions.js";
import { isDark, PALETTES, scales } from "./colour.js";
import { Dialog, keys, tables } from "./dialogs.js";
import { h, say } from "./dom.js";
import { Inspector } from "./inspector.js";
import { listen } from "./keyboard.js";
import { CONTENT, GAP, INSPECTOR_WIDTH, mainHeight, PHONE_WIDTH, STACKED_WIDTH, unitScale } from "./layout.js";
import { prefersReducedMotion, Transition } from "./motion.js";
import { decode } from "./payload.js";
import { Pen } from "./pen.js";
import { describe, find, Tooltip, unitName } from "./pointer.js";
import { duration, Player, Timeline, WORD } from "./player.js";
import { cast, draw, makeScene } from "./scene.js";
import { Transport } from "./transport.js";

const FIRST_UNIT = 17;
const SHEET = ["peek", "half", "full"];
let active = null; // the stage that the keys go to, where a page has several

class Stage {
  constructor(parent) {
    this.state = { unit: FIRST_UNIT, contextUnit: FIRST_UNIT, lensSide: "forward", runIndex: 0 };
    this.hover = { source: null, row: null };
    this.pinned = { source: null, row: null };
    this.lanes = new Map();
    this.build(parent);
    this.pen = new Pen(this.canvas);
    this.address = new Address();
    this.frame = 0;
    this.observer = new ResizeObserver(() => this.resize());
    this.observer.observe(this.root);
    this.onResize = () => this.resize();
    window.addEventListener("resize", this.onResize);
    document.fonts?.addEventListener("loadingdone", this.onResize);
    active ??= this;
    this.unlisten = listen(() => active === null || active === this || !active.root.isConnected, (...act) => this.act(...act));
  }

  build(parent) {
    this.canvas = h("canvas", { "aria-hidden": "true" });
    this.caption = h("p", { class: "caption", "aria-live": "polite" });
    this.tooltip = new Tooltip();
    this.dialog = new Dialog();
    this.aids = ["table", "help"].map((name) => h("button", { type: "button", class: "aid", onclick: () => this.act(name) }));
    this.figure = h("div", { class: "figure", role: "application", tabindex: "0" }, this.canvas, this.tooltip.element);
    this.inspector = new Inspector({
      unit: (by) => this.act("unit", by),
      chosen: (unit) => this.set({ unit }),
      hovered: (hit, event) => this.float(hit, event),
      linked: (source) => this.link({ source, row: null }),
      sheet: () => this.turnSheet(),
    });
    this.transport = new Transport({
      move: (how) => this.player.move(how),
      toggle: () => this.player.toggle(performance.now()),
      seek: (cursor) => this.seek(cursor),
      speed: (speed) => Object.assign(this.player, { speed }),
    }, this.caption);
    this.root = h("div", { class: "s2s" }, h("div", { class: "aids" }, ...this.aids),
      h("div", { class: "main" }, this.figure, this.inspector.element), this.transport.element, this.dialog.element);
    this.root.dataset.sheet = "peek";
    this.root.addEventListener("pointerdown", () => { active = this; });
    this.root.addEventListener("focusin", () => { active = this; });
    this.canvas.addEventListener("pointermove", (event) => this.point(event));
    this.canvas.addEventListener("pointerleave", () => this.point(null));
    this.canvas.addEventListener("click", (event) => this.click(event));
    parent.append(this.root);
  }

  /** New data or another theme. The same trace keeps its place; another one of the same sentence too. */
  update({ data, setTriggerValue }) {
    this.request = (name) => setTriggerValue("toggle", name);
    const trace = decode(data);
    const before = this.trace;
    this.words = trace.header.words;
    this.theme = isDark(getComputedStyle(this.root).getPropertyValue("--st-background-color") || "#ffffff") ? "dark" : "light";
    this.pal = PALETTES[this.theme];
    this.colours = scales(this.pal);
    for (const [name, value] of Object.entries(this.pal)) {
      if (typeof value === "string") this.root.style.setProperty(`--${name.toLowerCase()}`, value);
    }
    this.root.dataset.theme = this.theme;
    this.trace = trace;
    if (trace.id !== before?.id) this.change(before);
    this.label();
    this.resize();
    this.address.rest(this.timeline.format(this.player.cursor));
  }

  change(before) {
    const { trace } = this;
    Object.assign(this, cast(trace));
    this.inspected = null;
    this.pinned = { source: null, row: null };
    this.state.runIndex = Math.min(this.state.runIndex, trace.runs.length - 1);
    this.state.unit = Math.min(this.state.unit, trace.units - 1);
    this.state.contextUnit = Math.min(this.state.contextUnit, trace.joined.width - 1);
    const player = new Player(this.timelineOf(this.run), (...change) => this.moved(...change));
    const sameSource = before && before.source.tokens.join("\0") === trace.source.tokens.join("\0");
    const start = trace.header.step;
    if (sameSource) player.cursor = player.timeline.clamp(this.player.cursor);
    else if (before) player.cursor = player.timeline.last();
    else if (start !== null) player.cursor = player.timeline.parse(start);
    player.speed = this.player?.speed ?? 1;
    this.player = player;
    this.transition = null;
    if (!before && trace.header.autoplay && start === null) player.toggle(performance.now());
  }

  get run() {
    return this.trace.runs[this.state.runIndex];
  }

  get timeline() {
    return this.player.timeline;
  }

  timelineOf(run) {
    return new Timeline(this.trace.length, run.length, run.weights !== null);
  }

  label() {
    const { words } = this;
    this.figure.setAttribute("aria-label", words.stage);
    this.aids.forEach((button, i) => say(button, i ? words.key_help : words.show_table));
  }

  /** Sizes follow the window: the main band fills it down to the transport. */
  resize() {
    if (!this.trace) return;
    const scale = unitScale(window.innerWidth, window.innerHeight);
    const width = Math.min(this.root.clientWidth / scale, CONTENT.most);
    if (!width) return;
    const phone = width < PHONE_WIDTH;
    const stacked = width < STACKED_WIDTH;
    const top = (this.root.getBoundingClientRect().top + scrolled(this.root)) / scale;
    const height = mainHeight(window.innerHeight / scale, top, stacked);
    const ratio = Math.max(1, window.devicePixelRatio || 1);
    this.size = {
      phone, stacked, scale, ratio, height, px: scale * ratio,
      width: stacked ? width : width - INSPECTOR_WIDTH - GAP,
      inspector: stacked ? width : INSPECTOR_WIDTH - 21,
    };
    this.root.style.setProperty("--u", `${scale}px`);
    this.root.style.setProperty("--main", `${height * scale}px`);
    this.root.classList.toggle("phone", phone);
    this.root.classList.toggle("stacked", stacked);
    const family = getComputedStyle(this.root).fontFamily;
    this.pen.family = family;
    this.family = family;
    if (phone !== (this.caption.parentElement === this.root)) {
      if (phone) this.root.prepend(this.caption);
      else this.transport.line.prepend(this.caption);
    }
    this.tell();
    this.paint();
  }

  /** The player has moved: words at once, and the picture from here to there. */
  moved(from, to, animated) {
    const same = from.step === to.step && from.sub === to.sub;
    if (!same) {
      this.inspected = null;
      const rest = this.player.playing ? duration(this.timeline, to, this.player.speed) : Infinity;
      this.transition = animated && !prefersReducedMotion() ? new Transition(from, to, performance.now(), rest) : null;
      this.address.rest(this.timeline.format(to));
    }
    if (!this.size) return;
    this.tell();
    this.paint();
  }

  seek(cursor) {
    this.player.playing = false;
    this.player.go(cursor);
  }

  set(change) {
    Object.assign(this.state, change);
    this.tell();
    this.paint();
  }

  /** The cell that the inspector shows: the one clicked, or the one at the cursor. */
  view() {
    const { timeline } = this;
    const { cursor } = this.player;
    const index = timeline.index(cursor);
    if (this.inspected) {
      const { side, t } = this.inspected;
      const step = side === "backward" ? this.trace.length - t : t + 1;
      return { side, t, step, sub: WORD, lens: false };
    }
    if (!timeline.isEncoder(cursor)) return { side: "decoder", t: index, step: index + 1, sub: cursor.sub, lens: false };
    const side = this.trace.backward ? this.state.lensSide : "forward";
    const t = side === "backward" ? this.trace.length - 1 - index : index;
    return { side, t, step: index + 1, sub: WORD, lens: true };
  }

  /** Everything that is text: caption, transport, inspector. Once for each change, not for each frame. */
  tell() {
    const { trace, run, words, timeline, size, state } = this;
    const { cursor, playing, speed } = this.player;
    say(this.caption, caption(trace, run, timeline, cursor, words, { short: size.phone }));
    this.transport.update({ timeline, cursor, playing, speed, words, phone: size.phone });
    this.inspector.update({
      ...this.view(), ...state, trace, run, words, pal: this.pal, colours: this.colours,
      height: size.stacked ? Infinity : size.height, phone: size.phone, width: size.inspector, scale: size.scale,
      ratio: size.ratio, family: this.family,
      unitName: unitName(state.contextUnit, trace.joined.width, trace.backward ? 2 : 1),
    });
    this.root.dataset.step = timeline.format(cursor);
    this.root.dataset.playing = String(playing);
  }

  /** Draws the picture of this moment, and comes back as long as something moves. */
  paint(now = performance.now()) {
    if (this.transition?.isOver(now)) this.transition = null;
    const { size } = this;
    const link = {
      source: this.hover.source ?? this.pinned.source,
      row: this.valid(this.hover.row ?? this.pinned.row),
    };
    this.scene = makeScene({
      pen: this.pen, trace: this.trace, run: this.run, timeline: this.timeline, cursor: this.player.cursor,
      forced: this.forced, free: this.free, parting: this.parting, words: this.words, pal: this.pal, size,
      colours: this.colours, theme: this.theme, lanes: this.lanes, link, moving: this.transition,
      progress: this.transition ? this.transition.progress(now) : 1, peepholes: this.trace.header.peepholes, ...this.state,
    });
    this.canvas.style.width = `${size.width * size.scale}px`;
    this.canvas.style.height = `${this.scene.L.height * size.scale}px`;
    draw(this.scene);
    if ((this.transition || this.player.playing) && !this.frame) {
      this.frame = requestAnimationFrame((time) => this.tick(time));
    }
  }

  /** A past row that is on the loom now, or null. */
  valid(row) {
    if (row === null || this.timeline.isEncoder(this.player.cursor)) return null;
    return row < this.timeline.index(this.player.cursor) ? row : null;
  }

  tick(time) {
    this.frame = 0;
    if (!this.root.isConnected) return;
    this.player.tick(time);
    if (this.transition || this.player.playing) this.paint(time);
  }

  act(name, argument) {
    const { state } = this;
    const actions = {
      move: () => this.player.move(argument),
      toggle: () => this.player.toggle(performance.now()),
      faster: () => this.player.faster(argument),
      unit: () => this.set({ unit: (state.unit + argument + this.trace.units) % this.trace.units }),
      direction: () => this.set({ lensSide: state.lensSide === "forward" ? "backward" : "forward" }),
      swap: () => this.swap(),
      request: () => this.request(argument),
      sentence: () => this.focusSentence(),
      help: () => this.dialog.open(this.words.key_help, this.words, keys(this.words),
        h("button", { type: "button", onclick: () => this.act("table") }, this.words.show_table)),
      table: () => this.dialog.open(this.words.show_table, this.words, ...tables({ ...this, run: this.run, view: this.view() })),
      free: () => this.unpin(),
    };
    return actions[name]() !== false;
  }

  swap() {
    if (this.trace.runs.length < 2) return;
    this.state.runIndex = 1 - this.state.runIndex;
    this.player.timeline = this.timelineOf(this.run);
    this.inspected = null;
    this.seek(this.player.cursor);
  }

  focusSentence() {
    const selector = this.trace.header.sentence_selector;
    const field = selector ? document.querySelector(selector) : null;
    field?.focus();
    return field !== null;
  }

  turnSheet() {
    const at = SHEET.indexOf(this.root.dataset.sheet);
    this.root.dataset.sheet = SHEET[(at + 1) % SHEET.length];
  }

  unpin() {
    this.pinned = { source: null, row: null };
    this.inspected = null;
    this.tell();
    this.paint();
  }

  link(link) {
    if (link.source === this.hover.source && link.row === this.hover.row) return;
    this.hover = link;
    this.paint();
  }

  at(event) {
    const { scale } = this.size;
    return find(this.scene.hits, event.offsetX / scale, event.offsetY / scale);
  }

  /** What a hit lights up: a source word everywhere, or a past row with its strands and its output. */
  linkOf(hit) {
    const row = hit?.kind === "row" || hit?.kind === "weight" ? this.valid(hit.t) : null;
    const source = hit?.kind === "source" ? hit.t : hit?.kind === "weight" && row === null ? hit.source : null;
    return { source, row };
  }

  point(event) {
    const hit = event ? this.at(event) : null;
    const { source, row } = this.linkOf(hit);
    this.canvas.style.cursor = hit && (hit.values || source !== null || row !== null) ? "pointer" : "";
    this.float(hit, event);
    this.link({ source, row });
  }

  float(hit, event) {
    const text = event ? describe(hit, { trace: this.trace, run: this.run, words: this.words }) : "";
    const box = this.figure.getBoundingClientRect();
    const main = this.root.getBoundingClientRect();
    this.tooltip.place(text, event ? event.clientX - box.left : 0, event ? event.clientY - box.top : 0, main.right - box.left);
  }

  click(event) {
    const hit = this.at(event);
    if (!hit) this.unpin();
    else if (hit.kind === "source" || hit.kind === "weight" || hit.kind === "row") this.pin(this.linkOf(hit));
    else if (hit.unit >= this.trace.units && hit.kind !== "joined" && hit.kind !== "context") this.set({});
    else if (hit.kind === "joined" || hit.kind === "context") this.set({ contextUnit: hit.unit ?? this.state.contextUnit });
    else {
      if (hit.kind === "cell") this.inspected = { side: hit.side, t: hit.t };
      this.set({ unit: hit.unit ?? this.state.unit });
    }
  }

  pin(link) {
    const same = this.pinned.source === link.source && this.pinned.row === link.row;
    this.pinned = same ? { source: null, row: null } : link;
    this.paint();
  }

  destroy() {
    cancelAnimationFrame(this.frame);
    this.address.stop();
    this.observer.disconnect();
    window.removeEventListener("resize", this.onResize);
    document.fonts?.removeEventListener("loadingdone", this.onResize);
    this.unlisten();
    if (active === this) active = null;
    this.root.remove();
  }
}

/** How far everything around an element is scrolled, through shadow roots, so that sizes do not depend on it. */
function scrolled(element) {
  let sum = window.scrollY;
  for (let at = element.parentNode; at; at = at.parentNode ?? at.host) sum += at.scrollTop ?? 0;
  return sum - (document.scrollingElement?.scrollTop ?? 0);
}

const stages = new WeakMap();

export default function mount(component) {
  const { parentElement } = component;
  if (!stages.has(parentElement)) stages.set(parentElement, new Stage(parentElement));
  stages.get(parentElement).update(component);
  return () => {
    stages.get(parentElement)?.destroy();
    stages.delete(parentElement);
  };
}
