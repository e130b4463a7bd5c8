"""The stage of a chapter: the player's setting `lesson`, and the answers and turns that the player sends."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from s2s_ui.lesson import progress
from s2s_ui.lesson.chapter import LINKED, Chapter
from s2s_ui.lesson.questions import Question
from s2s_ui.session import state, widgets
from s2s_ui.session.request import Runs

REVEALED = ".st-key-lesson :is(.stRadio, [class*='st-key-verdict_'])"
STAGE = "stage_chapter"  # the same for all chapters, so that keys pressed during a turn are not lost
ENTERED = "lesson entered at its end"  # the chapter that was entered backwards


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with its name, and the reader's answer: None, or the number of an answer."""

    name: str
    question: Question
    given: int | None

    @property
    def right(self) -> bool:
        """Whether the last answer is the right one."""
        return self.given == self.question.right


def asked(chapter: Chapter, number: int, runs: Runs) -> tuple[Asked, ...]:
    """The visible questions of a chapter: the second one appears after the first was answered."""
    given = progress.given()
    found: list[Asked] = []
    for second, ask in enumerate(chapter.asks):
        if found and found[0].given is None:
            break
        name = progress.name(number, bool(second))
        found.append(Asked(name, ask(runs), given[name].last if name in given else None))
    return tuple(found)


def setting(
    chapter: Chapter, number: int, runs: Runs, questions: Sequence[Asked], *, count: int, answered: bool
) -> dict[str, object]:
    """The player's setting (Lesson in js/types.d.ts). ``count`` is the number of chapters."""
    waiting = next((item for item in questions if item.given is None), None)
    marked = chapter.marked(runs)
    return {
        "chapter": number,
        "lanes": list(chapter.lanes),
        "marked": {kind: [int(place) for place in marked.get(kind, ())] for kind in ("source", "output")},
        "before": number > 0,
        "after": number + 1 < count,
        "start": start(chapter, runs, answered=answered),
        "choices": len(waiting.question.answers) if waiting else 0,
        "ask": on_stage(questions),
        "reveal": REVEALED,
    }


def on_stage(questions: Sequence[Asked]) -> dict[str, object] | None:
    """The question to answer on the stage; a question without an answer comes first."""
    asking = [item for item in questions if item.question.stage is not None]
    item = next((item for item in asking if item.given is None), asking[-1] if asking else None)
    if item is None or item.question.stage is None:
        return None
    stage = item.question.stage
    right = stage.place(item.question.right)
    clicked = None if item.given is None else stage.place(item.given)
    return {
        "kind": stage.kind,
        "places": [{"at": place.at, "name": place.name} for place in stage.places],
        "id": item.name,
        "right": right.at if right else "",
        "given": None if item.given is None else clicked.at if clicked else "",
    }


def start(chapter: Chapter, runs: Runs, *, answered: bool) -> str:
    """The first step of the chapter or, after its question was answered, the step of the answer."""
    return (chapter.at if answered else chapter.until or chapter.at)(runs)


def last(chapter: Chapter, runs: Runs) -> str:
    """The last step of the chapter's stage."""
    written = {"output", "closed"} & set(chapter.lanes)
    return str(len(runs.shown.src_tokens) + (len(runs.shown.tgt_tokens) if written else 0))


def hear(number: int, questions: Sequence[Asked]) -> Callable[[], None]:
    """The callback of a chapter's stage: an answer by click or by key, or a turn to another chapter."""

    def take() -> None:
        wish: Any = widgets.component_value(STAGE, "lesson")
        if isinstance(wish, Mapping) and wish.get("chapter") == number:  # otherwise it was for the previous chapter
            _do(wish, number, questions)

    return take


def _do(wish: Mapping[str, Any], number: int, questions: Sequence[Asked]) -> None:
    by, choice = wish.get("turn"), wish.get("choice")
    waiting = next((item for item in questions if item.given is None), None)
    if by in (1, -1):
        turn(number + by, backwards=by < 0)
    elif type(choice) is int and waiting and 0 <= choice < len(waiting.question.answers):
        answer(waiting.name, choice)
    for item in questions:
        stage = item.question.stage
        if stage and item.name == wish.get("question"):
            given = stage.answer(str(wish.get("place")))
            if given is not None:
                answer(item.name, given)


def answer(name: str, given: int) -> None:
    """Store an answer; the stage goes to the step of the answer."""
    state.store(ENTERED, None)
    progress.take(name, given)


def entered_backwards(number: int) -> bool:
    """Whether the reader came from the next chapter, so that this one starts at its end."""
    if state.stored(ENTERED) not in (None, number):
        state.store(ENTERED, None)
    return state.stored(ENTERED) == number


def turn(number: int, *, backwards: bool = False) -> None:
    """Turn to a chapter; with ``backwards``, it starts at its end."""
    state.store(ENTERED, number if backwards else None)
    state.choose(chapter=LINKED[number])
