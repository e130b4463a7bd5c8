/** How a unit is called. */

/**
 * Unit of a joined state or a context by name: →h₁₇ or ←h₁₇.
 * @param {number} unit
 * @param {number} count
 * @param {number} halves
 */
export function nameOfUnit(unit, count, halves) {
  /** @param {number} number */
  const index = (number) => [...String(number)].map((digit) => "₀₁₂₃₄₅₆₇₈₉"[Number(digit)]).join("");
  if (halves === 1) return `h${index(unit)}`;
  const half = count / 2;
  return unit < half ? `→h${index(unit)}` : `←h${index(unit - half)}`;
}
