/**
 * The shell's code in the browser: the theme switch, the language of the document, the Tab key in popovers, and
 * reconnecting.
 *
 * After a restart, or on another replica, the server does not have this page's widgets and files. So after every new
 * connection the page asks for a run.
 *
 * Streamlit stores the reader's theme in localStorage, one entry per page address, and reads it when the page loads. So
 * a click first asks the server, which puts the typed text into the address; its reply ("apply") stores the theme and
 * reloads. The request is a value, not an event, because Streamlit may lose one of two simultaneous events (here:
 * typing).
 *
 * Streamlit puts a popover's content at the end of the document and leaves the focus on its button. This code changes
 * the order for the Tab key: from the button into the content, and from its last control to the element after the
 * button.
 */
const STORED = (/** @type {string} */ path) => `stActiveTheme-${path}-v2`;
const CONNECTION = "data-test-connection-state"; // Streamlit writes it on its outermost element
const RUNNING = '[data-test-script-state="running"]'; // and this
const DARK = "(prefers-color-scheme: dark)";
const RAYS =
  "M8 1v1.500M8 13.500V15M1 8h1.500M13.500 8H15M3.050 3.050l1.060 1.060M11.900 11.900l1.060 1.060" +
  "M3.050 12.950l1.060-1.060M11.900 4.100l1.060-1.060";
const SUN = `<svg viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linecap="round">
  <circle cx="8" cy="8" r="3" fill="currentColor"/><path d="${RAYS}"/></svg>`;
const MOON = `<svg viewBox="0 0 16 16" fill="currentColor"><path
  d="M13.800 10.200A6.300 6.300 0 0 1 5.800 2.200a6.300 6.300 0 1 0 8 8z"/></svg>`;

const shown = () => {
  const app = document.querySelector(".stApp") ?? document.body;
  return getComputedStyle(app).colorScheme === "dark" ? "dark" : "light";
};

/** @param {"light" | "dark"} theme */
function store(theme) {
  const system = matchMedia(DARK).matches ? "dark" : "light";
  const name = JSON.stringify(theme === system ? "System" : theme === "dark" ? "Dark" : "Light");
  /** @type {NodeListOf<HTMLAnchorElement>} */
  const links = document.querySelectorAll('[data-testid="stPageLink-NavLink"]');
  const pages = [...links].map((link) => new URL(link.href).pathname);
  for (const path of [location.pathname, ...pages]) localStorage.setItem(STORED(path), name);
}

/** @type {WeakMap<HTMLElement, MutationObserver>} */
const watching = new WeakMap();

/**
 * @param {HTMLElement} place
 * @param {() => void} back
 */
function watch(place, back) {
  const app = place.ownerDocument.querySelector(`[${CONNECTION}]`);
  if (!app) return;
  watching.get(place)?.disconnect();
  const observer = new MutationObserver(() => {
    if (!place.isConnected) observer.disconnect();
    else if (app.getAttribute(CONNECTION) === "CONNECTED") back();
  });
  observer.observe(app, { attributeFilter: [CONNECTION] });
  watching.set(place, observer);
}

const CONTROLS = "a[href], button, input, select, textarea, summary, [tabindex]";
// Floating UI, of which Streamlit makes popovers, takes what they contain out of the way while the focus is elsewhere,
// and brings it back when it is focused; its guards only pass the focus on
const OUT_OF_THE_WAY =
  ":disabled, [tabindex='-1']:not([data-tabindex]), [data-tabindex='-1'], [data-floating-ui-focus-guard], " +
  "input[type=radio]:not(:checked)";

/**
 * What Tab stops at inside of this, in order, also in shadow roots.
 * @param {ParentNode} place
 * @returns {HTMLElement[]}
 */
function stops(place) {
  return [...place.querySelectorAll("*")].flatMap((each) => {
    const inside = each.shadowRoot ? stops(each.shadowRoot) : [];
    const own = each.matches(CONTROLS) && !each.matches(OUT_OF_THE_WAY) && each.checkVisibility();
    return own ? [/** @type {HTMLElement} */ (each), ...inside] : inside;
  });
}

/** @param {KeyboardEvent} event */
function throughPopovers(event) {
  const { key, shiftKey } = event;
  const bodies = document.querySelectorAll('[data-testid="stPopoverBody"]');
  const opener = document.querySelector('[data-testid="stPopover"] button[aria-expanded="true"]');
  const body = bodies[bodies.length - 1];
  if (key !== "Tab" || !body || !(opener instanceof HTMLElement)) return;
  const within = stops(body);
  const outside = stops(document).filter((each) => !within.includes(each));
  const after = outside[outside.indexOf(opener) + 1];
  const way = [opener, ...within, after];
  const at = way.findIndex((each) => each === event.composedPath()[0]);
  const ends = shiftKey ? [1, way.length - 1] : [0, way.length - 2];
  const to = way[at + (shiftKey ? -1 : 1)];
  if (!ends.includes(at) || !to) return;
  event.preventDefault();
  if (within.length || !document.querySelector(RUNNING)) to.focus(); // else what it contains is on its way
}

/**
 * @param {{
 *   data: { apply?: "light" | "dark" | null, language: string, to_light: string, to_dark: string },
 *   parentElement: HTMLElement,
 *   setStateValue: (name: "theme" | "back", value: "light" | "dark" | number) => void,
 * }} component
 */
export default function ({ data, parentElement, setStateValue }) {
  if (data.apply && data.apply !== shown()) {
    store(data.apply);
    location.reload();
    return;
  }
  watch(parentElement, () => setStateValue("back", Date.now()));
  document.addEventListener("keydown", throughPopovers); // the same function again is no second one
  document.documentElement.lang = data.language;
  document.documentElement.style.colorScheme = shown();
  let button = parentElement.querySelector("button");
  if (!button) {
    button = document.createElement("button");
    button.className = "s2s-theme";
    button.dataset.testid = "theme";
    parentElement.append(button);
  }
  const dark = shown() === "dark";
  button.innerHTML = dark ? MOON : SUN;
  button.title = button.ariaLabel = dark ? data.to_light : data.to_dark;
  button.onclick = () => setStateValue("theme", dark ? "light" : "dark");
}
