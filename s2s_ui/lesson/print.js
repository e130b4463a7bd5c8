/** A button that opens the browser's own printing: on paper a chapter is a worksheet (see sheet.css). */

/** @param {{ data: { label: string }, parentElement: HTMLElement }} component */
export default function mount({ data, parentElement }) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "s2s-print";
  button.textContent = data.label;
  button.onclick = () => window.print();
  parentElement.replaceChildren(button);
}
