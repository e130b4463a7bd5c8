"""How a chapter sets the stage: what the player gets as `lesson`, and what it tells."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from s2s_ui.lesson import progress
from s2s_ui.lesson.chapter import LINKED, Chapter
from s2s_ui.lesson.questions import Question
from s2s_ui.session import state, widgets
from s2s_ui.session.request import Runs

REVEALED = ".st-key-lesson :is(.stRadio, [class*='st-key-verdict_'])"
STAGE = "stage_chapter"  # the same for all chapters: a key that is pressed while one is turned is not lost
ENTERED = "lesson entered at its end"  # the chapter that was entered backwards


@dataclass(frozen=True, slots=True)
class Asked:
    """A question under its name, and what has been answered: None, or the number of an answer."""

    name: str
    question: Question
    given: int | None

    @property
    def right(self) -> bool:
        """Whether the last answer is the right one."""
        return self.given == self.question.right


def asked(chapter: Chapter, number: int, runs: Runs) -> tuple[Asked, ...]:
    """The questions of a chapter that stand on the page: the second one once the first has been answered."""
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
    """How the player is set (Lesson in js/types.d.ts). ``count`` chapters there are."""
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
    """The question that is asked on the stage, the one that waits before one that has been answered."""
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
    """The step at which the chapter begins, or, once it has been answered, the one that its answer is about."""
    return (chapter.at if answered else chapter.until or chapter.at)(runs)


def last(chapter: Chapter, runs: Runs) -> str:
    """The last step of the chapter's stage."""
    written = {"output", "closed"} & set(chapter.lanes)
    return str(len(runs.shown.src_tokens) + (len(runs.shown.tgt_tokens) if written else 0))


def hear(number: int, questions: Sequence[Asked]) -> Callable[[], None]:
    """The callback of a chapter's stage: an answer by click or by key, or a turn to another chapter."""

    def take() -> None:
        wish: Any = widgets.component_value(STAGE, "lesson")
        if isinstance(wish, Mapping) and wish.get("chapter") == number:  # else it was meant for the chapter before
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
    """Keep an answer; the stage goes to what the answer is about."""
    state.store(ENTERED, None)
    progress.take(name, given)


def entered_backwards(number: int) -> bool:
    """Whether the chapter was entered from the one after it, and so stands at its end."""
    if state.stored(ENTERED) not in (None, number):
        state.store(ENTERED, None)
    return state.stored(ENTERED) == number


def turn(number: int, *, backwards: bool = False) -> None:
    """Turn to a chapter; one that is entered backwards stands at its end."""
    state.store(ENTERED, number if backwards else None)
    state.choose(chapter=LINKED[number])
