"""The caches of models and traces, shared by all sessions. No other file caches them; see `memory` for the limits.

The key of a model is the manifest of its checkpoint, so a checkpoint that is trained again is loaded again. The key of
a trace is its model's fingerprint and everything that it was computed from. Models and traces are immutable, so
sessions share them without copies. The list of models only needs their descriptions; a model is loaded on first use.
"""

import os
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path

import streamlit as st

from s2s_core import ModelInfo, Trace, Translator, seeds, threads
from s2s_core.analysis import corpus as corpora
from s2s_core.analysis.forcing import likeliest_slip
from s2s_core.analysis.gates import Saturation
from s2s_core.analysis.saturation import saturation_over
from s2s_core.analysis.temperature import at_temperature
from s2s_core.attribution import Attribution, Faithfulness, faithfulness
from s2s_core.cells import Cell
from s2s_core.checkpoint import (
    CARD,
    Description,
    Snapshot,
    describe,
    load,
    read_text,
    snapshots,
    source_tokenizer,
    unknown,
)
from s2s_core.edits import Edits, combine, without_peepholes
from s2s_core.errors import CheckpointError, DataError, S2SError
from s2s_core.experiments import FOLDER, Figure, read
from s2s_core.gradients import Gradients
from s2s_core.patching import Patching, Smallest, parts_of, states_of
from s2s_core.recipes import RECIPES, Facts, Sibling, digest
from s2s_core.recipes import facts as facts_of
from s2s_core.recipes.confidence import Confidence, mended
from s2s_core.registry import TASKS
from s2s_core.search import SearchResult
from s2s_core.seeds import Spread
from s2s_core.suits import Reader
from s2s_ui import store
from s2s_ui.capacity.memory import Memory
from s2s_ui.capacity.places import PLACES
from s2s_ui.session import shelf, usable
from s2s_ui.session.request import BadReference, Request, Runs
from s2s_ui.workshop import Limits, Replicas, Workshop, keep

BUDGET = int(os.environ.get("S2S_CACHE_MB") or 128) * 1_000_000  # bytes of each of the two caches
MODELS = Memory(most=256, budget=BUDGET)  # values that belong to a model: itself, its states over many sentences
TRACES = Memory(most=400, budget=BUDGET)  # values that belong to a sentence

threads.limit(1)


def model(name: str) -> Translator:
    """A checkpoint by its name in the link.

    Raises:
        UnknownName: if it is not the name of one of `models` or of a training. A link cannot name another path.
        CheckpointError: if the checkpoint is damaged.
    """
    return _load(*_found(name))


def described(name: str) -> Description:
    """The description of a checkpoint: it is checked, but its weights are not loaded.

    Raises:
        UnknownName, CheckpointError: as `model`.
    """
    return _described(Path(_found(name)[0]))


def models() -> dict[str, ModelInfo]:
    """The usable checkpoints by name: the default one first, and every base model before its siblings.

    Models that readers have trained are not listed here, but `model` finds them by name.

    Raises:
        CheckpointError: if there is no usable checkpoint.
    """
    if not (found := _listed(shelf.there())):
        raise CheckpointError("checkpoints", "there is no usable model; `python -m s2s_core train dates` makes one")
    return dict(found)


def default() -> str:
    """The name of the first of `models` that can be loaded.

    Raises:
        CheckpointError: if none can be loaded.
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
    """The sentence to show first: the first example of a model that the model can read."""
    translator = model(name)
    return next(text for text in translator.info.examples if translator.reads(text))


def answered(name: str) -> tuple[str, str]:
    """The first example of a model that it can read, and what it writes.

    Raises:
        UnknownName, CheckpointError: as `model`.
    """
    return _answered(*_found(name))


def siblings(name: str) -> tuple[Sibling, ...]:
    """The usable models of a model's family, its base first."""
    return shelf.family(name, tuple(models()))


def one_way(name: str) -> str | None:
    """The sibling with a one-directional encoder that otherwise equals this model, or None."""
    config = asdict(described(name).config)
    for sibling in siblings(name):
        other = asdict(described(sibling.name).config)
        differing = {field for field, value in other.items() if value != config[field]}
        if config["bidirectional"] and "bidirectional" in differing <= {"bidirectional", "encoder_hidden"}:
            return sibling.name
    return None


