/** Numbers as the screen prints them: a true minus sign, two decimals, probabilities with three. */

/** @param {string} text */
const minus = (text) => text.replace("-", "−");

/**
 * A number with so many decimals; never −0.
 * @param {number} value
 * @param {number} digits
 * @returns {string}
 */
export function fixed(value, digits = 2) {
  const text = value.toFixed(digits);
  return minus(Number(text) === 0 ? text.replace("-", "") : text);
}

/**
 * With its sign, for the terms of a sum: +0.10, −1.53.
 * @param {number} value
 * @param {number} digits
 * @returns {string}
 */
export function signed(value, digits = 2) {
  const text = fixed(value, digits);
  return text.startsWith("−") ? text : `+${text}`;
}

/**
 * A weight over a bar: .96, and 1 when it rounds to one.
 * @param {number} value
 * @returns {string}
 */
export function weight(value) {
  const text = value.toFixed(2);
  return text.startsWith("0") ? text.slice(1) : "1";
}

/**
 * A probability with three decimals, or <.001.
 * @param {number} value
 * @returns {string}
 */
export function probability(value) {
  return value < 0.0005 ? "<.001" : value.toFixed(3);
}

/**
 * A share in whole percent.
 * @param {number} value
 * @returns {string}
 */
export function percent(value) {
  return `${Math.round(value * 100)}%`;
}
