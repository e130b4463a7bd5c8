/**
 * The keys of the trainings that were begun in this browser, kept for its next session (see owner.py). What the session
 * holds is kept here, and what is kept here and new to the session is told to it, once for each name.
 *
 * An owner's link has its key behind the #. It goes out of the address at once: the address may be projected or shared.
 */
const KEPT = "s2s-owner";
const MOST = 32; // keys; the oldest go first
const IN_A_LINK = /^#key=([\w-]{22,64})$/;

const CONNECTION = "data-test-connection-state"; // Streamlit writes it on its outermost element

/** @type {WeakMap<HTMLElement, MutationObserver>} */
const watching = new WeakMap();

/** @typedef {{ visitor?: string, keys: Record<string, string> }} Kept */

/** @returns {Kept} */
function kept() {
  try {
    const { visitor, keys } = JSON.parse(localStorage.getItem(KEPT) ?? "{}");
    return { visitor, keys: { ...keys } };
  } catch {
    return { keys: {} }; // a browser that keeps nothing, or something else was kept there
  }
}

/** @param {Kept} held */
function keep(held) {
  try {
    localStorage.setItem(KEPT, JSON.stringify(held));
  } catch {
    // the session still holds them
  }
}

/** @returns {Record<string, string>} */
function linked() {
  const run = new URLSearchParams(location.search).get("run");
  const key = IN_A_LINK.exec(location.hash)?.[1];
  if (!run || !key) return {};
  history.replaceState(history.state, "", location.pathname + location.search);
  return { [run]: key };
}

/**
 * A key of a link is kept once the session has found it right: a wrong one must not take the place of a right one.
 * @param {{
 *   data: { keys: Record<string, string>, visitor: string, heard: string[] },
 *   setStateValue: (name: "held", held: Kept & { linked: Record<string, string>, back: number }) => void,
 *   parentElement: HTMLElement,
 * }} component
 */
export default function mount({ data, setStateValue, parentElement }) {
  const exchange = (back = 0) => {
    const { visitor = data.visitor, keys: earlier } = kept();
    const keys = Object.fromEntries(Object.entries({ ...earlier, ...data.keys }).slice(-MOST));
    keep({ visitor, keys });
    const link = linked();
    const isUnknown = (/** @type {string} */ name) => !(name in data.keys);
    const news = Object.keys(keys).some((name) => isUnknown(name) && !data.heard.includes(name));
    if (back || visitor !== data.visitor || news || Object.keys(link).some(isUnknown)) {
      setStateValue("held", { visitor, keys, linked: link, back });
    }
  };
  window.onhashchange = () => parentElement.isConnected && exchange();
  watch(parentElement, exchange);
  exchange();
}

/**
 * A server that was started anew, or a session that was dropped while the Wi-Fi was, knows nothing of this page, and
 * Streamlit does not ask it to make the page again: what is told after every new connection does.
 * @param {HTMLElement} place
 * @param {(back: number) => void} exchange
 */
function watch(place, exchange) {
  const app = place.ownerDocument.querySelector(`[${CONNECTION}]`);
  if (!app) return;
  watching.get(place)?.disconnect();
  const observer = new MutationObserver(() => {
    if (!place.isConnected) observer.disconnect();
    else if (app.getAttribute(CONNECTION) === "CONNECTED") exchange(Date.now());
  });
  observer.observe(app, { attributeFilter: [CONNECTION] });
  watching.set(place, observer);
}
