/**
 * In the page of the notebook, once however many stages it shows: tells each frame whether the page behind it is dark,
 * when the frame asks and whenever the notebook's theme changes.
 */

(() => {
  if (window.s2sHost) return;
  window.s2sHost = true;

  function isDark(element) {
    for (let at = element; at; at = at.parentElement ?? at.getRootNode().host) {
      const [red, green, blue, alpha = 1] = (getComputedStyle(at).backgroundColor.match(/[\d.]+/g) ?? []).map(Number);
      if (alpha > 0.5) return 0.2126 * red + 0.7152 * green + 0.0722 * blue < 128;
    }
    return matchMedia("(prefers-color-scheme: dark)").matches;
  }

  const frames = new Set();
  const tell = (frame) => frame.contentWindow?.postMessage({ s2sDark: isDark(frame.parentElement) }, "*");
  const tellAll = () =>
    frames.forEach((frame) => {
      if (frame.isConnected) tell(frame);
      else frames.delete(frame);
    });

  addEventListener("message", ({ source, data }) => {
    if (data?.s2sReady !== true) return;
    for (const frame of document.querySelectorAll("iframe.s2s-stage")) {
      if (frame.contentWindow !== source) continue;
      frames.add(frame);
      tell(frame);
    }
  });
  const observer = new MutationObserver(() => requestAnimationFrame(tellAll));
  for (const element of [document.documentElement, document.body]) observer.observe(element, { attributes: true });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", tellAll);
})();
