/**
 * The keys of the trainings that were begun in this browser, kept for its next session (see owner.py). What the session
 * holds is kept here, and what is kept here and new to the session is told to it, once for each name.
 *
 * An owner's link has its key behind the #. It goes out of the address at once: the address may be projected or shared.
 */
const KEPT = "s2s-owner";
const MOST = 32; // keys; the oldest go first
const IN_A_LINK = /^#key=([\w-]{22,64})$/;

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
 *   setStateValue: (name: "held", held: Kept & { linked: Record<string, string> }) => void,
 *   parentElement: HTMLElement,
 * }} component
 */
export default function mount({ data, setStateValue, parentElement }) {
  const exchange = () => {
    const { visitor = data.visitor, keys: earlier } = kept();
    const keys = Object.fromEntries(Object.entries({ ...earlier, ...data.keys }).slice(-MOST));
    keep({ visitor, keys });
    const link = linked();
    const isUnknown = (/** @type {string} */ name) => !(name in data.keys);
    const news = Object.keys(keys).some((name) => isUnknown(name) && !data.heard.includes(name));
    if (visitor !== data.visitor || news || Object.keys(link).some(isUnknown)) {
      setStateValue("held", { visitor, keys, linked: link });
    }
  };
  window.onhashchange = () => parentElement.isConnected && exchange();
  exchange();
}
