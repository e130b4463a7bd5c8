/**
 * One line for a first visit: what this network does with this sentence, and three buttons. After it was used or
 * closed, it does not come back.
 */

import { h, say, show } from "../draw/dom.js";
import { fill } from "../data/words.js";

/** @import { Firsts } from "../data/firsts.js" */
/** @import { Trace, Words } from "../types.js" */

const MET = "met";
const SHOWN = "s2s-intro"; // in this window: it was there when the page was loaded again

/** @typedef {"writing" | "sentence" | "walk"} Way */

/** Whether the line stood in this window before the page was loaded again, as the theme's switch does. */
function wasThere() {
  const [visit] = performance.getEntriesByType("navigation");
  if (!(visit instanceof PerformanceNavigationTiming) || visit.type !== "reload") return false;
  try {
    return sessionStorage.getItem(SHOWN) !== null;
  } catch {
    return false;
  }
}

/** The line over the stage. */
export class Intro {
  /**
   * `go(way, byKey)` is called with the button that was pressed; `moved()` once the line has gone.
   * @param {Firsts} firsts
   * @param {(way: Way, byKey: boolean) => void} go
   * @param {() => void} moved
   */
  constructor(firsts, go, moved) {
    this.firsts = firsts;
    this.moved = moved;
    /** @type {boolean | null} */
    this.open = null;
    this.lead = h("span", {});
    this.how = h("span", { class: "how" });
    const text = h("p", {}, this.lead, " ", this.how);
    const ways = /** @type {const} */ (["writing", "sentence", "walk"]);
    this.buttons = ways.map((way) => ({
      way,
      element: h("button", {
        type: "button",
        onclick: (event) => {
          this.dismiss();
          go(way, event instanceof MouseEvent && event.detail === 0);
        },
      }),
    }));
    this.close = h("button", { type: "button", class: "dismiss", onclick: () => this.dismiss() }, "✕");
    this.element = h(
      "div",
      { class: "intro", role: "group", hidden: "" },
      text,
      h("div", { class: "ways" }, ...this.buttons.map(({ element }) => element), this.close),
    );
  }

  /**
   * Whether it is there is decided with the first trace of a stage.
   * @param {Trace} trace
   * @param {Words} words
   */
  update({ header, backward, runs }, words) {
    const { intro } = header;
    this.open ??= Boolean(intro) && !this.firsts.has(MET) && (!intro?.linked || wasThere());
    show(this.element, this.open && Boolean(intro));
    if (!this.open || !intro) return;
    try {
      sessionStorage.setItem(SHOWN, "1");
    } catch {
      // then it is gone after the page was loaded again
    }
    const how = words[`intro_${backward ? "both" : "forward"}_${runs[0].attention ? "looks" : "fixed"}`];
    say(this.lead, intro.lead);
    say(this.how, fill(how, { ...intro }));
    for (const { way, element } of this.buttons) say(element, words[`intro_to_${way}`]);
    this.element.setAttribute("aria-label", words.intro);
    this.close.setAttribute("aria-label", words.dismiss);
  }

  dismiss() {
    this.open = false;
    this.firsts.keep(MET);
    show(this.element, false);
    this.moved();
  }
}
