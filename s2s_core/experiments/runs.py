"""The experiments by name. Each is a generator of results for one family: `python -m s2s_core experiment NAME`."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import numpy as np

from s2s_core import checkpoint
from s2s_core.bootstrap import Estimate, ratio
from s2s_core.errors import DataError
from s2s_core.experiments.believed import believed
from s2s_core.experiments.forced_error import later_errors, wrong_tokens
from s2s_core.experiments.gradients import early_gradients, gradients
from s2s_core.experiments.outcomes import Outcomes, Row, outcomes
from s2s_core.experiments.table import About, Figure, figure
from s2s_core.experiments.typed import typed
from s2s_core.recipes import RECIPES, Sibling, siblings_of
from s2s_core.registry import Registry
from s2s_core.tasks import FileTask, Pair, Task
from s2s_core.translator import Translator

Experiment = Callable[[str, Task, int, int], Iterator[Figure]]  # family, its task, pairs, seed
EXPERIMENTS: Registry[Experiment] = Registry("experiment")
EXPERIMENTS.register("gradients")(gradients)
EXPERIMENTS.register("early-gradients")(early_gradients)

FORCING_RATIOS: Mapping[str, float] = {"": 1.0, "forcing-50": 0.5, "forcing-0": 0.0}  # in training, by kind of sibling
CONTEXTS = ("", "last", "mean")  # with attention, and without it
BINS = 8  # groups of source lengths, of equal width
FEWEST = 30  # pairs: a group with fewer is left out


@EXPERIMENTS.register("scores")
def scores(family: str, task: Task, size: int, seed: int) -> Iterator[Figure]:
    """Every member on the same held-out pairs: its teacher-forced loss, its free outputs, and where its attention is.

    The measures: loss, -log p per token in nats; exact and in the right field, in percent; edits per hundred reference
    characters; bleu, the mean over sentences, for tasks that use it.
    """
    members = _members(family, size)
    pairs = _taken(members, task.pairs("test", size=size, seed=seed))
    for translator, about in members:
        result = outcomes(translator, pairs)
        yield from _all_of(result, about, _measures(task))


@EXPERIMENTS.register("forced-errors")
def forced_errors(family: str, task: Task, size: int, seed: int) -> Iterator[Figure]:
    """Feed one wrong token at step t, then run freely: the share of later tokens that are wrong, in percent.

    By step ("after step", at: t from 1) and over all steps ("after"; at: the teacher-forcing ratio in training). The
    members differ only in this ratio. Only pairs that all of them answer exactly are used, so every later error is
    caused by the wrong token.
    """
    members = [(translator, about) for translator, about in _members(family, size) if about.kind in FORCING_RATIOS]
    pairs = _taken(members, task.pairs("test", size=size, seed=seed))
    right = np.all([outcomes(translator, pairs).exact for translator, _ in members], axis=0)
    pairs = [pair for pair, hit in zip(pairs, right, strict=True) if hit]
    for translator, about in members:
        wrong = wrong_tokens([translator.encode_reference(pair.target).ids for pair in pairs])
        errors, places = later_errors(translator, pairs, wrong)
        share = ratio(100 * errors.sum(axis=1), places.sum(axis=1))
        yield figure(about, "after", share, pairs=len(pairs), at=FORCING_RATIOS[about.kind])
        for t in range(errors.shape[1]):
            tried = places[:, t] > 0
            if tried.sum() >= FEWEST:
                share = ratio(100 * errors[tried, t], places[tried, t])
                yield figure(about, "after step", share, pairs=int(tried.sum()), at=t + 1.0)


@EXPERIMENTS.register("length")
def length(family: str, task: Task, size: int, seed: int) -> Iterator[Figure]:
    """Quality by source length, with attention and without (Bahdanau, Cho & Bengio 2015, figure 2).

    exact, edits and bleu are as in `scores`; at: the middle of a group of lengths, in characters.
    "longest in training" is the longest source in a sample of equally many training pairs.
    """
    members = [(translator, about) for translator, about in _members(family, size) if about.kind in CONTEXTS]
    pairs = _taken(members, task.pairs_of_all_lengths("test", size=size, seed=seed))
    longest = float(max(len(pair.source) for pair in task.pairs("train", size=size, seed=seed)))
    lengths = [len(pair.source) for pair in pairs]
    edges = np.linspace(min(lengths), max(lengths) + 1, BINS + 1)
    for translator, about in members:
        result = outcomes(translator, pairs)
        group = np.digitize(result.source_length, edges) - 1
        for number in range(BINS):
            here = group == number
            if here.sum() >= FEWEST:
                middle = float(result.source_length[here].mean())
                for measure in _measures(task):
                    parts, wholes = _parts(result, measure)
                    yield figure(about, measure, ratio(parts[here], wholes[here]), pairs=int(here.sum()), at=middle)
        yield figure(about, "longest in training", Estimate(longest, longest, longest), pairs=size)


@EXPERIMENTS.register("faithfulness")
def faithful(family: str, task: Task, size: int, seed: int) -> Iterator[Figure]:
    """Which attribution finds the tokens that an output comes from: the measures of `believed`, one output per pair.

    The base (with attention) and the member without attention, on the same pairs. It takes half a second per pair.
    """
    members = [(translator, about) for translator, about in _members(family, size) if about.kind in CONTEXTS[:2]]
    pairs = _taken(members, task.pairs("test", size=size, seed=seed))
    for translator, about in members:
        for measure, values in believed(translator, pairs, seed=seed).values.items():
            numbers = np.array(values)
            yield figure(about, measure, ratio(numbers, np.ones_like(numbers)), pairs=len(numbers))


@EXPERIMENTS.register("as-typed")
def as_typed(family: str, task: Task, size: int, seed: int) -> Iterator[Figure]:
    """Held-out sentences as people type them, and sentences with names and numbers that are new: see `typed`.

    Raises:
        DataError: for a task whose pairs are not translated sentences.
    """
    if not isinstance(task, FileTask):
        raise DataError(f"{task.name} has no sentences that people type otherwise: name a family of translations")
    members = _members(family, size)
    pairs = _taken(members, task.pairs("test", size=size, seed=seed))
    for translator, about in members:
        for measure, estimate, count in typed(translator, task, pairs):
            yield figure(about, measure, estimate, pairs=count)


def families() -> dict[str, tuple[Sibling, ...]]:
    """Every family that has a checkpoint: its base's name and its members."""
    found = (siblings_of(name) for name in RECIPES)
    return {members[0].base: members for members in found if members}


