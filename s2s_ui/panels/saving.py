"""Saving: the stage as a picture, its numbers as CSV, the trace as .npz, and a page that plays it offline."""

from collections.abc import Mapping
from functools import partial
from math import exp

import streamlit as st

from s2s_core import Trace
from s2s_ui import kept
from s2s_ui.locales import translations
from s2s_ui.panels import menu
from s2s_ui.session import state
from s2s_ui.session.i18n import _
from s2s_ui.stage import offline, printed
from s2s_ui.stage.message import message

NAME = "seq2scope"
_SCRIPT = kept.of(__package__, "saving.js")


def panel(
    shown: Trace,
    *,
    beside: Trace | None = None,
    original: bool = False,
    peepholes: bool = True,
    layer: int | None = None,
    calibration: Mapping[str, object] | None = None,
) -> None:
    """The buttons. The pictures show the stage as it is on the page. The files are made when a button is pressed.

    ``layer`` is the layer that the offline page shows first, from 1; None is the top one. ``calibration`` is that of
    the stage.
    """
    _pictures(shown)
    player = partial(
        html,
        shown,
        state.language(),
        beside=beside,
        original=original,
        peepholes=peepholes,
        layer=layer,
        calibration=calibration,
    )
    for label, suffix, mime, make in (
        (_("Numbers (CSV)"), "csv", "text/csv", partial(csv, shown)),
        (_("Trace (npz)"), "npz", "application/octet-stream", partial(npz, shown)),
        (_("Page that plays offline (HTML)"), "html", "text/html", player),
    ):
        st.download_button(
            label,
            make,
            file_name=f"{NAME}.{suffix}",
            mime=mime,
            key=f"save {suffix}",
            on_click="ignore",
            type="tertiary",
        )


def csv(trace: Trace) -> bytes:
    """All numbers of a trace as CSV, one per line (see `Trace.to_frame`), with a byte order mark for spreadsheets."""
    return trace.to_frame().to_csv(index=False).encode("utf-8-sig", "surrogatepass")


def npz(trace: Trace) -> bytes:
    """The trace as a file that `Trace.load` reads."""
    return trace.to_npz()


def html(
    shown: Trace,
    language: str,
    *,
    beside: Trace | None,
    original: bool,
    peepholes: bool,
    layer: int | None = None,
    calibration: Mapping[str, object] | None = None,
) -> bytes:
    """One HTML file that plays the trace without a server. ``_`` translates, as the session is not available here."""
    data = message(
        shown,
        labels=translations(language).gettext,
        beside=beside,
        original=original,
        peepholes=peepholes,
        layer=layer,
        calibration=calibration,
    )
    return offline.page(data, title=f"{shown.text} · Seq2Scope", language=language)


def _pictures(shown: Trace) -> None:
    """Two buttons that ask the stage for a picture, without the server; its text, answer and p stand on top."""
    buttons = st.components.v2.component("s2s_saving", js=kept.component(_SCRIPT), isolate_styles=False)
    labels = {"svg": _("Picture (SVG)"), "png": _("Picture (PNG)")}
    titles = [f"{shown.text} → {printed.answer(shown.output)}", menu.models().get(shown.model, shown.model)]
    titles.append(f"p = {exp(shown.log_prob):.3f}")
    buttons(key="save pictures", data={"labels": labels, "titles": titles})
