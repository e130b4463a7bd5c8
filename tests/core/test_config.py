"""Configurations: any valid one makes a model that runs, every other is refused with the reason."""

import dataclasses

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from small_models import SIZES, VARIANTS, small_config, small_model, small_translator
from traces import arrays_of

from s2s_core import ModelConfig, Seq2Seq
from s2s_core.batch import Batch
from s2s_core.config import ATTENDS, BRIDGES, PEEPHOLES, READOUTS
from s2s_core.errors import InvalidConfig, TooLarge, UnknownName
from s2s_core.registry import ATTENTIONS, CELLS, CONTEXTS, INITS

small = st.integers(1, 6)
FIELDS = {
    "cell": st.sampled_from(CELLS.names()),
    "peephole": st.sampled_from(PEEPHOLES),
    "embedding_size": small,
    "encoder_hidden": small,
    "decoder_hidden": small,
    "encoder_layers": st.integers(1, 3),
    "decoder_layers": st.integers(1, 3),
    "bidirectional": st.booleans(),
    "context": st.sampled_from(CONTEXTS.names()),
    "attention": st.sampled_from(ATTENTIONS.names()),
    "attention_size": small,
    "readout_size": small,
    "bridge": st.sampled_from(BRIDGES),
    "input_feeding": st.booleans(),
    "tie_output": st.booleans(),
    "attend": st.sampled_from(ATTENDS),
    "readout": st.sampled_from(READOUTS),
    "source_start": st.booleans(),
    "source_end": st.booleans(),
    "encoder_init": st.sampled_from(INITS.names()),
    "decoder_init": st.sampled_from(INITS.names()),
    "dropout": st.sampled_from([0.0, 0.3]),
}


@st.composite
def valid_changes(draw):
    """Any combination of the fields, with sizes made to agree where a variant asks for it."""
    changes = {name: draw(strategy) for name, strategy in FIELDS.items()}
    joined = changes["encoder_hidden"] * (1 + changes["bidirectional"])
    if changes["bridge"] == "copy":
        changes |= {"decoder_hidden": joined, "decoder_layers": changes["encoder_layers"]}
    if changes["context"] == "attention" and changes["attention"] in ("dot", "scaled_dot"):
        changes["decoder_hidden"] = joined
    if changes["tie_output"]:
        changes["readout_size"] = changes["embedding_size"]
    return changes


@pytest.mark.slow
@settings(max_examples=40)
@given(changes=valid_changes(), seed=st.integers(0, 9))
def test_any_valid_configuration_makes_a_model_that_learns_translates_and_is_traced(changes, seed):
    translator = small_translator(seed=seed, **changes)
    net = translator.net
    batch = Batch.of([[4, 5, 6], [7]], [[4], [5, 6]])
    loss = net.loss(batch)
    loss.backward()
    assert torch.isfinite(loss)
    assert all(parameter.grad is not None and parameter.grad.isfinite().all() for parameter in net.parameters())
    with torch.no_grad():
        alone = net.logits(Batch.of([[7]], [[5, 6]]))
        torch.testing.assert_close(net.logits(batch)[1:], alone, rtol=0, atol=1e-5)
    trace = translator.trace("abc", reference="01")
    assert all(np.isfinite(array).all() for _, array in arrays_of(trace))
    assert translator.trace("abc").output == translator.translate(["abc"])[0] == translator.translate(["abc", "a"])[0]
    assert ModelConfig.from_json(net.config.to_json()) == net.config


def test_the_strategy_knows_every_field():
    assert set(FIELDS) | set(SIZES) | {"embedding_std"} >= {field.name for field in dataclasses.fields(ModelConfig)}


