"""The message for the followers' stage: the trace of the teacher's link, computed and packed once for each language.

Its name is a hash of its content, so browsers and proxies can cache it. It depends only on the link, so a restarted
server, or another one, makes the same file again.
"""

import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from threading import Lock

from s2s_core import Trace
from s2s_core.errors import S2SError
from s2s_ui.locales import LANGUAGES, translations
from s2s_ui.session import caches, calibration
from s2s_ui.session.address import View, parse
from s2s_ui.session.asked import asked
from s2s_ui.session.request import BadReference, Request, Runs
from s2s_ui.stage.message import message
from s2s_ui.stage.served import WORDS

KEPT = 64  # messages, of some 50 kB each
_PACKED: OrderedDict[str, bytes] = OrderedDict()
_LOCK = Lock()


@dataclass(frozen=True, slots=True)
class Followed:
    """The trace that a link shows, and the names of its messages by language."""

    trace: Trace
    names: Mapping[str, str]


def followed(link: Mapping[str, str]) -> Followed | None:
    """The trace that a link shows; None if there is none, because the model is missing or cannot read the text."""
    view, _, _ = parse(link)
    try:
        request, runs = _runs(asked(view))
    except S2SError:
        return None
    return Followed(runs.shown, {language: _packed(view, request, runs, language) for language in LANGUAGES})


def packed(name: str, link: Mapping[str, str]) -> bytes | None:
    """The message of this name, compressed with gzip; None if it is unknown and is not that of the link."""
    with _LOCK:
        known = _PACKED.get(name)
    if known is None and followed(link) is not None:
        with _LOCK:
            known = _PACKED.get(name)
    return known


def _runs(request: Request) -> tuple[Request, Runs]:
    try:
        return request, caches.runs(request)
    except BadReference:
        free = replace(request, forced=False)
        return free, caches.runs(free)


def _packed(view: View, request: Request, runs: Runs, language: str) -> str:
    options = dict(view.options)
    labels = translations(language).gettext
    data = message(
        runs.shown,
        labels=labels,
        beside=runs.original or runs.free,
        original=runs.original is not None,
        said_in=WORDS[language].file,
        peepholes=request.peepholes and caches.has_peepholes(request.model),
        edits=request.edits.to_json() if request.edits else [],
        calibration=calibration.setting(request, labels),
        layer=int(options["layer"]) if "layer" in options else None,
    )
    name = hashlib.blake2b(data, digest_size=16).hexdigest()
    with _LOCK:
        if name not in _PACKED:
            _PACKED[name] = gzip.compress(data, 6, mtime=0)
        _PACKED.move_to_end(name)
        while len(_PACKED) > KEPT:
            _PACKED.popitem(last=False)
    return name
