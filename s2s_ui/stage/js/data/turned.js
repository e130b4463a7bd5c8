/**
 * Which layer a stage shows: the one that its page asks for, or the one that the reader has turned to and that the page
 * has yet to hear of. A layer is counted from 1; null is the top one.
 */

/** @typedef {number | null | undefined} Layer undefined where nothing was said yet */

/** What the page has asked for, and what it has been told. */
export class Turned {
  constructor() {
    /** @type {Layer} */
    this.asked = undefined; // by the last message
    /** @type {Layer} */
    this.told = undefined; // to the page, which has not answered yet
  }

  /** @param {number | null} layer */
  tell(layer) {
    this.told = layer;
  }

  /**
   * The layer to show once a message has asked for one, while `shown` is on the stage; undefined: nothing is.
   * @param {number | null} asked
   * @param {Layer} shown
   * @returns {number | null}
   */
  hear(asked, shown) {
    const older = this.told !== undefined && asked !== this.told;
    if (!older) this.told = undefined;
    const same = asked === this.asked;
    this.asked = asked;
    return shown !== undefined && (older || same) ? shown : asked;
  }
}
