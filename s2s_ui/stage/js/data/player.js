/**
 * Time: a cursor {step, sub} over the steps of the encoder (1..n) and of the decoder (n+1..n+m), each output step in
 * five sub-steps: scores, softmax, context, cell, word. Pure but for the clock, which is handed in.
 */

/** @import { Cursor, Move } from "../types.js" */

/** The sub-step in which the token is written; a whole step ends with it. */
export const WORD = 5;
/** The sub-step in which the decoder's cell is computed. */
export const CELL = 4;
const SUBSTEPS = [1, 2, 3, 4, 5];
/** How many times as fast as usual it can play. */
export const SPEEDS = [0.25, 0.5, 1, 2, 4];
const ENCODER_MS = 900;
const SUBSTEP_MS = 500;
const HURRIED_MS = 2000; // all of the reading, where attention is to be seen soon

/** The steps of one run, and the moves between them. */
export class Timeline {
  /**
   * n source positions, m output steps; without attention an output has only the sub-steps cell and word. With
   * `predict` a whole step forward stops before the word, so that it can be guessed.
   * @param {number} n
   * @param {number} m
   * @param {boolean} attention
   * @param {boolean} predict
   */
  constructor(n, m, attention = true, predict = false) {
    this.predict = predict;
    this.hurried = false; // the source is read quickly, so that the writing is seen soon
    this.n = n;
    this.m = m;
    this.total = n + m;
    this.subs = attention ? SUBSTEPS : SUBSTEPS.slice(CELL - 1);
  }

  first() {
    return { step: 1, sub: WORD };
  }

  last() {
    return { step: this.total, sub: WORD };
  }

  /** @param {Cursor} cursor */
  isEncoder(cursor) {
    return cursor.step <= this.n;
  }

  /**
   * The position within its own part, from 0.
   * @param {Cursor} cursor
   */
  index(cursor) {
    return this.isEncoder(cursor) ? cursor.step - 1 : cursor.step - 1 - this.n;
  }

  /**
   * @param {{ step: number, sub?: number }} cursor
   * @returns {Cursor}
   */
  clamp({ step, sub = WORD }) {
    const at = Math.min(this.total, Math.max(1, Math.round(step) || 1));
    return { step: at, sub: at > this.n && this.subs.includes(sub) ? sub : WORD };
  }

  /**
   * @param {Cursor} cursor
   * @returns {Cursor}
   */
  next(cursor) {
    if (this.covers(cursor)) return { step: cursor.step, sub: CELL };
    if (cursor.sub < WORD) return { step: cursor.step, sub: WORD };
    const step = Math.min(this.total, cursor.step + 1);
    return this.clamp({ step, sub: this.predict && step > cursor.step ? CELL : WORD });
  }

  /** @param {Cursor} cursor */
  previous(cursor) {
    return this.clamp({ step: cursor.step - 1 });
  }

  /**
   * Whether a step forward from here stops once more before the word.
   * @param {Cursor} cursor
   */
  covers(cursor) {
    return this.predict && !this.isEncoder(cursor) && cursor.sub < CELL;
  }

  /**
   * @param {Cursor} cursor
   * @returns {Cursor}
   */
  nextSub(cursor) {
    if (cursor.sub < WORD) return { step: cursor.step, sub: cursor.sub + 1 };
    if (cursor.step === this.total) return cursor;
    return this.clamp({ step: cursor.step + 1, sub: this.subs[0] });
  }

  /**
   * @param {Cursor} cursor
   * @returns {Cursor}
   */
  previousSub(cursor) {
    if (!this.isEncoder(cursor) && cursor.sub > this.subs[0]) return { step: cursor.step, sub: cursor.sub - 1 };
    return this.previous(cursor);
  }

  /**
   * Whether somebody has to guess before it goes on.
   * @param {Cursor} cursor
   */
  waits(cursor) {
    return this.predict && !this.isEncoder(cursor) && cursor.sub === CELL;
  }

  /** @param {Cursor} cursor */
  isFirst(cursor) {
    return cursor.step === 1;
  }

