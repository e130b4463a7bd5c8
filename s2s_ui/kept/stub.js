// What travels in place of a component's code: it imports the file, and tries again where the network fails.
const address = new URL("FILE", location.href).href; // each page is one level below the folder of the files
/** @type {Promise<{ default: (component: unknown) => any }> | undefined} */
let loading;

const pause = (/** @type {number} */ ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function load() {
  for (let failed = 0; ; failed += 1) {
    try {
      return await import(failed ? `${address}?again=${failed}` : address);
    } catch (error) {
      if (failed === 6) throw error;
      await pause(250 * 2 ** failed);
    }
  }
}

/** @type {WeakMap<object, object>} */
const latest = new WeakMap();

/**
 * Streamlit takes away what a call has made if another call came before it was done: what both share stays.
 * @param {{ parentElement: object }} component
 */
export default async function (component) {
  loading ??= load();
  loading.catch(() => (loading = undefined)); // the next message tries anew
  latest.set(component.parentElement, component);
  const leave = await (await loading).default(component);
  return () => latest.get(component.parentElement) === component && leave?.();
}
