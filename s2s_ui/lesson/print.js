/**
 * A button that opens the browser's own printing: on paper a chapter is a worksheet (see sheet.css). Its answers are in
 * the page for as long as it is printed, so that nobody finds them there before.
 */

/** @typedef {{ data: { label: string, overleaf: string }, parentElement: HTMLElement }} Component */

/** @param {Component} component */
export default function mount({ data, parentElement }) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "s2s-print";
  button.textContent = data.label;
  button.onclick = () => window.print();
  parentElement.replaceChildren(button);
  const media = window.matchMedia("print");
  const clear = () => document.querySelectorAll(".s2s-sheet .overleaf").forEach((answers) => answers.remove());
  const show = () => {
    clear();
    document.querySelector(".s2s-sheet-foot")?.insertAdjacentHTML("beforeend", data.overleaf);
  };
  const change = () => (media.matches ? show() : clear());
  const listening = new AbortController();
  const { signal } = listening;
  window.addEventListener("beforeprint", show, { signal });
  window.addEventListener("afterprint", clear, { signal });
  media.addEventListener("change", change, { signal });
  return () => listening.abort();
}
