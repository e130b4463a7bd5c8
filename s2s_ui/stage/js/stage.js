/**
 * The stage as a component. It gets one message for each trace; stepping, playing and pointing need no server. Only the
 * keys P and T send a request, because they need another trace.
 */

import { turnSheet } from "./input/actions.js";
import { Address, leftInLesson } from "./input/address.js";
import { AskedLayer } from "./data/asked_layer.js";
import { caption } from "./data/captions.js";
import { PALETTES, scales } from "./draw/colour.js";
import { say } from "./draw/dom.js";
import { Edits } from "./data/edits.js";
import { factsOf } from "./draw/facts.js";
import { Firsts } from "./data/firsts.js";
import { ringForKeysOnly } from "./input/focus.js";
import { Page } from "./input/page.js";
import { Paper } from "./input/paper.js";
import { cursorAt, Sync, placeOf } from "./data/sync.js";
import { prefersReducedMotion, Transition } from "./draw/motion.js";
import { build } from "./panels/parts.js";
import { decode, depth, readBy } from "./data/payload.js";
import { Pen } from "./draw/pen.js";
import { inspectedOf } from "./panels/inspected.js";
import { Led } from "./input/led.js";
import { CELL, duration, Player, Timeline } from "./data/player.js";
import { cast, draw, makeScene, rowsOf } from "./draw/scene.js";
import { measure } from "./draw/size.js";
import { LANGUAGES, SIZE, ZOOMS } from "./data/sizes.js";
import { dress, themeOf } from "./draw/theme.js";
import { lanesOf } from "./data/shown.js";
import { reveal, want } from "./input/reveal.js";
import { Typing } from "./input/typing.js";
import { resumed, startOf, viewOf } from "./data/view.js";

/** @import { Run } from "./data/payload.js" */
/** @import {
 *   Cast, CellPlace, Component, Cursor, LessonWish, Named, Palette, Scales, Scene, Size, State, Theme, Trace, Wish,
 *   Words,
 * } from "./types.js" */

const FIRST_UNIT = 17;
const CAPTION_HEIGHT = 22;
const CAPTION = { size: 15, weight: 600 };
const TURNING_MS = 3000; // a chapter is turned once, however often a clicker is pressed meanwhile
const PLAYED = "played"; // as a first visit is remembered

/**
 * The chapter of the lesson and how it is set; "" on all other pages.
 * @param {Trace | undefined} trace
 */
function placeIn(trace) {
  const { lesson, step } = trace?.header ?? {};
  return lesson ? `${lesson.chapter}:${step}` : "";
}

/** @type {Stage | null} */
let active = null; // the stage that the keys go to, where a page has several

/** One stage of a page: its elements, the trace it shows, and what the reader does with it. */
export class Stage {
  // What `update` sets: a stage is mounted with its first message.
  /** @type {Trace} */ trace;
  /** @type {Words} */ words;
  /** @type {Theme} */ theme;
  /** @type {Palette} */ pal;
  /** @type {Scales} */ colours;
  /** @type {Cast} */ cast;
  /** @type {Player} */ player;
  /** @type {Size} */ size;
  /** @type {Scene} */ scene;
  /** @type {Map<number, string>} */ guesses;
  /** @type {Named} */ named;
  /** @type {CellPlace | null} */ inspected = null;
  /** @type {Transition | null} */ transition = null;
  /** @type {number[] | null} */ dragged = null;
  /** @type {{ from: number, until: number } | null} */ turned = null;
  /** @type {(name: string) => void} */ request;
  /** @type {(wish: Wish) => void} */ edit;
  /** @type {(text: string) => void} */ tellTyped;
  /** @type {(layer: number | null) => void} */ tellLayer;
  /** @type {(wish: LessonWish) => void} */ lesson;

