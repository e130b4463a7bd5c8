/**
 * What this browser has seen before: the line for a first visit, the first play. It is in the browser's storage for the
 * next visits; without storage, as in some frames, only this stage remembers it.
 */

const STORED = "s2s-seen";

/**
 * @param {string} name
 * @returns {Record<string, unknown>}
 */
function read(name) {
  try {
    const stored = JSON.parse(localStorage.getItem(name) ?? "{}");
    return typeof stored === "object" && stored !== null ? stored : {};
  } catch {
    return {};
  }
}

/** Things by name that were seen, or chosen, once and for all visits. */
export class Firsts {
  constructor() {
    this.seen = read(STORED);
  }

  /** @param {string} name */
  has(name) {
    return Boolean(this.seen[name]);
  }

  /**
   * What was kept under a name.
   * @param {string} name
   * @returns {unknown}
   */
  get(name) {
    return this.seen[name];
  }

  /**
   * Keeps a value under a name; true says that it was seen.
   * @param {string} name
   * @param {unknown} value
   */
  keep(name, value = true) {
    if (this.seen[name] === value) return;
    this.seen = { ...read(STORED), ...this.seen, [name]: value };
    try {
      localStorage.setItem(STORED, JSON.stringify(this.seen));
    } catch {
      // this page remembers it
    }
  }
}
