"""Models and traces, computed once for all sessions. The only file that caches: so many bytes of each, see `memory`.

A model is known by the manifest of its checkpoint, so a checkpoint that is trained anew is loaded anew; a trace by its
model's fingerprint and everything it was computed from. Models and traces are immutable, so all sessions share them
uncopied. Models are listed by what their checkpoints say of themselves and loaded when one is looked at.
"""

import atexit
import gc
import os
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path

import streamlit as st

from s2s_core import ModelInfo, Trace, Translator, threads
from s2s_core.analysis import corpus as corpora
from s2s_core.analysis.forcing import likeliest_slip
from s2s_core.analysis.gates import Saturation
from s2s_core.analysis.saturation import saturation_over
from s2s_core.checkpoint import (
    CARD,
    Description,
    Snapshot,
    describe,
    folders,
    load,
    read_manifest,
    read_text,
    snapshots,
)
from s2s_core.edits import Edits, combine, without_peepholes
from s2s_core.errors import CheckpointError, DataError, S2SError, UnknownName
from s2s_core.experiments import FOLDER, Figure, read
from s2s_core.recipes import Sibling, in_order, siblings_of
from s2s_core.search import SearchResult
from s2s_ui.capacity.memory import Memory
from s2s_ui.capacity.places import PLACES
from s2s_ui.session import usable
from s2s_ui.session.request import BadReference, Request, Runs
from s2s_ui.workshop import Workshop

BUDGET = int(os.environ.get("S2S_CACHE_MB") or 200) * 1_000_000  # bytes, of each of the two
MODELS = Memory(most=256, budget=BUDGET)  # what is known of a model, and dear: itself, its states over many sentences
TRACES = Memory(most=400, budget=BUDGET)  # what is known of a sentence

threads.limit(1)
atexit.register(gc.unfreeze)  # what `_load` froze is cleared away with the rest, or libraries report it as leaked


def model(name: str) -> Translator:
    """A checkpoint by its name in the link.

    Raises:
        UnknownName: for anything but a name of `models` or of a training; a link cannot make the server read a path.
        CheckpointError: for a damaged checkpoint.
    """
    return _load(*_found(name))


def described(name: str) -> Description:
    """What a checkpoint says of itself, checked but not loaded.

    Raises:
        UnknownName, CheckpointError: as `model`.
    """
    return _described(Path(_found(name)[0]))


def models() -> dict[str, ModelInfo]:
    """The checkpoints that can be used, by name, the default one first and every base before its siblings.

    What readers have trained is not among them: `model` knows it by its name.

    Raises:
        CheckpointError: where there is none at all.
    """
    found = {}
    for name in in_order(there := folders()):
        try:
            found[name] = _described(there[name]).info
        except CheckpointError as error:
            usable.log_once(str(error))
    if not found:
        raise CheckpointError("checkpoints", "there is no usable model; `python -m s2s_core train dates` makes one")
    return found


def default() -> str:
    """The first of `models` that can be loaded too.

    Raises:
        CheckpointError: where there is none.
    """
    for name in (names := list(models())):
        try:
            model(name)
        except CheckpointError as error:
            usable.log_once(str(error))
        else:
            return name
    raise CheckpointError("checkpoints", f"none of {', '.join(names)} can be loaded")


def example(name: str) -> str:
    """A sentence to begin with: the first example of a model that it can read."""
    translator = model(name)
    return next(text for text in translator.info.examples if translator.reads(text))


def siblings(name: str) -> tuple[Sibling, ...]:
    """The family of a model, its base first, as far as it can be used."""
    there = models()
    return tuple(sibling for sibling in siblings_of(name) if sibling.name in there)


def one_way(name: str) -> str | None:
    """The sibling whose encoder reads in one direction and that is otherwise as this model."""
    own = asdict(described(name).config)
    for sibling in siblings(name):
        other = asdict(described(sibling.name).config)
        differing = {field for field, value in other.items() if value != own[field]}
        if own["bidirectional"] and "bidirectional" in differing <= {"bidirectional", "encoder_hidden"}:
            return sibling.name
    return None


def family(name: str) -> str:
    """The base of a model's family; its own name where it has none."""
    return next((sibling.base for sibling in siblings(name)), name)


def corpus(name: str, layer: int | None = None) -> corpora.Corpus:
    """A layer's states (from 0; None: the top one) on held-out sentences and examples, to look states up in."""
    translator = model(name)
    return _corpus(translator, translator.info.fingerprint, layer)


def saturation(name: str, layer: int | None = None) -> Mapping[str, Mapping[str, Saturation]]:
    """How often each unit's gates are open and shut over the sentences of `corpus`: cell -> gate -> shares."""
    translator = model(name)
    return _saturation(translator, translator.info.fingerprint, corpus(name, layer).texts, layer)


def learnt(name: str) -> tuple[Snapshot, ...]:
    """What the model made of a few sentences at points of its training; empty where that was not kept."""
    try:
        return _snapshots(*_found(name))
    except CheckpointError as error:  # the model itself is as good as it was
        usable.log_once(str(error))
        return ()


def card(name: str) -> str:
    """What a model's checkpoint says of it to people, in Markdown; empty where it has no card."""
    return read_text(Path(_found(name)[0]), CARD)