def family(name: str) -> str:
    """The base of a model's family; the model's own name if it has no family."""
    return next((sibling.base for sibling in siblings(name)), name)


def corpus(name: str, layer: int | None = None) -> corpora.Corpus:
    """The states of a layer (from 0; None: the top one) on held-out sentences and examples, to search for states."""
    translator = model(name)
    return _corpus(translator, translator.info.fingerprint, layer)


def saturation(name: str, layer: int | None = None) -> Mapping[str, Mapping[str, Saturation]]:
    """How often each unit's gates are open and closed over the sentences of `corpus`: cell -> gate -> shares."""
    translator = model(name)
    return _saturation(translator, translator.info.fingerprint, corpus(name, layer).texts, layer)


def learnt(name: str) -> tuple[Snapshot, ...]:
    """The snapshots of a model's training; empty if it has none."""
    try:
        return _snapshots(*_found(name))
    except CheckpointError as error:  # without its snapshots, the model is still usable
        usable.log_once(str(error))
        return ()


def card(name: str) -> str:
    """The model card of a checkpoint, in Markdown; empty if it has none."""
    return read_text(Path(_found(name)[0]), CARD)


def facts(name: str) -> Facts:
    """The facts on the card of a checkpoint; empty if it has none."""
    return _facts(card(name))


def reader(name: str) -> Reader:
    """The `Reader` of a checkpoint, without its weights.

    Raises:
        UnknownName, CheckpointError: as `model`.
    """
    return _reader(*_found(name))


def figures(experiment: str, name: str) -> tuple[Figure, ...]:
    """The results of an experiment for the family of a model; empty if there are none."""
    path = FOLDER / f"{experiment}.csv"
    members = {sibling.name for sibling in siblings(name)}
    try:
        found = _figures(str(path), path.stat().st_mtime_ns) if path.exists() else ()
    except DataError as error:
        usable.log_once(str(error))
        return ()
    return tuple(entry for entry in found if entry.model in members)


def over_seeds(name: str) -> tuple[Spread, ...]:
    """The results of a sweep over a model's family, for the current recipes; empty if there was none."""
    if not siblings(name):
        return ()
    path = seeds.path_of(family(name))
    try:
        return _spreads(str(path), path.stat().st_mtime_ns) if path.exists() else ()
    except DataError as error:
        usable.log_once(str(error))
        return ()


def gradients(name: str, text: str, output: int | None) -> Gradients:
    """The gradients of the loss of one output of the model's own answer (None: of all), without edits.

    Raises:
        S2SError: if the model or the text cannot be used.
    """
    translator = model(name)
    return _gradients(translator, translator.info.fingerprint, text, output)


def cell(name: str, part: str, layer: int | None) -> Cell:
    """The cell of a part ("forward", "backward" or "decoder") and a layer (from 0; None: the top one)."""
    net = model(name).net
    if part == "decoder":
        return net.decoder.cell(len(net.decoder.layers) - 1 if layer is None else layer)
    return net.encoder.cell(len(net.encoder.layers) - 1 if layer is None else layer, part)


def has_peepholes(name: str) -> bool:
    """Whether the model's cells have peepholes."""
    config = described(name).config
    return config.cell == "lstm" and config.peephole != "none"


def calibration(name: str) -> Confidence | None:
    """The calibration of a model's probabilities, if a temperature that improves it is stored."""
    try:
        return _mended(model(name).info.fingerprint)
    except DataError as error:
        usable.log_once(str(error))
        return None


def has_gates(name: str) -> bool:
    """Whether the model's cells have gates: a plain cell has none."""
    config = described(name).config
    return len(parts_of(config)) > len(states_of(config))


def search(request: Request, beam_size: int, length_penalty: float) -> SearchResult:
    """Beam search for the text of a request, with the request's model and edits.

    Raises:
        S2SError: if the model, the text or an edit cannot be used.
    """
    translator = model(request.model)
    return _searched(translator, translator.info.fingerprint, request.text, _edits(request), beam_size, length_penalty)


def patching(
    name: str, receiver: str, donor: str, gates: bool, step: int | None, layer: int | None, align: str
) -> Patching:
    """The map of the effects of one sentence's states (or the decoder's gates) in the run of another sentence.

    Raises:
        S2SError: if the model or a text cannot be used, or the answers do not differ at the step.
    """
    translator = model(name)
    return _patched(translator, translator.info.fingerprint, receiver, donor, gates, step, layer, align)


