"""How reliable are attributions, including α? Measured on one output of each held-out pair by deletion and insertion.

Is attention an explanation? Jain & Wallace (2019) find that weights agree little with gradients and occlusion, and that
other weights often give the same answer. Wiegreffe & Pinter (2019) find that this depends on the model and on what an
explanation is meant to be. This module measures how well α finds the tokens that the answer needs, compared with six
other methods and chance; how well α and these methods agree on the order of the tokens; and how the answer changes if α
is shuffled.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from s2s_core.attribution import CHANCE, Attribution, Faithfulness, faithfulness
from s2s_core.decoder import teacher_forced
from s2s_core.described import described
from s2s_core.edits import Site
from s2s_core.pair import Pair
from s2s_core.translator import Translator

REMOVALS = ("drop", "zero")
SHUFFLES = 20  # random orders of α, for each output
ATTENTION = "attention"


@dataclass(slots=True, repr=False)
class Believed:
    """The numbers of each measure, one per pair; pairs to which a measure does not apply are left out."""

    values: dict[str, list[float]] = field(default_factory=dict)

    __repr__ = described

    def add(self, measure: str, value: float) -> None:
        """Append the number of the next pair."""
        self.values.setdefault(measure, []).append(float(value))


def believed(translator: Translator, pairs: Sequence[Pair], *, seed: int) -> Believed:
    """The measures over pairs.

    For each method, with each of REMOVALS:

    - ``deletion``, ``insertion``: the areas under p;
    - ``first``: p without the token that the method ranks first;
    - ``better``: 100 if the deletion area is smaller than that of chance, else 0;
    - ``best``: 100 if no method has a smaller deletion area (divided among equal methods), else 0.

    For each method:

    - ``agrees``: Kendall's τ with α over the text's tokens, -1 to 1;
    - ``in the field``, ``on the digit``: 100 if the token ranked first is right, for pairs with a known alignment.

    With the weights of this step shuffled: ``p shuffled``, p of the token; ``changes``, 100 if another token is
    written.
    """
    found = Believed()
    for number, pair in enumerate(pairs):
        lots = np.random.default_rng((seed, number))  # the same outputs for every model
        asked = _step(translator, pair, lots)
        if asked is None:
            continue
        attribution = translator.attribute(pair.source, step=asked)
        for removal in REMOVALS:
            _areas(found, faithfulness(attribution, removal=removal, seed=seed))
        _agreement(found, attribution)
        _alignment(found, attribution, translator, pair)
        if any(row.method == ATTENTION for row in attribution.rows):
            _shuffled(found, attribution, lots)
    return found


def _step(translator: Translator, pair: Pair, lots: np.random.Generator) -> int | None:
    """A random step of the model's output. If the pair's alignment is known, a step that comes from the source, or None
    if the output is not right.
    """
    ids = translator.search(pair.source, beam_size=1).hypotheses[0].ids
    steps = list(range(len(ids)))
    if pair.links:
        target = translator.encode_reference(pair.target)
        if ids != target.ids:
            return None
        steps = [step for step, (start, _) in enumerate(target.offsets) if pair.links[start] is not None]
    return int(lots.choice(steps)) if steps else None


def _areas(found: Believed, faithful: Faithfulness) -> None:
    removal = faithful.removal
    chance = faithful.curve(CHANCE).deletion_area
    methods = [curve for curve in faithful.curves if curve.method != CHANCE]
    least = min(round(curve.deletion_area, 6) for curve in methods)
    winners = sum(round(curve.deletion_area, 6) == least for curve in methods)
    for curve in faithful.curves:
        name = f"{removal}: {curve.method}"
        found.add(f"deletion, {name}", curve.deletion_area)
        found.add(f"insertion, {name}", curve.insertion_area)
        found.add(f"first, {name}", curve.deletion[1])
        if curve.method != CHANCE:
            found.add(f"better, {name}", 100.0 * (curve.deletion_area < chance))
            found.add(f"best, {name}", 100.0 / winners if round(curve.deletion_area, 6) == least else 0.0)


def _agreement(found: Believed, attribution: Attribution) -> None:
    kept = ~np.array(attribution.src_marks)
    rows = {row.method: row.source[kept] for row in attribution.rows}
    if ATTENTION in rows and kept.sum() > 1:
        for method, values in rows.items():
            if method != ATTENTION:
                found.add(f"agrees: {method}", kendall(values, rows[ATTENTION]))


def kendall(one: Float[np.ndarray, " tokens"], other: Float[np.ndarray, " tokens"]) -> float:
    """Kendall's τ-b of two rows: 1 for the same order, -1 for the opposite order; 0 if a row has only equal values."""
    signs = [np.sign(row[:, None] - row[None, :]) for row in (one, other)]
    sizes = [float(np.abs(sign).sum()) for sign in signs]
    return float((signs[0] * signs[1]).sum() / np.sqrt(sizes[0] * sizes[1])) if min(sizes) else 0.0


def _alignment(found: Believed, attribution: Attribution, translator: Translator, pair: Pair) -> None:
    """Whether the token that each method ranks first is the one that the output comes from."""
    if not pair.links:
        return
    source, target = translator.encode(pair.source), translator.encode_reference(pair.target)
    link = pair.links[target.offsets[attribution.step][0]]
    if link is None:
        return
    kept = np.flatnonzero(~np.array(attribution.src_marks))
    for row in attribution.rows:
        start, stop = source.offsets[int(row.source[kept].argmax())]
        found.add(f"in the field: {row.method}", 100.0 * any(start <= place < stop for place in link.field))
        if link.exact is not None:
            found.add(f"on the digit: {row.method}", 100.0 * (start <= link.exact < stop))


@torch.inference_mode()
def _shuffled(found: Believed, attribution: Attribution, lots: np.random.Generator) -> None:
    """Compute the step again with its weights in random orders (Jain & Wallace 2019, section 4.2.1)."""
    asked = attribution.question
    net, length = asked.net, len(asked.source)
    orders = torch.tensor(np.array([lots.permutation(length) for _ in range(SHUFFLES)]), device=net.device)

    def shuffle(site: Site, t: int, value: Tensor) -> Tensor:
        at = site.quantity == "weights" and t == attribution.step
        return value.gather(1, orders) if at else value

    source = torch.tensor([asked.source], device=net.device).expand(SHUFFLES, -1)
    fed = torch.tensor([asked.fed], device=net.device).expand(SHUFFLES, -1)
    memory = net.encode(source, torch.ones_like(source, dtype=torch.bool))
    *_, last = net.decoder.steps(memory, teacher_forced(fed), length=fed.shape[1], edit=shuffle)
    found.add("p shuffled", float(last.log_probs[:, asked.token].exp().mean()))
    found.add("changes", 100 * float((last.logits.argmax(dim=-1) != asked.token).float().mean()))
    found.add("p", float(np.exp(attribution.log_prob)))
