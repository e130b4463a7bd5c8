"""A model that somebody has changed is computed as it is now by every way: NumPy's, training's, the search's.

The reference are the model's own steps with tensors, one after the other.
"""

import types

import numpy as np
import pytest
import torch
from small_models import small_model, small_translator
from torch import nn
from torch.nn.utils import parametrize, prune

from s2s_core.arrays import in_numpy
from s2s_core.attention import AdditiveAttention, Attention, DotAttention
from s2s_core.batch import Batch
from s2s_core.cells import GRUCell, LSTMCell
from s2s_core.decoder import Decoder, teacher_forced
from s2s_core.encoder import Encoder
from s2s_core.initialisation import UsualInit
from s2s_core.search import Beam, Greedy

SOURCE, TARGET = [4, 6, 5, 7, 4, 8, 9], [5, 4, 7, 6]


class OwnScore(AdditiveAttention):
    """Not 2 σ of twice the sum, as the written-out way takes it, but a rectifier; in PyTorch's operations."""

    def score(self, query, keys):
        return self.energy(torch.relu(self.query(query)[:, None] + keys)).squeeze(-1)


class OwnCell(LSTMCell):
    def step(self, input_terms, state, edit=None):
        return super().step({part: 2 * term for part, term in input_terms.items()}, state)


class OwnDecoder(Decoder):
    def step(self, token, memory, state, **options):
        return super().step((token + 1) % 9, memory, state, **options)


class OwnReadout(Decoder):
    def readout(self, y, hidden, seen):
        return torch.sin(self.readout_y(y) + self.readout_s(hidden) + seen)


class OwnEncoder(Encoder):
    def _unroll(self, x, *others):
        return super()._unroll(x.flip(1), *others)


class OwnLinear(nn.Linear):
    def forward(self, x):
        return super().forward(x) * 3


class OwnProducts(torch.Tensor):
    """A weight that multiplies in a way of its own, as quantised ones do."""

    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None):
        if func in (nn.functional.linear, torch.matmul):
            return func(*(one.as_subclass(torch.Tensor) * 3 if isinstance(one, cls) else one for one in args))
        return super().__torch_function__(func, types, args, kwargs or {})


class Halved(nn.Module):
    def forward(self, weight):
        return weight / 2


def other(net):
    """Another model of the same configuration."""
    return small_model(seed=7, **net.config.to_json())


def like(kind, net):
    """A module of another class with another model's weights."""
    made = kind(net.config, padding_index=0) if issubclass(kind, Decoder | Encoder) else kind(net.config)
    made.load_state_dict(getattr(other(net), {Decoder: "decoder", Encoder: "encoder"}[kind.__mro__[1]]).state_dict())
    return made.eval()


def attention(kind, net):
    made = kind(net.config)
    with torch.no_grad():
        for weight in made.parameters():
            weight.normal_(generator=torch.Generator().manual_seed(3))
    return made.eval()


def cell(kind, net, **options):
    sizes = {"y": net.config.embedding_size, "context": net.config.memory_size}
    made = kind(input_sizes=sizes, hidden_size=net.config.decoder_hidden, init=UsualInit(), **options)
    with torch.no_grad():
        for weight in made.parameters():
            weight.normal_(generator=torch.Generator().manual_seed(4))
    return made.eval()


def assign(path, make):
    """Put what `make` makes at a place like "decoder.layers.0"."""

    def change(net):
        owner, _, name = path.rpartition(".")
        found = net.get_submodule(owner)
        if isinstance(found, nn.ModuleList):
            found[int(name)] = make(net)
        else:
            setattr(found, name, make(net))

    return change


def from_other(path):
    return assign(path, lambda net: other(net).get_submodule(path))


def tripled(net):
    wider = OwnLinear(net.config.readout_size, net.config.tgt_vocab_size)
    wider.load_state_dict(net.decoder.output.state_dict())
    return wider


def data(path, make):
    def change(net):
        weight = net.get_parameter(path)
        weight.data = make(weight.data)

    return change


def a_tensor_for_a_parameter(net):
    bias = net.decoder.layers[0].bias
    del net.decoder.layers[0].bias
    net.decoder.layers[0].bias = bias.detach() + 1


def grown(net):
    net.decoder.layers[0].weight_input["y"] = nn.Parameter(net.decoder.layers[0].weight_input["y"].detach() * 2)


