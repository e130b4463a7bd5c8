/**
 * The stage, as a component: receives one message for each trace and does the rest by itself. Stepping, playing and
 * pointing send nothing to the server; only P and T do, because they need another trace.
 */

import { act, turnSheet } from "./input/actions.js";
import { Address } from "./input/address.js";
import { caption } from "./data/captions.js";
import { isDark, PALETTES, scales } from "./draw/colour.js";
import { say } from "./draw/dom.js";
import { Edits } from "./data/edits.js";
import { keep } from "./draw/keep.js";
import { listen } from "./input/keyboard.js";
import { cursorAt, Sync, placeOf } from "./data/sync.js";
import { prefersReducedMotion, Transition } from "./draw/motion.js";
import { build } from "./panels/parts.js";
import { decode, depth, readBy } from "./data/payload.js";
import { Pen } from "./draw/pen.js";
import { unitName } from "./input/pointer.js";
import { duration, Player, Timeline } from "./data/player.js";
import { cast, draw, makeScene } from "./draw/scene.js";
import { measure } from "./draw/size.js";
import { Turned } from "./data/turned.js";
import { Typing } from "./input/typing.js";
import { startOf, viewOf } from "./data/view.js";

const FIRST_UNIT = 17;
let active = null; // the stage that the keys go to, where a page has several

class Stage {
  constructor(parent) {
    this.state = { unit: FIRST_UNIT, contextUnit: FIRST_UNIT, lensSide: "forward", runIndex: 0 };
    this.lanes = new Map();
    this.turned = new Turned();
    Object.assign(this, build(this));
    turnSheet(this);
    for (const event of ["pointerdown", "focusin"])
      this.root.addEventListener(event, () => {
        active = this;
      });
    this.ringForKeysOnly();
    parent.append(this.root);
    this.pen = new Pen(this.canvas);
    this.address = new Address();
    this.sync = new Sync((place) => this.seek(cursorAt(this.timeline, place)));
    this.frame = 0;
    this.observer = new ResizeObserver(() => this.resize());
    this.observer.observe(this.root);
    this.observer.observe(surroundings(this.root)); // what grows above the stage moves it
    this.onResize = () => this.resize();
    this.onFont = () => {
      this.pen.forget();
      this.resize();
    };
    window.addEventListener("resize", this.onResize);
    document.fonts?.addEventListener("loadingdone", this.onFont);
    active ??= this;
    const isActive = () => active === null || active === this || !active.root.isConnected;
    this.onKeep = ({ detail }) => {
      if (isActive()) keep(this, detail);
    };
    window.addEventListener("s2s-keep", this.onKeep);
    this.typing = new Typing((text) => this.tellTyped(text));
    this.unlisten = listen(isActive, (...action) => act(this, ...action));
  }

  /** A click leaves no focus ring on the stage, also when keys follow; Tab does. */
  ringForKeysOnly() {
    const { root } = this;
    root.addEventListener("pointerdown", () => {
      root.dataset.pointed = "";
    });
    root.addEventListener("keydown", ({ key }) => {
      if (key === "Tab") delete root.dataset.pointed;
    });
    root.addEventListener("focusout", ({ relatedTarget }) => {
      if (!root.contains(relatedTarget)) delete root.dataset.pointed;
    });
  }

