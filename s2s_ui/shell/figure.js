/**
 * Saves the picture above it as SVG or PNG, in the browser. Vega's picture is an SVG in the page; Plotly draws its own
 * (its bar of buttons is hidden by styles/page.css, the button that saves is pressed from here).
 *
 * Where a picture has a slider of its own, its place is written into the address when it rests, without a word to the
 * server; the last place goes without saying. A picture is made anew when the reader comes back from another page, so the
 * window keeps the place as well.
 */
const SCALE = 2; // pixels of a PNG for each of the screen
const REST_MS = 250;
const FORMATS = ["svg", "png"];

export default function ({ data, parentElement }) {
  const figure = parentElement.closest('[class*="st-key-figure_"]');
  FORMATS.forEach((format, place) => {
    const button =
      parentElement.querySelectorAll("button")[place] ?? parentElement.appendChild(document.createElement("button"));
    button.className = "s2s-save";
    button.textContent = format.toUpperCase();
    button.title = button.ariaLabel = data.label.replace("{format}", format.toUpperCase());
    button.onclick = () => save(figure, format, data.file);
  });
  if (data.slider) {
    figure.oninput = figure.onclick = () => rest(figure, data.slider); // a click on the picture may move it, too
    rest(figure, data.slider, true);
  }
}

let timer = 0;

function rest(figure, parameter, made = false) {
  clearTimeout(timer);
  timer = setTimeout(() => {
    const slider = figure.querySelector("input[type=range]");
    if (!figure.isConnected) return; // the page was left
    if (!slider) return rest(figure, parameter, made); // not drawn yet
    const url = new URL(window.location.href);
    if (made) move(slider, url.searchParams.get(parameter) ?? window.s2sSliders?.[parameter]);
    window.s2sSliders = { ...window.s2sSliders, [parameter]: slider.value };
    if (slider.value === slider.max) url.searchParams.delete(parameter);
    else url.searchParams.set(parameter, slider.value);
    if (url.href !== window.location.href) window.history.replaceState(window.history.state, "", url);
  }, REST_MS);
}

function move(slider, value) {
  if (slider.value === value || !(Number(value) >= slider.min && Number(value) <= slider.max)) return;
  slider.value = value;
  slider.dispatchEvent(new Event("input"));
}

async function save(figure, format, file) {
  const plotly = figure.querySelector(".js-plotly-plot");
  if (plotly) {
    Object.assign(plotly._context.toImageButtonOptions, {
      format,
      filename: file,
      scale: format === "png" ? SCALE : 1,
    });
    plotly.querySelector('.modebar-btn[data-title^="Download"]').click();
    return;
  }
  const shown = figure.querySelector(".stVegaLiteChart svg");
  const blob = format === "svg" ? new Blob([text(standalone(shown))], { type: "image/svg+xml" }) : await raster(shown);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = `${file}.${format}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** A copy that stands by itself: with its namespace, and its gradients known by their own names. */
function standalone(shown) {
  const svg = shown.cloneNode(true);
  svg.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  for (const filled of svg.querySelectorAll('[fill*="url("]')) {
    filled.setAttribute("fill", filled.getAttribute("fill").replace(/url\([^#]*#/, "url(#"));
  }
  return svg;
}

const text = (svg) => new XMLSerializer().serializeToString(svg);

/**
 * The picture in pixels. A picture inside a picture sees no web font, so what is written goes on top of the drawing
 * afterwards, letter by letter where the page has it.
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
  pen.drawImage(image, 0, 0, canvas.width, canvas.height);
  const origin = shown.getScreenCTM().inverse();
  for (const element of shown.querySelectorAll("text")) {
    pen.setTransform(new DOMMatrix().scale(SCALE).multiply(origin.multiply(element.getScreenCTM())));
    for (const line of element.children.length ? element.children : [element]) write(pen, line);
  }
  return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
}

function write(pen, line) {
  if (!line.getNumberOfChars()) return;
  const style = getComputedStyle(line);
  const { x, y } = line.getStartPositionOfChar(0);
  pen.font = `${style.fontStyle} ${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
  pen.globalAlpha = Number(style.opacity) * Number(style.fillOpacity);
  if (style.stroke !== "none") {
    pen.strokeStyle = style.stroke;
    pen.lineWidth = parseFloat(style.strokeWidth);
    pen.strokeText(line.textContent, x, y);
  }
  pen.fillStyle = style.fill;
  pen.fillText(line.textContent, x, y);
}
