/**
 * Saves the picture above it as SVG or PNG, in the browser. Vega's picture is an SVG in the page; Plotly draws its own
 * (its bar of buttons is hidden by styles/page.css, the button that saves is pressed from here).
 *
 * If a picture has its own slider, the slider's position is written into the address when it stops moving, without a
 * request to the server; the last position is the default and not written. The window also stores the position, because
 * the picture is made again when the reader comes back from another page.
 */
import { explains } from "./explained.js";
import { prints } from "./paper.js";

/** @import { Explained } from "./charted.js" */
/** @import { Inks } from "./paper.js" */

const SCALE = 2; // pixels of a PNG for each of the screen
const REST_MS = 250;
const GROWN_MS = 1000;
const FORMATS = ["svg", "png"];

/**
 * @param {{
 *   data: { label: string, file: string, said: Explained, slider?: string | null, inks?: Inks | null },
 *   parentElement: HTMLElement,
 * }} component
 */
export default function ({ data, parentElement }) {
  /** @type {HTMLElement | null} */
  const figure = parentElement.closest('[class*="st-key-figure_"]');
  if (!figure) throw new Error("The buttons that save a picture stand outside of its figure.");
  FORMATS.forEach((format, place) => {
    const button =
      parentElement.querySelectorAll("button")[place] ?? parentElement.appendChild(document.createElement("button"));
    button.className = "s2s-save";
    button.textContent = format.toUpperCase();
    button.title = button.ariaLabel = data.label.replace("{format}", format.toUpperCase());
    button.onclick = () => save(figure, format, data.file);
  });
  goesOn(figure);
  explains(figure, data.said);
  prints(figure, data.inks);
  const { slider } = data;
  if (slider) {
    figure.oninput = figure.onclick = () => rest(figure, slider); // a click on the picture may move it, too
    rest(figure, slider, true);
  }
}

/**
 * Marks on a figure the sides to which it can be scrolled, for the style sheet.
 * @param {HTMLElement} figure
 */
function goesOn(figure) {
  if (figure.dataset.more !== undefined) return; // it is watched already
  figure.dataset.more = "";
  const tell = () => {
    const scroller = [figure, ...figure.querySelectorAll(".stElementContainer")].find(
      (element) => element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).overflowX === "auto",
    );
    const left = scroller && scroller.scrollLeft > 1;
    const right = scroller && scroller.scrollLeft < scroller.scrollWidth - scroller.clientWidth - 1;
    const more = [left && "left", right && "right"].filter(Boolean).join(" ");
    if (figure.dataset.more !== more) figure.dataset.more = more;
  };
  figure.addEventListener("scroll", tell, { capture: true, passive: true });
  const sizes = new ResizeObserver(tell);
  sizes.observe(figure);
  figure.querySelectorAll(".stElementContainer > *").forEach((element) => sizes.observe(element));
}

/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

/**
 * @param {HTMLElement} figure
 * @param {string} parameter of the address
 * @param {boolean} made just now: it takes its place from the address
 */
function rest(figure, parameter, made = false) {
  clearTimeout(timer);
  timer = setTimeout(() => {
    /** @type {HTMLInputElement | null} */
    const slider = figure.querySelector("input[type=range]");
    if (!figure.isConnected) return; // the page was left
    if (!slider) {
      rest(figure, parameter, made); // not drawn yet
      return;
    }
    const url = new URL(window.location.href);
    if (made && window.location.hash === `#${parameter}`) show(figure);
    if (made) move(slider, url.searchParams.get(parameter) ?? window.s2sSliders?.[parameter]);
    window.s2sSliders = { ...window.s2sSliders, [parameter]: slider.value };
    if (slider.value === slider.max) url.searchParams.delete(parameter);
    else url.searchParams.set(parameter, slider.value);
    if (url.href !== window.location.href) window.history.replaceState(window.history.state, "", url);
  }, REST_MS);
}