  /**
   * @param {Cursor} a
   * @param {Cursor} b
   */
  same(a, b) {
    return a.step === b.step && a.sub === b.sub;
  }

  /** @param {Cursor} cursor */
  isLast(cursor) {
    return cursor.step === this.total && cursor.sub === WORD;
  }

  /**
   * "17" or, in the middle of an output, "17.2": how an address names the cursor.
   * @param {Cursor} cursor
   */
  format(cursor) {
    return cursor.sub === WORD ? `${cursor.step}` : `${cursor.step}.${cursor.sub}`;
  }

  /** @param {string | number} text */
  parse(text) {
    const [step, sub] = String(text).split(".").map(Number);
    return this.clamp({ step, sub: sub || WORD });
  }
}

/**
 * How long the cursor rests on a place while playing, in milliseconds.
 * @param {Timeline} timeline
 * @param {Cursor} cursor
 * @param {number} speed
 */
export function duration(timeline, cursor, speed) {
  if (!timeline.isEncoder(cursor)) return SUBSTEP_MS / speed;
  return (timeline.hurried ? Math.min(ENCODER_MS, HURRIED_MS / timeline.n) : ENCODER_MS) / speed;
}

/** The cursor of a stage, moved by hand or by the clock. */
export class Player {
  /**
   * `changed(previous, current, animated)` is called whenever the cursor or the playing state has changed.
   * @param {Timeline} timeline
   * @param {(previous: Cursor, current: Cursor, animated: boolean) => void} changed
   */
  constructor(timeline, changed) {
    this.timeline = timeline;
    this.changed = changed;
    /** @type {Cursor} */
    this.cursor = timeline.first();
    this.playing = false;
    /** @type {number} */
    this.speed = 1;
    this.due = 0;
  }

  /**
   * @param {{ step: number, sub?: number }} cursor
   * @param {{ animated?: boolean }} how
   */
  go(cursor, { animated = false } = {}) {
    const previous = this.cursor;
    this.cursor = this.timeline.clamp(cursor);
    this.changed(previous, this.cursor, animated);
  }

  /**
   * A move by hand ends the playing. Forwards is shown in motion, back is instant.
   * @param {Move} how
   */
  move(how) {
    this.playing = false;
    this.go(this.timeline[how](this.cursor), { animated: how.startsWith("next") });
  }

  /** @param {number} now */
  toggle(now) {
    if (this.playing) this.playing = false;
    else {
      if (this.timeline.isLast(this.cursor)) this.go(this.timeline.first());
      this.playing = true;
      this.due = now + duration(this.timeline, this.cursor, this.speed);
    }
    this.changed(this.cursor, this.cursor, false);
  }

  /** @param {number} by */
  faster(by) {
    const at = SPEEDS.indexOf(this.speed) + by;
    this.speed = SPEEDS[Math.min(SPEEDS.length - 1, Math.max(0, at))];
    this.changed(this.cursor, this.cursor, false);
  }

  /**
   * Called on every frame: moves on when the time has come. A late frame skips no step, unless it is hurried.
   * @param {number} now
   */
  tick(now) {
    if (!this.playing || now < this.due) return;
    const { timeline } = this;
    if (timeline.hurried && timeline.isEncoder(this.cursor)) this.hurry(now);
    this.go(timeline.nextSub(this.cursor), { animated: true });
    this.due = Math.max(this.due, now - 100) + duration(timeline, this.cursor, this.speed);
    if (timeline.isLast(this.cursor) || timeline.waits(this.cursor)) {
      this.playing = false;
      this.changed(this.cursor, this.cursor, false);
    }
  }

  /**
   * Leaves out the steps of the encoder whose time has passed.
   * @param {number} now
   */
  hurry(now) {
    const pace = duration(this.timeline, this.cursor, this.speed);
    const late = Math.min(Math.floor((now - this.due) / pace), this.timeline.n - this.cursor.step);
    this.cursor = { step: this.cursor.step + late, sub: WORD };
    this.due += late * pace;
  }
}
