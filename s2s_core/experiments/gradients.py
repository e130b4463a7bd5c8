"""How fast gradients shrink or grow backwards through time, in plain cells, GRUs and LSTMs with and without attention.

Measured are the family members whose cells or context differ from the base's: trained, and untrained with random
weights. Untrained networks, and networks after their first updates, also have a bias of -1, 0 and 1 of the gate that
keeps the old state (Jozefowicz, Zaremba & Sutskever 2015), and include the plain cell and the GRU without attention,
for which there is no checkpoint.
"""

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
import torch

from s2s_core import checkpoint
from s2s_core.bootstrap import Estimate, ratio
from s2s_core.cells import Cell
from s2s_core.experiments.table import About, Figure, figure
from s2s_core.gradients import decay
from s2s_core.recipes import RECIPES, siblings_of
from s2s_core.seq2seq import Seq2Seq
from s2s_core.tasks import Pair, Task
from s2s_core.training import Finished, train
from s2s_core.translator import Translator

KINDS = ("", "last", "rnn", "gru")  # of siblings
CELLS = ("lstm", "gru", "rnn")
CONTEXTS = ("attention", "last")
BIASES = (-1.0, 0.0, 1.0)  # of the gate that keeps the old state
UPDATES = 400  # from the start, for `early_gradients`
PAIRS = 12  # at most; the gradient is computed from each of their outputs
FEWEST = 6  # pairs: a distance with fewer pairs is left out


def gradients(family: str, task: Task, size: int, seed: int) -> Iterator[Figure]:
    """log10 |∂L_i/∂h_t| against the number of recurrent steps between output i and the state, by cell and context.

    It is the logarithm of the mean over all outputs and states with this distance (see `s2s_core.gradients.decay`),
    with an interval over pairs; ``at`` is the distance. The measure is "trained" or "start", then the part; at the
    start also cell, context and bias.
    """
    pairs = task.pairs("test", size=min(size, PAIRS), seed=seed)
    for member in siblings_of(family):
        if member.kind in KINDS:
            model = checkpoint.load(member.name, device="cpu")
            about = About(member.base, member.name, member.kind, model.info.fingerprint, size)
            yield from _figures(about, "trained", model, pairs)
    base = checkpoint.load(family, device="cpu")
    about = About(family, family, "", base.info.fingerprint, size)
    for cell, context, bias in _starts(gru=BIASES):
        started = fresh(base, cell=cell, context=context, bias=bias, seed=RECIPES[family]().train.seed)
        yield from _figures(about, f"start, {cell}, {context}, {bias:+g}", started, pairs)


def early_gradients(family: str, task: Task, size: int, seed: int) -> Iterator[Figure]:
    """The results of `gradients` for the untrained networks after UPDATES updates by the recipe's training.

    Networks with one context start from the same seed and see the same pairs. The LSTMs differ only in the initial
    forget bias, which is trained too. The learning rate falls to 0 over these updates. The measure is "after UPDATES
    updates", then cell, context and initial bias, then the part; or "loss", the mean -log p of a token in nats on the
    same pairs, because a large loss alone makes gradients large.
    """
    recipe, base = RECIPES[family](), checkpoint.load(family, device="cpu")
    about = About(family, family, "", base.info.fingerprint, size)
    pairs = task.pairs("test", size=min(size, PAIRS), seed=seed)
    config = replace(
        recipe.train, steps=UPDATES, epochs=None, validate_every=UPDATES, snapshots=0, specimens=(), device="cpu"
    )
    known = task.pairs("train", size=UPDATES * config.batch_size, seed=config.seed)  # each pair is seen once
    validation = task.pairs("dev", size=config.batch_size, seed=config.seed)
    for cell, context, bias in _starts(gru=(1.0,)):
        model = fresh(base, cell=cell, context=context, bias=bias, seed=config.seed)
        *_, last = train(model, task, config, train_pairs=known, dev_pairs=validation)
        if isinstance(last, Finished):
            name = f"after {UPDATES} updates, {cell}, {context}, {bias:+g}"
            yield from _figures(about, name, model, pairs)
            yield figure(about, f"{name}, loss", _loss(model, pairs), pairs=len(pairs))


def _starts(*, gru: Sequence[float]) -> Iterator[tuple[str, str, float]]:
    """Cell, context and bias of the gate that keeps the old state, of every untrained network (plain cell: no gate)."""
    biases = {"lstm": BIASES, "gru": gru, "rnn": (0.0,)}
    return ((cell, context, bias) for cell in CELLS for context in CONTEXTS for bias in biases[cell])


def fresh(base: Translator, *, cell: str, context: str, bias: float, seed: int) -> Translator:
    """The untrained model, with orthogonal recurrent matrices, and with another cell or context."""
    config = replace(base.net.config, cell=cell, context=context, encoder_init="usual", decoder_init="usual")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        net = Seq2Seq(config).eval()
    for part in net.modules():
        if isinstance(part, Cell) and part.keep_gate is not None:
            with torch.no_grad():
                part.bias[part.keep_gate * part.hidden_size : (part.keep_gate + 1) * part.hidden_size] = bias
    return replace(base, net=net)


def _figures(about: About, name: str, model: Translator, pairs: Sequence[Pair]) -> Iterator[Figure]:
    for part, found in _by_distance(model, pairs).items():
        for distance in sorted(found):
            sizes = found[distance]
            if len(sizes) >= FEWEST:
                parts, wholes = (np.array(column, dtype=float) for column in zip(*sizes, strict=True))
                mean = ratio(parts, wholes)
                if mean.low > 0:  # a gradient of 0 has no logarithm
                    logarithm = Estimate(*map(math.log10, (mean.value, mean.low, mean.high)))
                    yield figure(about, f"{name}, {part}", logarithm, pairs=len(sizes), at=float(distance))


def _loss(model: Translator, pairs: Sequence[Pair]) -> Estimate:
    """The mean -log p of a token of the references, in nats."""
    losses = [model.forced_run(pair.source, reference=pair.target).losses for pair in pairs]
    return ratio(np.array([float(row.detach().sum()) for row in losses]), np.array([float(len(row)) for row in losses]))


def _by_distance(model: Translator, pairs: Sequence[Pair]) -> Mapping[str, Mapping[int, list[tuple[float, int]]]]:
    """Part -> distance -> for each pair with this distance, the sum of the gradients' sizes and their number."""
    found: dict[str, dict[int, list[tuple[float, int]]]] = defaultdict(lambda: defaultdict(list))
    for pair in pairs:
        for one in decay(model.forced_run(pair.source, reference=pair.target)):
            for distance in np.unique(one.distance[one.distance >= 0]).tolist():
                sizes = one.sizes[one.distance == distance]
                found[one.part][distance].append((float(sizes.sum()), len(sizes)))
    return found
