/**
 * The layout in design units (one unit is one CSS pixel at 1280 x 800, more on a projector): pure functions from sizes
 * and counts to boxes. Source and output have separate columns, because they rarely have equally many words.
 */

/** @import { Columns, Layout, Loom, Room, Row, Wanted } from "../types.js" */

const GUTTER = 92;
const EDGE = 4;
const MAX_PITCH = 72;
const MIN_PITCH = 42.5; // 16 columns on the narrowest stage
const WIDE = { width: 1140, pitch: 92, most: 160 }; // of a stage without the inspector
/** A stage as narrow as one of two side by side. */
export const NARROW = { width: 700, pitch: 34 };
const PHONE_PITCH = 30;
const WINDOW_MARGIN = 3; // a window shows 13 columns where 16 would fit
const ROWS = { teacher: { down: 64, phone: 26 }, compared: { down: 26, phone: 26 } };
const TURNED = 14; // more room on a phone for words that stand aslant under a row of others
const CURRENT_ROW = 56;
const STRANDS = 56;
const ROW = { least: 14, most: 17 };
const SQUEEZED = 46; // by so much the loom of a phone gets lower in a low window, and higher in a high one
const UNWRITTEN = 136; // what context, decoder and output take on a phone
const FOLDED = 10; // room over the words for the layers below the shown one

const MIN_HEIGHT = 488;
/** Of a stage without the inspector: all lanes and the current row, in a window that is low. */
const BARE_MIN_HEIGHT = 452;
const GROWN_HEIGHT = 620; // with the lens and its wires, and the rows of teacher forcing
/** Below this width, in units, the stage is laid out for a phone. */
export const PHONE_WIDTH = 560;
/** The same for a stage without the inspector. */
export const BARE_PHONE_WIDTH = 520;
/** Below this width, in units, the inspector stands under the picture. */
export const STACKED_WIDTH = 1000;
/** Width of the inspector beside the picture. */
export const INSPECTOR_WIDTH = 400;
/** Between the picture and the inspector. */
export const GAP = 24;
const TRANSPORT_HEIGHT = 64;
/** In a window lower than this, a picture over its inspector is laid out low: a phone held sideways. */
export const LOW_WINDOW = 560;
/** In a window higher than this, a picture over its inspector leaves room for a line above it. */
export const TALL_WINDOW = 900;
const LOW = { least: 226, transport: 52, loom: { current: 36, strands: 24, row: 5 } };
/** Legend and title of the inspector, seen under a picture that stands over it. */
const PEEK = 76;
/** What a phone has under its picture. */
const PHONE_FOOT = { transport: 72, sheet: 106 };
/** The widest that picture and inspector become together. */
export const CONTENT = { most: 1560 };
const STACKED_HEIGHT = 720;

/**
 * Everything grows by up to 1.35 on a projector: 1920 x 1080 are 1422 x 800 units.
 * @param {number} width
 * @param {number} height
 */
export function unitScale(width, height) {
  return Math.min(1.35, Math.max(1, Math.min(width / (1920 / 1.35), height / 800)));
}

/**
 * A stage without the inspector is larger, by as much as its width and the height down to the window's edge allow.
 * @param {number} width
 * @param {number} room
 */
export function growth(width, room) {
  return Math.min(1.35, Math.max(1, Math.min(width / STACKED_WIDTH, room / (GROWN_HEIGHT + TRANSPORT_HEIGHT))));
}

/**
 * The columns of one row of tokens: all of them, or a window centred on the focus where they would not be legible.
 * @param {Row & Room} row
 * @returns {Columns}
 */
export function columns({ count, focus, width, left, least, most, margin = WINDOW_MARGIN, px = 1, widest = Infinity }) {
  const fitting = Math.floor(width / least);
  const shown = count > fitting ? Math.max(1, fitting - margin) : count;
  const first = Math.min(Math.max(0, focus - Math.floor(shown / 2)), count - shown);
  const pitch = Math.min(most, width / Math.max(1, shown));
  const broadest = most > MAX_PITCH ? 64 + Math.max(0, most - WIDE.pitch) / 2 : 48;
  const wanted = Math.min(broadest, Math.max(8, Math.floor((pitch - 10 + 1e-6) / 8) * 8));
  const cell = least === PHONE_PITCH ? 24 : wanted;
  return {
    count,
    first,
    shown,
    last: first + shown - 1,
    pitch,
    left,
    windowed: shown < count,
    turned: widest > pitch - 2,
    cell: Math.max(8, Math.round((cell * px) / 8) * 8) / px, // whole device pixels per unit
    has: (at) => at >= first && at < first + shown,
    x: (at) => left + (at - first + 0.5) * pitch,
  };
}

