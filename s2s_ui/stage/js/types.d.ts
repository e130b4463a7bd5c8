/**
 * The types that the stage's modules share: the message's header (see payload.py), the decoded trace, a scene and its
 * parts. Only `make check` reads this file; it is not sent to browsers.
 */

import type { Edits } from "./data/edits.js";
import type { Cell, Run, Steps } from "./data/payload.js";
import type { Player, Timeline } from "./data/player.js";
import type { scales } from "./draw/colour.js";
import type { Lane } from "./draw/fingerprint.js";
import type { Transition } from "./draw/motion.js";
import type { Pen } from "./draw/pen.js";
import type { SvgContext } from "./draw/svg.js";

/* The message ------------------------------------------------------------------------------------------------------ */

/** The sentences of words.py by their names. */
export type Words = Record<string, string>;

export type EncoderSide = "forward" | "backward";
export type Side = EncoderSide | "decoder";
export type Kind = "lstm" | "gru" | "rnn";

/** A gate or a state by the name it has in the core: forget_gate, candidate, hidden. */
export type Quantity = string;

/** Type of the numbers, numbers in a step, then pairs: where steps lie and how many in a row. */
export type ArrayPlace = [type: "f2" | "i2" | "f4" | "u1" | "i1" | "n1", width: number, ...places: number[]];

export interface CellDescription {
  name: string;
  kind: Kind;
  quantities: Quantity[];
  /** The terms of each pre-activation, in the order in which the equation adds them. */
  gates: Record<Quantity, string[]>;
  /** From 0; left out of a part of one layer. */
  layer?: number;
}

export interface RunDescription {
  decoder: CellDescription;
  /** The decoder's cells below the top one, the lowest first. */
  below?: CellDescription[];
  attention: boolean;
  teacher_forcing: number;
  tokens: string[];
  /** The output as people write it, and from where to where each token stands in it. */
  answer: string;
  spans: [start: number, stop: number][];
  reference_answer?: string;
  /** First and last position of all that is written in several tokens: a word in pieces, a syllable in letters. */
  words: [first: number, last: number][];
  fed: string[];
  fed_from: string[];
  reference: string[] | null;
  /** Of each step the most probable tokens, and their numbers in the vocabulary. */
  top: string[][];
  top_ids: number[][];
}

export interface EncoderLayer {
  forward: CellDescription;
  backward?: CellDescription;
}

/** The top layer, and the ones below it, the lowest first. */
export interface EncoderDescription extends EncoderLayer {
  below?: EncoderLayer[];
  /** The array of the joined states, where an edit holds one of them. */
  joined?: string;
}

export interface Source {
  tokens: string[];
  unknown: boolean[];
}

/** How a page has set the stage (PLAIN in stage.py, and what it adds). */
export interface Settings {
  words: Words;
  /** The sentences of the explanations, packed (see data/sentences.js). */
  explained?: string;
  step: string | null;
  autoplay: boolean;
  peepholes: boolean;
  sentence_selector: string | null;
  original: boolean;
  edits: Edit[];
  editable: boolean;
  live: boolean;
  sync: string | null;
  inspector: boolean;
  addressed: boolean;
  predict: boolean;
  /** The layer to begin with, from 1; null for the top one. */
  layer: number | null;
  /** Whether the page wants to hear of another layer. */
  keeps_layer: boolean;
  /** The temperature that mends the probabilities, and whether they are at it; null for a model without one. */
  calibration: { on: boolean; label: string; said: string } | null;
  /** What the line for a first visit says; null where there is none. */
  intro: Introduction | null;
  /** Whether a first play reads the source quickly. */
  hurried: boolean;
  /** Stories about attention, and where they are told. */
  stories: Story[];
  /** Whether this stage can be shown larger, drawn on, and captioned in another language too. */
  presented: boolean;
  /** The captions in another language. */
  other_words: Words | null;
  /** Where the lesson is, for links to its chapters; null where there is none. */
  lesson_link: string | null;
  /** The unit that a link or a chapter names; null for the usual one. */
  unit: number | null;
  /** The direction under the lens that a link or a chapter names. */
  side: EncoderSide | null;
  /** How a chapter of the lesson sets the stage; null on all other pages. */
  lesson: Lesson | null;
}

export interface Story {
  text: string;
  address: string;
}

/** What this network does, this text and its answer; `linked` where a link says what is to be seen. */
export interface Introduction {
  lead: string;
  text: string;
  output: string;
  linked: boolean;
}