def smallest(name: str, patching: Patching, part: str, place: int) -> Smallest:
    """The fewest units of a cell of that map that carry the difference.

    Raises:
        S2SError: if the effect of the cell is too small.
    """
    translator = model(name)
    runs = patching.runs
    key = (runs.receiver.text, runs.donor.text, runs.step, runs.layer, runs.partners)
    return _smallest(patching, translator.info.fingerprint, key, part, place)


def attribution(name: str, text: str, step: int, rather: int | None, removal: str) -> tuple[Attribution, Faithfulness]:
    """Why a model without edits writes the token of a step (rather than another one), and how reliable this is.

    Raises:
        S2SError: if the model, the text, the step, the token or the removal cannot be used.
    """
    translator = model(name)
    found = _attributed(translator, translator.info.fingerprint, text, step, rather)
    return found, _believed(found, translator.info.fingerprint, text, step, rather, removal)


def runs(request: Request) -> Runs:
    """The traces that a request shows.

    Raises:
        BadReference: if the reference cannot be used.
        S2SError: if the model, the text or an edit cannot be used.
    """
    measured = calibration(request.model) if request.calibrated else None
    if measured:
        plain = runs(replace(request, calibrated=False))
        shown, free, original = (
            trace and at_temperature(trace, measured.temperature) for trace in (plain.shown, plain.free, plain.original)
        )
        return Runs(shown or plain.shown, free, original)
    translator = model(request.model)
    fingerprint = translator.info.fingerprint
    edits = _edits(request)
    free = _trace(translator, fingerprint, request.text, None, edits, 0.0, 0)
    own = replace(request, edits=None, peepholes=True)  # the network as it was trained
    changed = bool(request.edits) or not request.peepholes
    before = runs(own) if changed and own != request else None
    original = before.shown if before else None
    if not request.forced:
        return Runs(free, original=original)
    unedited = before.free if before and before.free else free
    slip = likeliest_slip(translator, unedited) if request.slip and not request.reference.strip() else None
    reference = request.reference if request.reference.strip() else slip or unedited.output
    seed = request.seed if 0 < request.ratio < 1 else 0  # otherwise nothing is random
    try:
        forced = _trace(translator, fingerprint, request.text, reference, edits, request.ratio, seed)
        return Runs(forced, free, original)
    except S2SError as error:
        raise BadReference(error) from error


def _edits(request: Request) -> Edits:
    """All edits of a request; the edit that switches the peepholes off comes first."""
    switch = () if request.peepholes else (without_peepholes(),)
    return combine(*switch, *((request.edits,) if request.edits else ()))


def _found(name: str) -> tuple[str, bytes]:
    """The folder of a checkpoint and the content of its manifest, which changes whenever the checkpoint changes."""
    there = shelf.there()
    folder = there.get(name)
    if folder is None and (folder := _trained().get(name)):
        workshop().opened(name)
    if folder is None:
        raise unknown(name, there)
    return str(folder), shelf.manifest(folder)


def _trained() -> Mapping[str, Path]:
    """The checkpoints of all trainings."""
    return shelf.scanned((workshop().root,), workshop().folders)


def _listed(there: Mapping[str, Path]) -> Mapping[str, ModelInfo]:
    """The descriptions of the usable ones of these checkpoints; kept while all are usable, cached and unchanged."""
    global _LISTED
    key = MODELS.removed, *((name, shelf.stamp_of(folder)) for name, folder in there.items())
    if key == _LISTED[0]:
        return _LISTED[1]
    found = {}
    for name, folder in there.items():
        try:
            found[name] = _described(folder).info
        except CheckpointError as error:
            usable.log_once(str(error))
    if len(found) == len(there):
        _LISTED = key, found
    return found


_LISTED: tuple[object, Mapping[str, ModelInfo]] = ((), {})


@st.cache_resource(show_spinner=False)
def workshop() -> Workshop:
    """The trainings of this server."""
    root = Path(os.environ.get("S2S_RUNS", "runs")).expanduser().absolute()
    shared = store.client()
    made = Workshop(
        root,
        PLACES,
        limits=Limits.of(os.environ),
        sharing=None if shared is None else Replicas(shared),
        cluster=os.environ.get("S2S_RAY", "").strip(),
    )
    keep(made)
    return made


