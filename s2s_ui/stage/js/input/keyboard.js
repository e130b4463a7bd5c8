/**
 * Keys, wherever the focus is, but never while somebody types or another control uses them. The keys of a presenter's
 * clicker, PageUp and PageDown, are the stage's from everywhere.
 */

/** @import { Action } from "./actions.js" */

const TYPING = "input, textarea, select, [contenteditable=''], [contenteditable='true'], [role=textbox]";
const OWN_ARROWS =
  "[role=slider], [role=combobox], [role=listbox], [role=option], [role=radiogroup], [role=tablist], " +
  "[role=menu], [role=grid], [role=dialog], dialog";
const CLICKER = ["PageUp", "PageDown"];
const PRESSABLE = "button, a[href], summary, [role=button], [role=switch], [role=checkbox]";

/**
 * What a key means: the name of an action and its argument, or null.
 * @param {{ key: string, shiftKey?: boolean }} event
 * @returns {Action | null}
 */
export function meaning({ key, shiftKey = false }) {
  /** @type {Record<string, Action>} */
  const named = {
    ArrowRight: shiftKey ? ["move", "nextSub"] : ["move", "next"],
    ArrowLeft: shiftKey ? ["move", "previousSub"] : ["move", "previous"],
    ArrowUp: ["unit", -1],
    ArrowDown: ["unit", 1],
    Home: ["move", "first"],
    End: ["move", "last"],
    " ": ["toggle"],
    "[": ["faster", -1],
    "]": ["faster", 1],
    PageDown: ["click", 1],
    PageUp: ["click", -1],
    "/": ["sentence"],
    "?": ["help"],
    Escape: ["free"],
  };
  /** @type {Record<string, Action>} */
  const letters = {
    d: ["direction"],
    l: ["layer", shiftKey ? -1 : 1],
    p: ["request", "peepholes"],
    t: ["request", "teacher"],
    f: ["swap"],
    b: ["blank"],
    e: ["explain"],
    s: ["size", shiftKey ? -1 : 1],
    g: ["equation", shiftKey ? -1 : 1],
    w: ["pen"],
    o: ["spotlight"],
    c: ["languages"],
  };
  if (/^[1-9]$/.test(key)) return ["answer", Number(key) - 1];
  return named[key] ?? letters[key.toLowerCase()] ?? null;
}

/**
 * Whether a key pressed on this element belongs to the stage.
 * @param {Partial<KeyboardEvent>} event
 * @param {Partial<EventTarget> & { closest?: (selector: string) => unknown } | undefined} target
 */
export function isOurs(event, target) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return false;
  if (CLICKER.includes(event.key ?? "")) return true;
  if (event.defaultPrevented) return false;
  if (!target?.closest) return true;
  if (target.closest(TYPING) || target.closest(OWN_ARROWS)) return false;
  return !((event.key === " " || event.key === "Enter") && target.closest(PRESSABLE));
}

/**
 * Listens until the returned function is called. `act(name, argument)` answers whether it used the key.
 * @param {(event: KeyboardEvent) => boolean} isActive
 * @param {(...action: Action) => boolean} act
 */
export function listen(isActive, act) {
  /** @param {KeyboardEvent} event */
  const pressed = (event) => {
    const target = event.composedPath()[0];
    if (!isActive(event) || !isOurs(event, target)) return;
    const found = meaning(event);
    if (found && act(...found)) event.preventDefault();
  };
  /** @param {KeyboardEvent} event */
  const clicked = (event) => {
    if (!CLICKER.includes(event.key) || !isActive(event) || !isOurs(event, event.target ?? undefined)) return;
    pressed(event);
    event.stopImmediatePropagation(); // before a list or a table of numbers turns a page
  };
  window.addEventListener("keydown", clicked, true);
  window.addEventListener("keydown", pressed);
  return () => {
    window.removeEventListener("keydown", clicked, true);
    window.removeEventListener("keydown", pressed);
  };
}
