/**
 * Which elements around the picture can be explained, and what is asked at each: the part of the registry that finds
 * what is no mark of the picture. The first selector that fits counts.
 */

/** @import { Ask } from "../data/explanations.js" */

/** @type {(element: Element) => number} */
const placeOf = (element) => [...(element.parentElement?.children ?? [])].indexOf(element);

/** @type {(element: Element) => string} */
const quantityOf = (element) => element.closest("[data-quantity]")?.getAttribute("data-quantity") ?? "";

/** @type {(element: Element) => Ask} */
const quantity = (element) => ({ name: "quantity", quantity: quantityOf(element) });

/** @type {(name: string) => (element: Element) => Ask} */
const aligned = (name) => (element) => ({
  name,
  source: Number(element.closest("[data-source]")?.getAttribute("data-source") ?? 0),
});

/** @type {(name: string) => () => Ask} */
const plain = (name) => () => ({ name });

const TITLES = ["aligned", "aligned_score", "aligned_weight", "aligned_state", "aligned_product"];
const SCALES = ["legend_state", "legend_gate", "legend_attention"];

/** @type {[selector: string, ask: (element: Element) => Ask][]} */
const ELEMENTS = [
  [".spot", (element) => JSON.parse(element.getAttribute("data-spot") ?? "{}")],
  [".equation .sum", (element) => ({ name: "sum", quantity: quantityOf(element) })],
  [".equation .stairs", (element) => ({ name: "stairs", quantity: quantityOf(element) })],
  [
    ".equation .term",
    (element) => ({ name: "term", quantity: quantityOf(element), term: element.getAttribute("data-term") ?? "" }),
  ],
  [".equation .none", (element) => ({ name: "unpeeped", quantity: quantityOf(element) })],
  [".equation :is(.number, .letter, .name, .value, .later)", quantity],
  [".alignment :is(.sum, .value)", plain("aligned_sum")],
  [".alignment .head > *", plain("aligned")],
  [
    ".alignment .titles span",
    (element) => ({ ...aligned(TITLES[placeOf(element)])(element), source: firstListed(element) }),
  ],
  [".alignment .row .word", aligned("aligned_word")],
  [".alignment .row .score", aligned("aligned_score")],
  [".alignment .row .bars", aligned("aligned_weight")],
  [".alignment .row .state", aligned("aligned_state")],
  [".alignment .row .product", aligned("aligned_product")],
  [
    ".distribution .row",
    (element) => ({
      name: "likely",
      first: [...(element.parentElement?.querySelectorAll(".row") ?? [])].indexOf(element),
    }),
  ],
  [".distribution .head > *", plain("distribution")],
  [".course .title", plain("course")],
  [".course [data-quantity]", (element) => ({ name: "course_line", quantity: quantityOf(element) })],
  [".inspector .chip.unit", plain("unit")],
  [".inspector .layer", plain("layers")],
  [".inspector .title, .inspector .chip", plain("inspected")],
  [".peek", () => ({ name: "quantity", quantity: "cell" })],
  [".note", plain("not_why")],
  [".legend .scale", (element) => ({ name: SCALES[placeOf(element)] })],
  [".group-name.decoder", plain("writes")],
  [".group-name", plain("reads")],
  [".scrubber", plain("scrubber")],
  [".subs button", (element) => ({ name: "sub_step", sub: Number(element.getAttribute("data-sub") ?? 1) })],
  [".speed-box", plain("speed")],
  [".layers", plain("layers")],
  [".edits .edit, .edits-name", plain("edit")],
  [".explain-button", plain("mode")],
];

/** All of them, as one selector. */
export const EXPLAINED = ELEMENTS.map(([selector]) => selector).join(", ");

/**
 * The source token of the first row of (13)-(15).
 * @param {Element} element
 */
function firstListed(element) {
  return Number(element.closest(".alignment")?.querySelector("[data-source]")?.getAttribute("data-source") ?? 0);
}

/**
 * What is asked at an element, and the element that the answer belongs to; null where nothing is explained.
 * @param {EventTarget | null | undefined} target
 * @returns {{ element: Element, ask: Ask } | null}
 */
export function askAt(target) {
  const element = target instanceof Element ? target.closest(EXPLAINED) : null;
  const found = element && ELEMENTS.find(([selector]) => element.matches(selector));
  return found ? { element, ask: found[1](element) } : null;
}
