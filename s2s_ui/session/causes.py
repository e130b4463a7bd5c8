"""Why, kept: attributions, causal tracing and gradients of the latest sentences, as `caches` keeps their traces."""

from s2s_core.attribution import Attribution, Faithfulness, faithfulness
from s2s_core.gradients import Gradients
from s2s_core.patching import Patching, Smallest, parts_of, states_of
from s2s_core.translator import Translator
from s2s_ui.capacity.places import PLACES
from s2s_ui.session import caches


def attribution(name: str, text: str, step: int, rather: int | None, removal: str) -> tuple[Attribution, Faithfulness]:
    """Why a model, as it was trained, writes the token of a step (rather than another one), and how far to believe it.

    Raises:
        S2SError: if the model, the text, the step, the token or the removal cannot be used.
    """
    translator = caches.model(name)
    found = _attributed(translator, translator.info.fingerprint, text, step, rather)
    return found, _believed(found, translator.info.fingerprint, text, step, rather, removal)


def patching(
    name: str, receiver: str, donor: str, gates: bool, step: int | None, layer: int | None, align: str
) -> Patching:
    """The map of what the states (or the decoder's gates) of one sentence do in the run of another.

    Raises:
        S2SError: if the model or a text cannot be used, or the answers do not differ at the step.
    """
    translator = caches.model(name)
    return _patched(translator, translator.info.fingerprint, receiver, donor, gates, step, layer, align)


def smallest(name: str, patching: Patching, part: str, place: int) -> Smallest:
    """The fewest units of a cell of that map that carry the difference.

    Raises:
        S2SError: if the cell does not take the answer over.
    """
    translator = caches.model(name)
    runs = patching.runs
    key = (runs.receiver.text, runs.donor.text, runs.step, runs.layer, runs.partners)
    return _smallest(patching, translator.info.fingerprint, key, part, place)


def gradients(name: str, text: str, output: int | None) -> Gradients:
    """The way back of the loss of one output of the model's own answer, or of all of them; not of an edited network.

    Raises:
        S2SError: if the model or the text cannot be used.
    """
    translator = caches.model(name)
    return _gradients(translator, translator.info.fingerprint, text, output)


@caches.TRACES.remembers
def _attributed(_translator: Translator, fingerprint: str, text: str, step: int, rather: int | None) -> Attribution:
    with PLACES.long():
        return _translator.attribute(text, step=step, rather=rather)


@caches.TRACES.remembers
def _believed(
    _attribution: Attribution, fingerprint: str, text: str, step: int, rather: int | None, removal: str
) -> Faithfulness:
    with PLACES.long():
        return faithfulness(_attribution, removal=removal)


@caches.TRACES.remembers
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


@caches.TRACES.remembers
def _smallest(_patching: Patching, fingerprint: str, key: tuple[object, ...], part: str, place: int) -> Smallest:
    """``fingerprint`` and ``key`` are only part of the cache's key."""
    with PLACES.long():
        return _patching.smallest(part, place)


@caches.TRACES.remembers
def _gradients(_translator: Translator, fingerprint: str, text: str, output: int | None) -> Gradients:
    with PLACES.short():
        return _translator.gradients(text, output=output)