  /** New data or another theme. The same trace keeps its place; another one of the same sentence too. */
  update({ data, setTriggerValue }) {
    this.request = (name) => setTriggerValue("toggle", name);
    this.tellTyped = (text) => setTriggerValue("typed", text);
    this.tellLayer = (layer) => setTriggerValue("layer", layer ?? 0);
    const message = decode(data);
    const layer = this.turned.hear(message.header.layer ?? null, this.trace?.layer);
    const trace = readBy(message, message.id === this.trace?.id ? this.state.runIndex : 0, layer);
    this.edit = (wish) => {
      if (trace.header.editable) setTriggerValue("edit", wish);
    };
    const before = this.trace;
    this.words = trace.header.words;
    this.theme = isDark(getComputedStyle(this.root).getPropertyValue("--st-background-color") || "#ffffff")
      ? "dark"
      : "light";
    this.pal = PALETTES[this.theme];
    this.colours = scales(this.pal);
    for (const [name, value] of Object.entries(this.pal)) {
      if (typeof value === "string") this.root.style.setProperty(`--${name.toLowerCase()}`, value);
    }
    this.root.dataset.theme = this.theme;
    this.trace = trace;
    this.cast = cast(trace);
    this.sync.name = trace.header.sync ?? null;
    this.root.classList.toggle("compact", Boolean(trace.header.compact));
    this.typing.selector = trace.header.live ? trace.header.sentence_selector : null;
    this.dragged = null;
    this.chips.update(trace, this.words);
    if (trace.id !== before?.id || trace.header.predict !== before.header.predict) this.change(before);
    this.label();
    this.resize();
    this.rest();
  }

  change(before) {
    const { trace } = this;
    this.root.dataset.trace = trace.id;
    this.guesses = new Map();
    this.inspected = null;
    this.pointing.release();
    this.state.runIndex = 0;
    this.state.unit = Math.min(this.state.unit, trace.units - 1);
    this.state.contextUnit = Math.min(this.state.contextUnit, trace.joined.width - 1);
    const timeline = this.timelineOf(this.run);
    const player = new Player(timeline, (...change) => this.moved(...change));
    player.cursor = startOf({ timeline, trace, before, cursor: this.player?.cursor, left: this.address.left });
    player.speed = this.player?.speed ?? 1;
    const goesOn = before ? this.player.playing : trace.header.autoplay && trace.header.step === null;
    this.player = player;
    this.transition = null;
    if (goesOn && !timeline.isLast(player.cursor)) player.toggle(performance.now());
  }

  /** Shows another layer (from 1), and tells the page, which has it in its link. */
  turn(layer) {
    const chosen = layer < depth(this.trace) ? layer : null;
    if (chosen === this.trace.layer) return;
    this.trace = readBy(this.trace, this.state.runIndex, chosen);
    this.cast = cast(this.trace);
    if (this.trace.header.keeps_layer) {
      this.turned.tell(chosen);
      this.tellLayer(chosen);
    }
    this.tell();
    this.paint();
  }

  get run() {
    return this.trace.runs[this.state.runIndex];
  }

  /** The edits that the shown run was computed with. */
  get edits() {
    return new Edits(this.cast.original && this.run === this.cast.other ? [] : this.trace.header.edits);
  }

  get timeline() {
    return this.player.timeline;
  }

  timelineOf(run) {
    return new Timeline(this.trace.length, run.length, run.weights !== null, this.trace.header.predict ?? false);
  }

  label() {
    const { words } = this;
    this.figure.setAttribute("aria-label", words.stage);
    this.aids.forEach((button, i) => say(button, i ? words.key_help : words.show_table));
  }

  /** Sizes follow the window: the main band fills it down to the transport. */
  resize() {
    if (!this.trace) return;
    const size = measure(this.root);
    if (!size) return;
    this.size = size;
    this.pen.family = size.family;
    if (size.phone !== (this.caption.parentElement === this.root)) {
      if (size.phone) this.root.prepend(this.caption);
      else this.transport.line.prepend(this.caption);
      if (size.phone) this.figure.parentElement.before(this.layers.element);
      else this.figure.append(this.layers.element);
    }
    this.tell();
    this.draw(performance.now());
    if (this.player.playing) this.paint();
  }

  /** The player has moved: words at once, and the picture from here to there. */
  moved(from, to, animated) {
    const same = from.step === to.step && from.sub === to.sub;
    if (!same) {
      this.inspected = null;
      const rest = this.player.playing ? duration(this.timeline, to, this.player.speed) : Infinity;
      this.transition = animated && !prefersReducedMotion() ? new Transition(from, to, performance.now(), rest) : null;
      this.rest();
      this.sync.tell(placeOf(this.timeline, to));
    }
    if (!this.size) return;
    this.tell();
    this.paint();
  }

