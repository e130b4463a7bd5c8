"""The content of a link: a `View` and a language as the parameters of an address, and back.

This module does not use the session. Invalid parameters are reported and replaced by their defaults. Default values are
not written into the address.
"""

import json
import re
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, get_args

from s2s_core.attribution import REMOVALS
from s2s_core.config import PEEPHOLES
from s2s_core.edits import Edits
from s2s_core.errors import S2SError
from s2s_core.patching import ALIGNMENTS
from s2s_core.recipes import (
    LAYERS,
    RATES,
    SIZES,
    STEPS,
    TASKS_OFFERED,
    TOKENIZERS_OFFERED,
    VOCABULARIES,
    contexts,
)
from s2s_core.registry import CELLS
from s2s_ui.locales import LANGUAGES

Field = Literal["model", "text", "reference", "peepholes", "forcing"]
FIELDS: tuple[Field, ...] = get_args(Field)

HIDEABLE = ("pages", "model", "sentence", "examples", "switches", "tools", "inspector")
"""The parts of the page that a link for a class may hide."""


def _one_of(names: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, names)))


OPTIONS: dict[str, re.Pattern[str]] = {
    "beam": re.compile(r"[2-9]|10"),
    "layer": re.compile(r"[1-9][0-9]?"),
    "cell": re.compile(r"forward|backward|decoder"),
    "unit": re.compile(r"[0-9]{1,4}"),
    "order": re.compile(r"number|activity|similarity"),
    "rows": re.compile(r"48|all"),
    "position": re.compile(r"[0-9]{1,4}"),
    "span": re.compile(r"[0-9]{1,4}-[0-9]{1,4}"),
    "hide": re.compile(f"({'|'.join(HIDEABLE)})(,({'|'.join(HIDEABLE)}))*"),
    "length_penalty": re.compile(r"[01]\.[0-9]|2\.0"),
    "calibrated": re.compile("1"),
    "lock": re.compile("1"),
    "predict": re.compile("1"),
    "seed": re.compile(r"[0-9]{1,6}"),
    "ratio": re.compile(r"0(\.[0-9]{1,2})?|1"),
    "replacement": re.compile(r"(?s).{1,40}"),
    "output": re.compile(r"[0-9]{1,4}"),
    "donor": re.compile(r"(?s).{1,2000}"),
    "patched": re.compile(r"[a-z_]{1,20}\.([0-9]{1,4}|all)"),
    "traced": re.compile(r"states|gates"),
    "align": _one_of(ALIGNMENTS),
    "loss": re.compile("one|all"),
    "gradient": re.compile("hidden|cell|inputs"),
    "when": re.compile("trained|early|start"),
    "attending": re.compile("on|off"),
    "rather": re.compile(r"[0-9]{1,5}"),
    "removal": _one_of(REMOVALS),
    "components": re.compile(r"[23]"),
    "other": re.compile(r"[\w.-]{1,80}"),
    "other_text": re.compile(r"(?s).{1,2000}"),
    "other_peepholes": re.compile(r"[01]"),
    "card": re.compile(r"[\w.-]{1,80}"),
    "specimen": re.compile(r"[0-9]{1,2}"),
    "snapshot": re.compile(r"[0-9]{1,3}"),
    "chapter": re.compile("[0-9]|1[0-2]"),
    "answers": re.compile(r"[0-9]{1,2}b?(\.[0-9]{1,3}){1,2}(_[0-9]{1,2}b?(\.[0-9]{1,3}){1,2}){0,29}"),
    "run": re.compile(r"[\w.-]{1,80}"),
    "new_task": _one_of(TASKS_OFFERED),
    "new_cell": _one_of(CELLS.names()),
    "new_peephole": _one_of(PEEPHOLES),
    "new_ways": _one_of(("both", "forward")),
    "new_look": _one_of(contexts()),
    "new_size": _one_of(map(str, SIZES)),
    "new_ratio": re.compile(r"0(\.[0-9]{1,2})?|1(\.0)?"),
    "new_steps": _one_of(map(str, STEPS)),
    "new_layers": _one_of(map(str, LAYERS)),
    "new_dropout": re.compile(r"0(\.[0-4][0-9]?|\.50?)?"),  # up to MOST_DROPOUT
    "new_lr": _one_of(f"{rate:g}" for rate in RATES),
    "new_tokenizer": _one_of(TOKENIZERS_OFFERED),
    "new_vocabulary": _one_of(map(str, VOCABULARIES)),
}
"""The options of the pages, in addition to the fields of a view: name -> the pattern of a valid value.

A name means the same on every page that has it. The page itself checks whether the model has this unit or this name.
"""

IN_THE_BROWSER = ("step", "snapshot")
"""Parameters that the browser writes itself: the step of the stage, and the position of a figure's own slider."""

OF_THE_TEXT = ("position", "span", "replacement", "output", "rather", "donor", "patched")
"""Options that name a position in the text: a new text removes them."""

MAX_LINK_TEXT = 2000
"""In characters. A longer text stays in the session, but is not part of the address."""

MAX_PACKED = 6000
"""In characters. Edits that are longer as JSON are packed; with more than this they are not part of the address."""

MAX_VALUE = 20_000
"""The most characters of a parameter that is read: ten times as many as the app writes."""

MAX_NAME = 40
"""The most characters of an unknown name that are repeated."""

MAX_UNPACKED = 200_000
"""The most characters of packed edits that are read."""

MAX_EDITS = 64
"""The most edits of a link: each of them makes a trace about a millisecond slower."""