  /** @param {Component["parentElement"]} parent */
  constructor(parent) {
    /** @type {State} */
    this.state = { unit: FIRST_UNIT, contextUnit: FIRST_UNIT, lensSide: "forward", runIndex: 0 };
    /** @type {Record<string, string>} */
    this.sentences = {};
    this.lanes = new Map();
    this.firsts = new Firsts();
    const parts = build(this);
    this.root = parts.root;
    this.canvas = parts.canvas;
    this.figure = parts.figure;
    this.caption = parts.caption;
    this.answer = parts.answer;
    this.chips = parts.chips;
    this.layers = parts.layers;
    this.aids = parts.aids;
    this.inspector = parts.inspector;
    this.transport = parts.transport;
    this.pointing = parts.pointing;
    this.menu = parts.menu;
    this.dialog = parts.dialog;
    this.blank = parts.blank;
    this.intro = parts.intro;
    this.walk = parts.walk;
    this.presenting = parts.presenting;
    this.stories = parts.stories;
    this.otherCaption = parts.other;
    this.explaining = parts.explaining;
    this.explanation = parts.explanation;
    this.explainButton = parts.transport.explain;
    this.explaining.listen();
    this.asks = parts.asks;
    turnSheet(this);
    const activate = () => void (active = this);
    for (const event of ["pointerdown", "focusin"]) this.root.addEventListener(event, activate);
    ringForKeysOnly(this.root);
    parent.append(this.root);
    this.pen = new Pen(this.canvas);
    this.address = new Address();
    this.asked = new AskedLayer();
    this.sync = new Sync((place) => this.seek(cursorAt(this.timeline, place)));
    this.led = new Led(this);
    this.frame = 0;
    active ??= this;
    const isActive = () => active === null || active === this || !active.root.isConnected;
    this.page = new Page(this, isActive);
    this.paper = new Paper(this);
    this.typing = new Typing((text) => this.tellTyped(text));
  }

  /**
   * New data or another theme. The same trace keeps its place; another one of the same sentence too.
   * @param {Component} message
   */
  update({ data, setTriggerValue, said }) {
    this.request = (name) => setTriggerValue("toggle", name);
    this.tellTyped = (text) => setTriggerValue("typed", text);
    this.tellLayer = (layer) => setTriggerValue("layer", layer ?? 0);
    const message = decode(data);
    Object.assign(message.header, said);
    const trace = readBy(
      message,
      message.id === this.trace?.id ? this.state.runIndex : 0,
      this.asked.layer(message.header, this.trace),
    );
    this.edit = (wish) => {
      if (trace.header.editable) setTriggerValue("edit", wish);
    };
    this.lesson = (wish) => {
      const { lesson } = trace.header;
      if (!lesson) return;
      if (!("turn" in wish)) want();
      else if (this.turned?.from === lesson.chapter && performance.now() < this.turned.until) return;
      else this.turned = { from: lesson.chapter, until: performance.now() + TURNING_MS };
      setTriggerValue("lesson", { chapter: lesson.chapter, ...wish });
    };
    const before = this.trace;
    this.words = trace.header.words;
    this.colour(themeOf(this.root));
    this.trace = trace;
    this.cast = cast(trace);
    this.sync.name = trace.header.sync ?? null;
    this.root.classList.toggle("bare", !trace.header.inspector);
    this.root.classList.toggle("lesson", Boolean(trace.header.lesson));
    this.typing.selector = trace.header.live ? trace.header.sentence_selector : null;
    this.dragged = null;
    this.chips.update(trace, this.words);
    this.intro.update(trace, this.words);
    this.stories.update(trace.header.stories ?? [], this.words);
    this.explaining.learn(trace.header.explained);
    if (trace.id !== before?.id || placeIn(trace) !== placeIn(before) || trace.header.predict !== before.header.predict)
      this.change(before);
    this.label();
    this.resize();
    reveal(trace.header.lesson?.reveal);
  }

  /** @param {Theme} theme */
  colour(theme) {
    this.theme = theme;
    this.pal = PALETTES[theme];
    this.colours = scales(this.pal);
    dress(this.root, theme);
  }

  /**
   * The same in the colours of a theme, at once.
   * @param {Theme} theme
   */
  wear(theme) {
    this.transition = null;
    this.colour(theme);
    this.tell();
    this.draw(performance.now());
  }

  /** Unit and direction are those of the stage that was left, or those that have been named since. */
  resume() {
    const { state, named } = resumed({ state: this.state, header: this.trace.header, left: this.address.left });
    Object.assign(this.state, state);
    this.named = named;
  }

