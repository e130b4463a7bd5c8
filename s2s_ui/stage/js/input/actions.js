/** What keys and buttons do to a stage, by name. An action that could do nothing answers false. */

import { keys, tables } from "../panels/dialogs.js";
import { h } from "../draw/dom.js";
import { prefersReducedMotion } from "../draw/motion.js";
import { cast } from "../draw/scene.js";
import { depth, readBy } from "../data/payload.js";
import { WORD } from "../data/player.js";
import { LANGUAGES, nextZoom, SIZE } from "../data/sizes.js";

/** @import { Stage } from "../stage.js" */
/** @import { Move } from "../types.js" */

const SHEET = ["peek", "half", "full"];

/**
 * What each action takes.
 * @typedef {{
 *   move: [how: Move], toggle: [], faster: [by: number], unit: [by: number], direction: [], swap: [],
 *   layer: [by: number], click: [by: number], answer: [choice: number],
 *   request: [name: string], sentence: [], writing: [], help: [],
 *   explain: [], size: [by: number],
 *   equation: [by: number], pen: [], spotlight: [], languages: [], table: [],
 *   blank: [], screen: [], sheet: [], free: [],
 * }} Arguments
 *
 * An action and what it takes.
 * @typedef {{ [Name in keyof Arguments]: [name: Name, ...Arguments[Name]] }[keyof Arguments]} Action
 */

/** @type {{ [Name in keyof Arguments]: (stage: Stage, ...rest: Arguments[Name]) => unknown }} */
const ACTIONS = {
  move: (stage, how) => stage.player.move(how),
  toggle: (stage) => stage.player.toggle(performance.now()),
  faster: (stage, by) => stage.player.faster(by),
  unit: (stage, by) => stage.set({ unit: (stage.state.unit + by + stage.trace.units) % stage.trace.units }),
  direction: (stage) => stage.set({ lensSide: stage.state.lensSide === "forward" ? "backward" : "forward" }),
  layer: nextLayer,
  click,
  answer,
  swap,
  request: (stage, name) => stage.request(name),
  sentence: focusSentence,
  writing: (stage) => stage.seek({ step: stage.trace.length + 1, sub: WORD }),
  explain: (stage) => stage.explaining.toggle(),
  size: nextSize,
  equation: nextEquation,
  pen: (stage) => presents(stage) && stage.presenting.toggle("pen"),
  spotlight: (stage) => presents(stage) && stage.presenting.toggle("spotlight"),
  languages: bothLanguages,
  help: (stage) =>
    stage.dialog.open(
      stage.words.key_help,
      stage.words,
      keys(stage.words, Boolean(presents(stage))),
      h(
        "div",
        { class: "dialog-ways" },
        h("button", { type: "button", onclick: () => act(stage, "table") }, stage.words.show_table),
        ...(stage.trace.header.predict ? [] : [walkButton(stage)]), // the walk would tell
      ),
    ),
  table: ({ dialog, words, trace, run, view }) =>
    dialog.open(words.show_table, words, ...tables({ trace, run, words, view })),
  blank: (stage) => stage.blank.toggle(),
  screen: fullScreen,
  sheet: turnSheet,
  free: letGo,
};

/**
 * Does what an action says; false if it could do nothing.
 * @param {Stage} stage
 * @param {Action} action
 * @returns {boolean}
 */
export function act(stage, ...[name, ...rest]) {
  const perform = /** @type {(stage: Stage, ...rest: unknown[]) => unknown} */ (ACTIONS[name]);
  return perform(stage, ...rest) !== false;
}

/**
 * What a key or a button of the transport does: it goes through a walk while there is one.
 * @param {Stage} stage
 * @param {Action} action
 * @returns {boolean}
 */
export function press(stage, ...action) {
  return stage.walk.takes(action[0], action[1]) || act(stage, ...action);
}

/**
 * The other of two runs on decoder, loom and inspector, and on the encoder where an edit has changed it.
 * @param {Stage} stage
 */
function swap(stage) {
  if (stage.trace.runs.length < 2) return false;
  stage.state.runIndex = 1 - stage.state.runIndex;
  stage.trace = readBy(stage.trace, stage.state.runIndex);
  stage.player.timeline = stage.timelineOf(stage.run);
  stage.inspected = null;
  stage.seek(stage.player.cursor);
  return true;
}

/**
 * Shows another layer (from 1), and tells the page, which has it in its link.
 * @param {Stage} stage
 * @param {number} layer
 */
