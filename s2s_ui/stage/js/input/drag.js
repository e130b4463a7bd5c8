/** A weight of the current row is dragged up or down; the others follow so that the sum stays 1; released, it holds. */

import { reweighted, row } from "../data/edits.js";

/** @import { Stage } from "../stage.js" */
/** @import { Hit } from "../types.js" */

const REACH = 80; // units of the way from weight 0 to 1
const STILL = 4; // a press that moves less is a click

export class Drag {
  /**
   * `at(event)` finds what lies under the pointer.
   * @param {Stage} stage
   * @param {HTMLCanvasElement} canvas
   * @param {(event: MouseEvent) => Hit | null} at
   */
  constructor(stage, canvas, at) {
    this.stage = stage;
    /** @type {{ t: number, source: number, y: number } | null} */
    this.held = null;
    this.moving = false;
    this.ended = false;
    canvas.addEventListener("pointerdown", (event) => {
      const hit = at(event);
      this.ended = false;
      if (event.pointerType === "touch" || event.button !== 0 || !this.takes(hit)) return;
      this.held = { t: hit.t, source: hit.source, y: event.clientY };
      canvas.setPointerCapture(event.pointerId);
    });
    canvas.addEventListener("pointermove", (event) => this.move(event));
    canvas.addEventListener("pointerup", () => this.release());
    canvas.addEventListener("pointercancel", () => this.cancel());
  }

  /**
   * Whether this is a weight of the current row that can be changed.
   * @param {Hit | null} hit
   * @returns {hit is Hit & { kind: "weight" }}
   */
  takes(hit) {
    const { trace, timeline, player } = this.stage;
    return (
      trace.header.editable &&
      hit?.kind === "weight" &&
      hit.value !== null &&
      !timeline.isEncoder(player.cursor) &&
      hit.t === timeline.index(player.cursor)
    );
  }

  /** @param {PointerEvent} event */
  move(event) {
    if (!this.held) return;
    const way = (this.held.y - event.clientY) / this.stage.size.scale;
    if (!this.moving && Math.abs(way) < STILL) return;
    this.moving = true;
    const weights = this.stage.run.weights?.at(this.held.t);
    if (!weights) return;
    const value = Math.min(1, Math.max(0, weights[this.held.source] + way / REACH));
    this.stage.dragged = reweighted(weights, this.held.source, value);
    this.stage.pointing.float(
      { kind: "weight", dragged: true, ...this.held, value: this.stage.dragged[this.held.source] },
      event,
    );
    this.stage.paint();
  }

  release() {
    const { dragged } = this.stage;
    if (this.moving && this.held && dragged) this.stage.edit({ add: row(this.held.t, dragged) });
    this.ended = this.moving;
    this.held = null;
    this.moving = false;
  }

  cancel() {
    this.stage.dragged = null;
    this.held = null;
    this.moving = false;
    this.stage.paint();
  }

  /** Whether the click that comes now is the end of a drag. */
  done() {
    const { ended } = this;
    this.ended = false;
    return ended;
  }
}
