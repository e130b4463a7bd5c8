"""The stage in a notebook: self-contained HTML that needs no server, no network and no other output of the notebook.

The player is in a frame, so that the notebook and other stages do not change its styles and keys; its keys work while
it has the focus. Its content is compressed. If a notebook is not trusted, the frame and its script are removed, and the
text below the frame is visible. `host.js` tells the frame whether the notebook is dark.
"""

from __future__ import annotations

import base64
import gzip
import html as markup
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from s2s_core.files import printable
from s2s_ui.locales import LANGUAGES, translations
from s2s_ui.stage.message import message
from s2s_ui.stage.script import script, style

if TYPE_CHECKING:
    from s2s_core import Trace

__all__ = ["HEIGHT", "LANGUAGES", "html"]

HEIGHT = 680
"""The height of a frame in pixels: the picture and its transport. In a narrow one, scroll down to the equations."""

_OUTPUT = (
    '<div style="display: grid">'
    '<pre style="grid-area: 1 / 1; white-space: pre-wrap">{words}</pre>'
    '<iframe class="s2s-stage" style="grid-area: 1 / 1; z-index: 1; width: 100%; height: {height}px; border: 0"'
    ' sandbox="allow-scripts" allow="fullscreen" loading="lazy" title="{title}" srcdoc="{page}"></iframe>'
    "</div><script>{host}</script>"
)
_PAGE = """<!doctype html>
<html lang="{language}">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy"
  content="default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:">
<title>{title}</title>
<style>{frame_style}</style>
<main id="stage"></main>
<script>{frame}</script>
<script>s2sOpen("{style}", "{script}", "{data}");</script>
</html>
"""


def html(
    trace: Trace,
    *,
    beside: Trace | None = None,
    original: bool = False,
    language: str = "en",
    step: str | None = None,
) -> str:
    """The output of a notebook cell: the stage with a trace and maybe a second one, `beside`.

    `beside`, `original` and `step` are those of `s2s_ui.stage.stage`; `language` is one of `LANGUAGES`.
    """
    data = message(
        trace,
        labels=translations(language).gettext,
        beside=beside,
        original=original,
        step=step,
        peepholes=_has_peepholes(trace),
        edits=[dict(edit) for edit in trace.edits if isinstance(edit, tuple)],  # a function is only a name
    )
    title = markup.escape(f"{printable(trace.text)} · Seq2Scope")
    page = _PAGE.format(
        language=language,
        title=title,
        frame=_own("frame.js"),
        frame_style=_own("frame.css"),
        style=_packed_style(),
        script=_packed_script(),
        data=_packed(data),
    )
    return _OUTPUT.format(
        words=markup.escape(repr(trace)),
        height=HEIGHT,
        title=title,
        page=markup.escape(page),
        host=_own("host.js"),
    )


def _has_peepholes(trace: Trace) -> bool:
    """Whether a cell has peepholes that no edit has removed, so that their wires are drawn."""
    return any(
        "peephole" in terms and bool(terms["peephole"].any())
        for _, _, cell in trace.cells()
        for terms in map(cell.terms, cell.quantities())
    )


@cache
def _packed_script() -> str:
    return _packed(script().encode())


@cache
def _packed_style() -> str:
    return _packed(style().encode())


def _packed(content: bytes) -> str:
    """The content as gzip in base64, the same bytes each time."""
    return base64.b64encode(gzip.compress(content, 9, mtime=0)).decode()


@cache
def _own(name: str) -> str:
    return files(__package__).joinpath(name).read_text("utf-8").strip()
