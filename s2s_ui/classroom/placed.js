/** *Where will it look?* on the stage itself: the source tokens can be clicked, as the buttons below can. */

/** @import { AskedOnStage } from "../stage/js/types.js" */
/** @import { Question } from "./question.js" */

/**
 * What the stage offers to click; null where there is nothing to click.
 * @param {Question | null} question
 * @param {number | null | undefined} given the number of the token that was chosen
 * @returns {AskedOnStage | null}
 */
export function onStage(question, given) {
  if (!question || question.kind !== "look" || question.shown) return null;
  if (typeof given !== "number" && question.closed) return null;
  const places = question.choices.map((name, at) => ({ at: String(at), name }));
  return { kind: "source", places, id: question.id, given: typeof given === "number" ? String(given) : null };
}
