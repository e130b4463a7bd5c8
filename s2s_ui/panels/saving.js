/** Two buttons for pictures of the stage; it hears of them by an event of the window (see stage/js/draw/keep.js). */

/** @param {{ data: Record<string, string>, parentElement: HTMLElement }} component */
export default function mount({ data, parentElement }) {
  const buttons = Object.entries(data).map(([format, label]) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "s2s-save";
    button.textContent = label;
    button.onclick = () => window.dispatchEvent(new CustomEvent("s2s-keep", { detail: format }));
    return button;
  });
  parentElement.replaceChildren(...buttons);
}
