"""Find the reading that can be right. To be fast, each reading is tried with only the vocabulary rows that it needs."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
import torch

from s2s_core.adapters.agreement import Case, computed
from s2s_core.adapters.assembly import Frame, configuration, filled, parameters
from s2s_core.adapters.structure import Structure
from s2s_core.checkpoint.weights import skeleton
from s2s_core.config import ModelConfig
from s2s_core.errors import AdapterError
from s2s_core.seq2seq import Seq2Seq

CLOSE = 1e-4  # a reading that differs by less is compared in full
MOST_STEPS = 6
MOST_TEXTS = 4
MOST_READINGS = 20_000
TELLING = 3  # source positions and steps: with only one, attention or feeding back has no effect
_ROWS = 48  # of the output layer, in addition to the tokens that are fed


def best(readings: Iterable[Structure], cases: Sequence[Case]) -> tuple[Structure | None, int]:
    """A reading close to the reference's log-probabilities, else the closest one; and how many readings there are.

    Raises:
        AdapterError: if two readings are close but compute different numbers.
    """
    case, *others = sorted(cases, key=lambda case: -min(len(case.source), len(case.fed)))[:MOST_TEXTS]
    telling = min(len(case.source), len(case.fed)) >= TELLING
    near: list[Structure] = []
    closest: tuple[float, Structure] | None = None
    tried = 0
    nets: dict[ModelConfig, Seq2Seq] = {}
    for structure in readings:
        tried += 1
        if tried > MOST_READINGS:
            raise AdapterError(f"the weights have more than {MOST_READINGS:,} readings: hand over fewer of them")
        by = _distance(structure, case, nets)
        if by <= CLOSE:
            near.append(structure)
            if telling and all(_distance(structure, other, nets) <= CLOSE for other in others):
                return structure, tried
        elif closest is None or by < closest[0]:
            closest = by, structure
    if not near:
        return closest[1] if closest else None, tried
    near = [one for one in near if all(_distance(one, other, nets) <= CLOSE for other in others)] or near
    return _unambiguous(near, case), tried


def _distance(structure: Structure, case: Case, nets: dict[ModelConfig, Seq2Seq]) -> float:
    """The distance of the log-probabilities at the first step; if that is small, at some more steps."""
    ids, target = sorted(set(case.source)), _rows(case, len(structure.output.weight))
    net = _small(structure, ids, target, nets)
    source, fed = [ids.index(id) for id in case.source], [target.index(id) for id in case.fed[:MOST_STEPS]]
    apart = 0.0
    for steps in (1, len(fed)):
        if apart <= CLOSE:
            logits = computed(net, source, fed[:steps])["logits"]
            wanted = case.expected["logits"][:steps, target]
            known = np.isfinite(wanted).all(axis=0)
            apart = float(np.abs(_centred(logits[:, known]) - _centred(wanted[:, known])).max(initial=0.0))
    return apart if np.isfinite(apart) else np.inf


def _centred(logits: np.ndarray) -> np.ndarray:
    """The logits of each step minus their mean. A softmax does not change if the same number is added to all logits."""
    return logits - logits.mean(axis=1, keepdims=True)


def _rows(case: Case, size: int) -> list[int]:
    return sorted({*case.fed, *range(min(size, _ROWS))})


def _small(
    structure: Structure, source: Sequence[int], target: Sequence[int], nets: dict[ModelConfig, Seq2Seq]
) -> Seq2Seq:
    """The network of a reading with only a few ids, in the given order; `nets` caches networks by configuration."""
    output = structure.output
    some = replace(
        structure,
        source=structure.source[list(source)],
        target=structure.target[list(target)],
        output=replace(
            output,
            weight=output.weight[list(target)],
            bias=None if output.bias is None else output.bias[list(target)],
        ),
    )
    frame = Frame(tuple(range(len(source))), tuple(range(len(target))), source_start=False, source_end=False)
    config = configuration(some, frame)
    net = nets.get(config) or nets.setdefault(config, skeleton(config))
    return filled(net, parameters(some, frame, config))


def _unambiguous(near: list[Structure], case: Case) -> Structure:
    """One of several close readings, after a check on other ids that all of them compute the same."""
    first = near[0]
    generator = torch.Generator().manual_seed(0)
    source = torch.randint(len(first.source), (9,), generator=generator).tolist()
    fed = torch.randint(len(first.target), (9,), generator=generator).tolist()
    target = sorted({*fed, *_rows(case, len(first.target))})
    ids = sorted(set(source))
    outputs = []
    for structure in near:
        net = _small(structure, ids, target, {})
        ours = computed(net, [ids.index(id) for id in source], [target.index(id) for id in fed])
        outputs.append(_centred(ours["logits"]))
    for other, output in zip(near[1:], outputs[1:], strict=True):
        if not np.abs(output - outputs[0]).max() <= CLOSE:
            raise AdapterError(
                "the texts do not tell two readings of the weights apart: as "
                f"{first.summary}; and as {other.summary}: give texts of more tokens, and more of them"
            )
    return first
