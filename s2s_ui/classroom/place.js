/**
 * The place of the class's bar on every page. What does all of it (lead.js) comes once this browser leads a class or
 * sits in one, so that nobody else waits for it.
 */

/** @import { Data } from "./lead.js" */

/** @typedef {{ data: Data, parentElement: HTMLElement | ShadowRoot }} Component */

const REMEMBERED = ["s2s-leads", "s2s-seat"];

/** @type {Component | null} */
let latest = null;
/** @type {Promise<{ default: (component: Component) => unknown }> | null} */
let lead = null;

function hasClass() {
  try {
    return REMEMBERED.some((name) => localStorage.getItem(name));
  } catch {
    return false; // a browser that keeps nothing is in no class
  }
}

async function come() {
  if (!latest || (!lead && !hasClass())) return undefined;
  lead ??= import("./lead.js");
  lead.catch(() => (lead = null)); // the next message tries anew
  return (await lead).default(latest);
}

for (const event of ["s2s-class", "storage"]) window.addEventListener(event, () => lead || come());

/** @param {Component} component */
export default function mount(component) {
  latest = component;
  return come();
}
