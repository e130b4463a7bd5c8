/**
 * A question to the class and its answers as elements, for the student's page and for the teacher's bar. Typed text is
 * inserted as text, never as HTML.
 */

/**
 * A question as `told.py` sends it. Students get `model`, `right` and `tally` when the answers are shown.
 * @typedef {{
 *   id: string, kind: "next" | "look" | "choice" | "text", text: string, output: number | null, choices: string[],
 *   free: boolean, shown: boolean, closed: boolean, model?: number[], right?: number | null, tally?: Tally,
 * }} Question
 *
 * @typedef {{
 *   count: number, choices: number[], texts: [string, number][], entropy?: number, model_entropy?: number,
 * }} Tally
 *
 * @typedef {{ choice: number } | { text: string }} Given
 * @typedef {Record<string, string>} Words
 */

/**
 * An element with text, attributes and children.
 * @param {string} tag
 * @param {Record<string, string | ((event: Event) => void)>} properties
 * @param {(Node | string)[]} children
 */
export function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (typeof value === "function") made.addEventListener(name.slice(2), value);
    else made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

/**
 * A sentence with its places filled in.
 * @param {string} sentence
 * @param {Record<string, string | number>} values
 */
export function fill(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}

/** @param {number} share */
const percent = (share) => `${Math.round(100 * share)}%`;

/** @param {number} weight */
const decimals = (weight) => weight.toFixed(2);

/**
 * What is asked: a title, and a line that says about what.
 * @param {Question} question
 * @param {Words} words
 */
export function asked({ kind, text, output }, words) {
  if (kind !== "next" && kind !== "look") return [element("h2", {}, text)];
  return [
    element("h2", {}, words[`ask_${kind}`]),
    element("p", {}, fill(words[`about_${kind}`], { k: (output ?? 0) + 1 })),
  ];
}

/**
 * Large buttons for the choices, and a field where an answer in words is possible.
 * @param {Question} question
 * @param {Words} words
 * @param {(given: Given) => void} give
 */
export function choices({ kind, choices: offered, free }, words, give) {
  const found = [];
  if (offered.length) {
    const buttons = offered.map((label, choice) =>
      element("button", { type: "button", class: "choice", onclick: () => give({ choice }) }, label),
    );
    found.push(element("div", { class: `choices ${kind}` }, ...buttons));
  }
  if (free) {
    const label = offered.length ? words.something_else : words.your_answer;
    const field = /** @type {HTMLInputElement} */ (
      element("input", { type: "text", maxlength: "200", autocomplete: "off", "aria-label": label, placeholder: label })
    );
    const send = (/** @type {Event} */ event) => {
      event.preventDefault();
      if (field.value.trim()) give({ text: field.value });
    };
    const button = element("button", { type: "submit", class: "plain" }, words.send);
    found.push(element("form", { class: "own", onsubmit: send }, field, button));
  }
  return found;
}

/**
 * The answers as bars: of the class in ink, and beside them the model's own numbers in the colour of the decoder.
 * @param {Question} question
 * @param {Words} words
 */
export function histogram(question, words) {
  const { choices: offered, model = [], right = null, tally, kind } = question;
  const count = tally?.count ?? 0;
  const total = Math.max(1, count);
  const rows = offered.map((label, at) => ({
    label,
    count: tally?.choices[at] ?? 0,
    model: model[at],
    right: right === at,
  }));
  const texts = (tally?.texts ?? []).map(([label, given]) => ({ label, count: given, model: undefined, right: false }));
  const shown = [...rows, ...texts].filter(
    (row) => kind !== "look" || row.count || row.right || (row.model ?? 0) >= 0.05,
  );
  const table = element(
    "table",
    { class: `histogram ${kind}` },
    element(
      "tbody",
      {},
      ...shown.map((row) => {
        const bars = element("td", { class: "bars" }, bar("class", row.count / total));
        const numbers = element("td", { class: "numbers" }, `${row.count}`);
        if (model.length) {
          bars.append(bar("model", row.model ?? 0));
          numbers.append(element("span", { class: "model" }, row.model === undefined ? "" : decimals(row.model)));
        }
        const title = model.length ? words.model_choice : words.right_answer;
        const mark = row.right ? [element("span", { class: "right", title }, " ✓")] : [];
        return element("tr", {}, element("th", { scope: "row" }, row.label, ...mark), bars, numbers);
      }),
    ),
  );
  const lines = [element("p", { class: "count" }, fill(words.answers, { count }))];
  if (model.length) {
    const key = (/** @type {string} */ name, /** @type {string} */ label) =>
      element("span", { class: `key ${name}` }, label);
    lines[0].append(key("class", words.class_share), key("model", words.model_share));
  }
  if (kind === "look" && right !== null && count && tally) {
    const [token, share, weight] = [
      offered[right],
      percent((tally.choices[right] ?? 0) / total),
      decimals(model[right]),
    ];
    lines.push(element("p", {}, fill(words.on_own, { token, share, weight })));
    const both = { class: decimals(tally.entropy ?? 0), model: decimals(tally.model_entropy ?? 0) };
    lines.push(element("p", {}, fill(words.entropy, both)));
  }
  return [lines[0], table, ...lines.slice(1)];
}

/**
 * The overlay of a question on the stage: it covers the answer while the question is open; later it shows the class's
 * answers on the loom.
 * @param {Question | null} question
 */
export function laidOver(question) {
  const { kind, shown, output, tally } = question ?? {};
  const looks = kind === "look" && shown && tally?.count;
  const crowd = looks ? { output: output ?? 0, shares: tally.choices.map((given) => given / tally.count) } : null;
  return { crowd, covered: Boolean(question) && !shown && (kind === "next" || kind === "look") };
}

/**
 * @param {string} name
 * @param {number} share
 */
function bar(name, share) {
  return element("i", { class: name, style: `width: ${(100 * Math.min(1, share)).toFixed(1)}%` });
}
