/**
 * Two buttons for pictures of the stage; it hears of them by an event of the window (see stage/js/draw/keep.js). The
 * list that they stand in closes after a choice, of another file once that is there: the server is not asked.
 */

/**
 * @param {{ data: { labels: Record<"svg" | "png", string>, titles: string[] }, parentElement: HTMLElement }} component
 */
export default function mount({ data: { labels, titles }, parentElement }) {
  const buttons = /** @type {const} */ (["svg", "png"]).map((format) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "s2s-save";
    button.textContent = labels[format];
    button.onclick = () => {
      window.dispatchEvent(new CustomEvent("s2s-keep", { detail: { format, titles } }));
      putAway();
    };
    return button;
  });
  parentElement.replaceChildren(...buttons);
  /** @type {HTMLElement | null} */
  const list = parentElement.closest('[data-testid="stPopoverBody"]');
  if (list) list.onclick = ({ target }) => target instanceof Element && afterwards(target.closest(".stDownloadButton"));
}

/**
 * A button is disabled while its file is made.
 * @param {Element | null} download
 */
function afterwards(download) {
  if (!download) return;
  let made = false;
  const watch = new MutationObserver(() => {
    const busy = download.querySelector("button:disabled") !== null;
    if (made && !busy) {
      watch.disconnect();
      if (!download.querySelector('[data-testid="stDownloadButtonError"]')) putAway();
    }
    made ||= busy;
  });
  watch.observe(download, { subtree: true, childList: true, attributes: true });
}

function putAway() {
  /** @type {HTMLElement | null} */
  const opener = document.querySelector('[data-testid="stPopover"] button[aria-expanded="true"]');
  opener?.click();
}
