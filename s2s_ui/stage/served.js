// The stage on a page of the server: its code, its style sheet and its words are files that the browser keeps.
import mount from "./js/mount.js";

/** @import { Component, Words } from "./js/types.js" */

const near = (/** @type {string} */ file) => new URL(file, import.meta.url);
const style = await (await fetch(near("STYLE"))).text();
/** @type {Map<string, Promise<{ words: Words, explained: string }>>} */
const known = new Map();

/** @param {string} file */
function said(file) {
  const found = known.get(file) ?? fetch(near(file)).then((answer) => answer.json());
  known.set(file, found);
  found.catch(() => known.delete(file)); // the next message tries anew
  return found;
}

/** @param {Uint8Array} message */
function header(message) {
  const length = new DataView(message.buffer, message.byteOffset).getUint32(0, true);
  return JSON.parse(new TextDecoder().decode(message.subarray(4, 4 + length)));
}

/** @param {Component} component */
export default async function (component) {
  const { parentElement, data } = component;
  const { said: own, other_said: other } = header(data);
  const [{ words, explained }, others] = await Promise.all([said(own), other && said(other)]);
  if (!parentElement.querySelector("style.kept")) {
    const element = document.createElement("style");
    element.className = "kept";
    element.textContent = style;
    parentElement.prepend(element);
  }
  return mount({ ...component, said: { words, explained, other_words: others?.words ?? null } });
}
