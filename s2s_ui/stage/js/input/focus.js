/**
 * The keys belong to the stage again after a control was used with the pointer, or a sentence was entered. Who came to
 * the control with the Tab key keeps it: the next key is meant for it.
 */

const USED_BY_A_CLICK =
  "button, a[href], summary, label, [role=button], [role=switch], [role=checkbox], [role=radio], [role=option], " +
  "[role=menuitem]";
const OPENS_SOMETHING = "[aria-haspopup]:not([aria-haspopup=false]), [role=combobox]";
const TYPED_INTO = "textarea, input:not([type=checkbox], [type=radio], [role=combobox]), [role=slider], [role=grid]";
const SETTLED_MS = 60; // a menu that closes gives the focus back to its field

/** What has the focus, also inside of a shadow root. */
function focused() {
  let at = document.activeElement;
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  return at;
}

function release() {
  const held = focused();
  if (held && held !== document.body && !held.matches(TYPED_INTO)) held.blur();
}

/** Listens until the returned function is called. `sentence()` is the selector of the field that is entered, or null. */
export function giveBack(sentence) {
  const clicked = (event) => {
    const target = event.composedPath()[0];
    if (event.detail === 0 || !target?.closest) return; // a click made with a key has no count
    const used = target.closest(USED_BY_A_CLICK);
    if (!used || used.matches(OPENS_SOMETHING) || target.closest("dialog")) return;
    setTimeout(release, SETTLED_MS);
  };
  const entered = ({ key, isComposing, target }) => {
    const selector = sentence();
    if (key === "Enter" && !isComposing && selector && target?.matches?.(selector)) setTimeout(() => target.blur());
  };
  window.addEventListener("click", clicked, true);
  window.addEventListener("keydown", entered);
  return () => {
    window.removeEventListener("click", clicked, true);
    window.removeEventListener("keydown", entered);
  };
}
