"""Lesson: the subject in short chapters, each beside a stage that shows what has been introduced so far."""

import streamlit as st

import s2s_ui.shell.entry
from s2s_core.errors import S2SError
from s2s_ui.lesson import own, sheet, show, staging
from s2s_ui.lesson.chapter import LINKED
from s2s_ui.lesson.chapters import CHAPTERS
from s2s_ui.lesson.staging import Asked
from s2s_ui.panels import class_bar, snapshots
from s2s_ui.session import caches, messages, state
from s2s_ui.session.i18n import _
from s2s_ui.session.request import Runs
from s2s_ui.shell import layout
from s2s_ui.stage.stage import stage

s2s_ui.shell.entry.enter()
number = LINKED.index(state.option("chapter") or "0")

with st.container(key="page"):
    said = [messages.sentence(problem) for problem in state.link_problems()]
    runs: Runs | None = None
    asked: tuple[Asked, ...] = ()
    chapter = CHAPTERS[number] if number < len(CHAPTERS) else own.chapter()
    try:
        if chapter is not None:
            runs = caches.runs(chapter.request)
            asked = staging.asked(chapter, number, runs)
    except S2SError as error:  # a server may lack a model
        said = [messages.sentence(error)]
    layout.notice(said[0] if said else None, error=True, place="link")
    reading, watching = st.columns([430, 746], gap="medium")
    with reading, st.container(key="lesson"):
        show.switch(number)
        show.score(number, show.rights(number, asked))
        if chapter is not None:
            show.words(chapter.paragraphs, chapter.todo)
        else:
            show.words(own.PARAGRAPHS, own.NEXT)
        if number == own.NUMBER:
            show.order()
        for item in asked:
            show.question(item)
        show.onwards(number)
        if chapter is not None:
            show.code(chapter)
        show.paper(number, [item.question for item in asked])
        class_bar.start()
        if chapter is not None:
            st.html(sheet.head(show.titled(number), chapter.paragraphs, chapter.todo))
    with watching, st.container(key="watching"):
        if chapter is not None and runs is not None:
            answered = bool(asked) and asked[0].given is not None
            begin = staging.start(chapter, runs, answered=answered)
            stage(
                runs.shown,
                beside=runs.free if chapter.beside else None,
                language=state.language(),
                step=staging.last(chapter, runs) if staging.entered_backwards(number) else begin,
                peepholes=caches.has_peepholes(chapter.request.model),
                inspector=False,
                lesson_link=state.lesson_link(),
                addressed=False,
                unit=chapter.unit(runs) if chapter.unit else None,
                lesson=staging.setting(chapter, number, runs, asked, count=show.COUNT, answered=answered),
                on_lesson=staging.hear(number, asked),
                key=staging.STAGE,
            )
            if number < own.NUMBER:
                st.link_button(_("Open it on the full screen"), show.full_screen(chapter, runs))
            st.html(sheet.foot([ask(runs) for ask in chapter.asks]))
        elif number == own.NUMBER:
            show.clicker(number)
            snapshots.show(own.SHOWN)
