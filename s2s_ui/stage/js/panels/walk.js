/** The walk on the screen: a frame around what is pointed at, and beside it a card with a sentence and buttons. */

import { h, say, show } from "../draw/dom.js";
import { stops } from "../data/walk.js";

/** @import { Stage } from "../stage.js" */
/** @import { Target } from "../data/walk.js" */
/** @import { Box, Move } from "../types.js" */

const GAP = 10;

/** @type {Partial<Record<Move, "next" | "back">>} */
const WAYS = { next: "next", nextSub: "next", previous: "back", previousSub: "back" };

/** Goes through the stops of a walk. */
export class Walk {
  /** @param {Stage} stage */
  constructor(stage) {
    this.stage = stage;
    /** @type {ReturnType<typeof stops>} */
    this.stops = [];
    this.at = 0;
    this.on = false;
    this.ring = h("div", { class: "walk-ring", hidden: "", "aria-hidden": "true" });
    this.count = h("span", { class: "walk-count" });
    this.text = h("p", { class: "walk-text", "aria-live": "polite" });
    this.back = h("button", { type: "button", onclick: () => this.go(-1) });
    this.next = h("button", { type: "button", class: "walk-next", onclick: () => this.go(1) });
    this.close = h("button", { type: "button", class: "walk-close", onclick: () => this.leave() }, "✕");
    this.card = h(
      "div",
      { class: "walk-card", role: "group", hidden: "" },
      h("div", { class: "walk-head" }, this.count, this.close),
      this.text,
      h("div", { class: "walk-foot" }, this.back, this.next),
    );
  }

  /** @param {boolean} byKey whether it was begun with a key: the focus then goes to its button */
  start(byKey = false) {
    this.on = true;
    this.at = 0;
    this.stage.player.playing = false;
    this.update();
    this.show();
    if (byKey) this.next.focus();
  }

  leave() {
    if (!this.on) return false;
    const held = this.card.contains(this.card.ownerDocument.activeElement) || this.card.matches(":focus-within");
    this.on = false;
    show(this.card, false);
    show(this.ring, false);
    if (held) this.stage.figure.focus();
    return true;
  }

  /**
   * What a key does while the walk goes on; false for one that means something else.
   * @param {string} name
   * @param {unknown} how
   */
  takes(name, how) {
    if (!this.on) return false;
    if (name === "free") return this.leave();
    if (name === "click") how = Number(how) > 0 ? "next" : "previous";
    const moves = name === "move" || name === "click";
    const way = name === "toggle" ? "next" : moves ? WAYS[/** @type {Move} */ (how)] : undefined;
    if (way) this.go(way === "next" ? 1 : -1);
    else if (moves) this.leave();
    return way !== undefined;
  }

  /** @param {number} by */
  go(by) {
    this.at = Math.max(0, this.at + by);
    if (this.at >= this.stops.length) this.leave();
    else this.show();
  }

  /** The sentences anew: numbers and language may have changed. */
  update() {
    if (!this.on) return;
    const { trace, run, timeline, state, words } = this.stage;
    const answer = trace.header.intro?.output ?? run.tokens.slice(0, -1).join("");
    this.stops = stops({ trace, run, timeline, unit: state.unit, words, answer });
    this.at = Math.min(this.at, this.stops.length - 1);
    say(this.count, `${this.at + 1} / ${this.stops.length}`);
    say(this.text, this.stops[this.at].text);
    say(this.back, words.walk_back);
    say(this.next, this.at + 1 < this.stops.length ? words.walk_next : words.walk_done);
    this.back.disabled = this.at === 0;
    this.close.setAttribute("aria-label", words.close);
    this.card.setAttribute("aria-label", words.walk);
    this.card.dataset.stop = this.stops[this.at].target;
  }

  show() {
    this.stage.player.go(this.stops[this.at].cursor, { animated: true });
    this.stage.draw(performance.now());
    this.update();
    show(this.card, true);
    show(this.ring, true);
    this.place();
  }

  /** Places the card next to the part that it explains: below, above, right, left, or where it fits best. */
  place() {
    if (!this.on || !this.stage.scene) return;
    const { scale, phone } = this.stage.size;
    const figure = this.stage.figure.getBoundingClientRect();
    const root = this.stage.root.getBoundingClientRect();
    const box = targetBox(this.stage, this.stops[this.at].target);
    const left = figure.left - root.left + box.x * scale;
    const top = figure.top - root.top + box.y * scale;
    const [w, h] = [box.w * scale, box.h * scale];
    Object.assign(this.ring.style, { left: `${left}px`, top: `${top}px`, width: `${w}px`, height: `${h}px` });
    if (phone) {
      this.placeOnPhone();
      return;
    }
    const { offsetWidth: width, offsetHeight: height } = this.card;
    const gap = GAP * scale;
    const room = { right: root.width, bottom: figure.bottom - root.top, top: figure.top - root.top };
    const across = Math.min(Math.max(0, left + w / 2 - width / 2), room.right - width);
    const down = Math.min(Math.max(room.top, top + h / 2 - height / 2), room.bottom - height);
    const fits = [
      { x: across, y: top + h + gap, ok: top + h + gap + height <= room.bottom },
      { x: across, y: top - gap - height, ok: top - gap - height >= room.top },
      { x: left + w + gap, y: down, ok: left + w + gap + width <= room.right },
      { x: left - gap - width, y: down, ok: left - gap - width >= 0 },
    ].find(({ ok }) => ok) ?? { x: room.right - width, y: down };
    Object.assign(this.card.style, { left: `${fits.x}px`, top: `${fits.y}px`, bottom: "" });
  }

  /** Over the buttons, or above what is pointed at where it would cover that. */
  placeOnPhone() {
    Object.assign(this.card.style, { left: "", top: "", bottom: "" });
    this.ring.scrollIntoView({ block: "nearest" });
    const [card, ring] = [this.card.getBoundingClientRect(), this.ring.getBoundingClientRect()];
    if (ring.bottom > card.top && ring.top - GAP > card.height)
      this.card.style.bottom = `${window.innerHeight - ring.top + GAP}px`;
  }
}

/**
 * Where a part of the picture lies, in units.
 * @param {Stage} stage
 * @param {Target} target
 * @returns {Box}
 */
function targetBox({ scene }, target) {
  const { L } = scene;
  const right = L.width - 1;
  /**
   * @param {number} top
   * @param {number} bottom
   */
  const whole = (top, bottom) => ({ x: 1, y: Math.max(1, top), w: right - 1, h: bottom - Math.max(1, top) });
  const lane = L.joined ?? L.forward;
  const row = L.loom.bottom - Math.min(scene.index, L.loom.fitting) * L.loom.row; // the lower edge of the current row
  switch (target) {
    case "reading":
      return whole((L.backward ?? L.forward).top - 7, L.height - 1);
    case "cell":
      return whole(L.loom.top - (L.phone ? 0 : 4), L.loom.bottom);
    case "joined":
      return whole(lane.top - 5, lane.top + lane.height + 5);
    case "row":
      return whole(row - L.loom.current - 16, row);
    case "strands":
      return whole(L.context.top - 5, row);
    case "context":
      return whole(L.context.top - 5, L.context.top + L.context.height + 5);
    case "written":
      return whole(1, L.decoder.top + L.decoder.height + 8);
    case "output":
      return whole(1, L.bar.top + L.bar.height + 4);
  }
}
