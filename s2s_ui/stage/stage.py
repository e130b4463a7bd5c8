"""The stage in a page of Streamlit: mounts the player that runs in the browser."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

from s2s_ui import kept
from s2s_ui.locales import translations
from s2s_ui.stage.message import message
from s2s_ui.stage.script import script, style
from s2s_ui.stage.served import ENTRY, WORDS
from s2s_ui.stage.words import captions

if TYPE_CHECKING:
    from s2s_core import Trace
    from s2s_core.edits import Edits


def _nothing() -> None:
    """What a callback does that a page does not need."""


def stage(
    trace: Trace,
    *,
    language: str,
    key: str,
    beside: Trace | None = None,
    original: bool = False,
    step: str | int | None = None,
    autoplay: bool = False,
    peepholes: bool = True,
    sentence_selector: str | None = None,
    edits: Edits | None = None,
    calibration: Mapping[str, object] | None = None,
    sync: str | None = None,
    inspector: bool = True,
    addressed: bool = True,
    predict: bool = False,
    layer: int | None = None,
    intro: Mapping[str, object] | None = None,
    hurried: bool = False,
    lesson_link: str | None = None,
    stories: Sequence[Mapping[str, str]] = (),
    presented: bool = False,
    other: str | None = None,
    on_layer: Callable[[], None] | None = None,
    unit: int | None = None,
    side: str | None = None,
    lesson: Mapping[str, object] | None = None,
    on_lesson: Callable[[], None] = _nothing,
    on_toggle: Callable[[], None] = _nothing,
    on_edit: Callable[[], None] | None = None,
    on_type: Callable[[], None] | None = None,
) -> str | None:
    """Mounts the stage; answers "peepholes", "teacher" or "calibrated" in the run after such a request, else None.

    The words of the `language` are a file that the browser keeps; where none is served, they travel along. `beside` is
    another run of the same text to compare with: what it was before the edits if `original`, else the free run beside a
    teacher-forced one. `step` is where to start, as the address has it (17, or "17.2" for a sub-step); `autoplay` plays
    once from the start if there is no step. `peepholes` says whether their wires are drawn. The key / focuses what
    `sentence_selector` finds; with `on_type` the stage tells what is being typed there, when the keys rest for a moment
    ("typed" in the component's state). `edits` are those that the trace was computed with; with `on_edit` the reader
    can change them, and what was asked for (see whatif.py) is under "edit". The callbacks are called before the run.
    Stages of the same `sync` step together, and one of them is `addressed`: it writes the step into the address. One
    without its `inspector` takes the whole width. With `predict` an output is covered until somebody has guessed it.
    `calibration` is what there is to say of the temperature in (12): the button for it is told as "calibrated". `layer`
    is the one to show, from 1; None, or one that the model lacks, is the top one. With `on_layer` the page keeps the
    layer that a reader turns to ("layer", 0 the top one). `unit` and `side` (forward or backward) are what is looked
    into first. `intro` is what the line for a first visit says; a `hurried` stage reads its source quickly as long as
    this browser has seen no attention being played. `lesson_link` is the address of the lesson, for links to its
    chapters, and `stories` are further links beside the attention. A `presented` stage can be shown larger and drawn
    on; `other` is a second language for its captions. `lesson` is how a chapter sets the stage (see lesson/staging.py);
    what the reader does with it is told under "lesson".
    """
    files = kept.served()
    data = message(
        trace,
        labels=translations(language).gettext,
        beside=beside,
        said_in=WORDS[language].file if files else None,
        other_said=WORDS[other].file if files and other else None,
        step=None if step is None else str(step),
        autoplay=autoplay,
        peepholes=peepholes,
        sentence_selector=sentence_selector,
        original=original,
        edits=edits.to_json() if edits else [],
        calibration=calibration,
        editable=on_edit is not None,
        live=on_type is not None,
        sync=sync,
        inspector=inspector,
        addressed=addressed,
        predict=predict,
        layer=layer,
        keeps_layer=on_layer is not None,
        unit=unit,
        side=side,
        intro=intro,
        hurried=hurried,
        lesson_link=lesson_link,
        lesson=lesson,
        stories=list(stories),
        presented=presented,
        other_words=None if files or other is None else captions(translations(other).gettext),
    )
    result = _component()(
        key=key,
        data=data,
        on_toggle_change=on_toggle,
        on_edit_change=on_edit or _nothing,
        on_typed_change=on_type or _nothing,
        on_layer_change=on_layer or _nothing,
        on_lesson_change=on_lesson,
    )
    pressed = result.get("toggle")
    return pressed if isinstance(pressed, str) else None


def _component() -> Any:
    """Registered inside the run, because a second AppTest knows nothing of what was registered at import."""
    if kept.served():
        return st.components.v2.component("s2s_stage", js=kept.component(ENTRY))
    return st.components.v2.component("s2s_stage", js=script(), css=style())
