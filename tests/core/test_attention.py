"""Attention (13)-(15) and the fixed contexts of (8): every registered one against its formula written out by hand."""

import math

import pytest
import torch
from small_models import small_config

from s2s_core.attention import build_context
from s2s_core.errors import InvalidConfig, UnknownName
from s2s_core.records import CellState, Memory
from s2s_core.registry import ATTENTIONS, CONTEXTS

BATCH, SRC_LEN, MEMORY = 3, 5, 8
LENGTHS = (5, 3, 1)

# a(s, h) for one query and one source state, as the papers write it.
FORMULAS = {
    "additive": lambda a, s, h: a.energy.weight[0] @ torch.tanh(a.query.weight @ s + a.key.weight @ h),
    "dot": lambda a, s, h: s @ h,
    "scaled_dot": lambda a, s, h: s @ h / math.sqrt(len(h)),
    "general": lambda a, s, h: s @ a.key.weight @ h,
    "concat": lambda a, s, h: a.energy.weight[0] @ torch.tanh(a.join.weight @ torch.cat([s, h]) + a.join.bias),
}
FIXED = {
    "last": lambda hiddens, last: last,
    "mean": lambda hiddens, last: sum(hiddens) / len(hiddens),
    "max": lambda hiddens, last: torch.stack([max(column) for column in zip(*hiddens, strict=True)]),
}


def setup(**changes):
    """A context module, a query, source states with garbage on the padding, and what it prepares of them."""
    generator = torch.Generator().manual_seed(4)

    def random(*shape):
        return torch.randn(shape, generator=generator, dtype=torch.float64)

    module = build_context(small_config(**changes)).double()
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.copy_(random(*parameter.shape))
    mask = torch.arange(SRC_LEN) < torch.tensor(LENGTHS).unsqueeze(1)
    states = random(BATCH, SRC_LEN, MEMORY).masked_fill(~mask.unsqueeze(2), 1e6)
    finals = (CellState(random(BATCH, MEMORY)), CellState(random(BATCH, MEMORY)))
    return module, random(BATCH, 8), memory_of(module, states, mask, finals)


def memory_of(module, states, mask, finals):
    return Memory(states, mask, finals, module.prepare(states, mask, finals))


def test_every_registered_function_is_written_out_here():
    assert set(FORMULAS) == set(ATTENTIONS)
    assert set(FIXED) | {"attention"} == set(CONTEXTS)


@pytest.mark.parametrize("name", ATTENTIONS)
@torch.no_grad()
def test_scores_weights_and_context_are_those_of_the_formula(name):
    module, query, memory = setup(attention=name)
    step = module(query, memory)
    for b, length in enumerate(LENGTHS):
        hiddens = memory.states[b, :length]
        scores = [FORMULAS[name](module, query[b], h) for h in hiddens]
        total = sum(math.exp(e) for e in scores)
        weights = [math.exp(e) / total for e in scores]
        context = sum(w * h for w, h in zip(weights, hiddens, strict=True))
        torch.testing.assert_close(step.scores[b, :length].tolist(), [float(e) for e in scores])
        torch.testing.assert_close(step.weights[b, :length].tolist(), weights)
        torch.testing.assert_close(step.context[b], context)


@pytest.mark.parametrize("name", ATTENTIONS)
def test_weights_add_up_to_one_and_are_exactly_zero_on_padding(name):
    module, query, memory = setup(attention=name)
    step = module(query, memory)
    torch.testing.assert_close(step.weights.sum(dim=1), torch.ones(BATCH, dtype=torch.float64))
    assert (step.weights[~memory.mask] == 0).all()
    assert (step.weights[memory.mask] > 0).all()
    assert (step.scores[~memory.mask] == -torch.inf).all()
    assert step.weights[2, 0] == 1, "a single token takes everything"


@pytest.mark.parametrize(
    "changes", [{"attention": name} for name in ATTENTIONS] + [{"context": name} for name in FIXED], ids=str
)
def test_what_stands_on_padding_changes_nothing(changes):
    module, query, memory = setup(**changes)
    other = memory_of(module, memory.states.masked_fill(~memory.mask.unsqueeze(2), -3.0), memory.mask, memory.finals)
    assert torch.equal(module(query, memory).context, module(query, other).context)


@pytest.mark.parametrize("name", FIXED)
def test_a_fixed_context_is_one_function_of_the_source_whatever_the_query(name):
    module, query, memory = setup(context=name)
    step = module(query, memory)
    assert step.scores is None
    assert step.weights is None
    assert torch.equal(step.context, module(query + 1, memory).context)
    for b, length in enumerate(LENGTHS):
        expected = FIXED[name](list(memory.states[b, :length]), memory.finals[-1].hidden[b])
        torch.testing.assert_close(step.context[b], expected)


@pytest.mark.parametrize("name", ATTENTIONS)
def test_gradients_are_those_of_finite_differences(name):
    module, query, memory = setup(attention=name)
    states = memory.states.masked_fill(~memory.mask.unsqueeze(2), 0.5).requires_grad_()

    def run(query, states, *parameters):
        return module(query, memory_of(module, states, memory.mask, memory.finals)).context

    assert torch.autograd.gradcheck(run, (query.requires_grad_(), states, *module.parameters()))


@pytest.mark.parametrize("name", ATTENTIONS)
def test_edits_of_scores_and_weights_are_followed_by_what_depends_on_them(name):
    module, query, memory = setup(attention=name)

    def first_only(quantity, value):
        return torch.full_like(value, -50.0).index_fill(1, torch.tensor([0]), 50.0) if quantity == "scores" else value

    step = module(query, memory, first_only)
    torch.testing.assert_close(step.weights[:, 0], torch.ones(BATCH, dtype=torch.float64))
    torch.testing.assert_close(step.context, memory.states[:, 0])

    def halves(quantity, value):
        return torch.full_like(value, 0.5) if quantity == "weights" else value

    torch.testing.assert_close(module(query, memory, halves).context, memory.states.sum(dim=1) / 2)


@pytest.mark.parametrize("name", ["dot", "scaled_dot"])
def test_a_dot_product_of_different_sizes_is_refused_with_the_way_out(name):
    with pytest.raises(InvalidConfig, match=r"decoder_hidden \(6\).*\(8\); use general, additive or concat"):
        small_config(attention=name, decoder_hidden=6)
    assert small_config(attention=name, decoder_hidden=6, context="mean").attention == name, "not read, so no matter"


def test_an_unknown_attention_is_refused_with_the_known_names():
    with pytest.raises(UnknownName, match="unknown attention 'bilinear': known are additive, dot"):
        small_config(attention="bilinear")


@pytest.mark.parametrize("name", ATTENTIONS)
def test_a_score_says_how_many_numbers_it_learns(name):
    config = small_config(attention=name)
    assert ATTENTIONS[name].learns(config) == sum(p.numel() for p in build_context(config).parameters())


@pytest.mark.parametrize("name", ATTENTIONS)
def test_a_score_that_multiplies_s_and_h_says_so(name):
    module, query, memory = setup(attention=name)
    if ATTENTIONS[name].same_size:
        with pytest.raises(InvalidConfig):
            small_config(attention=name, decoder_hidden=6)
    else:
        small_config(attention=name, decoder_hidden=6)
    assert module(query, memory).weights.shape == (BATCH, SRC_LEN)