/** What a chapter shows, what it asks, and where its neighbours are (see lesson/staging.py). */
export interface Lesson {
  chapter: number;
  /** The lanes that have been introduced, of draw/shown.js. */
  lanes: LaneName[];
  /** The tokens in question. */
  marked: { source: number[]; output: number[] };
  /** Whether there is a chapter before and after. */
  before: boolean;
  after: boolean;
  ask: AskedOnStage | null;
  /** The step at which the chapter begins, whatever the stage is set to. */
  start: string;
  /** The elements of the page that say what an answer was worth, and ask the next question. */
  reveal?: string;
  /** How many answers the question at hand has, which keys 1, 2, 3 give; 0 where none waits. */
  choices: number;
}

/** What a reader does with a chapter: clicks a place, gives an answer by its number, turns to a neighbour. */
export type LessonWish = { question: string; place: string } | { choice: number } | { turn: number };

export type LaneName =
  | "closed"
  | "source"
  | "forward"
  | "backward"
  | "joined"
  | "context"
  | "attention"
  | "candidates"
  | "decoder"
  | "output";

/** A question that is answered with a click on the stage. */
export interface AskedOnStage {
  kind: "source" | "output" | "field" | "lane";
  /** The name of each place that can be clicked: a position as text, the letter of a field, the name of a lane. */
  places: { at: string; name: string }[];
  /** The question by the name that the page has for it. */
  id: string;
  /** The right place; a class is not told. */
  right?: string;
  /** The place that was clicked, as the page knows it; "" where another answer was given. */
  given: string | null;
}

export interface Header extends Settings {
  version: number;
  id: string;
  hidden: number;
  decoder_hidden: number;
  encoder_layers: number;
  decoder_layers: number;
  source: Source;
  encoders: EncoderDescription[];
  runs: RunDescription[];
  arrays: Record<string, ArrayPlace>;
}

/** Finds an array of the message. Throws where the message has none of this name. */
export type ArrayOf = (name: string) => Steps;

/* Edits, as edits.py writes them ------------------------------------------------------------------------------------ */

export interface ClampEdit {
  edit: "clamp";
  quantities: Quantity[];
  value: number;
  part?: string | null;
  layer?: number | null;
  units?: number[] | null;
  steps?: number[] | null;
}

export interface ReplaceEdit {
  edit: "replace";
  part: string;
  quantity: Quantity;
  step: number;
  values: number[];
  layer?: number;
  /** The units that the values are of; without it, all. */
  units?: number[];
}

export type Edit = ClampEdit | ReplaceEdit;

/** A reader's request to the server (see whatif.py). */
export type Wish = { add: Edit } | { remove: number } | { clear: true } | { context: { step: number; text: string } };

/* The trace ---------------------------------------------------------------------------------------------------------- */

/** What one run's encoder read; a joined state is [forward; backward], (11). */
export interface EncoderRead {
  forward: Cell;
  backward: Cell | null;
  /** The cells of the layers below the top one, the lowest first. */
  below: { forward: Cell; backward: Cell | null }[];
  joined: Steps;
}

export interface Trace extends EncoderRead {
  header: Header;
  id: string;
  source: Source;
  /** Source tokens. */
  length: number;
  /** Units that are shown of every cell. */
  units: number;
  encoders: EncoderRead[];
  runs: Run[];
  /** The layer that is looked at, from 1; null for the top one. */
  layer: number | null;
  /** Names the encoder that is read: pictures of its lanes are kept under this name. */
  encoder: string;
}

/** A run that was fed a reference. */
export type ForcedRun = Run & { reference: string[] };

/** A run whose decoder looks at the source. */
export type AttendingRun = Run & { weights: Steps; scores: Steps };

/** Facts of a trace that hold for all of its steps, see `cast`. */
export interface Cast {
  shown: Run;
  other: Run | null;
  forced: ForcedRun | null;
  original: boolean;
  compared: string[];
  parting: number | null;
}

/** Step from 1, encoder first; sub-step 1 to 5. */
export interface Cursor {
  step: number;
  sub: number;
}

/** Where a cursor stands, as another timeline can find it. */
export interface Place {
  part: "encoder" | "decoder";
  index: number;
  sub: number;
}

/** A way to move by hand. */
export type Move = "first" | "last" | "next" | "previous" | "nextSub" | "previousSub";

/** A cell of the trace: a side and a position. */
export interface CellPlace {
  side: Side;
  t: number;
}

/** Which cell the inspector shows, see `viewOf`. */
export interface View extends CellPlace {
  step: number;
  sub: number;
  lens: boolean;
}

/* The picture -------------------------------------------------------------------------------------------------------- */

export type Theme = "light" | "dark";

/** Colours as #RRGGBB; the last three are scales, from the ends of which colours are mixed. */
export interface Palette {
  bg: string;
  panel: string;
  ink: string;
  ink2: string;
  ink3: string;
  line: string;
  line2: string;
  ghost: string;
  forward: string;
  forwardTint: string;
  backward: string;
  backwardTint: string;
  decoder: string;
  decoderTint: string;
  warn: string;
  warnTint: string;
  state: [below: string, zero: string, above: string];
  gate: [closed: string, open: string];
  attention: [none: string, all: string];
}