def _all_of(result: Outcomes, about: About, measures: Iterable[str]) -> Iterator[Figure]:
    count, at = len(result.exact), FORCING_RATIOS.get(about.kind, 1.0)
    yield figure(about, "loss", ratio(result.loss, result.tokens), pairs=count, at=at)
    for measure in measures:
        yield figure(about, measure, ratio(*_parts(result, measure)), pairs=count, at=at)
    if result.linked.any():
        yield figure(about, "in the field", ratio(100 * result.in_field, result.linked), pairs=count, at=at)


def _measures(task: Task) -> tuple[str, ...]:
    """The measures of quality that the task has."""
    return ("exact", "edits", "bleu") if isinstance(task, FileTask) else ("exact", "edits")


def _parts(result: Outcomes, measure: str) -> tuple[Row, Row]:
    """The numerator and the denominator of a measure, for each pair."""
    ones = np.ones_like(result.exact)
    return {
        "exact": (100 * result.exact, ones),
        "edits": (100 * result.edits, result.characters),
        "bleu": (result.bleu, ones),
    }[measure]


def _members(family: str, size: int) -> list[tuple[Translator, About]]:
    """The models of a family, each with the facts that its results share."""
    loaded = ((member, checkpoint.load(member.name, device="cpu")) for member in siblings_of(family))
    return [
        (translator, About(member.base, member.name, member.kind, translator.info.fingerprint, size))
        for member, translator in loaded
    ]


def _taken(members: Sequence[tuple[Translator, About]], pairs: Sequence[Pair]) -> list[Pair]:
    """The pairs that are short enough for every member, so that all are measured on the same pairs."""
    return [pair for pair in pairs if all(translator.takes(pair) for translator, _ in members)]
