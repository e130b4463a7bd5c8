/**
 * Runs once in the notebook's page, for any number of stages: it tells each frame whether the page is dark, when the
 * frame asks and whenever the notebook's theme changes.
 */

(() => {
  if (window.s2sHost) return;
  window.s2sHost = true;

  /**
   * The element around another, out of a shadow root as well.
   * @param {Element} element
   */
  function above(element) {
    const root = element.getRootNode();
    return element.parentElement ?? (root instanceof ShadowRoot ? root.host : null);
  }

  /** @param {Element | null} element */
  function isDark(element) {
    for (let at = element; at; at = above(at)) {
      const [red, green, blue, alpha = 1] = (getComputedStyle(at).backgroundColor.match(/[\d.]+/g) ?? []).map(Number);
      if (alpha > 0.5) return 0.2126 * red + 0.7152 * green + 0.0722 * blue < 128;
    }
    return matchMedia("(prefers-color-scheme: dark)").matches;
  }

  /** @type {Set<HTMLIFrameElement>} */
  const frames = new Set();
  const tell = (/** @type {HTMLIFrameElement} */ frame) =>
    frame.contentWindow?.postMessage({ s2sDark: isDark(frame.parentElement) }, "*");
  const tellAll = () =>
    frames.forEach((frame) => {
      if (frame.isConnected) tell(frame);
      else frames.delete(frame);
    });

  addEventListener("message", ({ source, data }) => {
    if (data?.s2sReady !== true) return;
    for (const frame of document.querySelectorAll("iframe")) {
      if (!frame.matches(".s2s-stage")) continue;
      if (frame.contentWindow !== source) continue;
      frames.add(frame);
      tell(frame);
    }
  });
  const observer = new MutationObserver(() => requestAnimationFrame(tellAll));
  for (const element of [document.documentElement, document.body]) observer.observe(element, { attributes: true });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", tellAll);
})();
