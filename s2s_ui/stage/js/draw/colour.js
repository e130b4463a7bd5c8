/**
 * The two palettes and the three scales of the design. Zero is the colour of the paper: on every scale, further from
 * the background means more. Ends are mixed linearly in sRGB.
 */

/** @import { Palette, Quantity, Theme } from "../types.js" */

/**
 * The colours of both themes.
 * @type {Record<Theme, Palette>}
 */
export const PALETTES = {
  light: {
    bg: "#FFFFFF",
    panel: "#F7F8FA",
    ink: "#14181F",
    ink2: "#4A5361",
    ink3: "#636D7B",
    line: "#D9DEE5",
    line2: "#EBEEF2",
    ghost: "#C6CDD6",
    forward: "#00766C",
    forwardTint: "#E0F1EF",
    backward: "#B45309",
    backwardTint: "#FDF5EC",
    decoder: "#6D3FC4",
    decoderTint: "#EEE8FA",
    warn: "#B42318",
    warnTint: "#FDECEA",
    state: ["#2166AC", "#F4F4F2", "#B2182B"],
    gate: ["#FFFFFF", "#1F2937"],
    attention: ["#FFFFFF", "#6D3FC4"],
  },
  dark: {
    bg: "#0F141B",
    panel: "#161C25",
    ink: "#F2F5F9",
    ink2: "#BAC4D0",
    ink3: "#97A3B2",
    line: "#2E3845",
    line2: "#212A35",
    ghost: "#3D4856",
    forward: "#3CC9B8",
    forwardTint: "#10302F",
    backward: "#F0A04B",
    backwardTint: "#38270F",
    decoder: "#B69CFF",
    decoderTint: "#2A2247",
    warn: "#FF9B8E",
    warnTint: "#3A1B18",
    state: ["#6FB1F2", "#232B36", "#FF8A7A"],
    gate: ["#1A212B", "#F2F5F9"],
    attention: ["#161C25", "#B69CFF"],
  },
};

/** @param {string} hex */
const channels = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
/** @param {number} value */
const clamp = (value) => Math.min(1, Math.max(0, value));

/**
 * A colour between two, both as #rrggbb.
 * @param {string} from
 * @param {string} to
 * @param {number} share
 */
export function mix(from, to, share) {
  const [a, b] = [channels(from), channels(to)];
  const part = clamp(share);
  return `#${a
    .map((v, i) =>
      Math.round(v + (b[i] - v) * part)
        .toString(16)
        .padStart(2, "0"),
    )
    .join("")}`;
}

/**
 * Quantities in 0..1 are gates, the others states around zero.
 * @param {Quantity} quantity
 */
export const isGate = (quantity) => quantity.endsWith("_gate");

const LEVELS = 255;
/** @param {(share: number) => string} colour */
const table = (colour) => Array.from({ length: LEVELS + 1 }, (_, level) => colour(level / LEVELS));
/**
 * @param {string[]} colours
 * @param {number} share
 */
const lookup = (colours, share) => colours[Math.round(clamp(share) * LEVELS)];

/**
 * Functions from a number to a colour, by table: a frame asks for thousands.
 * @param {Palette} palette
 */
export function scales(palette) {
  const [below, zero, above] = palette.state;
  const negative = table((share) => mix(zero, below, share ** 0.65));
  const positive = table((share) => mix(zero, above, share ** 0.65));
  const open = table((share) => mix(...palette.gate, share));
  const looked = table((share) => mix(...palette.attention, share ** 0.7));
  /** @param {number} value */
  const state = (value) => lookup(value < 0 ? negative : positive, Math.abs(value));
  /** @param {number} value */
  const gate = (value) => lookup(open, value);
  return {
    state,
    gate,
    attention: (/** @type {number} */ value) => lookup(looked, value),
    of: (/** @type {Quantity} */ quantity) => (isGate(quantity) ? gate : state),
  };
}

/**
 * Whether a CSS colour (#rrggbb or rgb()) is dark, by its luminance.
 * @param {string} css
 */
export function isDark(css) {
  const text = css.trim();
  const rgb = text.startsWith("#")
    ? channels(text.length === 4 ? `#${[...text.slice(1)].map((c) => c + c).join("")}` : text)
    : (text.match(/[\d.]+/g) ?? [255, 255, 255]).slice(0, 3).map(Number);
  return 0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2] < 128;
}
