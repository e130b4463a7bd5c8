"""The attribution methods by name. Each is a function of a question and gives one number per source and per fed token.

v is the explained value.

Gradient × input (Shrikumar et al. 2016): (∂v/∂x_j) · x_j, with the gradient at the input itself. Integrated gradients
(Sundararajan, Taly & Yan 2017): (x_j - x'_j) · ∫ ∂v/∂x_j along the straight line from a baseline x' to x. Their sum is
v(x) - v(x'); this is called completeness. The integral is computed by Gauss-Legendre quadrature. Occlusion (Zeiler &
Fergus 2014; Li, Monroe & Jurafsky 2016): v(x) minus v without x_j.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from s2s_core import arguments
from s2s_core.attribution.inputs import BASELINES, SUBSTITUTES, Inputs, Question
from s2s_core.attribution.result import Attribution, Row
from s2s_core.decoder import teacher_forced
from s2s_core.edits import holds_everywhere
from s2s_core.errors import InvalidConfig, UnknownName, quoted
from s2s_core.registry import Registry
from s2s_core.tokenizer import BOS, EOS, Encoding

Numbers = tuple[Float[np.ndarray, " src_len"], Float[np.ndarray, " fed_len"] | None]
Method = Callable[[Question, str, int], Numbers | None]  # question, baseline, points -> numbers; None: not applicable
METHODS: Registry[Method] = Registry("attribution method")
POINTS = 50  # points at which the integral is evaluated


@METHODS.register("attention", label="attention α")
def attention(question: Question, baseline: str, points: int) -> Numbers | None:
    """α_ij of the step, (14), to compare with the other methods. None without attention."""
    net = question.net
    with torch.inference_mode():
        ids, fed = (torch.tensor([row], device=net.device) for row in (question.source, question.fed))
        memory = net.encode(ids, torch.ones_like(ids, dtype=torch.bool), question.edit)
        *_, last = net.decoder.steps(memory, teacher_forced(fed), length=fed.shape[1], edit=question.edit)
        weights = last.attention.weights
    return None if weights is None else (_array(weights[0]), None)


@METHODS.register("gradient", label="gradient × input")
def gradient(question: Question, baseline: str, points: int) -> Numbers:
    """(∂v/∂x_j) · x_j."""
    here = question.inputs()
    slopes = _slopes(question, here)
    return _array((slopes[0] * here.source).sum(dim=2)[0]), _array((slopes[1] * here.fed).sum(dim=2)[0])


@METHODS.register("integrated", label="integrated gradients")
def integrated(question: Question, baseline: str, points: int) -> Numbers:
    """(x_j - x'_j) · Σ_k w_k ∂v/∂x_j at x' + a_k (x - x'). Source and fed tokens move together along the line."""
    here, (source, fed) = question.inputs(), question.baseline(baseline)
    nodes, weights = np.polynomial.legendre.leggauss(points)
    at, share = (torch.as_tensor(row / 2).to(here.source)[:, None, None] for row in (nodes + 1, weights))
    ways = here.source - source, here.fed - fed
    line = Inputs(
        source + at * ways[0],
        here.source_mask.expand(points, -1),
        fed + at * ways[1],
        here.fed_mask.expand(points, -1),
    )
    slopes = _slopes(question, line)
    means = [(share * slope).sum(dim=0) for slope in slopes]
    return _array((means[0] * ways[0][0]).sum(dim=1)), _array((means[1] * ways[1][0]).sum(dim=1))


@METHODS.register("drop", label="occlusion: taken out")
def drop(question: Question, baseline: str, points: int) -> Numbers | None:
    """v(x) minus v of the inputs without x_j, which are one token shorter. nan for the start mark, which must stay.

    None if the edit changes single positions, since these move in a shorter text.
    """
    if not holds_everywhere(question.edit):
        return None
    source, fed = _falls(question, question.shortened(*_each_once(question)), 1)
    fed[0] = np.nan
    return source, fed


@METHODS.register("zero", label="occlusion: zero")
def zero(question: Question, baseline: str, points: int) -> Numbers:
    """v(x) minus v with x_j replaced by a vector of zeros."""
    return _falls(question, question.replaced(*_each_once(question), "zero"), 1)


@METHODS.register("unknown", label="occlusion: unknown")
def unknown(question: Question, baseline: str, points: int) -> Numbers:
    """v(x) minus v with x_j replaced by the embedding of <unk>."""
    return _falls(question, question.replaced(*_each_once(question), "unknown"), 1)


@METHODS.register("similar", label="occlusion: like tokens")
def similar(question: Question, baseline: str, points: int) -> Numbers:
    """v(x) minus the mean of v with x_j replaced by each of the SUBSTITUTES tokens with the most similar embeddings.

    A digit is replaced by digits, so the text stays similar to those that the model knows (compare Kim et al. 2020).
    """
    return _falls(question, question.substituted(), SUBSTITUTES)


def attribute(
    question: Question,
    *,
    source: Encoding,
    text: str,
    step: int,
    names: Callable[[int], str],
    methods: Sequence[str] | None = None,
    baseline: str = "zero",
    points: int = POINTS,
) -> Attribution:
    """The attribution of a question by each of ``methods`` (None: all methods that apply).

    Args:
        question: the run, and the token to explain.
        source: the text's tokens, with their marks.
        text: as typed.
        step: the step of the token, from 0.
        names: the target token of an id.
        methods: names of METHODS.
        baseline: the baseline of integrated gradients, one of BASELINES.
        points: the number of points of their integral, 1 to 1000.

    Raises:
        UnknownName: for an unknown method or baseline.
        InvalidConfig: if the number of points is out of range.
    """
    if baseline not in BASELINES:
        raise UnknownName("baseline", quoted(baseline), BASELINES)
    if isinstance(methods, str):
        raise InvalidConfig(f"methods is {quoted(methods)}, must be a list of names, such as [{quoted(methods)}]")
    points = arguments.whole("points", points, 1, 1000)
    asked = [(name, METHODS[name]) for name in (METHODS if methods is None else methods)]
    found = [(name, method(question, baseline, points)) for name, method in asked]
    with torch.inference_mode():
        token = replace(question, rather=None)
        log_prob, value = (float(asks.values(asks.inputs())) for asks in (token, question))
        without = float(question.values(question.emptied(baseline)))
    return Attribution(
        text=text,
        step=step,
        token=names(question.token),
        rather=None if question.rather is None else names(question.rather),
        src_tokens=source.tokens,
        src_marks=tuple(token in (BOS, EOS) for token in source.ids),
        fed_tokens=tuple(names(token) for token in question.fed),
        log_prob=log_prob,
        value=value,
        baseline=baseline,
        baseline_value=without,
        rows=tuple(Row(name, *numbers) for name, numbers in found if numbers is not None),
        question=question,
    )


def _slopes(question: Question, inputs: Inputs) -> tuple[Tensor, Tensor]:
    """∂v/∂x and ∂v/∂y of every run; 0 where an edit cuts the dependence."""
    with torch.inference_mode(False), torch.enable_grad():
        source = inputs.source.detach().clone().requires_grad_()
        fed = inputs.fed.detach().clone().requires_grad_()
        values = question.values(Inputs(source, inputs.source_mask, fed, inputs.fed_mask))
        of_source, of_fed = torch.autograd.grad(values.sum(), (source, fed), materialize_grads=True)
    return of_source, of_fed


def _each_once(question: Question) -> tuple[Tensor, Tensor]:
    """Masks of one run for each input, which lacks this input; first those of the source."""
    length, device = len(question.source), question.net.device
    kept = ~torch.eye(length + len(question.fed), dtype=torch.bool, device=device)
    return kept[:, :length], kept[:, length:]


@torch.inference_mode()
def _falls(question: Question, without: Inputs, each: int) -> tuple[np.ndarray, np.ndarray]:
    """How far v falls without each input; the mean over ``each`` runs per input."""
    falls = question.values(question.inputs()) - question.values(without).view(-1, each).mean(dim=1)
    numbers = _array(falls)
    return numbers[: len(question.source)], numbers[len(question.source) :]


def _array(numbers: Tensor) -> np.ndarray:
    array: np.ndarray = numbers.detach().double().cpu().numpy()
    return array