@given(changes=st.fixed_dictionaries({}, optional=FIELDS))
def test_any_combination_is_built_or_refused_in_a_sentence(changes):
    try:
        config = small_config(**changes)
    except InvalidConfig as error:
        assert len(str(error)) > 20
        return
    Seq2Seq(config)


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize("field", ["embedding_size", "encoder_layers", "src_vocab_size", "max_tgt_len"])
@pytest.mark.parametrize("value", [0, -1, 2.5, True, "8", None])
def test_a_size_that_is_no_number_of_at_least_1_is_refused_by_name(field, value):
    data = {**small_config().to_json(), field: value}
    with pytest.raises(InvalidConfig, match=f"{field} is {value!r}, must be a whole number of at least 1"):
        ModelConfig.from_json(data)


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"dropout": 1.0}, "dropout is 1.0, must be at least 0 and below 1"),
        ({"dropout": -0.1}, "dropout is -0.1"),
        ({"bidirectional": 1}, "bidirectional is 1, must be true or false"),
        ({"peephole": "half"}, "peephole is 'half', must be one of full, diagonal, none"),
        ({"bridge": "rope"}, "bridge is 'rope', must be one of auto, copy, learned, zero"),
        ({"tie_output": True}, "tie_output needs readout_size = embedding_size, got 7 and 5"),
        ({"bridge": "copy", "decoder_layers": 2}, "bridge 'copy' needs as many encoder layers"),
    ],
    ids=str,
)
def test_a_contradiction_is_refused_with_both_sides(changes, sentence):
    with pytest.raises(InvalidConfig, match=sentence.replace("(", r"\(")):
        ModelConfig.from_json({**small_config().to_json(), **changes})


@pytest.mark.parametrize(
    ("field", "registry"),
    [
        ("cell", CELLS),
        ("context", CONTEXTS),
        ("attention", ATTENTIONS),
        ("encoder_init", INITS),
        ("decoder_init", INITS),
    ],
)
def test_an_unknown_name_is_refused_with_the_known_ones(field, registry):
    with pytest.raises(UnknownName) as caught:
        small_config(**{field: "magic"})
    assert (caught.value.name, caught.value.known) == ("magic", registry.names())


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({**small_config().to_json(), "colour": "red", "age": 3}, "unknown fields age, colour"),
        ({"src_vocab_size": 9}, "incomplete configuration: .*tgt_vocab_size"),
    ],
    ids=["unknown", "missing"],
)
def test_a_foreign_file_is_refused(data, sentence):
    with pytest.raises(InvalidConfig, match=sentence):
        ModelConfig.from_json(data)


@pytest.mark.parametrize("changes", VARIANTS.values(), ids=VARIANTS)
def test_a_configuration_knows_how_many_parameters_it_asks_for(changes):
    net = small_model(**changes)
    assert net.config.parameters == sum(parameter.numel() for parameter in net.parameters())


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize(
    "changes",
    [
        *({name: value} for name in SIZES for value in (10**9, 10**12, 10**5000)),
        *({name: 10**4 * 3} for name in ("encoder_hidden", "decoder_hidden")),
        *({name: value} for name in ("encoder_layers", "decoder_layers") for value in (65, 10**9)),
        {"encoder_hidden": 10_000, "cell": "gru"},
        {"embedding_size": 10**4, "src_vocab_size": 10**5},
        {"embedding_std": 1e300},
        {"embedding_std": 10**400},
    ],
    ids=lambda changes: " ".join(
        f"{name} 1e{len(hex(int(value))) - 2}" for name, value in changes.items() if name != "cell"
    ),
)
def test_what_no_machine_of_a_reader_holds_is_refused_before_it_is_built(changes):
    with pytest.raises(TooLarge, match="must be at most") as caught:
        small_config(**changes)
    assert len(str(caught.value)) < 400 and str(caught.value).isprintable()


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize(
    "value", [None, [], {}, [[]], "x" * 10**6, "a\nb", float("nan"), -(10**5000), 1e400, object()], ids=range(10)
)
@pytest.mark.parametrize("field", [field.name for field in dataclasses.fields(ModelConfig)])
def test_any_value_of_any_field_is_taken_or_refused_in_a_sentence(field, value):
    with pytest.raises((InvalidConfig, UnknownName)) as caught:
        ModelConfig.from_json({**small_config().to_json(), field: value})
    assert len(str(caught.value)) < 500 and str(caught.value).isprintable()


def test_a_configuration_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        small_config().encoder_hidden = 3
