/** The elements of the stage, put together once. */

import { act, press, turn } from "../input/actions.js";
import { Answer } from "./answer.js";
import { Asks } from "./asks.js";
import { Blank } from "./blank.js";
import { Chips } from "./chips.js";
import { Dialog } from "./dialogs.js";
import { Explaining } from "../input/explaining.js";
import { Explanation } from "./explanation.js";
import { h } from "../draw/dom.js";
import { Inspector } from "./inspector.js";
import { Intro } from "./intro.js";
import { Layers } from "./layers.js";
import { Menu } from "./menu.js";
import { Pointing } from "../input/pointing.js";
import { Presenting } from "./presenting.js";
import { Stories } from "./stories.js";
import { Transport } from "./transport.js";
import { Walk } from "./walk.js";
import { force, offerHold, offerRow } from "./whatif.js";

/** @import { Stage } from "../stage.js" */

/**
 * What `stage` consists of; its elements call back into it.
 * @param {Stage} stage
 */
export function build(stage) {
  const canvas = h("canvas", { "aria-hidden": "true" });
  const caption = h("p", { class: "caption", id: "s2s-caption", "aria-live": "polite" });
  const pointing = new Pointing(stage, canvas);
  const dialog = new Dialog();
  const blank = new Blank();
  const walk = new Walk(stage);
  const explaining = new Explaining(stage);
  const explanation = new Explanation();
  const stories = new Stories();
  const presenting = new Presenting(stage);
  const other = h("p", { class: "caption-other" });
  const intro = new Intro(
    stage.firsts,
    (way, byKey) => (way === "walk" ? walk.start(byKey) : act(stage, way)),
    () => stage.resize(),
  );
  const menu = new Menu();
  const layers = new Layers((layer) => turn(stage, layer));
  const answer = new Answer();
  const asks = new Asks(stage);
  const chips = new Chips((wish) => stage.edit(wish));
  const aids = /** @type {const} */ (["table", "help"]).map((name) =>
    h("button", { type: "button", class: "aid", onclick: () => act(stage, name) }),
  );
  const figure = h(
    "div",
    { class: "figure", role: "application", tabindex: "0", "aria-describedby": "s2s-caption" },
    canvas,
    explaining.marks,
    stories.element,
    pointing.tooltip.element,
    layers.element,
    asks.element,
  );
  const inspector = new Inspector({
    unit: (by) => act(stage, "unit", by),
    chosen: (unit) => stage.set({ unit }),
    hovered: (hit, event) => pointing.float(hit, event),
    linked: (source) => pointing.light({ source, row: null }),
    sheet: () => act(stage, "sheet"),
    guessed: (t, token) => {
      stage.guesses.set(t, token);
      act(stage, "move", "next");
    },
    force: (t, id) => force(stage, t, id),
    calibrate: () => act(stage, "request", "calibrated"),
    hold: (what, element) => offerHold(stage, what, element),
    row: (what, place) => offerRow(stage, what, place),
  });
  const transport = new Transport(
    {
      move: (how) => press(stage, "move", how),
      toggle: () => press(stage, "toggle"),
      seek: (cursor) => {
        walk.leave();
        stage.seek(cursor);
      },
      screen: () => act(stage, "screen"),
      explain: () => act(stage, "explain"),
      speed: (speed) => Object.assign(stage.player, { speed }),
    },
    caption,
    other,
  );
  const root = h(
    "div",
    { class: "s2s" },
    h("div", { class: "aids" }, ...aids),
    intro.element,
    chips.element,
    answer.element,
    h("div", { class: "main" }, figure, inspector.element),
    transport.element,
    dialog.element,
    menu.element,
    blank.element,
    walk.ring,
    walk.card,
    explanation.element,
    presenting.element,
  );
  new IntersectionObserver(([title]) => root.classList.toggle("below", title.isIntersecting), {
    rootMargin: "0px 0px -50% 0px",
  }).observe(inspector.title);
  return {
    answer,
    stories,
    presenting,
    other,
    explaining,
    explanation,
    intro,
    walk,
    asks,
    blank,
    chips,
    layers,
    menu,
    canvas,
    caption,
    pointing,
    dialog,
    aids,
    figure,
    inspector,
    transport,
    root,
  };
}
