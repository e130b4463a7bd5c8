/**
 * A chapter as a separate page: it mounts the stage, checks answers, and links to the neighbouring chapters. booklet.py
 * puts it into the page together with its argument.
 */

/**
 * @typedef {{ name: string, right: number, told: string, answer: string, places: string[] }} Question
 * @typedef {{ turn?: number, question?: string, place?: string, choice?: number }} Wish
 * @typedef {{
 *   data: Uint8Array, parentElement: Element, setTriggerValue: (name: string, wish: Wish) => void,
 * }} Component
 */

/**
 * @param {(component: Component) => void} mount
 * @param {{
 *   data: string, before: string | null, after: string | null, questions: string,
 *   words: { right: string, wrong: string },
 * }} lesson
 */
export function play(mount, lesson) {
  const bytes = (/** @type {string} */ packed) => Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0));
  const data = bytes(lesson.data);
  /** @type {Question[]} */
  const questions = JSON.parse(new TextDecoder().decode(bytes(lesson.questions)));
  const parentElement = /** @type {Element} */ (document.getElementById("stage"));
  const boxes = new Map(
    /** @type {HTMLElement[]} */ ([...document.querySelectorAll(".asked")]).map((box) => [box.dataset.question, box]),
  );
  const named = (/** @type {string | undefined} */ name) => questions.find((one) => one.name === name);

  /**
   * The verdict on an answer: its number in the list, or -1 for a place that is in no list.
   * @param {Question | undefined} question
   * @param {number} given
   */
  function answer(question, given) {
    const box = boxes.get(question?.name);
    const told = /** @type {HTMLElement | null} */ (box?.querySelector(".told"));
    if (!question || !box || !told) return;
    const right = given === question.right;
    box.dataset.given = String(given);
    for (const button of box.querySelectorAll("button")) {
      const number = Number(button.dataset.answer);
      if (number === question.right) button.dataset.verdict = "right";
      else if (number === given) button.dataset.verdict = "wrong";
      else delete button.dataset.verdict;
    }
    const said = document.createElement("strong");
    said.textContent = right ? lesson.words.right : lesson.words.wrong.replace("{answer}", question.answer);
    told.innerHTML = question.told;
    told.prepend(said, " ");
    told.dataset.verdict = right ? "right" : "wrong";
    told.hidden = false;
  }

  /**
   * @param {string} name
   * @param {Wish} wish
   */
  function heard(name, wish) {
    if (name !== "lesson") return;
    const neighbour = wish.turn && (wish.turn > 0 ? lesson.after : lesson.before);
    const question = named(wish.question);
    if (neighbour) location.href = neighbour;
    else if (question) answer(question, question.places.indexOf(wish.place ?? ""));
    else if (wish.choice !== undefined)
      answer(
        questions.find((one) => boxes.get(one.name)?.dataset.given === undefined),
        wish.choice,
      );
  }

  for (const [name, box] of boxes) {
    for (const button of box.querySelectorAll("button"))
      button.onclick = () => {
        answer(named(name), Number(button.dataset.answer));
        button.blur(); // the keys are the stage's again
      };
  }
  const show = () => mount({ data, parentElement, setTriggerValue: heard });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", show);
  show();
}