/**
 * Of a wide stage with few tokens: the longer row fills it.
 * @param {number} room
 * @param {number} count
 */
const widePitch = (room, count) => Math.min(WIDE.most, Math.max(WIDE.pitch, room / count));

/**
 * `height` is the room for the picture; `px` is device pixels per unit; `rows` is "teacher" for the rows of teacher
 * forcing, "compared" for the run before the edits over the output, or null; `deep`: the encoder has several layers;
 * `low`: a phone held sideways; `written`: something stands over the loom.
 * @param {Wanted} what
 * @returns {Layout}
 */
export function layout(what) {
  const { width, height, source, output, backward, rows, phone } = what;
  const { low = false, deep = false, written = true, px = 1 } = what;
  if (phone) return phoneLayout({ width, height, source, output, backward, rows, written, px });
  const room = {
    width: width - GUTTER - EDGE,
    left: GUTTER,
    least: width < NARROW.width ? NARROW.pitch : MIN_PITCH,
    most: width > WIDE.width ? widePitch(width - GUTTER - EDGE, Math.max(source.count, output.count)) : MAX_PITCH,
    px,
  };
  const down = rows ? ROWS[rows].down : 0;
  if (low) return lowLayout({ height: Math.max(height, LOW.least + down), source, output, backward, rows, room });
  const loomTop = written ? 142 + down : 10;
  const foot = height - (deep ? FOLDED : 0);
  const loomBottom = foot - (backward ? 194 : 80);
  return {
    phone: false,
    low: false,
    width,
    height,
    gutter: GUTTER,
    left: 0,
    source: columns({ ...source, ...room }),
    output: columns({ ...output, ...room }),
    token: { source: height - 14, output: rows === "compared" ? 48 : 22 },
    rows: rows === "teacher" ? { other: 18, reference: 44, loss: 74, predicted: 98 } : rows ? { other: 18 } : null,
    bar: { top: rows === "compared" ? 54 : 28, height: 4 },
    decoder: { top: 60 + down, height: 30 },
    context: { top: 108 + down, height: 24 },
    joined: backward ? { top: foot - 184, height: 44 } : null,
    backward: backward ? { top: foot - 122, height: 30 } : null,
    forward: { top: foot - 70, height: 30 },
    loom: loomRows({ top: loomTop, bottom: loomBottom, count: output.count }),
  };
}

/**
 * The rows of the loom: 14 to 17 high, as many past ones as fit under the current row and its strands.
 * @param {{ top: number, bottom: number, count: number, current?: number, row?: number | null, strands?: number }} room
 * @returns {Loom}
 */
export function loomRows({ top, bottom, count, current = CURRENT_ROW, row = null, strands = STRANDS }) {
  const room = bottom - top - current - strands;
  const height = row ?? Math.min(ROW.most, Math.max(ROW.least, Math.floor(room / Math.max(1, count - 1))));
  return { top, bottom, current, row: height, fitting: Math.max(0, Math.floor(room / height)) };
}

/**
 * On a phone lane names stand over their lanes, tokens are turned where they have to be, and the rows of the loom are 6
 * high. The loom gives way where there is less room than the picture needs, and takes some of what is left.
 * @param {Omit<Wanted, "phone"> & { px: number }} what
 * @returns {Layout}
 */
