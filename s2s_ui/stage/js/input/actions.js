/** What keys and buttons do to a stage, by name. An action that could do nothing answers false. */

import { keys, tables } from "../panels/dialogs.js";
import { h } from "../draw/dom.js";
import { depth, readBy } from "../data/payload.js";

const SHEET = ["peek", "half", "full"];

const ACTIONS = {
  move: (stage, how) => stage.player.move(how),
  toggle: (stage) => stage.player.toggle(performance.now()),
  faster: (stage, by) => stage.player.faster(by),
  unit: (stage, by) => stage.set({ unit: (stage.state.unit + by + stage.trace.units) % stage.trace.units }),
  direction: (stage) => stage.set({ lensSide: stage.state.lensSide === "forward" ? "backward" : "forward" }),
  layer: nextLayer,
  swap,
  request: (stage, name) => stage.request(name),
  sentence: focusSentence,
  help: (stage) =>
    stage.dialog.open(
      stage.words.key_help,
      stage.words,
      keys(stage.words),
      h("button", { type: "button", onclick: () => act(stage, "table") }, stage.words.show_table),
    ),
  table: ({ dialog, words, trace, run, view }) =>
    dialog.open(words.show_table, words, ...tables({ trace, run, words, view })),
  blank: (stage) => stage.blank.toggle(),
  screen: fullScreen,
  sheet: turnSheet,
  free: letGo,
};

export function act(stage, name, argument) {
  return ACTIONS[name](stage, argument) !== false;
}

/** The other of two runs on decoder, loom and inspector, and on the encoder where an edit has changed it. */
function swap(stage) {
  if (stage.trace.runs.length < 2) return false;
  stage.state.runIndex = 1 - stage.state.runIndex;
  stage.trace = readBy(stage.trace, stage.state.runIndex);
  stage.player.timeline = stage.timelineOf(stage.run);
  stage.inspected = null;
  stage.seek(stage.player.cursor);
  return true;
}

/** The layer above, and from the top the lowest one. */
function nextLayer(stage, by) {
  const count = depth(stage.trace);
  if (count < 2) return false;
  const shown = stage.trace.layer ?? count;
  stage.turn(((shown - 1 + by + count) % count) + 1);
  return true;
}

function fullScreen() {
  if (document.fullscreenElement) document.exitFullscreen();
  else document.documentElement.requestFullscreen?.();
}

function focusSentence({ trace }) {
  const selector = trace.header.sentence_selector;
  const field = selector ? document.querySelector(selector) : null;
  field?.focus();
  return field !== null;
}

/** On a phone: a little, half, all of the inspector. */
export function turnSheet({ root }) {
  const at = SHEET.indexOf(root.dataset.sheet);
  root.dataset.sheet = SHEET[(at + 1) % SHEET.length];
}

/** What is held is let go; where nothing is, the last edit is taken back. */
function letGo(stage) {
  const { edits } = stage.trace.header;
  if (!stage.inspected && !stage.pointing.holds && edits.length) stage.edit({ remove: edits.length - 1 });
  stage.pointing.release();
  stage.inspect(null);
}
