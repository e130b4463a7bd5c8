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

import { LARGE_TRANSPORT, largeScale, MARGIN, STRIP } from "./large.js";

/** @import { Size } from "../types.js" */

const INSPECTOR_PADDING = 21; // with its rule

/**
 * Sizes of a stage that covers the window, or null where the window is a phone's.
 * @param {HTMLElement} root
 * @param {number} zoom
 * @param {number} more height of what stands under the picture besides, in units
 * @returns {Size | null}
 */
function measureLarge(root, zoom, more) {
  const { innerWidth, innerHeight } = window;
  const usual = unitScale(innerWidth, innerHeight);
  const scale = largeScale(usual, zoom, innerWidth, innerHeight);
  const width = innerWidth / scale - 2 * MARGIN;
  if (innerWidth / usual < PHONE_WIDTH || scale <= usual) return null;
  root.classList.add("large");
  for (const name of ["phone", "narrow", "stacked"]) root.classList.remove(name);
  const above = [...root.querySelectorAll(".edits")].reduce((sum, element) => sum + element.clientHeight, 0) / scale;
  const height = innerHeight / scale - LARGE_TRANSPORT - STRIP - more - above;
  const ratio = Math.max(1, window.devicePixelRatio || 1);
  root.style.setProperty("--u", `${scale}px`);
  root.style.setProperty("--main", `${height * scale}px`);
  const family = getComputedStyle(root).fontFamily;
  const still = { phone: false, narrow: false, stacked: false };
  return { ...still, zoom, scale, ratio, height, px: scale * ratio, family, width, inspector: width };
}

/**
 * Sizes in units, or null while the stage has no width. Writes the unit and the height into the style of the root.
 * @param {HTMLElement} root
 * @param {{ zoom?: number, more?: number }} wish times as large as usual, and height under the picture besides
 * @returns {Size | null}
 */
export function measure(root, { zoom = 1, more = 0 } = {}) {
  const large = zoom > 1 ? measureLarge(root, zoom, more) : null;
  if (large) return large;
  root.classList.remove("large");
  const bare = root.classList.contains("bare"); // without the inspector
  const plain = unitScale(window.innerWidth, window.innerHeight);
  const top = (root.querySelector(".main") ?? root).getBoundingClientRect().top + scrolled(root);
  const scale = bare ? plain * growth(root.clientWidth / plain, (window.innerHeight - top) / plain) : plain;
  const width = Math.min(root.clientWidth / scale, CONTENT.most);
  if (!width) return null;
  const phone = width < (bare ? BARE_PHONE_WIDTH : PHONE_WIDTH);
  const narrow = phone || (bare && width < NARROW.width);
  const stacked = bare ? phone : width < STACKED_WIDTH;
  const height = mainHeight(window.innerHeight / scale - more, top / scale, stacked);
  const ratio = Math.max(1, window.devicePixelRatio || 1);
  root.style.setProperty("--u", `${scale}px`);
  root.style.setProperty("--main", `${height * scale}px`);
  root.classList.toggle("phone", phone);
  root.classList.toggle("narrow", narrow);
  root.classList.toggle("stacked", stacked);
  return {
    phone,
    zoom: 1,
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
