/**
 * Finds what an element of a Vega chart represents, and its explanation with its numbers. Vega attaches to each element
 * its row of the data, and the axis or legend that it is part of.
 */

/**
 * @typedef {{ sentence: string, at: string[], of: Record<string, unknown> }} Said
 * @typedef {{ said: Said[], link: string | null, chapter: string }} Explained
 * @typedef {{ [field: string]: any, mark: any, datum?: Record<string, any>, items?: Item[], text?: string }} Item
 */

/**
 * What Vega has drawn as this element: a mark, a part of an axis or of a legend, or a title; no group, no background.
 * @param {any} element
 * @returns {Item | null}
 */
export const itemOf = (element) =>
  element?.__data__?.mark && element.__data__.mark.marktype !== "group" ? element.__data__ : null;

/**
 * The sentence about an element, filled in; null where nothing is said.
 * @param {HTMLElement & { said?: Explained }} figure
 * @param {any} element
 * @param {MouseEvent} [event] of the pointer, for lines
 * @param {Map<Item, Drawn>} [pictures] what was gathered of them, for who asks about many elements at once
 * @returns {{ text: string, place: number } | null}
 */
export function answer(figure, element, event, pictures = new Map()) {
  const item = itemOf(element);
  if (!item || !figure.said) return null;
  const { said } = figure.said;
  const { role, title } = placeOf(item);
  const here = role === "mark" ? (nearest(element, item, event).datum ?? {}) : {};
  const root = rootOf(item);
  const drawn = pictures.get(root) ?? new Drawn((field) => values(root, field));
  pictures.set(root, drawn);
  return chosen(said, { role, title }, here, drawn);
}

/**
 * The sentence about a point that bears its row of the data, or about the whole picture of all rows.
 * @param {{ said?: Explained }} figure
 * @param {Record<string, any> | null} row
 * @param {Record<string, any>[]} rows
 */
export function answerRow({ said }, row, rows) {
  const drawn = new Drawn((field) => rows.map((one) => one[field]).filter((value) => (value ?? null) !== null));
  return said ? chosen(said.said, { role: row ? "mark" : "whole", title: "" }, row ?? {}, drawn) : null;
}

/**
 * The first sentence that fits, filled in.
 * @param {Said[]} said
 * @param {{ role: string, title: string }} place
 * @param {Record<string, any>} here
 * @param {Drawn} drawn
 */
function chosen(said, { role, title }, here, drawn) {
  const fits = (/** @type {Said} */ { sentence, at, of }) => {
    if (at.length)
      return (at.includes(role) || at.includes(title)) && asked(sentence).every((name) => drawn.has(name, { title }));
    if (role !== "mark" && Object.keys(of).length) return false;
    const values = Object.entries(of).every(
      ([name, value]) => name in here && (value === null || here[name] === value),
    );
    return values && asked(sentence).every((name) => drawn.has(name, here));
  };
  const place = said.findIndex(fits);
  return place < 0 ? null : { place, text: drawn.fill(said[place].sentence, { ...here, title }) };
}

/**
 * Of which axis or legend an item is a part, and the words that stand there.
 * @param {Item} item
 */
function placeOf(item) {
  const { role = "" } = item.mark;
  const words = String(item.text ?? "");
  const part = role.split("-")[0];
  if (part !== "axis" && part !== "legend") return { role: "mark", title: words };
  if (part === "legend") return { role: part, title: words };
  let group = item.mark.group;
  while (group && group.mark?.role !== part) group = group.mark?.group;
  const side = ["right", "left"].includes(group?.orient) ? "left" : "bottom";
  const beside = group?.mark?.group?.items ?? []; // the lines of a grid are an axis of their own, without a title
  const same = beside
    .flatMap((/** @type {Item} */ mark) => mark.items ?? [])
    .filter((/** @type {Item} */ other) => other.mark?.role === part && other.orient === group?.orient);
  return { role: `axis ${side}`, title: same.map(titleOf).find(Boolean) ?? words };
}

/**
 * @param {Item} group an axis
 * @returns {string}
 */
