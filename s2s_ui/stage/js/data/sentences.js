/** The sentences that explain the stage: they come packed, and are unpacked once for each language. */

/** @import { Header, Words } from "../types.js" */

/** @type {Map<string, Promise<Words>>} */
const unpacked = new Map();

/**
 * @param {string} packed
 * @returns {Promise<Words>}
 */
async function unpack(packed) {
  const bytes = Uint8Array.from(atob(packed), (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return JSON.parse(await new Response(stream).text());
}

/**
 * Adds the sentences of a message to its words, as soon as they are unpacked. A browser that cannot unpack (before
 * 2023) does without them.
 * @param {Pick<Header, "words" | "sentences">} header
 */
export async function addSentences({ words, sentences }) {
  if (!sentences || !("DecompressionStream" in globalThis)) return;
  const known = unpacked.get(sentences) ?? unpack(sentences);
  unpacked.set(sentences, known);
  Object.assign(words, await known);
}
