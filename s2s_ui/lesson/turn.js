/** The keys of a clicker where a chapter has no stage that hears them: back to the chapter before. */

/** @param {{ parentElement: HTMLElement, setTriggerValue: (name: "back", value: boolean) => void }} component */
export default function mount({ parentElement, setTriggerValue }) {
  const pressed = (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== "PageUp" || !parentElement.isConnected) return;
    event.preventDefault();
    setTriggerValue("back", true);
  };
  window.addEventListener("keydown", pressed);
  return () => window.removeEventListener("keydown", pressed);
}
