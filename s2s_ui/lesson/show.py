"""The parts of a chapter's page: its text, its questions, and the link to its stage on a page with all controls."""

import html
import inspect
from collections.abc import Sequence
from functools import partial
from textwrap import dedent
from urllib.parse import urlencode

import streamlit as st

from s2s_core.errors import S2SError
from s2s_ui import kept
from s2s_ui.lesson import booklet, own, progress, sheet, staging
from s2s_ui.lesson.chapter import LINKED, Chapter, numbered
from s2s_ui.lesson.chapters import CHAPTERS
from s2s_ui.lesson.questions import Question
from s2s_ui.lesson.speech import _
from s2s_ui.lesson.staging import Asked
from s2s_ui.session import caches, messages, state, widgets
from s2s_ui.session.address import View, describe
from s2s_ui.session.request import Runs

_PRINT, _TURN = kept.of(__package__, "print.js"), kept.of(__package__, "turn.js")
COUNT = len(CHAPTERS) + 1  # with the chapter about the reader's own model
QUESTIONS = 1 + sum(len(chapter.asks) for chapter in CHAPTERS)


def switch(number: int) -> None:
    """The choice of a chapter. If the stage also turned to a chapter, the choice is out of date and ignored."""
    titles = {LINKED[place]: titled(place) for place in range(COUNT)}
    bound = widgets.bind_option("chapter", LINKED[number])
    choose = bound["on_change"]
    bound["on_change"] = lambda: None if widgets.component_value(staging.STAGE, "lesson") else choose()
    st.selectbox(
        _("Chapter"),
        list(titles),
        format_func=titles.__getitem__,
        filter_mode=None,
        label_visibility="collapsed",
        **bound,
    )


def score(number: int, rights: dict[str, int]) -> None:
    """The reader's progress: a mark for each chapter, and the score in words.

    ``rights`` has the right answer of each question that has been answered.
    """
    given = progress.given()
    told = {name: given[name].first == right for name, right in rights.items() if name in given}
    marks = []
    for place in range(COUNT):
        results = [told[name] for name in (progress.name(place), progress.name(place, True)) if name in told]
        kind = ("right" if all(results) else "wrong") if results else "open"
        sign = {"right": "✓", "wrong": "✗", "open": ""}[kind]
        marks.append(f'<i class="{kind}{" here" if place == number else ""}">{sign}</i>')
    words = (
        _("{right} of {count} right at the first try; {left} to go").format(
            right=sum(told.values()), count=len(told), left=QUESTIONS - len(told)
        )
        if told
        else _("{count} questions, one or two in each chapter").format(count=QUESTIONS)
    )
    kept = _("Your answers are part of this page's address: a reload and a bookmark keep them.")
    st.html(
        f'<div class="s2s-progress" title="{html.escape(kept)}"><span aria-hidden="true">{"".join(marks)}</span>'
        f"<p>{html.escape(words)}</p></div>"
    )


def words(paragraphs: Sequence[str], todo: str) -> None:
    """The text of a chapter, and the task."""
    for paragraph in paragraphs:
        st.markdown(_(paragraph))
    with st.container(key="todo"):
        st.markdown(" ".join((_("Try it:"), _(todo))))


def code(chapter: Chapter) -> None:
    """The code for a chapter, shown when it is opened."""
    if not chapter.code:
        return
    with st.expander(_("The code that computes it"), type="compact", on_change="rerun", key="code") as opened:
        if opened.open:
            st.code("\n".join(dedent(inspect.getsource(part)) for part in chapter.code), language="python")


def question(asked: Asked) -> None:
    """The question and, after it was answered, the right answer with its reason."""
    shown, number = asked.question, asked.name.removesuffix("b")
    key = f"guess of {number}" + (" b" if asked.name != number else "")
    listed = asked.given if asked.given is not None and asked.given < len(shown.answers) else None
    st.radio(
        shown.words,
        range(len(shown.answers)),
        format_func=lambda place: messages.literal(shown.answers[place]),
        index=None,
        **widgets.bind_through(key, listed, partial(_answered, asked.name)),
    )
    if asked.given is None:
        where = _("Click it on the stage, or choose here: ") if shown.stage else ""
        st.caption(where + _("Guess first: the answer comes then, with the numbers of the stage."))
        return
    with st.container(key=f"verdict_{'right' if asked.right else 'wrong'}_{asked.name}"):
        st.markdown(said(asked))


def _answered(name: str, answer: int | None) -> None:
    if answer is not None:
        staging.answer(name, answer)


