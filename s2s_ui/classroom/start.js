/** The button that starts a class: the server gives its key as a cookie, and the bar (lead.js) hears of the class. */

import { ask, remember } from "./own.js";
import { spaced } from "./joining.js";

const LEADS = "s2s-leads"; // the code of the class that this browser leads

/**
 * Starts a class with what is shown now. A browser leads one class: what is in the way is the code of another one that
 * goes on, or "" where the server does not answer.
 * @param {{ page: string, link: Record<string, string> }} shown
 * @returns {Promise<string | null>} null once the class has begun
 */
export async function startClass({ page, link }) {
  try {
    const led = localStorage.getItem(LEADS);
    if (led && (await ask(led))?.goesOn) return led;
    const at = new URLSearchParams(location.search).get("step");
    const body = JSON.stringify({ page, link, step: at ? { at } : undefined });
    const headers = { "Content-Type": "application/json" };
    const answer = await fetch(new URL("class", location.href), { method: "POST", headers, body });
    if (!answer.ok) return "";
    const { code } = await answer.json();
    remember(code);
    localStorage.setItem(LEADS, code);
    window.dispatchEvent(new Event("s2s-class"));
    return null;
  } catch {
    return "";
  }
}

/**
 * @param {{
 *   data: { page: string, link: Record<string, string>, label: string, failed: string, leads: string },
 *   parentElement: HTMLElement,
 * }} component
 */
export default function mount({ data: { page, link, label, failed, leads }, parentElement }) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "s2s-start-class";
  button.textContent = label;
  button.onclick = async () => {
    button.disabled = true;
    const inTheWay = await startClass({ page, link });
    if (inTheWay === null) {
      /** @type {HTMLElement | null} */
      const opener = document.querySelector('[data-testid="stPopover"] button[aria-expanded="true"]');
      opener?.click();
    } else button.textContent = inTheWay ? leads.replace("{code}", spaced(inTheWay)) : failed;
    button.disabled = false;
  };
  parentElement.replaceChildren(button);
}