/**
 * A link leads to this figure: it is shown, and once more when what stands above it has been drawn.
 * @param {HTMLElement} figure
 */
function show(figure) {
  for (const wait of [0, GROWN_MS]) setTimeout(() => figure.scrollIntoView({ block: "center" }), wait);
}

/**
 * @param {HTMLInputElement} slider
 * @param {string | undefined} value
 */
function move(slider, value) {
  if (value === undefined || slider.value === value) return;
  if (!(Number(value) >= Number(slider.min) && Number(value) <= Number(slider.max))) return;
  slider.value = value;
  slider.dispatchEvent(new Event("input"));
}

/**
 * @param {HTMLElement} figure
 * @param {string} format
 * @param {string} file without its ending
 */
async function save(figure, format, file) {
  /** @type {(HTMLElement & { _context: { toImageButtonOptions: object } }) | null} */
  const plotly = figure.querySelector(".js-plotly-plot");
  if (plotly) {
    Object.assign(plotly._context.toImageButtonOptions, {
      format,
      filename: file,
      scale: format === "png" ? SCALE : 1,
    });
    /** @type {HTMLElement | null} */
    const button = plotly.querySelector('.modebar-btn[data-title^="Download"]');
    button?.click();
    return;
  }
  /** @type {SVGSVGElement | null} */
  const shown = figure.querySelector(".stVegaLiteChart svg");
  if (!shown) return; // not drawn yet
  const blob = format === "svg" ? new Blob([text(standalone(shown))], { type: "image/svg+xml" }) : await raster(shown);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = `${file}.${format}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/**
 * A copy that stands by itself: with its namespace, and its gradients known by their own names.
 * @param {SVGSVGElement} shown
 */
function standalone(shown) {
  const svg = /** @type {SVGSVGElement} */ (shown.cloneNode(true));
  svg.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  for (const filled of svg.querySelectorAll('[fill*="url("]')) {
    filled.setAttribute("fill", String(filled.getAttribute("fill")).replace(/url\([^#]*#/, "url(#"));
  }
  return svg;
}

const text = (/** @type {Element} */ svg) => new XMLSerializer().serializeToString(svg);

/**
 * The picture in pixels. A picture inside a picture sees no web font, so what is written goes on top of the drawing
 * afterwards, letter by letter where the page has it.
 * @param {SVGSVGElement} shown
 * @returns {Promise<Blob>}
 */
async function raster(shown) {
  const drawing = standalone(shown);
  drawing.querySelectorAll("text").forEach((element) => element.remove());
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text(drawing))}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = image.width * SCALE;
  canvas.height = image.height * SCALE;
  const pen = canvas.getContext("2d");
  const origin = shown.getScreenCTM()?.inverse();
  if (!pen || !origin) throw new Error("The browser draws no picture here.");
  pen.drawImage(image, 0, 0, canvas.width, canvas.height);
  for (const element of shown.querySelectorAll("text")) {
    pen.setTransform(new DOMMatrix().scale(SCALE).multiply(origin.multiply(element.getScreenCTM() ?? undefined)));
    const lines = element.querySelectorAll("tspan");
    for (const line of lines.length ? lines : [element]) write(pen, line);
  }
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("The browser makes no PNG."))), "image/png");
  });
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {SVGTextContentElement} line
 */
function write(pen, line) {
  if (!line.getNumberOfChars()) return;
  const style = getComputedStyle(line);
  const { x, y } = line.getStartPositionOfChar(0);
  pen.font = `${style.fontStyle} ${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
  pen.globalAlpha = Number(style.opacity) * Number(style.fillOpacity);
  if (style.stroke !== "none") {
    pen.strokeStyle = style.stroke;
    pen.lineWidth = parseFloat(style.strokeWidth);
    pen.strokeText(line.textContent ?? "", x, y);
  }
  pen.fillStyle = style.fill;
  pen.fillText(line.textContent ?? "", x, y);
}