  /** The step into the address; of linked stages one writes it. */
  rest() {
    if (this.trace.header.addressed ?? true) this.address.rest(this.timeline.format(this.player.cursor));
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

  get view() {
    const { trace, timeline, inspected } = this;
    return viewOf({ trace, timeline, cursor: this.player.cursor, inspected, lensSide: this.state.lensSide });
  }

  /** Everything that is text: caption, transport, inspector. Once for each change, not for each frame. */
  tell() {
    const { trace, run, words, timeline, size, state } = this;
    const { cursor, playing, speed } = this.player;
    say(this.caption, caption(trace, run, timeline, cursor, words, { short: size.phone, edits: this.edits }));
    this.transport.update({ timeline, cursor, playing, speed, words, phone: size.phone });
    const count = depth(trace);
    this.layers.update({ count, shown: Math.min(trace.layer ?? count, count), words });
    this.inspector.update({
      ...this.view,
      ...state,
      trace,
      run,
      words,
      pal: this.pal,
      colours: this.colours,
      height: size.stacked ? Infinity : size.height,
      phone: size.phone,
      width: size.inspector,
      scale: size.scale,
      ratio: size.ratio,
      family: size.family,
      edits: this.edits,
      editable: trace.header.editable,
      guessing: timeline.waits(cursor),
      guess: this.guesses.get(this.view.t) ?? null,
      original: this.cast.original,
      beside: run === this.cast.other ? (this.cast.original ? words.original : words.free_run) : null,
      unitName: unitName(state.contextUnit, trace.joined.width, trace.backward ? 2 : 1),
    });
    this.root.dataset.step = timeline.format(cursor);
    this.root.dataset.playing = String(playing);
  }

  /** Asks for a picture: however much changes before the next frame, it is drawn once. */
  paint() {
    this.stale = true;
    this.awake();
  }

  awake() {
    this.frame ||= requestAnimationFrame((time) => this.tick(time));
  }

  /** One frame: moves on if it is time, draws what has changed, and comes back as long as something moves or plays. */
  tick(now) {
    this.frame = 0;
    if (!this.root.isConnected) return;
    this.player.tick(now);
    if (this.stale || this.transition) this.draw(now);
    if (this.transition || this.player.playing) this.awake();
  }

  draw(now) {
    this.stale = false;
    if (this.transition?.isOver(now)) this.transition = null;
    const { size } = this;
    this.scene = makeScene({
      pen: this.pen,
      trace: this.trace,
      run: this.run,
      timeline: this.timeline,
      cursor: this.player.cursor,
      ...this.cast,
      words: this.words,
      pal: this.pal,
      size,
      colours: this.colours,
      theme: this.theme,
      lanes: this.lanes,
      highlight: this.pointing.highlight,
      moving: this.transition,
      progress: this.transition ? this.transition.progress(now) : 1,
      peepholes: this.trace.header.peepholes,
      inspected: this.inspected,
      edits: this.edits,
      dragged: this.dragged,
      ...this.state,
    });
    this.canvas.style.width = `${size.width * size.scale}px`;
    this.canvas.style.height = `${this.scene.L.height * size.scale}px`;
    this.layers.place(size.phone, this.scene.L);
    draw(this.scene);
  }

  /** A past row that is on the loom now, or null. */
  pastRow(row) {
    if (row === null || this.timeline.isEncoder(this.player.cursor)) return null;
    return row < this.timeline.index(this.player.cursor) ? row : null;
  }

  inspect(cell) {
    this.inspected = cell;
    this.tell();
    this.paint();
  }

  destroy() {
    cancelAnimationFrame(this.frame);
    this.address.stop();
    this.sync.stop();
    this.observer.disconnect();
    window.removeEventListener("resize", this.onResize);
    document.fonts?.removeEventListener("loadingdone", this.onFont);
    window.removeEventListener("s2s-keep", this.onKeep);
    this.unlisten();
    this.typing.stop();
    if (active === this) active = null;
    this.root.remove();
  }
}

/** The element of the page that everything beside the stage stands in. */
function surroundings(root) {
  return root.getRootNode().host?.closest("[data-testid=stMainBlockContainer]") ?? document.body;
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