def trained(net):
    net.train()
    optimizer = torch.optim.AdamW(net.parameters(), lr=0.3, fused=True)
    net.loss(Batch.of([SOURCE], [TARGET])).backward()
    optimizer.step()
    net.eval()


def another_class(path, kind):
    def change(net):
        net.get_submodule(path).__class__ = kind

    return change


def own_products(path):
    def change(net):
        owner, _, name = path.rpartition(".")
        weight = net.get_parameter(path).detach().clone().as_subclass(OwnProducts)
        setattr(net.get_submodule(owner), name, nn.Parameter(weight))

    return change


def negated(weight):
    """The same numbers doubled, which PyTorch negates when they are read."""
    return torch.complex(torch.zeros_like(weight), -2 * weight).conj().imag


def without_peepholes(net):
    net.decoder.layers[0].weight_peephole = None


def hook(path, pre=False):
    def change(net):
        module = net.get_submodule(path)
        if pre:
            module.register_forward_pre_hook(lambda _module, arguments: (arguments[0] * 0 + 1, *arguments[1:]))
        else:
            module.register_forward_hook(lambda _module, _arguments, output: output * 2)

    return change


def own_method(path, name, method):
    def change(net):
        module = net.get_submodule(path)
        setattr(module, name, types.MethodType(method, module))

    return change


CHANGES = {
    "weights copied": lambda net: net.load_state_dict(other(net).state_dict()),
    "weights assigned": lambda net: net.load_state_dict(other(net).state_dict(), assign=True),
    "an update": trained,
    "data": data("decoder.output.bias", lambda bias: bias * 2),
    "data transposed in place": data(
        "decoder.layers.0.weight_peephole", lambda weight: weight.view(3, 8, 8).mT.flatten(0, 1)
    ),
    "data of the same address": data(
        "encoder.layers.0.0.weight_hidden", lambda weight: weight.as_strided((16, 4), (1, 16))
    ),
    "a part of the input": grown,
    "a tensor for a parameter": a_tensor_for_a_parameter,
    "context": from_other("decoder.context"),
    "context of another kind": assign("decoder.context", lambda net: attention(DotAttention, net)),
    "context with a score of its own": assign("decoder.context", lambda net: attention(OwnScore, net)),
    "query with a bias": assign("decoder.context.query", lambda net: nn.Linear(8, 6)),
    "key": from_other("decoder.context.key"),
    "output": from_other("decoder.output"),
    "output without a bias": assign("decoder.output", lambda net: nn.Linear(7, 9, bias=False)),
    "output of another class": assign("decoder.output", tripled),
    "output of several layers": assign("decoder.output", lambda net: nn.Sequential(net.decoder.output, nn.Tanh())),
    "readout with a bias": assign("decoder.readout_y", lambda net: nn.Linear(5, 7)),
    "embedding of the decoder": from_other("decoder.embedding"),
    "embedding of the encoder": from_other("encoder.embedding"),
    "embedding that renormalises": assign("decoder.embedding", lambda net: nn.Embedding(9, 5, max_norm=0.1)),
    "cell of the decoder": from_other("decoder.layers.0"),
    "cell of the encoder": from_other("encoder.layers.0.1"),
    "cell with diagonal peepholes": assign("decoder.layers.0", lambda net: cell(LSTMCell, net, peephole="diagonal")),
    "cell of one's own": assign("decoder.layers.0", lambda net: cell(OwnCell, net)),
    "encoder": from_other("encoder"),
    "encoder of one's own": assign("encoder", lambda net: like(OwnEncoder, net)),
    "encoder of one direction": assign(
        "encoder", lambda net: small_model(bidirectional=False, encoder_hidden=8).encoder
    ),
    "decoder": from_other("decoder"),
    "decoder with a step of its own": assign("decoder", lambda net: like(OwnDecoder, net)),
    "decoder with a readout of its own": assign("decoder", lambda net: like(OwnReadout, net)),
    "class of a matrix": another_class("decoder.output", OwnLinear),
    "class of the context": another_class("decoder.context", OwnScore),
    "class of a cell": another_class("decoder.layers.0", OwnCell),
    "class of the encoder": another_class("encoder", OwnEncoder),
    "class of the decoder": another_class("decoder", OwnReadout),
    "a weight with products of its own": own_products("decoder.output.weight"),
    "a cell's weight with products of its own": own_products("decoder.layers.0.weight_hidden"),
    "data that are negated when read": data("decoder.output.weight", negated),
    "cell without its peepholes": without_peepholes,
    "bridge": from_other("decoder.bridge"),
    "kind of the bridge": lambda net: setattr(net.decoder.bridge, "kind", "zero"),
    "hook of a matrix": hook("decoder.output"),
    "hook of a readout": hook("decoder.readout_c"),
    "hook of the query": hook("decoder.context.query"),
    "hook of an embedding": hook("encoder.embedding"),
    "hook before the dropout": hook("decoder.dropout", pre=True),
    "hook before the keys": hook("decoder.context.key", pre=True),
    "pruned": lambda net: prune.l1_unstructured(net.decoder.output, "weight", amount=0.5),
    "parametrized": lambda net: parametrize.register_parametrization(net.decoder.readout_s, "weight", Halved()),
    "parametrized cell": lambda net: parametrize.register_parametrization(
        net.decoder.layers[0], "weight_hidden", Halved()
    ),
    "weight norm": lambda net: nn.utils.parametrizations.weight_norm(net.decoder.context.query),
    "a method of one attention": own_method(
        "decoder.context", "score", lambda self, query, keys: keys.sum(-1) * query.sum(-1, keepdim=True)
    ),
    "a method of one matrix": own_method("decoder.output", "forward", lambda self, x: x @ self.weight.T * 5),
    "a method of one cell": own_method(
        "encoder.layers.0.0",
        "step",
        lambda self, terms, state, edit=None: LSTMCell.step(self, {"x": -terms["x"]}, state),
    ),
    "a method of one decoder": own_method(
        "decoder", "readout", lambda self, y, hidden, seen: torch.cos(self.readout_s(hidden) + seen)
    ),
}


