/** Which cell the inspector shows: the one that was clicked, or the one at the cursor. */

import { WORD } from "./player.js";

/** {side, t, step as people count, sub-step, whether the lens shows the same cell}. */
export function viewOf({ trace, timeline, cursor, inspected, lensSide }) {
  if (inspected) {
    const { side, t } = inspected;
    return { side, t, step: side === "backward" ? trace.length - t : t + 1, sub: WORD, lens: false };
  }
  const index = timeline.index(cursor);
  const step = index + 1;
  if (!timeline.isEncoder(cursor)) return { side: "decoder", t: index, step, sub: cursor.sub, lens: false };
  const backward = trace.backward !== null && lensSide === "backward";
  return {
    side: backward ? "backward" : "forward",
    t: backward ? trace.length - step : index,
    step,
    sub: WORD,
    lens: true,
  };
}

/** What is read, whatever the end mark is called in the language of the page. */
function sentenceOf({ source, header }) {
  return source.tokens.map((token) => (token === header.words?.end ? "" : token)).join("\0");
}

/**
 * Where a stage begins with a trace: where it was in another trace of the same sentence, at the end of a new one. The
 * first trace begins where this stage was before the page loaded again (`left`: see input/address.js), or, unless it is
 * to be played, where another one was left; else where the link says; and where that says nothing at the end, with all
 * there is to see, unless it is to be played or guessed.
 */
export function startOf({ timeline, trace, before, cursor, left }) {
  if (!before) {
    const { autoplay, predict } = trace.header;
    const step = autoplay && !left?.reloaded ? trace.header.step : (left?.step ?? trace.header.step);
    if (step !== null) return timeline.parse(step);
    return autoplay || predict ? timeline.first() : timeline.last();
  }
  return sentenceOf(before) === sentenceOf(trace) ? timeline.clamp(cursor) : timeline.last();
}
