/**
 * A stage in a class: it sends its step to the page, and the page can set its step. The page connects the screens (see
 * s2s_ui/classroom). Without a class, this costs nothing.
 */

/** @import { Stage } from "../stage.js" */
/** @import { AskedOnStage, Crowd, LedTo, Shown } from "../types.js" */

const SHOWN = "s2s-shown"; // told by a stage
const SHOW = "s2s-show"; // told to a stage
const PLACED = "s2s-placed"; // told by a stage: what was clicked

/** The connection of one stage to its page. */
export class Led {
  /** @param {Stage} stage */
  constructor(stage) {
    this.stage = stage;
    /** @type {Crowd | null} */
    this.crowd = null; // where a class looks, for one output
    /** @type {AskedOnStage | null} */
    this.ask = null; // what a student can click
    /** @type {(event: CustomEvent<LedTo>) => void} */
    this.heard = ({ detail }) => this.go(detail);
    document.addEventListener(SHOW, this.heard);
  }

  /** @param {Shown} shown */
  tell({ step, unit, lensSide }) {
    const { run, timeline } = this.stage;
    const { n: source, m: outputs } = timeline;
    const detail = { at: step, unit, side: lensSide, attends: run.weights !== null, source, outputs };
    document.dispatchEvent(new CustomEvent(SHOWN, { detail }));
  }

  /** @param {string} at */
  place(at) {
    document.dispatchEvent(new CustomEvent(PLACED, { detail: { question: this.ask?.id, place: at } }));
  }

  /** @param {LedTo} wish */
  go({ at, unit, side, crowd, covered, ask }) {
    const { stage } = this;
    if (!stage.trace) return;
    const { state, timeline, player } = stage;
    const seen = () => JSON.stringify([this.crowd, this.ask, stage.root.className, state.unit, state.lensSide]);
    const before = seen();
    if (crowd !== undefined) this.crowd = crowd;
    if (ask !== undefined) this.ask = ask;
    if (covered !== undefined) stage.root.classList.toggle("covered", covered);
    if (typeof unit === "number") state.unit = Math.min(unit, stage.trace.units - 1);
    if (side === "forward" || side === "backward") state.lensSide = side;
    if (at === undefined) {
      if (seen() !== before) stage.paint(); // a class says at each step what lies over it
      return;
    }
    const cursor = timeline.parse(at);
    player.playing = false;
    const onwards = [timeline.next(player.cursor), timeline.nextSub(player.cursor)];
    player.go(cursor, { animated: onwards.some((next) => timeline.same(cursor, next)) });
  }

  stop() {
    document.removeEventListener(SHOW, this.heard);
  }
}