export type Scales = ReturnType<typeof scales>;
export type Colour = (value: number) => string;
export type Point = [x: number, y: number];

/** What a pen draws on: a canvas's context, or its stand-in that writes SVG and says so. */
export type Surface = (CanvasRenderingContext2D & { vector?: undefined }) | SvgContext;

export interface Box {
  x: number;
  y: number;
  w: number;
  h: number;
}

/** The lower and the upper edge of a lane. */
export interface Band {
  top: number;
  height: number;
}

/** Baselines of the rows over the output: the run beside; of a forced run its three rows (on a phone only the first). */
export interface Rows {
  other: number;
  reference?: number;
  loss?: number;
  predicted?: number;
}

/** The columns of one row of tokens: all of them, or a window. */
export interface Columns {
  count: number;
  first: number;
  shown: number;
  last: number;
  pitch: number;
  left: number;
  windowed: boolean;
  /** Whether one of its tokens is too wide to stand upright in its column. */
  turned: boolean;
  cell: number;
  has: (at: number) => boolean;
  x: (at: number) => number;
}

/** How many tokens a row has, and which of them has to be in sight. */
export interface Row {
  count: number;
  focus: number;
  /** Of the tokens as a phone prints them; where nothing is said, they fit no column. */
  widest?: number;
}

/** The wish to keep a picture; a PNG has the titles above it. */
export interface Kept {
  format: "svg" | "png";
  titles: string[];
}

/** Where a row of columns has to fit, and how narrow and wide one of them may be. */
export interface Room {
  width: number;
  left: number;
  least: number;
  most: number;
  margin?: number;
  px?: number;
}

/** From which a layout is made; `px` is device pixels per unit, 1 where nothing is said. */
export interface Wanted {
  width: number;
  height: number;
  source: Row;
  output: Row;
  backward: boolean;
  rows: "teacher" | "compared" | null;
  phone: boolean;
  low?: boolean;
  deep?: boolean;
  /** Whether context, decoder and output stand over the loom. */
  written?: boolean;
  px?: number;
}

/** Where everything is, in units. */
export interface Layout {
  phone: boolean;
  /** Too low for what stands beside the lanes: formulas, scores, folded layers. */
  low: boolean;
  /** Of a large picture, which half of it is there. */
  large?: "reading" | "writing";
  width: number;
  height: number;
  gutter: number;
  left: number;
  source: Columns;
  output: Columns;
  /** Baselines of the two rows of tokens. */
  token: { source: number; output: number };
  rows: Rows | null;
  bar: Band;
  decoder: Band;
  context: Band;
  joined: Band | null;
  backward: Band | null;
  forward: Band;
  loom: Loom;
}

/** The rows of the loom: heights of the current row and of a past one, and how many past ones fit. */
export interface Loom {
  top: number;
  bottom: number;
  current: number;
  row: number;
  fitting: number;
}

/** What lies somewhere in the picture; of a fingerprint (`values`) also the unit that was found. */
export type Hit = Box & Marked;

export type Marked =
  | ({ values?: undefined; unit?: undefined } & (
      | { kind: "source"; t: number }
      | { kind: "layer"; layer: number }
      | { kind: "row"; t: number; note?: string | null }
      | { kind: "weight"; t: number; source: number; value: number | null; score?: number; dragged?: boolean }
    ))
  | ({ values: Float32Array; halves?: number; unit?: number | null } & (
      | { kind: "cell"; side: Side; t: number }
      | { kind: "joined" | "context"; t: number; halves: number }
      | { kind: "field"; letter: string; quantity?: Quantity }
    ));

/** Source word and row of the loom that are lit. */
export interface Highlight {
  source: number | null;
  row: number | null;
}

/** Sizes in units; `px` device pixels to a unit, `scale` CSS pixels to a unit. */
export interface Size {
  phone: boolean;
  /** How many times as large as usual, for a lecture hall; 1 is as usual. */
  zoom: number;
  /** Too narrow for the caption to stand beside the buttons. */
  narrow: boolean;
  /** Too narrow for whole sentences: the caption is the short one. */
  terse: boolean;
  stacked: boolean;
  low: boolean;
  scale: number;
  ratio: number;
  height: number;
  px: number;
  family: string;
  width: number;
  inspector: number;
}

/** What a stage shows: where its cursor stands, and what is kept for the next stage of the window. */
export interface Shown extends Pick<State, "unit" | "contextUnit" | "lensSide"> {
  named?: Named;
  step: string;
  playing: boolean;
  speed: number;
}

