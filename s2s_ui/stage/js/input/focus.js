/**
 * Where the focus is, and where it shows. The keys belong to the stage again after a control was used with the pointer,
 * or a sentence was entered; who came to the control with the Tab key keeps it: the next key is meant for it.
 */

const USED_BY_A_CLICK =
  "button, a[href], summary, label, [role=button], [role=switch], [role=checkbox], [role=radio], [role=option], " +
  "[role=menuitem]";
const OPENS_SOMETHING = "[aria-haspopup]:not([aria-haspopup=false]), [role=combobox]";
const TYPED_INTO = "textarea, input:not([type=checkbox], [type=radio], [role=combobox]), [role=slider], [role=grid]";
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

/** Takes the focus from a control, also from one inside of a shadow root. */
function release() {
  let held = document.activeElement;
  while (held?.shadowRoot?.activeElement) held = held.shadowRoot.activeElement;
  if (held instanceof HTMLElement && held !== document.body && !held.matches(TYPED_INTO)) held.blur();
}

/**
 * Gives the keys back to the stage, until the returned function is called.
 * @param {() => string | null} sentence the selector of the field that is entered
 */
export function giveBack(sentence) {
  const clicked = (/** @type {MouseEvent} */ event) => {
    const [target] = event.composedPath();
    if (event.detail === 0 || !(target instanceof Element)) return; // a click made with a key has no count
    const used = target.closest(USED_BY_A_CLICK);
    if (used && !used.matches(OPENS_SOMETHING) && !target.closest("dialog")) setTimeout(release, SETTLED_MS);
  };
  const entered = (/** @type {KeyboardEvent} */ { key, isComposing, target }) => {
    const selector = sentence();
    if (key !== "Enter" || isComposing || !selector || !(target instanceof HTMLElement)) return;
    if (target.matches(selector)) setTimeout(() => target.blur());
  };
  window.addEventListener("click", clicked, true);
  window.addEventListener("keydown", entered);
  return () => {
    window.removeEventListener("click", clicked, true);
    window.removeEventListener("keydown", entered);
  };
}
