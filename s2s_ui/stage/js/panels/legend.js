/** The three scales, always in view. */

import { h, say } from "../draw/dom.js";

/** @import { Scales, Words } from "../types.js" */

const STOPS = 12;

/** The scales of state, gate and attention with their ends. */
export class Legend {
  constructor() {
    this.scales = /** @type {const} */ (["state", "gate", "attention"]).map((name) => ({
      name,
      label: h("span", {}),
      ends: name === "state" ? ["−1", "1"] : ["0", "1"],
      bar: h("i", { class: "gradient" }),
    }));
    this.element = h(
      "div",
      { class: "legend" },
      ...this.scales.map(({ label, ends, bar }) =>
        h(
          "span",
          { class: "scale" },
          label,
          h("span", { class: "end" }, ends[0]),
          bar,
          h("span", { class: "end" }, ends[1]),
        ),
      ),
    );
  }

  /**
   * @param {Words} words
   * @param {Scales} colours
   */
  update(words, colours) {
    for (const { name, label, bar } of this.scales) {
      say(label, words[`legend_${name}`]);
      const low = name === "state" ? -1 : 0;
      const stops = Array.from({ length: STOPS + 1 }, (_, i) => colours[name](low + ((1 - low) * i) / STOPS));
      bar.style.background = `linear-gradient(to right, ${stops.join(", ")})`;
    }
  }
}
