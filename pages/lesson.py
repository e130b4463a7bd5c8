"""Lesson: the subject in nine short chapters, each beside a stage that is set to the point at hand."""

import streamlit as st

import s2s_ui.shell.entry
from s2s_core.errors import S2SError
from s2s_ui.lesson import show
from s2s_ui.lesson.chapters import CHAPTERS
from s2s_ui.lesson.questions import Question
from s2s_ui.session import caches, messages, state
from s2s_ui.session.i18n import _
from s2s_ui.session.request import Runs
from s2s_ui.shell import layout
from s2s_ui.stage.stage import stage

s2s_ui.shell.entry.enter()
number = state.index("chapter", len(CHAPTERS)) or 0
chapter = CHAPTERS[number]

with st.container(key="page"):
    said = [messages.sentence(problem) for problem in state.link_problems()]
    runs: Runs | None = None
    asked: Question | None = None
    try:
        runs = caches.runs(chapter.request)
        asked = chapter.ask(runs)
    except S2SError as error:  # a server may lack a model
        said = [messages.sentence(error)]
    layout.notice(said[0] if said else None, error=True, place="link")
    reading, watching = st.columns([430, 746], gap="medium")
    with reading, st.container(key="lesson"):
        show.switch(number)
        show.words(chapter)
        if asked is not None:
            show.question(number, asked)
        show.onwards(number)
    with watching, st.container(key="watching"):
        if runs is not None:
            answered = show.answer(number) is not None
            stage(
                runs.shown,
                beside=runs.free,
                labels=_,
                step=(chapter.at if answered else chapter.until or chapter.at)(runs),
                peepholes=caches.has_peepholes(chapter.request.model),
                inspector=False,
                lesson=state.lesson_link(),
                addressed=False,
                key=f"stage_chapter_{number}{'_answered' if answered and chapter.until else ''}",
            )
            st.link_button(_("Open it on the full screen"), show.full_screen(chapter, runs))
