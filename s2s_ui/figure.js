/**
 * Saves the picture above it as SVG or PNG, in the browser. Vega's picture is an SVG in the page; Plotly draws its own
 * (its bar of buttons is hidden by frame.css, the button that saves is pressed from here).
 */
const SCALE = 2; // pixels of a PNG for each of the screen
const FORMATS = ["svg", "png"];

export default function ({ data, parentElement }) {
  const figure = parentElement.closest('[class*="st-key-figure_"]');
  FORMATS.forEach((format, place) => {
    const button = parentElement.querySelectorAll("button")[place] ?? parentElement.appendChild(document.createElement("button"));
    button.className = "s2s-save";
    button.textContent = format.toUpperCase();
    button.title = button.ariaLabel = data.label.replace("{format}", format.toUpperCase());
    button.onclick = () => save(figure, format, data.file);
  });
}

async function save(figure, format, file) {
  const plotly = figure.querySelector(".js-plotly-plot");
  if (plotly) {
    Object.assign(plotly._context.toImageButtonOptions, { format, filename: file, scale: format === "png" ? SCALE : 1 });
    plotly.querySelector('.modebar-btn[data-title^="Download"]').click();
    return;
  }
  const svg = standalone(figure.querySelector(".stVegaLiteChart svg"));
  const blob = format === "svg" ? new Blob([text(svg)], { type: "image/svg+xml" }) : await raster(svg);
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

async function raster(svg) {
  const style = document.createElementNS("http://www.w3.org/2000/svg", "style");
  style.textContent = (await Promise.all(faces(svg.textContent).map(embedded))).join("\n");
  svg.prepend(style);
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text(svg))}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = image.width * SCALE;
  canvas.height = image.height * SCALE;
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
}

/** The web fonts of the page that a text needs: a picture inside a picture sees no font that it does not bring. */
function faces(written) {
  const rules = [...document.styleSheets].flatMap((sheet) => {
    try {
      return [...sheet.cssRules];
    } catch {
      return []; // a sheet of another origin
    }
  });
  const needed = (rule) =>
    (rule.style.getPropertyValue("unicode-range") || "U+0-10FFFF").split(",").some((range) => {
      const [from, to = from] = range.trim().slice(2).split("-").map((hex) => parseInt(hex, 16));
      return [...written].some((letter) => letter.codePointAt(0) >= from && letter.codePointAt(0) <= to);
    });
  return rules.filter((rule) => rule instanceof CSSFontFaceRule && rule.style.fontFamily.includes("Noto Sans KR") && needed(rule));
}

async function embedded(rule) {
  const url = rule.cssText.match(/url\("?([^")]+)"?\)/)[1];
  const blob = await (await fetch(new URL(url, rule.parentStyleSheet.href ?? document.baseURI))).blob();
  const data = await new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.readAsDataURL(blob);
  });
  return rule.cssText.replace(/url\("?[^")]+"?\)/, `url("${data}")`).replace(/font-display: \w+/, "font-display: block");
}