  /** @param {Trace | undefined} before */
  change(before) {
    const { trace } = this;
    this.root.dataset.trace = trace.id;
    this.root.dataset.chapter = String(trace.header.lesson?.chapter ?? "");
    this.guesses = new Map();
    this.inspected = null;
    this.pointing.release();
    this.walk.leave();
    this.state.runIndex = 0;
    const place = placeIn(trace);
    const fresh = !before || place !== placeIn(before);
    this.turned = null;
    if (fresh && place) this.address.left = leftInLesson(place); // it sets everything itself
    if (fresh) this.resume();
    this.state.unit = Math.min(this.state.unit, trace.units - 1);
    this.state.contextUnit = Math.min(this.state.contextUnit, trace.joined.width - 1);
    const timeline = this.timelineOf(this.run);
    const player = new Player(timeline, (...change) => this.moved(...change));
    const { left } = this.address;
    player.cursor = startOf({ timeline, trace, before: fresh ? null : before, cursor: this.player?.cursor, left });
    player.speed = this.player?.speed ?? left?.speed ?? 1;
    const began = left?.reloaded ? left.playing : trace.header.autoplay && trace.header.step === null;
    const goesOn = fresh ? began : this.player.playing;
    this.player = player;
    this.transition = null;
    if (goesOn && !timeline.isLast(player.cursor)) player.toggle(performance.now());
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

  /** @param {Run} run */
  timelineOf(run) {
    const { length, header } = this.trace;
    const shows = lanesOf(header.lesson);
    const steps = shows("output") || shows("closed") ? run.length : 0;
    const timeline = new Timeline(length, steps, run.weights !== null, header.predict ?? false);
    timeline.hurried = Boolean(header.hurried) && !this.firsts.has(PLAYED);
    return timeline;
  }

  /** Attention has been seen in a play: from now on reading takes its time. */
  played() {
    this.firsts.keep(PLAYED);
    this.timeline.hurried = false;
  }

  label() {
    const { words } = this;
    this.figure.setAttribute("aria-label", words.stage);
    this.aids.forEach((button, i) => say(button, i ? words.key_help : words.show_table));
  }

  /** Sizes follow the window: the main band fills it down to the transport. */
  resize() {
    if (!this.trace) return;
    this.tellAnswer(); // its line takes room from the picture
    this.root.classList.toggle("bilingual", this.bilingual);
    const more = this.bilingual ? CAPTION_HEIGHT : 0;
    const size = measure(this.root, { zoom: this.zoom, more, rows: rowsOf(this.cast) });
    if (!size) return;
    this.size = size;
    this.pen.family = size.family;
    if (size.narrow !== (this.caption.parentElement === this.root)) {
      if (size.narrow) this.root.prepend(this.caption);
      else this.transport.line.prepend(this.caption);
      if (size.phone) this.figure.parentElement?.before(this.layers.element);
      else this.figure.append(this.layers.element);
    }
    this.tell();
    this.transport.makeRoom(size.narrow ? 0 : this.widestCaption() * size.scale);
    this.draw(performance.now());
    this.walk.place();
    if (this.player.playing) this.paint();
  }

  /** The width of the widest caption of the outputs, in units: so that the line does not change from step to step. */
  widestCaption() {
    const { trace, run, timeline, words, edits } = this;
    const places = run.tokens.flatMap((_, t) => timeline.subs.map((sub) => ({ step: trace.length + t + 1, sub })));
    const how = { short: this.size.terse, edits };
    const captions = places.map((place) => caption(trace, run, timeline, place, words, how));
    return Math.max(0, ...captions.map((text) => this.pen.width(text, CAPTION)));
  }

  /**
   * The player has moved: words at once, and the picture from here to there.
   * @param {Cursor} from
   * @param {Cursor} to
   * @param {boolean} animated
   */
  moved(from, to, animated) {
    const same = from.step === to.step && from.sub === to.sub;
    if (!same) {
      this.inspected = null;
      const rest = this.player.playing ? duration(this.timeline, to, this.player.speed) : Infinity;
      this.transition = animated && !prefersReducedMotion() ? new Transition(from, to, performance.now(), rest) : null;
      this.sync.tell(placeOf(this.timeline, to));
      this.presenting.vanish();
      if (this.timeline.hurried && this.player.playing && !this.timeline.isEncoder(to) && to.sub >= CELL) this.played();
    }
    if (!this.size) return;
    this.tell();
    this.paint();
  }

  /** @param {Cursor} cursor */
  seek(cursor) {
    this.player.playing = false;
    this.player.go(cursor);
  }

  /** @param {Partial<State>} change */
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
    const { trace, run, words, timeline, size } = this;
    this.tellAnswer();
    const { cursor, playing, speed } = this.player;
    const how = { short: size.terse, edits: this.edits };
    say(this.caption, caption(trace, run, timeline, cursor, words, how));
    const { other_words: other } = trace.header;
    say(this.otherCaption, this.bilingual && other ? caption(trace, run, timeline, cursor, other, how) : "");
    this.transport.update({ timeline, cursor, playing, speed, words, phone: size.terse });
    const count = depth(trace);
    this.layers.update({ count, shown: Math.min(trace.layer ?? count, count), words });
    this.inspector.update(inspectedOf(this));
    this.walk.update();
    this.explaining.refresh();
    const step = timeline.format(cursor);
    this.root.dataset.step = step;
    this.root.dataset.playing = String(playing);
    const { unit, contextUnit, lensSide } = this.state;
    const addressed = trace.header.addressed ?? true; // of stages in step one writes the address
    const shown = { step, unit, contextUnit, lensSide, named: this.named, playing, speed };
    const place = placeIn(trace);
    if (place) this.address.noteInLesson(place, shown);
    else if (addressed) {
      this.address.note(shown);
      this.led.tell(shown);
    }
  }

