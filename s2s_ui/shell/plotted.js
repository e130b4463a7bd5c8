/**
 * Explanations of Plotly figures, as for Vega charts. Plotly draws without elements. So its points have their row of
 * the data, and everything else has one common sentence.
 */

import { answerRow } from "./charted.js";

/** @import { Explained } from "./charted.js" */
/**
 * @typedef {Record<string, any>} Row
 * @typedef {HTMLElement & {
 *   on: (event: string, heard: (what: { points: { customdata?: Row }[] }) => void) => void,
 *   data: { customdata?: Row[] }[],
 * }} Plot
 * @typedef {{ text: string, place: number }} Told
 */

/** @param {HTMLElement} figure */
export const plotIn = (figure) => /** @type {Plot | null} */ (figure.querySelector(".js-plotly-plot"));

/**
 * @param {HTMLElement & { said?: Explained }} figure
 * @param {Row | null} row of the point; null for the whole
 */
export function answerPoint(figure, row) {
  return answerRow(figure, row, rowsOf(figure));
}

/** @param {HTMLElement} figure */
export const rowsOf = (figure) => (plotIn(figure)?.data ?? []).flatMap(({ customdata }) => [...(customdata ?? [])]);

/**
 * Listens to a figure of Plotly, once it is drawn.
 * @param {HTMLElement & { said?: Explained }} figure
 * @param {(element: HTMLElement, told: Told | null, event?: MouseEvent) => void} tell
 */
export function plotted(figure, tell) {
  const plot = plotIn(figure);
  if (!plot || plot.tabIndex === 0 || typeof plot.on !== "function") return;
  let at = -1; // of the rows; -1 is the whole
  /** @type {MouseEvent | undefined} */
  let pointer; // Plotly does not say where it found a point in space
  const about = (/** @type {Row | null} */ row) => tell(plot, answerPoint(figure, row), pointer);
  plot.tabIndex = 0;
  for (const name of ["plotly_hover", "plotly_click"])
    plot.on(name, ({ points: [point] }) => about(point?.customdata ?? null));
  for (const name of /** @type {const} */ (["pointerenter", "pointermove", "pointerdown"]))
    plot.addEventListener(name, (event) => void (pointer = event), true);
  plot.addEventListener("pointerenter", () => about(null));
  plot.addEventListener("focus", () => {
    at = -1;
    if (plot.matches(":focus-visible")) tell(plot, answerPoint(figure, null));
  });
  plot.addEventListener("keydown", (event) => {
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    const rows = rowsOf(figure);
    at = ((at + 1 + by + rows.length + 1) % (rows.length + 1)) - 1;
    tell(plot, answerPoint(figure, rows[at] ?? null));
  });
}
