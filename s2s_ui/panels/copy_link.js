/** A button that copies the owner's link. The key stands behind its #, and nowhere on the screen. */

/**
 * @param {{
 *   data: { run: string, key: string, label: string, copied: string, failed: string },
 *   parentElement: HTMLElement,
 * }} component
 */
export default function mount({ data, parentElement }) {
  let button = parentElement.querySelector("button");
  if (!button) {
    button = document.createElement("button");
    button.type = "button";
    button.className = "s2s-print";
    button.ariaLive = "polite";
    parentElement.append(button);
  }
  const place = button; // the same in every run: it keeps the focus, and what it said
  if (place.dataset.label !== data.label) place.textContent = place.dataset.label = data.label;
  place.onclick = async () => {
    const link = `${location.origin}${location.pathname}?run=${encodeURIComponent(data.run)}#key=${data.key}`;
    place.textContent = (await copied(link)) ? data.copied : data.failed;
  };
}

/**
 * Without https a browser has no clipboard for scripts, only the old command: so it is in a school's own network.
 * @param {string} text
 */
async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = document.createElement("textarea");
    field.value = text;
    field.style.cssText = "position: fixed; opacity: 0"; // it is never seen, as the key is in it
    document.body.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    return done;
  }
}