def _described(folder: Path) -> Description:
    """A damaged checkpoint is checked again when one of its files has changed: it may have been half copied."""
    manifest = shelf.manifest(folder)
    if problem := usable.known_problem(folder, manifest):
        raise problem
    try:
        return _describe(str(folder), manifest)
    except CheckpointError as error:
        usable.remember(folder, manifest, error)
        raise


@MODELS.remembers
def _describe(folder: str, manifest: bytes) -> Description:
    """``manifest`` is only part of the cache's key."""
    return usable.with_examples(describe(Path(folder)), folder)


@MODELS.remembers
def _load(folder: str, manifest: bytes) -> Translator:
    """``manifest`` is only part of the cache's key."""
    return usable.reading_one(load(Path(folder), device="cpu"), folder)


@MODELS.remembers
def _answered(folder: str, manifest: bytes) -> tuple[str, str]:
    translator = _load(folder, manifest)
    text = next(text for text in translator.info.examples if translator.reads(text))
    return text, translator.translate([text])[0]


@MODELS.remembers
def _facts(card: str) -> Facts:
    return facts_of(card)


@MODELS.remembers
def _reader(folder: str, manifest: bytes) -> Reader:
    """``manifest`` is only part of the cache's key."""
    told = describe(Path(folder))
    tokenizer, limit = source_tokenizer(Path(folder)), told.config.max_src_len
    if told.info.task not in TASKS:
        return Reader(tokenizer, told.info.examples, limit)
    task = TASKS[told.info.task]()
    return Reader(tokenizer, told.info.examples, limit, task.words(), task.is_own)


@TRACES.remembers
def _searched(
    _translator: Translator, fingerprint: str, text: str, edits: Edits, beam_size: int, length_penalty: float
) -> SearchResult:
    with PLACES.long():
        return _translator.search(text, beam_size=beam_size, length_penalty=length_penalty, edit=edits)


@TRACES.remembers
def _patched(
    _translator: Translator,
    fingerprint: str,
    receiver: str,
    donor: str,
    gates: bool,
    step: int | None,
    layer: int | None,
    align: str,
) -> Patching:
    config = _translator.net.config
    states = states_of(config)
    parts = [part for part in parts_of(config) if (part in states) != gates]
    with PLACES.long():
        return _translator.patch(receiver, donor, parts=parts, step=step, layer=layer, align=align)


@TRACES.remembers
def _smallest(_patching: Patching, fingerprint: str, key: tuple[object, ...], part: str, place: int) -> Smallest:
    """``fingerprint`` and ``key`` are only part of the cache's key."""
    with PLACES.long():
        return _patching.smallest(part, place)


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


@TRACES.remembers
def _gradients(_translator: Translator, fingerprint: str, text: str, output: int | None) -> Gradients:
    with PLACES.short():
        return _translator.gradients(text, output=output)


@TRACES.remembers
def _attributed(_translator: Translator, fingerprint: str, text: str, step: int, rather: int | None) -> Attribution:
    with PLACES.long():
        return _translator.attribute(text, step=step, rather=rather)


@TRACES.remembers
def _believed(
    _attribution: Attribution, fingerprint: str, text: str, step: int, rather: int | None, removal: str
) -> Faithfulness:
    with PLACES.long():
        return faithfulness(_attribution, removal=removal)


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
    """``manifest`` is only part of the cache's key."""
    return usable.comparable(snapshots(Path(folder)), folder)


@MODELS.remembers
def _mended(fingerprint: str) -> Confidence | None:
    return mended(fingerprint)


@MODELS.remembers
def _spreads(path: str, changed: int) -> tuple[Spread, ...]:
    """``changed`` as in `_figures`."""
    found = seeds.read(Path(path))
    now = {name: digest(RECIPES[name]()) for name in {line.model for line in found} if name in RECIPES}
    return tuple(line for line in found if line.recipe == now.get(line.model))


@MODELS.remembers
def _figures(path: str, changed: int) -> tuple[Figure, ...]:
    """``changed``, the time of the file's last change, is only part of the cache's key."""
    return tuple(read(Path(path)))
