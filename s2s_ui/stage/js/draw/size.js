/** How large everything is: from the window and the place of the stage in it. */

import {
  BARE_PHONE_WIDTH,
  CONTENT,
  GAP,
  growth,
  INSPECTOR_WIDTH,
  mainHeight,
  NARROW,
  PHONE_WIDTH,
  STACKED_WIDTH,
  unitScale,
} from "./layout.js";

/** @import { Size } from "../types.js" */

const INSPECTOR_PADDING = 21; // with its rule

/**
 * Sizes in units, or null while the stage has no width. Writes the unit and the height into the style of the root.
 * @param {HTMLElement} root
 * @returns {Size | null}
 */
export function measure(root) {
  const bare = root.classList.contains("bare"); // without the inspector
  const plain = unitScale(window.innerWidth, window.innerHeight);
  const top = (root.querySelector(".main") ?? root).getBoundingClientRect().top + scrolled(root);
  const scale = bare ? plain * growth(root.clientWidth / plain, (window.innerHeight - top) / plain) : plain;
  const width = Math.min(root.clientWidth / scale, CONTENT.most);
  if (!width) return null;
  const phone = width < (bare ? BARE_PHONE_WIDTH : PHONE_WIDTH);
  const narrow = phone || (bare && width < NARROW.width);
  const stacked = bare ? phone : width < STACKED_WIDTH;
  const height = mainHeight(window.innerHeight / scale, top / scale, stacked);
  const ratio = Math.max(1, window.devicePixelRatio || 1);
  root.style.setProperty("--u", `${scale}px`);
  root.style.setProperty("--main", `${height * scale}px`);
  root.classList.toggle("phone", phone);
  root.classList.toggle("narrow", narrow);
  root.classList.toggle("stacked", stacked);
  return {
    phone,
    narrow,
    stacked,
    scale,
    ratio,
    height,
    px: scale * ratio,
    family: getComputedStyle(root).fontFamily,
    width: stacked || bare ? width : width - INSPECTOR_WIDTH - GAP,
    inspector: stacked ? width : INSPECTOR_WIDTH - INSPECTOR_PADDING,
  };
}

/**
 * How far everything around an element is scrolled, through shadow roots, so that sizes do not depend on it.
 * @param {HTMLElement} element
 */
function scrolled(element) {
  let sum = 0;
  /** @type {Node | null} */
  let at = element.parentNode;
  while (at) {
    if (at instanceof Element) sum += at.scrollTop;
    at = at instanceof ShadowRoot ? at.host : at.parentNode;
  }
  return sum;
}

/**
 * The element of the page that everything beside the stage stands in.
 * @param {HTMLElement} root
 * @returns {Element}
 */
export function surroundings(root) {
  const tree = root.getRootNode();
  const host = tree instanceof ShadowRoot ? tree.host : null;
  return host?.closest("[data-testid=stMainBlockContainer]") ?? document.body;
}