  tellAnswer() {
    const { trace, cast, run, timeline, words } = this;
    this.answer.update({ trace, cast, run, timeline, cursor: this.player.cursor, words });
  }

  /** Asks for a picture: however much changes before the next frame, it is drawn once. */
  paint() {
    this.stale = true;
    this.awake();
  }

  awake() {
    this.frame ||= requestAnimationFrame((time) => this.tick(time));
  }

  /**
   * One frame: moves on if it is time, draws what has changed, and comes back as long as something moves or plays.
   * @param {number} now
   */
  tick(now) {
    this.frame = 0;
    if (!this.root.isConnected) return;
    this.player.tick(now);
    if (this.stale || this.transition) this.draw(now);
    if (this.transition || this.player.playing) this.awake();
  }

  /** @param {number} now */
  draw(now) {
    this.stale = false;
    if (this.transition?.isOver(now)) this.transition = null;
    const { width, scale } = this.size;
    this.scene = makeScene(factsOf(this, now));
    this.canvas.style.width = `${width * scale}px`;
    this.layers.place(this.size.phone, this.scene.L);
    const rows = this.scene.encoding ? 0 : this.scene.index;
    this.stories.place(this.scene.L, {
      rows,
      layers: depth(this.trace),
      looks: this.run.weights !== null,
      scale: this.size.scale,
    });
    this.canvas.style.height = `${this.scene.L.height * scale}px`;
    this.root.classList.toggle("short", this.size.phone && this.scene.L.height > this.size.height);
    draw(this.scene);
    this.asks.update(this);
    if (this.explaining.on && !this.transition) this.explaining.outline();
  }

  /**
   * A past row that is on the loom now, or null.
   * @param {number | null} row
   * @returns {number | null}
   */
  pastRow(row) {
    if (row === null || this.timeline.isEncoder(this.player.cursor)) return null;
    return row < this.timeline.index(this.player.cursor) ? row : null;
  }

  /** How many times as large as usual the reader wants the stage. */
  get zoom() {
    const kept = Number(this.firsts.get(SIZE) ?? 1);
    return this.trace?.header.presented && ZOOMS.includes(kept) ? kept : 1;
  }

  /** Whether captions stand in two languages. */
  get bilingual() {
    return Boolean(this.trace?.header.other_words) && this.firsts.has(LANGUAGES);
  }

  get cursor() {
    return this.player.cursor;
  }

  get speed() {
    return this.player.speed;
  }

  get unit() {
    return this.state.unit;
  }

  get contextUnit() {
    return this.state.contextUnit;
  }

  /** @param {CellPlace | null} cell */
  inspect(cell) {
    this.inspected = cell;
    this.tell();
    this.paint();
  }

  destroy() {
    cancelAnimationFrame(this.frame);
    this.address.stop();
    this.sync.stop();
    this.led.stop();
    this.page.stop();
    this.paper.stop();
    this.typing.stop();
    this.presenting.stop();
    if (active === this) active = null;
    this.root.remove();
  }
}
