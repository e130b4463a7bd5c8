"""A chapter on the page: its words and its question, and where its stage is on the full screen."""

import inspect
from functools import partial
from textwrap import dedent
from urllib.parse import urlencode

import streamlit as st

from s2s_ui.lesson.chapters import CHAPTERS, Chapter
from s2s_ui.lesson.questions import Question
from s2s_ui.session import messages, state
from s2s_ui.session.address import View, describe
from s2s_ui.session.i18n import _
from s2s_ui.session.request import Runs


def switch(number: int) -> None:
    """The choice of a chapter."""
    titles = {str(place): titled(place) for place in range(len(CHAPTERS))}
    st.selectbox(
        _("Chapter"),
        list(titles),
        format_func=titles.__getitem__,
        filter_mode=None,
        label_visibility="collapsed",
        **state.bind_option("chapter", str(number)),
    )


def words(chapter: Chapter) -> None:
    """What a chapter says."""
    for paragraph in chapter.paragraphs:
        st.markdown(_(paragraph))
    if chapter.code:
        with st.expander(_("The code that computes it"), type="compact", on_change="rerun", key="code") as code:
            if code.open:
                st.code("\n".join(dedent(inspect.getsource(part)) for part in chapter.code), language="python")


def answer(number: int) -> int | None:
    """What this session has answered to a chapter's question."""
    given: int | None = state.stored(f"guess {number}")
    return given


def question(number: int, asked: Question) -> None:
    """The question, and once it has been answered what is right and why."""
    guess = answer(number)
    st.radio(
        asked.words,
        range(len(asked.answers)),
        format_func=lambda place: messages.literal(asked.answers[place]),
        index=None,
        **state.bind_through(f"guess of {number}", guess, partial(state.store, f"guess {number}")),
    )
    if guess is None:
        st.caption(_("Guess first: the answer comes then, with the numbers of the stage."))
        return
    verdict = (
        _("Right.")
        if guess == asked.right
        else _("Not so: {answer}.").format(answer=messages.literal(asked.answers[asked.right]))
    )
    st.markdown(f"**{verdict}** {asked.explanation}")


def onwards(number: int) -> None:
    """The chapters before and after."""
    with st.container(key="controls_onwards", horizontal=True, vertical_alignment="center"):
        if number > 0:
            st.button(
                "← " + titled(number - 1), key="before", on_click=state.choose, kwargs={"chapter": str(number - 1)}
            )
        if number + 1 < len(CHAPTERS):
            st.button(
                titled(number + 1) + " →",
                key="after",
                type="primary",
                on_click=state.choose,
                kwargs={"chapter": str(number + 1)},
            )


def full_screen(chapter: Chapter, runs: Runs) -> str:
    """The address of the chapter's stage on the page that has all its controls."""
    asked = chapter.request
    view = View(
        model=asked.model,
        text=asked.text,
        forcing=asked.forced,
        reference=(runs.shown.reference or "") if asked.forced else "",
    )
    parameters = describe(view, state.language()) | {"step": chapter.at(runs), **chapter.options(runs)}
    return f"./{chapter.page}?{urlencode(parameters)}"


def titled(number: int) -> str:
    """A chapter as a menu calls it; the first one is the opening and has no number."""
    title = _(CHAPTERS[number].title)
    return f"{number} · {title}" if number else title
