/** The theme of the page, on the elements of the stage. */

import { isDark, PALETTES } from "./colour.js";

/** @import { Theme } from "../types.js" */

/**
 * The theme of the page around an element, by the luminance of its paper.
 * @param {HTMLElement} root
 * @returns {Theme}
 */
export function themeOf(root) {
  return isDark(getComputedStyle(root).getPropertyValue("--st-background-color") || "#ffffff") ? "dark" : "light";
}

/**
 * Hands the colours of a theme to the style sheet, by their names.
 * @param {HTMLElement} root
 * @param {Theme} theme
 */
export function dress(root, theme) {
  for (const [name, value] of Object.entries(PALETTES[theme])) {
    if (typeof value === "string") root.style.setProperty(`--${name.toLowerCase()}`, value);
  }
  root.dataset.theme = theme;
}