def stepped(net, batch):
    """The logits under teacher forcing by the model's own steps with tensors."""
    memory = net.memory(net.encoder.steps(batch.src, batch.src_mask), batch.src_mask)
    steps = net.decoder.steps(memory, teacher_forced(batch.tgt_in), length=batch.tgt_in.shape[1])
    return torch.stack([step.logits for step in steps], dim=1)


def used(translator):
    """A model of which everything has been asked before, so that whatever is kept is kept."""
    translator.trace("abc", reference="012")
    translator.translate(["abc", "bca"])
    translator.translate(["abc"], beam_size=2)
    return translator.net


def everything_agrees(translator):
    net = translator.net
    source, reference = "abcadge", "0123"
    ids, targets = translator.encode(source).ids, translator.encode_reference(reference).ids
    batch = Batch.of([[*ids, 2]], [list(targets)])
    with torch.no_grad():
        wanted = stepped(net, batch)[0].log_softmax(-1)
        assert_same(net.logits(batch)[0].log_softmax(-1), wanted)
        several = Batch.of([[*ids, 2]] * 2, [list(targets)] * 2)
        assert_same(net.logits(several)[1].log_softmax(-1), wanted)
        best = net.encode(several.src, several.src_mask)
        write, state = net.decoder.writer(best), net.decoder.start(best)
        for t, row in enumerate(wanted):
            logits, state = write(several.tgt_in[:, t], best, state, t)
            assert_same(logits[1].log_softmax(-1), row)
    trace = translator.trace(source, reference=reference)
    assert_same(torch.from_numpy(np.array(trace.log_probs)), wanted)
    net.train()  # no dropout in these models
    logits = net.logits(batch)
    assert_same(logits[0].log_softmax(-1), wanted)
    wanted_gradients = gradients(net, stepped(net, batch))
    for name, gradient in gradients(net, net.logits(batch)).items():
        torch.testing.assert_close(gradient, wanted_gradients[name], rtol=1e-3, atol=1e-4, msg=name)
    net.eval()
    greedy = Greedy()(net, batch)[0].hypotheses[0].ids
    assert Greedy()(net, several)[0].hypotheses[0].ids == greedy
    assert Beam(1)(net, batch)[0].hypotheses[0].ids == greedy
    assert tuple(translator.trace(source).tgt_ids[: len(greedy)]) == greedy


def gradients(net, logits):
    net.zero_grad()
    logits.square().sum().backward()
    return {name: weight.grad.clone() for name, weight in net.named_parameters() if weight.grad is not None}


