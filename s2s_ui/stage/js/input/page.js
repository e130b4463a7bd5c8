/** Listens to the page around a stage: sizes, fonts, keys, and requests to save its picture. */

import { press } from "./actions.js";
import { keep } from "../draw/keep.js";
import { lineOver, surroundings } from "../draw/size.js";
import { giveBack } from "./focus.js";
import { listen } from "./keyboard.js";

/** @import { Stage } from "../stage.js" */

/** Listens for one stage until it is stopped. */
export class Page {
  /**
   * @param {Stage} stage
   * @param {() => boolean} isActive whether keys and wishes are meant for this stage
   */
  constructor(stage, isActive) {
    this.resized = () => stage.resize();
    this.fontLoaded = () => {
      stage.pen.forget();
      stage.resize();
    };
    this.asked = (/** @type {WindowEventMap["s2s-keep"]} */ { detail }) => {
      if (isActive()) keep(stage, detail);
    };
    this.observer = new ResizeObserver(this.resized);
    this.observer.observe(stage.root);
    this.observer.observe(surroundings(stage.root)); // what grows above the stage moves it
    this.line = 0;
    this.changes = new MutationObserver(() => {
      const line = lineOver(stage.root);
      if (line !== this.line) stage.resize();
      this.line = line;
    });
    this.changes.observe(surroundings(stage.root), { childList: true, subtree: true, characterData: true });
    window.addEventListener("resize", this.resized);
    document.fonts?.addEventListener("loadingdone", this.fontLoaded);
    window.addEventListener("s2s-keep", this.asked);
    this.unlisten = listen(isActive, (...action) => press(stage, ...action));
    this.unhand = giveBack();
  }

  stop() {
    this.observer.disconnect();
    this.changes.disconnect();
    window.removeEventListener("resize", this.resized);
    document.fonts?.removeEventListener("loadingdone", this.fontLoaded);
    window.removeEventListener("s2s-keep", this.asked);
    this.unlisten();
    this.unhand();
  }
}
