/**
 * Manages the focus. The stage gets the keys again after a control was used with the pointer, after a list that the
 * pointer opened was closed, and after a field was left with Enter or Escape. If the reader came to the control with
 * the Tab key, it keeps the focus, because the next key is meant for it.
 */

const USED_BY_A_CLICK =
  "button, a[href], summary, label, [role=button], [role=switch], [role=checkbox], [role=radio], [role=option], " +
  "[role=menuitem], [role=graphics-document]";
const NEEDS_KEYS = "[aria-haspopup=listbox], [aria-haspopup=menu], [aria-haspopup=true], [role=combobox]";
const OPEN = "[aria-expanded=true]";
const ONE_LINE = "input:not([type=checkbox], [type=radio], [role=combobox])";
const TYPED_INTO = `textarea, ${ONE_LINE}, [role=slider], [role=grid]`;
const SETTLED_MS = 60; // a menu that closes gives the focus back to its field

/**
 * A click leaves no focus ring on the stage, also when keys follow; Tab does.
 * @param {HTMLElement} root
 */
export function ringForKeysOnly(root) {
  root.addEventListener("pointerdown", () => {
    root.dataset.pointed = "";
  });
  root.addEventListener("keydown", ({ key }) => {
    if (key === "Tab") delete root.dataset.pointed;
  });
  root.addEventListener("focusout", ({ relatedTarget }) => {
    if (!(relatedTarget instanceof Node && root.contains(relatedTarget))) delete root.dataset.pointed;
  });
}

/**
 * Takes the focus from a control, also from one inside of a shadow root.
 * @param {Element} [opener] of a list that has closed: what holds the focus beside it was reached in another way
 */
function release(opener) {
  let held = document.activeElement;
  if (opener && !opener.contains(held)) return;
  while (held?.shadowRoot?.activeElement) held = held.shadowRoot.activeElement;
  if (held instanceof HTMLElement && held !== document.body && !held.matches(TYPED_INTO)) held.blur();
}

/**
 * Gives the keys back to the stage, until the returned function is called.
 */
export function giveBack() {
  let pointed = false;
  const down = () => void (pointed = true);
  const settle = (/** @type {Element} */ opener) => setTimeout(() => release(opener), SETTLED_MS);
  const clicked = (/** @type {MouseEvent} */ event) => {
    const [target] = event.composedPath();
    if (event.detail === 0 || !(target instanceof Element)) return; // a click made with a key has no count
    const used = target.closest(`${USED_BY_A_CLICK}, ${NEEDS_KEYS}`);
    if (used && !used.matches(NEEDS_KEYS) && !target.closest("dialog")) setTimeout(release, SETTLED_MS);
  };
  const pressed = (/** @type {KeyboardEvent} */ { key, isComposing, target }) => {
    if (key === "Tab") pointed = false;
    if ((key !== "Enter" && key !== "Escape") || isComposing || !(target instanceof HTMLElement)) return;
    if (target.matches(ONE_LINE) && !target.closest("dialog")) setTimeout(() => target.blur());
  };
  const lists = new MutationObserver((changes) => {
    for (const { target } of changes) if (pointed && target instanceof Element && !target.matches(OPEN)) settle(target);
  });
  lists.observe(document.body, { subtree: true, attributes: true, attributeFilter: ["aria-expanded"] });
  window.addEventListener("pointerdown", down, true);
  window.addEventListener("click", clicked, true);
  window.addEventListener("keydown", pressed);
  return () => {
    lists.disconnect();
    window.removeEventListener("pointerdown", down, true);
    window.removeEventListener("click", clicked, true);
    window.removeEventListener("keydown", pressed);
  };
}