/** The unit and the direction that a link, a chapter, or a choice on another page names. */
export type Named = Partial<Pick<State, "unit" | "lensSide">>;

/** Where a class looks, for one output (from 0): the share of the class on each source token. */
export interface Crowd {
  output: number;
  shares: number[];
}

/** A stage's report: its step, whether its model has attention, and the lengths of source and output. */
export interface Led {
  at: string;
  unit: number;
  side: EncoderSide;
  attends: boolean;
  source: number;
  outputs: number;
}

/** A command to a stage. A crowd of null is removed; if `covered`, the answer is hidden. */
export interface LedTo {
  covered?: boolean;
  at?: string;
  unit?: number | null;
  side?: string | null;
  crowd?: Crowd | null;
  /** What can be clicked, on the stage of a student. */
  ask?: AskedOnStage | null;
}

/** What the last stage of the window showed, and whether that was before the page loaded again. */
export interface Left extends Shown {
  reloaded: boolean;
}

/** What the switches of a stage say. */
export interface State {
  unit: number;
  contextUnit: number;
  lensSide: EncoderSide;
  runIndex: number;
}

/** From which one picture is made. */
export interface Facts extends Cast, State {
  pen: Pen;
  trace: Trace;
  run: Run;
  timeline: Timeline;
  cursor: Cursor;
  words: Words;
  pal: Palette;
  size: Size;
  colours: Scales;
  theme: Theme;
  lanes: Map<string, Lane>;
  highlight: Highlight;
  moving: Transition | null;
  progress: number;
  peepholes: boolean;
  inspected: CellPlace | null;
  edits: Edits;
  dragged: number[] | null;
  /** Where a class looks; null as long as nothing is shown of that. */
  crowd: Crowd | null;
}

/** One picture of the stage: everything that the drawing functions read. */
export interface Scene extends Facts {
  encoding: boolean;
  index: number;
  sub: number;
  L: Layout;
  hits: Hit[];
  hit: (box: Hit) => void;
  shows: (lane: LaneName) => boolean;
  lane: (
    name: string,
    values: (t: number) => Float32Array,
    steps: number,
    w: number,
    h: number,
    halves?: number,
  ) => Lane;
}

/** A picture of a run with attention. */
export type AttendingScene = Scene & { run: AttendingRun };

/** A picture with a teacher-forced run: its reference has a row. */
export type ForcedScene = Scene & { forced: ForcedRun; L: { rows: Rows & { reference: number } } };

/** A picture of two runs: the other one has a row. */
export type ComparedScene = Scene & { other: Run; L: { rows: Rows } };

/* The inspector ------------------------------------------------------------------------------------------------------ */

/** Everything that the inspector reads. Sizes in units; `height` is Infinity where it may be as high as it likes. */
export interface Inspected extends View, State {
  trace: Trace;
  run: Run;
  words: Words;
  pal: Palette;
  colours: Scales;
  height: number;
  phone: boolean;
  /** How many source words have room under a large picture; null under one of the usual size. */
  lines: number | null;
  width: number;
  scale: number;
  ratio: number;
  family: string;
  edits: Edits;
  editable: boolean;
  guessing: boolean;
  guess: string | null;
  original: boolean;
  beside: string | null;
  unitName: string;
}

/** A quantity of a cell. */
export interface HeldQuantity {
  side: Side;
  quantity: Quantity;
}

/** A row of weights, and the source words that a change of it may look at. */
export interface RowPlace {
  t: number;
  sources: number[];
}

/** A point of the window in CSS pixels. */
export interface WindowPoint {
  x: number;
  y: number;
}

/* The component of Streamlit ----------------------------------------------------------------------------------------- */

export interface Component {
  data: Uint8Array;
  parentElement: HTMLElement | ShadowRoot;
  setTriggerValue: (name: string, value: unknown) => void;
  /** The words, where they are a file that the browser keeps and no part of the message. */
  said?: Pick<Header, "words" | "explained" | "other_words">;
}

declare global {
  interface Window {
    /** What the last stage of this window showed. */
    s2sLeft?: Shown;
    /** In a notebook: the message of the stage of this frame, and how to show it. */
    s2sData?: Uint8Array;
    s2sShow?: () => void;
    s2sOpen?: (style: string, script: string, data: string) => Promise<void>;
    /** In a notebook: whether its page tells the frames about the theme. */
    s2sHost?: boolean;
    /** The sliders of figures by their parameters of the address. */
    s2sSliders?: Record<string, string>;
  }
  interface WindowEventMap {
    "s2s-keep": CustomEvent<Kept>;
  }
  interface DocumentEventMap {
    "s2s-sync": CustomEvent<Place & { name: string; from: object }>;
    "s2s-shown": CustomEvent<Led>;
    "s2s-show": CustomEvent<LedTo>;
  }
}
