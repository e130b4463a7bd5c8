/** How large everything is: from the window and the place of the stage in it. */

import {
  BARE_PHONE_WIDTH,
  CONTENT,
  GAP,
  growth,
  INSPECTOR_WIDTH,
  LOW_WINDOW,
  lowHeight,
  mainHeight,
  NARROW,
  PHONE_WIDTH,
  phoneRoom,
  STACKED_WIDTH,
  TALL_WINDOW,
  unitScale,
} from "./layout.js";

import { LARGE_TRANSPORT, LOW_STRIP, largeScale, MARGIN, STRIP } from "./large.js";

/** @import { Size, Wanted } from "../types.js" */

const INSPECTOR_PADDING = 21; // with its rule

/**
 * Sizes of a stage that covers the window, or null where the window is a phone's.
 * @param {HTMLElement} root
 * @param {number} zoom
 * @param {number} more height of what stands under the picture besides, in units
 * @param {Wanted["rows"]} rows the rows over the output
 * @returns {Size | null}
 */
function measureLarge(root, zoom, more, rows) {
  const { innerWidth, innerHeight } = window;
  const usual = unitScale(innerWidth, innerHeight);
  const scale = largeScale(usual, zoom, innerWidth, innerHeight);
  const width = innerWidth / scale - 2 * MARGIN;
  if (innerWidth / usual < PHONE_WIDTH || scale <= usual) return null;
  root.classList.add("large");
  for (const name of ["phone", "narrow", "stacked"]) root.classList.remove(name);
  const lines = [...root.querySelectorAll(".edits, .answer")];
  const above = lines.reduce((sum, element) => sum + element.clientHeight, 0) / scale;
  const crowded = rows !== null || more > 0;
  const strip = crowded ? LOW_STRIP : STRIP;
  const height = innerHeight / scale - LARGE_TRANSPORT - strip - more - above;
  const ratio = Math.max(1, window.devicePixelRatio || 1);
  root.style.setProperty("--u", `${scale}px`);
  root.style.setProperty("--main", `${height * scale}px`);
  root.style.setProperty("--strip", `${strip * scale}px`);
  root.classList.toggle("crowded", crowded);
  const family = getComputedStyle(root).fontFamily;
  const still = { phone: false, low: false, narrow: false, terse: false, stacked: false };
  return { ...still, zoom, scale, ratio, height, px: scale * ratio, family, width, inspector: width };
}

/**
 * Sizes in units, or null while the stage has no width. Writes the unit and the height into the style of the root.
 * @param {HTMLElement} root
 * @param {{ zoom?: number, more?: number, rows?: Wanted["rows"] }} wish times as large as usual, height under the
 * picture besides, and the rows over the output
 * @returns {Size | null}
 */
export function measure(root, { zoom = 1, more = 0, rows = null } = {}) {
  const large = zoom > 1 ? measureLarge(root, zoom, more, rows) : null;
  if (large) return large;
  root.classList.remove("large");
  const bare = root.classList.contains("bare"); // without the inspector
  const plain = unitScale(window.innerWidth, window.innerHeight);
  const top = (root.querySelector(".main") ?? root).getBoundingClientRect().top + scrolled(root);
  const scale = bare ? plain * growth(root.clientWidth / plain, (window.innerHeight - top) / plain) : plain;
  const width = Math.min(root.clientWidth / scale, CONTENT.most);
  if (!width) return null;
  const phone = width < (bare ? BARE_PHONE_WIDTH : PHONE_WIDTH);
  const slim = width < STACKED_WIDTH;
  const stacked = bare ? phone : slim;
  const low = slim && !phone && window.innerHeight / scale < LOW_WINDOW;
  const narrow = phone || (slim && !low && (bare || window.innerHeight / scale > TALL_WINDOW)); // its caption on top
  const terse = phone || low || (narrow && width < NARROW.width);
  const [high, above] = [window.innerHeight / scale, top / scale];
  const line = lineOver(root);
  const told = surroundings(root).querySelector(".st-key-notice_page .s2s-notice") !== null; // a line about the text
  for (const [name, is] of Object.entries({ phone, narrow, stacked, low, told })) root.classList.toggle(name, is);
  const below = high - line / scale - more;
  const filled = low ? lowHeight(below, above) : mainHeight(below, above, { stacked, bare, rows });
  const intro = introHeight(root);
  const height = phone ? (bare ? Infinity : phoneRoom(high, above, intro / scale)) : filled;
  const ratio = Math.max(1, window.devicePixelRatio || 1);
  root.style.setProperty("--u", `${scale}px`);
  root.style.setProperty("--main", `${height * scale}px`);
  root.style.setProperty("--line-over", `${line}px`);
  root.style.setProperty("--intro", `${intro}px`);
  return {
    phone,
    zoom: 1,
    narrow,
    terse,
    stacked,
    low,
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
 * How high the line is that the page puts over the transport, in pixels; 0 where there is none, or it stands elsewhere.
 * @param {HTMLElement} root
 */
export function lineOver(root) {
  /** @type {HTMLElement | null} */
  const line = surroundings(root).querySelector(".st-key-notice_page:has(.s2s-notice)");
  const place = line?.closest("[data-testid=stLayoutWrapper]");
  return line && place && getComputedStyle(place).position === "absolute" ? line.offsetHeight : 0;
}

/**
 * How high the line for a first visit is, which a phone has in the place of the sheet, in pixels; 0 once it has gone.
 * @param {HTMLElement} root
 */
function introHeight(root) {
  /** @type {HTMLElement | null} */
  const intro = root.querySelector(".intro");
  return intro?.offsetHeight ?? 0;
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
