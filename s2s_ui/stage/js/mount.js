/** The entry of the stage: what Streamlit calls with an element of its page, and again with each new message. */

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
  const stage = stages.get(parentElement) ?? new Stage(parentElement);
  stages.set(parentElement, stage);
  stage.update(component);
  return () => {
    stages.get(parentElement)?.destroy();
    stages.delete(parentElement);
  };
}
