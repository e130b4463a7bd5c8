/**
 * The classes that this browser has started. It has their keys in cookies, and stores their codes. So a class that was
 * closed, or left for another one, can still be led, its answers can be downloaded, and it can be deleted.
 */

const OWN = "s2s-led"; // codes, the newest first
const MOST = 8;

/** @param {string} code */
const lead = (code) => new URL(`../class/${code}/lead`, import.meta.url);

/** @returns {string[]} */
function codes() {
  try {
    const found = JSON.parse(localStorage.getItem(OWN) ?? "[]");
    return Array.isArray(found) ? found.filter((code) => /^\w{6}$/.test(code)) : [];
  } catch {
    return [];
  }
}

/** @param {string[]} found */
function keep(found) {
  try {
    localStorage.setItem(OWN, JSON.stringify([...new Set(found)].slice(0, MOST)));
  } catch {
    // without storage, the browser still leads its open class
  }
}

/** @param {string} code */
export const remember = (code) => keep([code, ...codes()]);

/** @param {string} code */
export const drop = (code) => keep(codes().filter((other) => other !== code));

/**
 * Whether a class exists and belongs to this browser, and whether it is still running; null if the server does not
 * answer.
 * @param {string} code
 */
export async function ask(code) {
  try {
    const answer = await fetch(lead(code), { cache: "no-store" });
    if (answer.ok) return { isOwn: true, goesOn: (await answer.json()).mode !== "ended" };
    return answer.status === 403 || answer.status === 404 ? { isOwn: false, goesOn: false } : null;
  } catch {
    return null;
  }
}

/** The classes of this browser that are still there. */
export async function ownClasses() {
  const known = codes();
  const found = await Promise.all(known.map(ask));
  const left = known.filter((_, at) => found[at]?.isOwn !== false);
  if (left.length < known.length) keep(left);
  return known.filter((_, at) => found[at]?.isOwn);
}