NAMES = frozenset((*FIELDS, "edits", "step", "lang", *OPTIONS))
"""The names of all parameters; others are ignored, except those of OF_A_TRAINING."""

OF_A_TRAINING = "new_"
"""The names of a new training's settings begin so. Unknown ones are reported: the model would be another one."""

_SURROGATE = re.compile("[\ud800-\udfff]")

STEP = re.compile(r"[0-9]{1,4}(\.[1-5])?")
"""A step in the stage's form: "17", or "17.2" for a sub-step."""


@dataclass(frozen=True, slots=True)
class View:
    """What the session shows. None stands for "not chosen": the first model, its first example."""

    model: str | None = None
    text: str | None = None
    reference: str = ""
    peepholes: bool = True
    forcing: bool = False
    edits: Edits | None = None  # what the reader has changed inside the network; never empty
    step: str | None = None
    options: tuple[tuple[str, str], ...] = ()  # the chosen OPTIONS, sorted by name


@dataclass(frozen=True, slots=True)
class BadParameter:
    """A parameter of the address with an invalid value; the default is used instead."""

    name: str
    value: str


def parse(
    parameters: Mapping[str, str], *, twice: Mapping[str, str] = MappingProxyType({})
) -> tuple[View, str | None, tuple[BadParameter, ...]]:
    """The view and the language of an address, and its invalid parameters.

    A value is also invalid if it is too long or not proper text. ``twice`` has the first values of parameters that the
    address has several times; they are reported as invalid.
    """
    bad = [BadParameter(name, value) for name, value in twice.items() if name in NAMES]
    bad += [
        BadParameter(name[:MAX_NAME], value)
        for name, value in parameters.items()
        if name not in NAMES and name.strip().casefold().startswith(OF_A_TRAINING)
    ]
    unreadable = [
        BadParameter(name, value) for name, value in parameters.items() if name in NAMES and not _is_text(value)
    ]
    left_out = {parameter.name for parameter in unreadable}
    parameters = {name: value for name, value in parameters.items() if name in NAMES and name not in left_out}
    bad += unreadable

    def switch(name: str, default: bool) -> bool:
        value = parameters.get(name, str(int(default)))
        if value not in ("0", "1"):
            bad.append(BadParameter(name, value))
            return default
        return value == "1"

    def checked(name: str, is_good: Callable[[str], object]) -> str | None:
        value = parameters.get(name)
        if value is not None and not is_good(value):
            bad.append(BadParameter(name, value))
            return None
        return value

    def edits() -> Edits | None:
        try:
            found = Edits.from_json(json.loads(_unpacked(parameters.get("edits", "[]"))))
            if len(found.edits) > MAX_EDITS:
                raise ValueError(f"{len(found.edits)} edits")
        except (S2SError, ValueError, RecursionError):
            bad.append(BadParameter("edits", parameters["edits"]))
            return None
        return found if found.edits else None

    view = View(
        model=parameters.get("model"),
        text=parameters.get("text"),
        reference=parameters.get("reference", ""),
        peepholes=switch("peepholes", default=True),
        forcing=switch("forcing", default=False),
        edits=edits(),
        step=checked("step", STEP.fullmatch),
        options=tuple(
            (name, value)
            for name, pattern in sorted(OPTIONS.items())
            if (value := checked(name, pattern.fullmatch)) is not None
        ),
    )
    return view, checked("lang", LANGUAGES.__contains__), tuple(bad)


def _is_text(value: str) -> bool:
    """Whether a value is not too long and has no surrogates, which are halves of characters."""
    return len(value) <= MAX_VALUE and not _SURROGATE.search(value)


def describe(view: View, language: str | None) -> dict[str, str]:
    """The parameters that restore a view and a chosen language, without those that have their default value."""
    default = View()
    parameters: dict[str, str] = {}
    for field in FIELDS:
        value = getattr(view, field)
        if value != getattr(default, field) and len(str(value)) <= MAX_LINK_TEXT:
            parameters[field] = str(int(value)) if isinstance(value, bool) else value
    if view.edits is not None and (written := _in_a_link(view.edits)) is not None:
        parameters["edits"] = written
    parameters |= {name: value for name, value in view.options if len(value) <= MAX_LINK_TEXT}
    if language is not None:
        parameters["lang"] = language
    return parameters


def leaves_out(view: View) -> bool:
    """Whether the edits are too many for an address."""
    return view.edits is not None and _in_a_link(view.edits) is None


_PACKED = "~"  # packed edits begin so


def _in_a_link(edits: Edits) -> str | None:
    """Edits as compact JSON, without fields that are None; packed where that is long, None where that is too long.

    The context of another sentence has hundreds of numbers: as JSON it would not fit.
    """
    entries = [{name: value for name, value in entry.items() if value is not None} for entry in edits.to_json()]
    written = json.dumps(entries, separators=(",", ":"))
    if len(written) <= MAX_LINK_TEXT:
        return written
    packed = _PACKED + urlsafe_b64encode(zlib.compress(written.encode(), 9)).decode().rstrip("=")
    return packed if len(packed) <= MAX_PACKED else None


def _unpacked(written: str) -> str:
    """Edits as JSON. Raises ValueError if they are packed, and were not packed here."""
    if not written.startswith(_PACKED):
        return written
    unpacking = zlib.decompressobj()
    try:
        unpacked = unpacking.decompress(urlsafe_b64decode(written.removeprefix(_PACKED) + "=="), MAX_UNPACKED)
    except zlib.error as error:
        raise ValueError("not packed here") from error
    if not unpacking.eof:
        raise ValueError("cut off, or too long")
    return unpacked.decode()