function phoneLayout({ width, height, source, output, backward, rows, written, px }) {
  const room = { width, left: 0, least: PHONE_PITCH, most: 44, margin: 0, px };
  const reads = columns({ ...source, ...room });
  const tokens = columns({ ...output, ...room });
  const aslant = rows === "compared" ? TURNED : 0;
  const taken = (rows ? ROWS[rows].phone : 0) + (tokens.turned ? aslant : rows === "teacher" ? 0 : -22);
  const down = written ? taken : -UNWRITTEN;
  const foot = reads.turned ? 59 : reads.windowed ? 42 : 33; // under the forward lane
  const needed = 437 + foot + down - (backward ? 0 : 124);
  const squeezed = Number.isFinite(height) ? Math.min(SQUEEZED, Math.max(-SQUEEZED, needed - height)) : 0;
  /** @param {number} y */
  const at = (y) => y + down - squeezed - (backward ? 0 : 124);
  const [top, bottom] = [154 + down, 280 + down - squeezed];
  return {
    phone: true,
    low: false,
    width,
    height: needed - squeezed,
    gutter: 0,
    left: 0,
    source: reads,
    output: tokens,
    token: { source: at(449), output: 46 + down },
    rows: rows === "teacher" ? { other: 27, reference: 61 } : rows ? { other: 27 } : null,
    bar: { top: 51 + down, height: 4 },
    decoder: { top: 78 + down, height: 28 },
    context: { top: 127 + down, height: 25 },
    joined: backward ? { top: at(301), height: 40 } : null,
    backward: backward ? { top: at(362), height: 27 } : null,
    forward: { top: at(410), height: 27 },
    loom: loomRows({ top, bottom, count: output.count, current: 40, row: 6, strands: 40 }),
  };
}

/**
 * In a low window all lanes are lower, and the loom has no numbers and no names.
 * @param {Omit<Wanted, "phone" | "width"> & { room: Room }} what
 * @returns {Layout}
 */
function lowLayout({ height, source, output, backward, rows, room }) {
  const reads = columns({ ...source, ...room });
  const down = rows ? ROWS[rows].down : 0;
  const foot = height - (reads.windowed ? 10 : 0);
  const [top, bottom] = [78 + down, foot - (backward ? 97 : 48)];
  return {
    phone: false,
    low: true,
    width: GUTTER + room.width + EDGE,
    height,
    gutter: GUTTER,
    left: 0,
    source: reads,
    output: columns({ ...output, ...room }),
    token: { source: foot - 5, output: rows === "compared" ? 43 : 17 },
    rows: rows === "teacher" ? { other: 16, reference: 38, loss: 64, predicted: 84 } : rows ? { other: 16 } : null,
    bar: { top: rows === "compared" ? 47 : 21, height: 3 },
    decoder: { top: 35 + down, height: 18 },
    context: { top: 60 + down, height: 14 },
    joined: backward ? { top: foot - 92, height: 22 } : null,
    backward: backward ? { top: foot - 64, height: 16 } : null,
    forward: { top: foot - 42, height: 16 },
    loom: loomRows({ top, bottom, count: output.count, ...LOW.loom }),
  };
}

/**
 * How high the main band is: down to the lower edge of the window, but never below what stays legible. `bare` is a
 * stage without the inspector, `rows` the rows that it has over the output, as for `layout`.
 * @param {number} windowHeight
 * @param {number} top
 * @param {{ stacked?: boolean, bare?: boolean, rows?: Wanted["rows"] }} how
 */
export function mainHeight(windowHeight, top, { stacked = false, bare = false, rows = null } = {}) {
  const room = windowHeight - top - TRANSPORT_HEIGHT;
  const least = bare ? BARE_MIN_HEIGHT + (rows ? ROWS[rows].down : 0) : MIN_HEIGHT;
  return Math.max(least, stacked ? Math.min(STACKED_HEIGHT, room - PEEK) : room);
}

/**
 * The room for the picture in a low window.
 * @param {number} windowHeight
 * @param {number} top
 */
export function lowHeight(windowHeight, top) {
  return Math.max(LOW.least, windowHeight - top - LOW.transport);
}

/**
 * The room for the picture on a phone, over the transport and what is seen of the sheet, or what lies over the sheet.
 * @param {number} windowHeight
 * @param {number} top
 * @param {number} over
 */
export function phoneRoom(windowHeight, top, over = 0) {
  return windowHeight - top - PHONE_FOOT.transport - (over || PHONE_FOOT.sheet);
}
