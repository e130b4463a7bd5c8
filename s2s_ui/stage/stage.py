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
    """The callback of events that a page does not need."""


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
    """Mount the stage. Returns "peepholes", "teacher" or "calibrated" in the run after such a request, else None.

    The callbacks are called before the run; the component's state has their values.

    - `language`: its texts are a file that the browser caches; if no files are served, they are in the message.
    - `beside`: another run of the text: with `original` the run before the edits, else the free run to a forced one.
    - `step`: the first step, in the address's form (17, or "17.2" for a sub-step).
    - `autoplay`: plays once from the start if there is no step.
    - `peepholes`: whether their wires are drawn.
    - `sentence_selector`: the field that the key / focuses. With `on_type`, the stage sends the text that is typed
      there after a short pause ("typed").
    - `edits`: those of the trace. With `on_edit` the reader can change them; the request is in "edit" (see whatif.py).
    - `sync`: stages with the same value step together. The one that is `addressed` writes the step into the address.
    - `inspector`: without it, the stage has the whole width.
    - `predict`: covers each output until somebody has guessed it.
    - `calibration`: the texts about the temperature in (12); its button returns "calibrated".
    - `layer`: the layer to show, from 1; None, or a missing layer, is the top one. With `on_layer`, the layer that the
      reader chooses is in "layer" (0 is the top one).
    - `unit`, `side`: the unit and the direction (forward or backward) to inspect first.
    - `intro`: the line for a first visit. A `hurried` stage plays the encoder quickly until this browser has played
      the attention.
    - `lesson_link`: the address of the lesson; `stories` are further links next to the attention.
    - `presented`: the stage can be shown larger and drawn on; `other` is a second language for its captions.
    - `lesson`: the setting of a chapter (see lesson/staging.py); the reader's actions are in "lesson".
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
    """The component, registered inside the run: a second AppTest does not have what was registered at import."""
    if kept.served():
        return st.components.v2.component("s2s_stage", js=kept.component(ENTRY))
    return st.components.v2.component("s2s_stage", js=script(), css=style())
