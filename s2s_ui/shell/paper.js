/**
 * Prints a chart of the dark theme in the colours of the light one. This is possible because every colour in its SVG is
 * in the palette, or lies between the ends of one of its scales.
 */

/**
 * Colours as hex. Of a scale: its two ends as drawn, and as printed.
 * @typedef {{ tokens: Record<string, string>, scales: string[][] }} Inks
 */

const PAINTED = ["fill", "stroke", "stop-color"];
const NEAR = 9; // of 255: a mixed colour is rounded
const HEX = /^#[0-9a-f]{6}$/i;

/** @param {string} colour */
function channels(colour) {
  if (HEX.test(colour)) return [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
  const found = /^rgb\((\d+),\s*(\d+),\s*(\d+)\)$/.exec(colour);
  return found && found.slice(1).map(Number);
}

/**
 * The colour on paper; the same where it is none of the palette's.
 * @param {string} colour
 * @param {Inks} inks
 */
export function onPaper(colour, { tokens, scales }) {
  const drawn = channels(colour);
  if (!drawn) return colour;
  const hex = `#${drawn.map((part) => part.toString(16).padStart(2, "0")).join("")}`.toUpperCase();
  if (tokens[hex]) return tokens[hex];
  let [best, found] = [NEAR, colour];
  for (const ends of scales) {
    const [low, high, paper, ink] = ends.map((end) => channels(end) ?? [0, 0, 0]);
    const way = high.map((part, i) => part - low[i]);
    const gone = way.reduce((sum, part, i) => sum + part * (drawn[i] - low[i]), 0);
    const share = Math.min(1, Math.max(0, gone / way.reduce((sum, part) => sum + part * part, 0)));
    const off = Math.hypot(...way.map((part, i) => drawn[i] - low[i] - share * part));
    if (off >= best) continue;
    best = off;
    found = `rgb(${paper.map((part, i) => Math.round(part + share * (ink[i] - part))).join(", ")})`;
  }
  return found;
}

/**
 * Prints a figure in light colours from now on; without inks, as it is drawn.
 * @param {HTMLElement & { inks?: Inks | null }} figure
 * @param {Inks | null | undefined} inks
 */
export function prints(figure, inks) {
  const known = "inks" in figure;
  figure.inks = inks;
  if (known) return;
  /** @type {[SVGElement, string, string | null][]} */
  let changed = [];
  const back = () => {
    for (const [element, name, before] of changed) element.style.setProperty(name, before);
    changed = [];
  };
  const print = () => {
    if (!figure.inks || changed.length || !figure.isConnected) return;
    for (const element of /** @type {NodeListOf<SVGElement>} */ (figure.querySelectorAll(".stVegaLiteChart svg *"))) {
      for (const name of PAINTED) {
        const before = element.style.getPropertyValue(name);
        const colour = before || element.getAttribute(name);
        if (!colour) continue;
        changed.push([element, name, before]);
        element.style.setProperty(name, onPaper(colour, figure.inks));
      }
    }
  };
  const media = window.matchMedia("print");
  media.addEventListener("change", () => (media.matches ? print() : back()));
  window.addEventListener("beforeprint", print);
  window.addEventListener("afterprint", back);
  if (media.matches) print();
}