def assert_same(got, wanted):
    torch.testing.assert_close(got, wanted, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_change_is_computed_by_every_way(change, unchecked):
    translator = small_translator(bridge="learned")
    used(translator)
    before = translator.trace("abcadge", reference="0123").log_probs
    change(translator.net)
    everything_agrees(translator)
    same = np.allclose(translator.trace("abcadge", reference="0123").log_probs, before, atol=1e-4)
    assert same == (change is CHANGES["weight norm"])  # which makes the same weight in another way


@pytest.mark.parametrize("kind", [AdditiveAttention, LSTMCell, Attention, Decoder, Encoder])
def test_a_method_put_into_a_class_is_used_by_every_way(kind, monkeypatch, unchecked):
    translator = small_translator()
    used(translator)
    own = {
        AdditiveAttention: ("score", OwnScore.score),
        LSTMCell: ("_peep", lambda self, cell, first, end: torch.ones(len(cell), (end - first) * self.hidden_size)),
        Attention: ("prepare", lambda self, states, mask, finals: torch.tanh(self.keys(states))),
        Decoder: ("readout", OwnReadout.readout),
        Encoder: ("_joined", lambda self, hiddens: torch.stack(hiddens[: len(hiddens) // 2], 1).repeat(1, 1, 2)),
    }
    monkeypatch.setattr(kind, *own[kind])
    everything_agrees(translator)
    monkeypatch.undo()
    everything_agrees(translator)


@pytest.mark.parametrize(
    ("kind", "name"),
    [(nn.Linear, "forward"), (nn.Embedding, "forward"), (nn.Dropout, "forward"), (nn.Module, "__call__")],
)
def test_a_method_put_into_a_class_of_pytorch_is_used_by_every_way(kind, name, monkeypatch, unchecked):
    translator = small_translator()
    used(translator)
    before, usual = translator.trace("abc").log_probs, getattr(kind, name)

    def doubled(module, *given):
        result = usual(module, *given)
        return result * 2 if isinstance(module, nn.Linear | nn.Embedding | nn.Dropout) else result

    monkeypatch.setattr(kind, name, doubled)
    everything_agrees(translator)
    monkeypatch.undo()
    assert np.array_equal(translator.trace("abc").log_probs, before)


def test_a_sparse_weight_takes_tensors():
    net = small_model()
    net.decoder.output.weight = nn.Parameter(net.decoder.output.weight.detach().to_sparse(), requires_grad=False)
    assert in_numpy(net) is None and in_numpy(net) is None


def test_a_hook_for_every_module_is_called_by_every_way(unchecked):
    translator = small_translator()
    before = used(translator) and translator.trace("abc").log_probs
    handle = nn.modules.module.register_module_forward_hook(
        lambda module, _arguments, output: output * 2 if isinstance(module, nn.Linear) else None
    )
    try:
        everything_agrees(translator)
    finally:
        handle.remove()
    assert np.array_equal(translator.trace("abc").log_probs, before)


def test_a_dropout_that_is_left_on_drops_in_a_trace_too():
    translator = small_translator(dropout=0.5)
    used(translator)
    translator.net.decoder.dropout.train()
    assert in_numpy(translator.net) is None
    drawn = {translator.trace("abcadge", reference="0123").log_prob for _ in range(4)}
    assert len(drawn) == 4
    translator.net.eval()
    assert len({translator.trace("abcadge", reference="0123").log_prob for _ in range(4)}) == 1


def test_a_cell_of_another_kind_is_named_in_the_trace():
    translator = small_translator(bridge="zero")
    used(translator)
    translator.net.decoder.layers[0] = cell(GRUCell, translator.net)
    trace = translator.trace("abc")
    assert trace.decoder.top.kind == "gru" and trace.encoder.forward.kind == "lstm"
    assert trace.decoder.update_gate.shape == trace.decoder.hidden.shape


def test_what_is_given_back_is_plain_again(caplog):
    translator = small_translator()
    net = used(translator)
    own, handle = net.decoder.output, net.decoder.output.register_forward_hook(lambda *_: None)
    with caplog.at_level("INFO"):
        assert in_numpy(net) is None
    assert "NumPy has no way for Linear" in caplog.text
    handle.remove()
    assert in_numpy(net) is not None
    net.decoder.output = nn.Sequential(own)
    assert in_numpy(net) is None
    net.decoder.output = own
    assert in_numpy(net) is in_numpy(net) is not None


def test_a_model_of_two_float_types_takes_tensors(unchecked):
    net = small_model()
    net.encoder.double()
    assert in_numpy(net) is None
