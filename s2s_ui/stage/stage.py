"""The stage in a page: mounts the player that runs in the browser, and says in which words it speaks.

The player is written as ES modules; a component takes one script. `script` joins them: each module becomes a function
called once, in the order in which they import each other, so that names private to a module stay private. Comments
with the types are for `make check` and stay behind.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import streamlit as st

from s2s_ui.locales import Translate
from s2s_ui.stage.payload import pack
from s2s_ui.stage.words import words

if TYPE_CHECKING:
    from s2s_core import Trace
    from s2s_core.edits import Edits

ENTRY = "mount.js"  # a module is named by its path under js/
PLAIN: dict[str, object] = {
    "step": None,
    "autoplay": False,
    "peepholes": True,
    "sentence_selector": None,
    "original": False,
    "edits": [],
    "editable": False,
    "live": False,
    "sync": None,
    "compact": False,
    "addressed": False,
    "predict": False,
    "layer": None,
    "keeps_layer": False,
}
"""How a stage is set that stands by itself."""
_IMPORT = re.compile(r'^import\s*\{([^}]*)\}\s*from\s*"(\.{1,2}/[\w./-]+\.js)";\n', re.MULTILINE)
_COMMENT = re.compile(r"^[ \t]*/\*\*(?:(?!\*/).)*\*/\n", re.MULTILINE | re.DOTALL)  # of lines of its own
_EXPORT = re.compile(r"^export (?:const|class|function) (\w+)", re.MULTILINE)


def _nothing() -> None:
    """What a callback does that a page does not need."""


def stage(
    trace: Trace,
    *,
    labels: Translate,
    key: str,
    beside: Trace | None = None,
    original: bool = False,
    step: str | int | None = None,
    autoplay: bool = False,
    peepholes: bool = True,
    sentence_selector: str | None = None,
    edits: Edits | None = None,
    sync: str | None = None,
    compact: bool = False,
    addressed: bool = True,
    predict: bool = False,
    layer: int | None = None,
    on_layer: Callable[[], None] | None = None,
    on_toggle: Callable[[], None] = _nothing,
    on_edit: Callable[[], None] | None = None,
    on_type: Callable[[], None] | None = None,
) -> str | None:
    """Mounts the stage; answers "peepholes" or "teacher" in the one run that follows such a key, else None.

    `labels` translates (gettext). `beside` is another run of the same text to compare with: what it was before the
    edits if `original`, else the free run beside a teacher-forced one. `step` is where to start, as
    the address has it (17, or "17.2" for a sub-step); `autoplay` plays once from the start if there is no step.
    `peepholes` says whether their wires are drawn. The key / focuses what `sentence_selector` finds; with `on_type` the
    stage tells what is being typed there, when the keys rest for a moment ("typed" in the component's state). `edits`
    are those that the trace was computed with; with `on_edit` the reader can change them, and what was asked for (see
    whatif.py) is under "edit". The callbacks are called before the run. Stages of the same `sync` step together, and
    one of them is `addressed`: it writes the step into the address. A `compact` one has no inspector. With `predict`
    an output is covered until somebody has guessed it. `layer` is the one to show, from 1; None, or one that the model
    lacks, is the top one. With `on_layer` the page keeps the layer that a reader turns to ("layer", 0 the top one).
    """
    data = message(
        trace,
        labels=labels,
        beside=beside,
        step=None if step is None else str(step),
        autoplay=autoplay,
        peepholes=peepholes,
        sentence_selector=sentence_selector,
        original=original,
        edits=edits.to_json() if edits else [],
        editable=on_edit is not None,
        live=on_type is not None,
        sync=sync,
        compact=compact,
        addressed=addressed,
        predict=predict,
        layer=layer,
        keeps_layer=on_layer is not None,
    )
    result = _component()(
        key=key,
        data=data,
        on_toggle_change=on_toggle,
        on_edit_change=on_edit or _nothing,
        on_typed_change=on_type or _nothing,
        on_layer_change=on_layer or _nothing,
    )
    pressed = result.get("toggle")
    return pressed if isinstance(pressed, str) else None


def message(trace: Trace, *, labels: Translate, beside: Trace | None = None, **settings: object) -> bytes:
    """What the player receives: the traces, its words, and how it is set; by itself it only plays.

    `settings` are those of `stage`, as the browser reads them.
    """
    spoken = words(labels)
    return pack(trace, beside=beside, end=spoken["end"], settings={"words": spoken, **PLAIN, **settings})


def _component() -> Any:
    """Registered inside the run, because a second AppTest knows nothing of what was registered at import."""
    return st.components.v2.component("s2s_stage", js=script(), css=style())


@cache
def style() -> str:
    """The style sheet of the stage."""
    return files(__package__).joinpath("stage.css").read_text(encoding="utf-8")


@cache
def script() -> str:
    """All modules of the stage as one."""
    ordered: list[str] = []
    _visit(ENTRY, ordered, ())
    return "\n".join(_wrapped(name) for name in ordered)


def _visit(name: str, ordered: list[str], path: tuple[str, ...]) -> None:
    """Appends a module after those it imports."""
    if name in path:
        raise ImportError(f"the modules of the stage import each other in a circle: {' -> '.join((*path, name))}")
    if name in ordered:
        return
    for _, imported in _IMPORT.findall(_read(name)):
        _visit(_beside(name, imported), ordered, (*path, name))
    ordered.append(name)


def _wrapped(name: str) -> str:
    """A module as a function called once that returns what it exports; the entry keeps its default export."""
    source = _COMMENT.sub("", _read(name))
    exported = _EXPORT.findall(source)
    body = _IMPORT.sub(lambda match: f"const {{{match[1]}}} = {_variable(_beside(name, match[2]))};\n", source)
    if re.search(r"^import\b", body, re.MULTILINE):
        raise ImportError(f'{name}: the stage only takes imports of the form: import {{ name }} from "./module.js";')
    if name == ENTRY:
        return body
    body = re.sub(r"^export (?=const|class|function)", "", body, flags=re.MULTILINE)
    return f"const {_variable(name)} = (() => {{\n{body}\nreturn {{ {', '.join(exported)} }};\n}})();"


def _beside(name: str, imported: str) -> str:
    """The module that `name` imports as "./x.js" or "../draw/x.js"."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(name), imported))


def _variable(name: str) -> str:
    return "module_" + re.sub(r"\W", "_", name.removesuffix(".js"))


def _read(name: str) -> str:
    return files(__package__).joinpath("js", name).read_text(encoding="utf-8")
