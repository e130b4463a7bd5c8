/**
 * Stages that step together: the others with the same name on the page follow one stage, without the server. Sentences
 * may differ in length, so a stage sends the part, the place in it and the sub-step; each stage stops at its own end.
 */

/** @import { Cursor, Place } from "../types.js" */
/** @import { Timeline } from "./player.js" */

const EVENT = "s2s-sync";

/**
 * Where a cursor stands, as another timeline can find it.
 * @param {Timeline} timeline
 * @param {Cursor} cursor
 * @returns {Place}
 */
export function placeOf(timeline, cursor) {
  return { part: timeline.isEncoder(cursor) ? "encoder" : "decoder", index: timeline.index(cursor), sub: cursor.sub };
}

/**
 * The same place on this timeline, or its nearest.
 * @param {Timeline} timeline
 * @param {Place} place
 * @returns {Cursor}
 */
export function cursorAt(timeline, { part, index, sub }) {
  const last = part === "encoder" ? timeline.n : timeline.m;
  const step = Math.min(index, last - 1) + 1;
  return timeline.clamp({ step: part === "encoder" ? step : timeline.n + step, sub });
}

/** The connection of one stage to the others. */
export class Sync {
  /**
   * `follow(place)` is called when another stage of the same name has gone somewhere.
   * @param {(place: Place) => void} follow
   */
  constructor(follow) {
    /** @type {string | null} */
    this.name = null;
    this.following = false;
    /** @type {(event: CustomEvent<Place & { name: string, from: object }>) => void} */
    this.heard = ({ detail }) => {
      if (this.name === null || detail.name !== this.name || detail.from === this) return;
      this.following = true;
      try {
        follow(detail);
      } finally {
        this.following = false;
      }
    };
    document.addEventListener(EVENT, this.heard);
  }

  /**
   * Tells the others, unless this stage is following one of them.
   * @param {Place} place
   */
  tell(place) {
    if (this.name === null || this.following) return;
    document.dispatchEvent(new CustomEvent(EVENT, { detail: { ...place, name: this.name, from: this } }));
  }

  stop() {
    document.removeEventListener(EVENT, this.heard);
  }
}