function titleOf(group) {
  const found = (group.items ?? []).flatMap((part) =>
    part.role === "axis-title" ? [String(part.items?.[0]?.text ?? "")] : (part.items ?? []).map(titleOf),
  );
  return found.find(Boolean) ?? "";
}

/**
 * A line is one element for all its points: the one that is nearest to the pointer.
 * @param {Element} element
 * @param {Item} item
 * @param {MouseEvent} [event]
 * @returns {Item}
 */
function nearest(element, item, event) {
  const { marktype, items = [] } = item.mark;
  if ((marktype !== "line" && marktype !== "area") || !event) return item;
  const { left, width } = element.getBoundingClientRect();
  const places = items.map((/** @type {Item} */ point) => Number(point.x));
  const [low, high] = [Math.min(...places), Math.max(...places)];
  const x = low + ((event.clientX - left) / (width || 1)) * (high - low);
  return items.reduce((/** @type {Item} */ best, /** @type {Item} */ point) =>
    Math.abs(point.x - x) < Math.abs(best.x - x) ? point : best,
  );
}

/**
 * The names in a sentence that have to be filled in.
 * @param {string} sentence
 */
const asked = (sentence) => [...sentence.matchAll(/\{([^{}]+)\}/g)].map(([, name]) => name);

/**
 * The picture that an item is a part of.
 * @param {Item} item
 */
function rootOf(item) {
  let root = item;
  while (root.mark?.group) root = root.mark.group;
  return root;
}

/** All rows of data that a picture shows. */
class Drawn {
  /** @param {(field: string) => Iterable<any>} values */
  constructor(values) {
    this.values = values;
    /** @type {Map<string, any[]>} */
    this.columns = new Map();
  }

  /** @param {string} field */
  column(field) {
    if (!this.columns.has(field)) this.columns.set(field, [...this.values(field)]);
    return this.columns.get(field) ?? [];
  }

  /**
   * @param {string} name as it is asked for
   * @param {Record<string, any>} here
   */
  has(name, here) {
    const [, field, of] = parts(name);
    return of ? this.column(field).length > 0 : here[field] !== undefined && here[field] !== null;
  }

  /**
   * @param {string} sentence
   * @param {Record<string, any>} here
   */
  fill(sentence, here) {
    return sentence.replace(/\{([^{}]+)\}/g, (_, name) => {
      const [, field, of, how] = parts(name);
      if (!of) return written(here[field], how);
      const column = this.column(field);
      if (of === "count") return String(new Set(column).size);
      if (of === "all") return [...new Set(column)].join(", ");
      const numbers = column.filter(Number.isFinite);
      return written(of === "low" ? Math.min(...numbers) : Math.max(...numbers), how);
    });
  }
}

/**
 * "open.low%" as field, which number of its column, and how it is written.
 * @param {string} name
 */
const parts = (name) => /^(.+?)(?:\.(low|high|count|all))?(%|\+1)?$/.exec(name) ?? ["", name, "", ""];

/**
 * @param {any} group
 * @param {string} field
 * @returns {Generator<any>}
 */
function* values(group, field) {
  for (const mark of group.items ?? []) {
    for (const item of mark.items ?? []) {
      if (item.items) yield* values(item, field);
      const value = item.datum?.[field];
      if (mark.role === "mark" && value !== undefined && value !== null) yield value;
    }
  }
}

/**
 * @param {any} value
 * @param {string} how
 */
function written(value, how) {
  if (typeof value !== "number")
    return value === undefined || value === null ? "–" : String(value).replace(/\s{2,}/g, ", ");
  const number = how === "+1" ? value + 1 : value;
  if (!Number.isFinite(number)) return "–";
  if (how === "%") return `${(100 * number).toFixed(number > 0 && number < 0.01 ? 1 : 0)} %`;
  if (number && Math.abs(number) < 0.0005) return number < 0 ? "−0.000" : "0.000";
  const short = Number.isInteger(number)
    ? number.toLocaleString("en")
    : String(Number(number.toFixed(decimals(number))));
  return short.replace("-", "−");
}

/** @param {number} number */
const decimals = (number) => (Math.abs(number) >= 10 ? 1 : 3);
