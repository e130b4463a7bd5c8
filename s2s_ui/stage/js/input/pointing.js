/** Hovering highlights words, rows and strands; a click pins the highlight, moves the inspector, or selects a unit. */

import { act, turn } from "./actions.js";
import { Drag } from "./drag.js";
import { describe, find, Tooltip } from "./pointer.js";
import { offerRow } from "../panels/whatif.js";

/** @import { Stage } from "../stage.js" */
/** @import { Highlight, Marked } from "../types.js" */

/** @type {Highlight} */
const NOTHING = { source: null, row: null };
/**
 * @param {Highlight} a
 * @param {Highlight} b
 */
const same = (a, b) => a.source === b.source && a.row === b.row;

/** What the pointer does on the picture of one stage. */
export class Pointing {
  /**
   * `stage` has: scene, size, trace, run, words, state; pastRow(row), inspect(cell or null), set(change), paint().
   * @param {Stage} stage
   * @param {HTMLCanvasElement} canvas
   */
  constructor(stage, canvas) {
    this.stage = stage;
    this.canvas = canvas;
    this.hover = NOTHING;
    this.pinned = NOTHING;
    this.tooltip = new Tooltip();
    this.drag = new Drag(stage, canvas, (event) => this.at(event));
    canvas.addEventListener("pointermove", (event) => this.point(event));
    canvas.addEventListener("pointerleave", () => this.point(null));
    canvas.addEventListener("click", (event) => this.click(event));
  }

  /** What is lit now: what the pointer is on, else what is pinned. */
  get highlight() {
    return {
      source: this.hover.source ?? this.pinned.source,
      row: this.stage.pastRow(this.hover.row ?? this.pinned.row),
    };
  }

  /** @param {MouseEvent} event */
  at(event) {
    const { scene, size } = this.stage;
    return find(scene.hits, event.offsetX / size.scale, event.offsetY / size.scale);
  }

  /**
   * The unit of a fingerprint at a point of the picture, or null.
   * @param {number} x
   * @param {number} y
   */
  unitAt(x, y) {
    const hit = find(this.stage.scene.hits, x, y);
    return (hit?.values && hit.unit) ?? null;
  }

  /**
   * What a hit lights up: a source word everywhere, or a past row with its strands and its output.
   * @param {Marked | null} hit
   * @returns {Highlight}
   */
  highlightOf(hit) {
    const row = hit?.kind === "row" || hit?.kind === "weight" ? this.stage.pastRow(hit.t) : null;
    const source = hit?.kind === "source" ? hit.t : hit?.kind === "weight" && row === null ? hit.source : null;
    return { source, row };
  }

  /** @param {PointerEvent | null} event */
  point(event) {
    const hit = event ? this.at(event) : null;
    const highlight = this.highlightOf(hit);
    if (this.drag.moving) return;
    this.canvas.style.cursor =
      hit && this.drag.takes(hit)
        ? "ns-resize"
        : hit && (hit.values || hit.kind === "layer" || !same(highlight, NOTHING))
          ? "pointer"
          : "";
    this.float(hit, event);
    this.light(highlight);
  }

  /** @param {Highlight} highlight */
  light(highlight) {
    if (same(highlight, this.hover)) return;
    this.hover = highlight;
    this.stage.paint();
  }

  /**
   * The words beside the pointer, kept inside the stage.
   * @param {Marked | null} hit
   * @param {MouseEvent | null} event
   */
  float(hit, event) {
    const { trace, run, words, root } = this.stage;
    const text = event ? describe(hit, { trace, run, words }) : "";
    const corner = this.canvas.getBoundingClientRect();
    const [x, y] = event ? [event.clientX - corner.left, event.clientY - corner.top] : [0, 0];
    this.tooltip.place(this.stage.explaining.shown ? "" : text, x, y, root.getBoundingClientRect().right - corner.left);
  }

  /** @param {MouseEvent} event */
  click(event) {
    const hit = this.at(event);
    const { stage } = this;
    const highlight = this.highlightOf(hit);
    if (this.drag.done()) return;
    if (!hit) act(stage, "free");
    else if (hit.kind === "layer") turn(stage, hit.layer);
    else if (this.drag.takes(hit))
      offerRow(stage, { t: hit.t, sources: [hit.source] }, { x: event.clientX + 8, y: event.clientY + 8 });
    else if (!same(highlight, NOTHING)) this.pin(highlight);
    else if (hit.kind === "joined" || hit.kind === "context")
      stage.set({ contextUnit: hit.unit ?? stage.state.contextUnit });
    else if (hit.values) {
      if (hit.kind === "cell") stage.inspect({ side: hit.side, t: hit.t });
      const { unit = null } = hit;
      if (unit !== null && unit < stage.trace.units) stage.set({ unit });
    }
  }

  /** @param {Highlight} highlight */
  pin(highlight) {
    this.pinned = same(this.pinned, highlight) ? NOTHING : highlight;
    this.stage.paint();
  }

  get holds() {
    return !same(this.pinned, NOTHING);
  }

  release() {
    this.pinned = NOTHING;
  }
}
