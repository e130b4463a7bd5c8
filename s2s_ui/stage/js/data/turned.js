/**
 * Which layer a stage shows: the one that its page asks for, or the one that the reader has turned to and that the page
 * has yet to hear of. A layer is counted from 1; null is the top one.
 */
export class Turned {
  constructor() {
    this.asked = undefined; // by the last message
    this.told = undefined; // to the page, which has not answered yet
  }

  tell(layer) {
    this.told = layer;
  }

  /** The layer to show once a message has asked for one, while `shown` is on the stage; undefined: nothing is. */
  hear(asked, shown) {
    const older = this.told !== undefined && asked !== this.told;
    if (!older) this.told = undefined;
    const same = asked === this.asked;
    this.asked = asked;
    return shown !== undefined && (older || same) ? shown : asked;
  }
}
