/** The sentences of the explanations, which travel deflated. */

/**
 * Unpacks them; an empty record where there are none, or the browser cannot.
 * @param {string | undefined} packed JSON, deflated, in base64
 * @returns {Promise<Record<string, string>>}
 */
export function unpacked(packed) {
  if (!packed || typeof DecompressionStream === "undefined") return Promise.resolve({});
  const bytes = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"))).json();
}