def figures(experiment: str, name: str) -> tuple[Figure, ...]:
    """What an experiment found for the family of a model; nothing where it was not made."""
    path = FOLDER / f"{experiment}.csv"
    members = {sibling.name for sibling in siblings(name)}
    try:
        found = _figures(str(path), path.stat().st_mtime_ns) if path.exists() else ()
    except DataError as error:
        usable.log_once(str(error))
        return ()
    return tuple(entry for entry in found if entry.model in members)


def has_peepholes(name: str) -> bool:
    """Whether there is anything to switch off in this model."""
    config = described(name).config
    return config.cell == "lstm" and config.peephole != "none"


def search(request: Request, beam_size: int, length_penalty: float) -> SearchResult:
    """Beam search over the text of a request, by the model as the request has it.

    Raises:
        S2SError: for a model, a text or an edit that cannot be used.
    """
    translator = model(request.model)
    return _searched(translator, translator.info.fingerprint, request.text, _edits(request), beam_size, length_penalty)


def runs(request: Request) -> Runs:
    """What a request shows.

    Raises:
        BadReference: for a reference that cannot be used.
        S2SError: for a model, a text or an edit that cannot.
    """
    translator = model(request.model)
    fingerprint = translator.info.fingerprint
    edits = _edits(request)
    free = _trace(translator, fingerprint, request.text, None, edits, 0.0, 0)
    before = runs(replace(request, edits=None)) if request.edits else None
    original = before.shown if before else None
    if not request.forced:
        return Runs(free, original=original)
    own = before.free if before and before.free else free
    slip = likeliest_slip(translator, own) if request.slip and not request.reference.strip() else None
    reference = request.reference if request.reference.strip() else slip or own.output
    seed = request.seed if 0 < request.ratio < 1 else 0  # nothing is drawn otherwise
    try:
        forced = _trace(translator, fingerprint, request.text, reference, edits, request.ratio, seed)
        return Runs(forced, free, original)
    except S2SError as error:
        raise BadReference(error) from error


def _edits(request: Request) -> Edits:
    """What a request changes inside the network: the switch of the peepholes first."""
    cut = () if request.peepholes else (without_peepholes(),)
    return combine(*cut, *((request.edits,) if request.edits else ()))


def _found(name: str) -> tuple[str, bytes]:
    """The folder of a checkpoint, and its manifest, which changes when the checkpoint does."""
    there = folders()
    folder = there.get(name) or workshop().folders().get(name)
    if folder is None:
        raise UnknownName("model", name, tuple(in_order(there)))
    return str(folder), read_manifest(folder)


@st.cache_resource(show_spinner=False)
def workshop() -> Workshop:
    """The trainings of this server."""
    return Workshop(Path(os.environ.get("S2S_RUNS", "runs")).expanduser().absolute(), PLACES)


def _described(folder: Path) -> Description:
    """What is damaged is looked at again when a file of it has changed: it may be a copy half made."""
    manifest = read_manifest(folder)
    if problem := usable.known_problem(folder, manifest):
        raise problem
    try:
        return _describe(str(folder), manifest)
    except CheckpointError as error:
        usable.remember(folder, manifest, error)
        raise


@MODELS.remembers
def _describe(folder: str, manifest: bytes) -> Description:
    """`manifest` is read by the cache alone."""
    return usable.with_examples(describe(Path(folder)), folder)


@MODELS.remembers
def _load(folder: str, manifest: bytes) -> Translator:
    """`manifest` is read by the cache alone."""
    translator = usable.reading_one(load(Path(folder), device="cpu"), folder)
    # Streamlit collects garbage after every run, which with torch imported takes 100 ms each time; what is alive now
    # stays alive, so it is taken out of the collector's sight.
    gc.collect()
    gc.freeze()
    return translator


@TRACES.remembers
def _searched(
    _translator: Translator, fingerprint: str, text: str, edits: Edits, beam_size: int, length_penalty: float
) -> SearchResult:
    with PLACES.long():
        return _translator.search(text, beam_size=beam_size, length_penalty=length_penalty, edit=edits)


@TRACES.remembers
def _trace(
    _translator: Translator,
    fingerprint: str,
    text: str,
    reference: str | None,
    edits: Edits,
    ratio: float,
    seed: int,
) -> Trace:
    with PLACES.short():
        return _translator.trace(text, reference=reference, teacher_forcing=ratio, seed=seed, edit=edits)


@MODELS.remembers
def _saturation(
    _translator: Translator, fingerprint: str, _texts: tuple[str, ...], layer: int | None
) -> Mapping[str, Mapping[str, Saturation]]:
    with PLACES.long():
        return saturation_over(_translator, _texts, layer)


@MODELS.remembers
def _corpus(_translator: Translator, fingerprint: str, layer: int | None) -> corpora.Corpus:
    with PLACES.long():
        sentences = [pair.source for pair in corpora.held_out(_translator)]
        return corpora.corpus(_translator, list(dict.fromkeys((*_translator.info.examples, *sentences))), layer)


@MODELS.remembers
def _snapshots(folder: str, manifest: bytes) -> tuple[Snapshot, ...]:
    """`manifest` is read by the cache alone."""
    return usable.comparable(snapshots(Path(folder)), folder)


@MODELS.remembers
def _figures(path: str, changed: int) -> tuple[Figure, ...]:
    """`changed` is read by the cache alone: when the file was written."""
    return tuple(read(Path(path)))