export function turn(stage, layer) {
  const chosen = layer < depth(stage.trace) ? layer : null;
  if (chosen === stage.trace.layer) return;
  stage.trace = readBy(stage.trace, stage.state.runIndex, chosen);
  stage.cast = cast(stage.trace);
  if (stage.trace.header.keeps_layer) {
    stage.asked.tell(chosen);
    stage.tellLayer(chosen);
  }
  stage.tell();
  stage.paint();
}

/**
 * The layer above, and from the top the lowest one.
 * @param {Stage} stage
 * @param {number} by
 */
function nextLayer(stage, by) {
  const count = depth(stage.trace);
  if (count < 2) return false;
  const shown = stage.trace.layer ?? count;
  turn(stage, ((shown - 1 + by + count) % count) + 1);
  return true;
}

/** @param {Stage} stage */
const presents = ({ trace }) => trace.header.presented;

/**
 * Larger, for a lecture hall, and after the largest as usual; the browser keeps it.
 * @param {Stage} stage
 * @param {number} by
 */
function nextSize(stage, by) {
  if (!presents(stage)) return false;
  stage.presenting.vanish();
  stage.firsts.keep(SIZE, nextZoom(stage.zoom, by));
  stage.resize();
  return true;
}

/**
 * Another equation under a large picture.
 * @param {Stage} stage
 * @param {number} by
 */
function nextEquation(stage, by) {
  if (stage.size.zoom === 1) return false;
  stage.inspector.turn(by);
  stage.tell();
  return true;
}

/**
 * The captions in another language too, or no more; the browser keeps it.
 * @param {Stage} stage
 */
function bothLanguages(stage) {
  if (!stage.trace.header.other_words) return false;
  stage.firsts.keep(LANGUAGES, !stage.firsts.has(LANGUAGES));
  stage.resize();
  return true;
}

/** @param {Stage} stage */
function walkButton(stage) {
  const begin = () => {
    stage.dialog.element.close();
    stage.walk.start(true);
  };
  return h("button", { type: "button", onclick: begin }, stage.words.intro_to_walk);
}

/**
 * A presenter's clicker: a step on or back, and where a chapter of the lesson ends or begins, its neighbour.
 * @param {Stage} stage
 * @param {number} by
 */
function click(stage, by) {
  const { player, timeline, trace } = stage;
  const { lesson } = trace.header;
  if (lesson) {
    const { cursor } = player;
    const start = timeline.parse(lesson.start);
    const begins = timeline.isFirst(cursor) || timeline.same(cursor, start);
    if (by > 0 ? timeline.isLast(cursor) && lesson.after : begins && lesson.before) {
      stage.lesson({ turn: by });
      return;
    }
  }
  player.move(by > 0 ? "next" : "previous");
}

/**
 * The answer with this number, from 0, to the question at hand.
 * @param {Stage} stage
 * @param {number} choice
 */
function answer(stage, choice) {
  const { lesson } = stage.trace.header;
  if (!lesson || choice >= lesson.choices) return false;
  stage.lesson({ choice });
  return true;
}

function fullScreen() {
  if (document.fullscreenElement) document.exitFullscreen();
  else document.documentElement.requestFullscreen?.();
}

/** @param {Stage} stage */
function focusSentence({ trace }) {
  const selector = trace.header.sentence_selector;
  /** @type {HTMLElement | null} */
  const field = selector ? document.querySelector(selector) : null;
  field?.focus();
  return field !== null;
}

/**
 * On a phone: a little, half, all of the inspector. Where it stands under the picture: to it and back.
 * @param {{ root: HTMLElement }} stage
 */
export function turnSheet({ root }) {
  const below = root.querySelector(".stacked:not(.phone) .inspector");
  if (below) {
    const target = root.classList.contains("below") ? root : below;
    target.scrollIntoView({ behavior: prefersReducedMotion() ? "instant" : "smooth", block: "start" });
    return;
  }
  const at = SHEET.indexOf(root.dataset.sheet ?? "");
  root.dataset.sheet = SHEET[(at + 1) % SHEET.length];
}

/**
 * What is held is let go; where nothing is, the last edit is taken back.
 * @param {Stage} stage
 */
function letGo(stage) {
  if (stage.presenting.vanish() || stage.explaining.dismiss()) return;
  const { edits } = stage.trace.header;
  if (!stage.inspected && !stage.pointing.holds && edits.length) stage.edit({ remove: edits.length - 1 });
  stage.pointing.release();
  stage.inspect(null);
}
