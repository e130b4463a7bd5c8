"""The commands of a teacher, read from a request: show, mode, ask, reveal, again, close, clear."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from s2s_ui.classroom import questions
from s2s_ui.classroom.followed import followed
from s2s_ui.classroom.state import MODES, Question, State, Step
from s2s_ui.locales import LANGUAGES, SOURCE_LANGUAGE, translations
from s2s_ui.session.address import IN_THE_BROWSER, STEP, describe, parse
from s2s_ui.session.pages import PAGES

FOLLOWED = tuple(path for path, page in PAGES.items() if page.followed)
"""The paths of the pages to which a class follows the teacher."""

LONGEST_LINK = 8_000  # characters of all parameters
NOT_FOLLOWED = ("lang", "hide", "lock", *IN_THE_BROWSER)
"""Parameters of the teacher's address that are only for the teacher's screen."""

Lesson = Callable[[Mapping[str, str], bool, str], Mapping[str, Any] | None]
"""(link, whether the second question is wanted, language) -> the question of the link's chapter as a wish, or None."""


def read(asked: Mapping[str, Any], now: State, lesson: Lesson = lambda *_: None) -> Callable[[State], State]:
    """A function that applies a command to the state; ``now`` is the last known state.

    Raises:
        ValueError: if it is not a command.
    """
    match asked.get("do"):
        case "show":
            return lambda state: show(state, asked)
        case "mode" if asked.get("mode") in MODES:
            return lambda state: replace(state, mode=asked["mode"])
        case "ask":
            wish = asked.get("question")
            if not isinstance(wish, Mapping):
                raise questions.NoQuestion("it is an object")
            question = question_about(wish, now.link, language_of(asked), lesson)
            return lambda state: replace(show(state, asked), question=question)
        case "reveal":
            return reveal(now)
        case "again":
            return again(now, language_of(asked), onwards=asked.get("onwards") is True)
        case "close":
            return lambda state: replace(state, question=_with(state.question, closed=True))
        case "clear":
            return lambda state: replace(state, question=None)
    raise ValueError("there is no such command")


def question_about(wish: Mapping[str, Any], link: Mapping[str, str], language: str, lesson: Lesson) -> Question:
    """The question that a teacher asks, about the content of a link.

    Raises:
        NoQuestion: if it cannot be asked.
    """
    if wish.get("kind") == "lesson":
        found = lesson(link, wish.get("second") is True, language)
        if found is None:
            raise questions.NoQuestion("this page asks nothing")
        wish = found
    shown = followed(link) if wish.get("kind") in ("next", "look") else None
    return questions.question(wish, shown.trace if shown else None, translations(language).gettext)


def reveal(now: State) -> Callable[[State], State]:
    """Show the answers, and set the stage to the step that shows the right one: the written token, or the weights."""
    asked = now.question
    found = followed(now.link) if asked and asked.output is not None and not now.page else None
    at = ""
    if found and asked and asked.output is not None and asked.output < len(found.trace.tgt_tokens):
        at = f"{len(found.trace.src_tokens) + asked.output + 1}" + (".2" if asked.kind == "look" else "")

    def change(state: State) -> State:
        same = asked is not None and state.question is not None and state.question.id == asked.id
        state = replace(state, question=_with(state.question, shown=True, closed=True))
        return state.bring(step=replace(state.step or Step(at), at=at)) if same and at else state

    return change


def again(now: State, language: str, *, onwards: bool) -> Callable[[State], State]:
    """Ask the question again, with new answers; with ``onwards``, about the next output.

    Raises:
        NoQuestion: if none is asked, or there is no next output.
    """
    asked = now.question
    if asked is None:
        raise questions.NoQuestion("none was asked")
    if onwards:
        output = -1 if asked.output is None else asked.output + 1
        asked = question_about({"kind": asked.kind, "output": output}, now.link, language, lambda *_: None)
    else:
        asked = questions.anew(asked)
    at = None if now.page else stand(asked, now.link)

    def change(state: State) -> State:
        if at is None:
            return replace(state, question=asked)
        return state.bring(question=asked, step=replace(state.step or Step(at), at=at))

    return change


def stand(asked: Question, link: Mapping[str, str]) -> str | None:
    """The step of the stage during a question: before the output in question. None if it is not about the stage."""
    shown = followed(link) if asked.output is not None else None
    if shown is None or asked.output is None:
        return None
    before = len(shown.trace.src_tokens) + asked.output
    return f"{before + 1}.4" if asked.kind == "next" else str(before)


def language_of(asked: Mapping[str, Any]) -> str:
    """The language of a command."""
    language = asked.get("lang")
    return language if isinstance(language, str) and language in LANGUAGES else SOURCE_LANGUAGE


def show(state: State, asked: Mapping[str, Any]) -> State:
    """The state with the page, the link and the step that the teacher's screen sends; missing ones stay the same.

    If the screen sent them before it knew of a command that moves it to another place, they are ignored.
    """
    heard = asked.get("brought")
    if isinstance(heard, int) and heard < state.brought:
        return state
    page, link, step = asked.get("page"), asked.get("link"), asked.get("step")
    if page in FOLLOWED:
        state = replace(state, page=str(page))
    if isinstance(link, Mapping):
        state = replace(state, link=read_link(link))
    if isinstance(step, Mapping) and (found := _step(step)):
        state = replace(state, step=found)
    return state


def read_link(told: Mapping[Any, Any]) -> dict[str, str]:
    """The valid parameters of an address of the app, without those only for the teacher."""
    texts = {name: value for name, value in told.items() if isinstance(name, str) and isinstance(value, str)}
    if sum(len(name) + len(value) for name, value in texts.items()) > LONGEST_LINK:
        return {}
    view, _, _ = parse({name: value for name, value in texts.items() if name not in NOT_FOLLOWED})
    return describe(view, None)


def _step(told: Mapping[Any, Any]) -> Step | None:
    at, unit, side = told.get("at"), told.get("unit"), told.get("side")
    if not isinstance(at, str) or not STEP.fullmatch(at):
        return None
    good = isinstance(unit, int) and not isinstance(unit, bool) and 0 <= unit < 10_000
    return Step(at, unit if good else None, side if side in ("forward", "backward") else None)


def _with(question: Question | None, **changed: Any) -> Question | None:
    return None if question is None else replace(question, **changed)
