/** Where the focus shows. */

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
