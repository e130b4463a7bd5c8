/** The entry of the stage: what Streamlit calls with an element of its page, and again with each new message. */

import { OtherVersion } from "./data/payload.js";
import { h } from "./draw/dom.js";
import { Stage } from "./stage.js";

/** @import { Component } from "./types.js" */

/** @type {WeakMap<Component["parentElement"], Stage>} */
const stages = new WeakMap();

/**
 * Makes the stage of an element, or gives it another message; answers with what takes it away again.
 * @param {Component} component
 */
export default function mount(component) {
  const { parentElement } = component;
  parentElement.querySelector(".unread")?.remove();
  const stage = stages.get(parentElement) ?? new Stage(parentElement);
  stages.set(parentElement, stage);
  const leave = () => {
    stage.destroy();
    stages.delete(parentElement);
  };
  try {
    stage.update(component);
  } catch (error) {
    if (!(error instanceof OtherVersion)) throw error;
    leave();
    parentElement.append(h("div", { class: "s2s unread" }, h("p", { role: "alert" }, error.message)));
  }
  return leave;
}