def said(asked: Asked) -> str:
    """Whether an answer is right, the number at the chosen place, and the reason, as Markdown."""
    shown = asked.question
    if asked.right:
        verdict = _("Right.")
        return f"**{verdict}** {shown.explanation}"
    verdict = _("Not so: {answer}.").format(answer=messages.literal(shown.answers[shown.right]))
    parts = [f"**{verdict}**"]
    place = shown.stage.place(asked.given) if shown.stage and asked.given is not None else None
    if place is not None and place.told:
        chosen = _("You chose {place}: {told}.").format(place=place.name, told=place.told)
        parts.append(messages.literal(chosen))
    return " ".join([*parts, shown.explanation])


def onwards(number: int) -> None:
    """The links to the previous and the next chapter."""
    with st.container(key="controls_onwards", horizontal=True, vertical_alignment="center"):
        if number > 0:
            st.button("← " + titled(number - 1), key="before", on_click=staging.turn, args=(number - 1,))
        if number + 1 < COUNT:
            st.button(
                titled(number + 1) + " →",
                key="after" if number + 1 < len(CHAPTERS) else "own",
                type="primary",
                on_click=staging.turn,
                args=(number + 1,),
            )
        if progress.given():
            st.button(_("Begin again"), key="forget", type="tertiary", on_click=progress.forget)


def paper(number: int, questions: Sequence[Question]) -> None:
    """The chapter as a worksheet with its answers on the back, and the whole lesson as files."""
    with st.container(key="controls_paper", horizontal=True, vertical_alignment="center"):
        if number < len(CHAPTERS):
            button = st.components.v2.component("s2s_print", js=kept.component(_PRINT), isolate_styles=False)
            button(
                key="print",
                data={"label": _("Print the worksheet"), "overleaf": sheet.answers(titled(number), questions)},
            )
        st.download_button(
            _("The whole lesson, offline (ZIP)"),
            partial(booklet.packed, state.language()),
            file_name=f"seq2scope-lesson-{state.language()}.zip",
            mime="application/zip",
            key="save lesson",
            on_click="ignore",
            type="tertiary",
        )


def order() -> None:
    """The button that opens the page Train with all settings chosen."""
    found = own.training()
    status = found.progress.status if found else None
    if status == "finished":
        label = _("Train another one")
    elif found is None:
        label = _("To the page Train: the order is ready")
    else:
        label = _("Your model is learning: to the page Train")

    def go() -> None:
        if found is None:
            state.choose(**own.ORDER)
        st.switch_page("pages/train.py")

    widgets.button(label, go, key="to_train", type="primary" if status != "finished" else "secondary")


def clicker(number: int) -> None:
    """The key to turn back, for a chapter without a stage."""
    listen = st.components.v2.component("s2s_turn", js=kept.component(_TURN))
    listen(key="turn", on_back_change=partial(staging.turn, number - 1, backwards=True))


def full_screen(chapter: Chapter, runs: Runs, *, step: str | None = None) -> str:
    """The address of the chapter's stage on the page with all controls.

    It opens with the model, the text, the unit and the token of the chapter, at ``step`` or at the chapter's own.
    """
    asked = chapter.request
    view = View(
        model=asked.model,
        text=asked.text,
        forcing=asked.forced,
        reference=(runs.shown.reference or "") if asked.forced else "",
    )
    unit = {"unit": str(chapter.unit(runs))} if chapter.unit else {}
    parameters = describe(view, state.language()) | {"step": step or chapter.at(runs), **unit, **chapter.options(runs)}
    return f"./{chapter.page}?{urlencode(parameters)}"


def rights(number: int, present: Sequence[Asked]) -> dict[str, int]:
    """The right answers of all answered questions, also in other chapters."""
    found = {item.name: item.question.right for item in present}
    for name in progress.given().keys() - found.keys():
        place, second = LINKED.index(name.removesuffix("b")), name.endswith("b")
        if place != number and (right := _right(place, second)) is not None:
            found[name] = right
    return found


def _right(place: int, second: bool) -> int | None:
    chapter = CHAPTERS[place] if place < len(CHAPTERS) else own.chapter() if place == own.NUMBER else None
    ask = (chapter.then if second else chapter.ask) if chapter else None
    if chapter is None or ask is None:
        return None
    try:
        return ask(caches.runs(chapter.request)).right
    except S2SError:  # a server may lack a model
        return None


def titled(number: int) -> str:
    """The name of a chapter in a menu, in the reader's language."""
    return numbered(number, _(CHAPTERS[number].title if number < len(CHAPTERS) else own.TITLE))
