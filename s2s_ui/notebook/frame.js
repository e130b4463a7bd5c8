/**
 * Runs inside the frame of a stage: it unpacks the player and its message, and uses the notebook's theme. The page
 * around it says whether it is dark (host.js); if no script runs there, the reader's system decides.
 */

/**
 * Called by the page that is made around it (notebook/__init__.py); each text is packed with gzip, as base64.
 * @param {string} style
 * @param {string} script
 * @param {string} data
 */
window.s2sOpen = async (style, script, data) => {
  const unpack = (/** @type {string} */ text) => {
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip")));
  };
  const dark = matchMedia("(prefers-color-scheme: dark)");
  /** @type {boolean | null} */
  let told = null;
  const paint = () => {
    document.documentElement.classList.toggle("dark", told ?? dark.matches);
    window.s2sShow?.();
  };
  dark.addEventListener("change", paint);
  addEventListener("message", (event) => {
    if (event.source !== parent || typeof event.data?.s2sDark !== "boolean") return;
    told = event.data.s2sDark;
    paint();
  });
  parent.postMessage({ s2sReady: true }, "*");
  const sheet = document.createElement("style");
  sheet.textContent = await unpack(style).text();
  document.head.append(sheet);
  window.s2sData = new Uint8Array(await unpack(data).arrayBuffer());
  const module = document.createElement("script");
  module.type = "module";
  module.textContent = `${await unpack(script).text()}
const parentElement = document.getElementById("stage");
window.s2sShow = () => mount({ data: window.s2sData, parentElement, setTriggerValue() {} });
window.s2sShow();`;
  document.body.append(module);
};
