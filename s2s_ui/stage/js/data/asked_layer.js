/** Which layer a stage begins with: what the page asks for, or what the reader has turned to since. */

/** @import { Header, Trace } from "../types.js" */

/** Remembers what the page has asked for, and what it has yet to hear of. */
export class AskedLayer {
  constructor() {
    /** @type {number | null} */
    this.asked = null;
    /** @type {number | null | undefined} */
    this.told = undefined;
  }

  /**
   * The reader has turned to this layer, and the page will hear of it.
   * @param {number | null} layer
   */
  tell(layer) {
    this.told = layer;
  }

  /**
   * The layer that a message asks for, unless the reader has turned to another one that the page has yet to hear of.
   * @param {Pick<Header, "layer">} header
   * @param {Pick<Trace, "layer"> | undefined} shown
   */
  layer(header, shown) {
    const asked = header.layer ?? null;
    const older = this.told !== undefined && asked !== this.told;
    if (!older) this.told = undefined;
    const same = shown && asked === this.asked;
    this.asked = asked;
    return older || same ? (shown?.layer ?? null) : asked;
  }
}
