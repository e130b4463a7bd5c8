/**
 * The keys of trainings that were started in this browser, stored for its next session (see owner.py). The session's
 * keys are stored here, and stored keys that the session does not have are sent to it, once for each name.
 *
 * An owner's link has its key after the #. It is removed from the address at once, which may be projected or shared.
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
 * A link's key is stored only after the session has checked it, so that a wrong key never replaces a right one.
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
 * After a restart of the server, or a session lost with the Wi-Fi, the server does not have this page, and Streamlit
 * does not run it again. The value that is sent after every new connection causes a run.
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
