/** The button that starts a class: the server gives its key as a cookie, and the bar (lead.js) hears of the class. */

/**
 * Starts a class with what is shown now; whether it could.
 * @param {{ page: string, link: Record<string, string> }} shown
 */
export async function startClass({ page, link }) {
  try {
    const at = new URLSearchParams(location.search).get("step");
    const body = JSON.stringify({ page, link, step: at ? { at } : undefined });
    const headers = { "Content-Type": "application/json" };
    const answer = await fetch(new URL("class", location.href), { method: "POST", headers, body });
    if (!answer.ok) return false;
    localStorage.setItem("s2s-leads", (await answer.json()).code);
    window.dispatchEvent(new Event("s2s-class"));
    return true;
  } catch {
    return false;
  }
}

/**
 * @param {{
 *   data: { page: string, link: Record<string, string>, label: string, failed: string }, parentElement: HTMLElement,
 * }} component
 */
export default function mount({ data: { page, link, label, failed }, parentElement }) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "s2s-start-class";
  button.textContent = label;
  button.onclick = async () => {
    button.disabled = true;
    if (await startClass({ page, link })) {
      /** @type {HTMLElement | null} */
      const opener = document.querySelector('[data-testid="stPopover"] button[aria-expanded="true"]');
      opener?.click();
    } else button.textContent = failed;
    button.disabled = false;
  };
  parentElement.replaceChildren(button);
}
