"""Which words of a translation correspond to which words of its source, by a statistical aligner without a network.

The model is "fast_align" (Dyer, Chahuneau & Smith 2013): the probability of a word's translation times a preference for
the diagonal. It is learnt from sentence pairs by expectation maximisation, once in each direction; the two directions
are joined by grow-diag-final-and (Koehn, Och & Marcu 2003). The package sil-thot computes it.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from jaxtyping import Bool

from s2s_core.pair import Link, Pair
from s2s_core.threads import let_pass, passing

NAME = "fast_align"
ITERATIONS = 5

Span = tuple[int, int]
Units = Callable[[str], Sequence[Span]]  # text -> the spans of its units: words, letters, phonemes


def link(pairs: Sequence[Pair], *, learn_from: Sequence[Pair], source: Units, target: Units) -> list[Pair]:
    """``pairs`` with a link for each target character: the source units that belong to its unit, or None.

    The aligner learns from ``learn_from`` and also from ``pairs``, so that it knows their words. Without sil-thot,
    which is not available for every system, the pairs are returned unchanged.
    """
    try:
        from thot import alignment
    except ImportError:
        return list(pairs)
    direct, inverse = alignment.FastAlignModel(), alignment.FastAlignModel()
    for pair in passing((*learn_from, *pairs)):
        written, said = _texts(pair.source, source), _texts(pair.target, target)
        direct.add_sentence_pair(written, said)
        inverse.add_sentence_pair(said, written)
    for model in (direct, inverse):
        model.start_training()
        for _ in range(ITERATIONS):
            let_pass()  # the next call holds Python's interpreter lock
            model.train()
        model.end_training()
    joined = alignment.SymmetrizedAligner(direct, inverse)
    joined.heuristic = alignment.SymmetrizationHeuristic.GROW_DIAG_FINAL_AND
    linked = []
    for pair in passing(pairs):
        _, matrix = joined.get_best_alignment(_texts(pair.source, source), _texts(pair.target, target))
        linked.append(replace(pair, links=_links(pair, source(pair.source), target(pair.target), matrix.to_numpy())))
    return linked


def _texts(text: str, units: Units) -> list[str]:
    return [text[start:end].casefold() for start, end in units(text)]


def _links(
    pair: Pair, source: Sequence[Span], target: Sequence[Span], matrix: Bool[np.ndarray, "source target"]
) -> tuple[Link | None, ...]:
    links: list[Link | None] = [None] * len(pair.target)
    for column, (start, end) in enumerate(target):
        field = [place for row, span in enumerate(source) if matrix[row, column] for place in range(*span)]
        links[start:end] = [Link(tuple(field)) if field else None] * (end - start)
    return tuple(links)
