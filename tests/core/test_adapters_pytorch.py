"""Models of tutorials, written in torch.nn: each becomes a translator that agrees, or one sentence says why not."""

import itertools
import os
import re

import numpy as np
import pytest
import safetensors.torch
import torch
from hostile import cheap
from torch import nn
from traces import same as same_trace
from tutorials import Aligning, Attending, Chat, Course, Phrases, Plain, Practical, Sequences, Translation, large

import s2s_core as s2s
from s2s_core.adapters import from_pytorch
from s2s_core.edits import clamp, combine, set_weights
from s2s_core.errors import AdapterError, S2SError

SOURCE = ["<pad>", "<sos>", "<eos>", "<unk>", *"abcdefg"]
TARGET = ["SOS", "EOS", *"vwxyz", "<pad>", "<unk>"]  # special ones where ours are not
TEXTS = [("a b c d", "v w x"), ("g f e", "z y v v w"), "a c c", ("b", "v")]
MODELS = {
    "translation, GRU": Translation,
    "translation, plain cells": lambda src, tgt: Translation(src, tgt, cell="rnn"),
    "translation, LSTM of two layers": lambda src, tgt: Translation(src, tgt, cell="lstm", layers=2),
    "without attention": Plain,
    "without attention, LSTM": lambda src, tgt: Plain(src, tgt, cell="lstm", relu=False),
    "sequences of two layers": Sequences,
    "sequences, plain cells of two layers": lambda src, tgt: Sequences(src, tgt, cell="rnn"),
    "sequences, GRU": lambda src, tgt: Sequences(src, tgt, cell="gru", layers=1, embedding=(3, 6)),
    "phrases": Phrases,
    "phrases, LSTM": lambda src, tgt: Phrases(src, tgt, cell="lstm", embedding=(4, 6)),
    "aligning": Aligning,
    "aligning, the other order": lambda src, tgt: Aligning(
        src, tgt, hidden=(3, 6), embedding=(6, 6), order=("c", "y"), out=("y", "s", "c")
    ),
    "aligning, one direction": lambda src, tgt: Aligning(src, tgt, both=False),
    **{
        f"chat, {method} of {layers} in {cell}": lambda src, tgt, method=method, layers=layers, cell=cell: Chat(
            src, tgt, method=method, layers=layers, cell=cell
        )
        for method in ("dot", "general", "concat")
        for layers, cell in ((1, "lstm"), (2, "gru"))
    },
    "chat, one direction": lambda src, tgt: Chat(src, tgt, both=False),
    "the last context fed": Practical,
    "input feeding and projected states": Course,
}


def made(name, seed=0):
    return large(MODELS[name](len(SOURCE), len(TARGET)), seed)


def adapted(weights, reference, **changes):
    given = {"source_vocabulary": SOURCE, "target_vocabulary": TARGET, "texts": TEXTS, "name": "tutorial"}
    return from_pytorch(weights, reference=reference, **given | changes)


def log_probs(model, source, fed):
    with torch.no_grad():
        return model(source, fed)["logits"].log_softmax(-1).numpy()


@pytest.mark.parametrize("name", MODELS)
def test_a_tutorials_model_agrees_on_texts_it_was_not_compared_by(name):
    model = made(name)
    translator = adapted(model.state_dict(), model)
    trace = translator.trace("d a g b f", reference="x x w z")
    source, fed = [SOURCE.index(token) for token in (*"dagbf", "<eos>")], [TARGET.index(t) for t in ("SOS", *"xxwz")]
    ours = [translator.vocabulary.index(label) for label in "vwxyz"]
    theirs = log_probs(model, source, fed)
    np.testing.assert_allclose(trace.log_probs[:, ours], theirs[:, [TARGET.index(t) for t in "vwxyz"]], atol=1e-5)
    np.testing.assert_allclose(trace.log_probs[:, 2], theirs[:, TARGET.index("EOS")], atol=1e-5)
    looked = model(source, fed).get("weights")
    assert (trace.attention is None) == (looked is None)
    if looked is not None:
        np.testing.assert_allclose(trace.attention.weights, looked.detach(), atol=1e-5)


@pytest.mark.parametrize("name", ["aligning", "chat, general of 2 in gru", "input feeding and projected states"])
def test_it_is_saved_loaded_watched_and_edited_like_ours(name, tmp_path):
    model = made(name)
    translator = adapted(model.state_dict(), model)
    s2s.save(tmp_path / "tutorial", translator, card="# A tutorial's model")
    loaded = s2s.load(tmp_path / "tutorial", device="cpu")
    trace = loaded.trace("a b c d", reference="v w x")
    np.testing.assert_array_equal(trace.log_probs, translator.trace("a b c d", reference="v w x").log_probs)
    assert loaded.translate(["a b c", "g f"], beam_size=2) == translator.translate(["a b c", "g f"], beam_size=2)
    assert loaded.translate(["a b c"]) == [loaded.trace("a b c").output]
    trace.save(tmp_path / "trace.npz")
    same_trace(s2s.Trace.load(tmp_path / "trace.npz"), trace)
    edit = combine(set_weights(1, (0.0, 0.0, 1.0, 0.0, 0.0)), clamp("candidate", 0.0, part="encoder.forward"))
    edited = loaded.trace("a b c d", reference="v w x", edit=edit)
    assert edited.attention.weights[1].tolist() == [0, 0, 1, 0, 0]
    assert not np.allclose(edited.log_probs, trace.log_probs, atol=1e-3)


FORMS = {
    "two state dicts": lambda model: {"encoder": model.encoder.state_dict(), "decoder": model.decoder.state_dict()},
    "two modules": lambda model: {"encoder": model.encoder, "decoder": model.decoder},
    "a module": lambda model: model,
    "a checkpoint": lambda model: {"epoch": 3, "state_dict": model.state_dict()},
    "DataParallel": lambda model: {f"module.{name}": weight for name, weight in model.state_dict().items()},
    "torch.compile": lambda model: {f"_orig_mod.{name}": weight for name, weight in model.state_dict().items()},
    "both": lambda model: {f"module._orig_mod.{name}": weight for name, weight in model.state_dict().items()},
    "other names": lambda model: {
        name.replace("encoder.rnn", "enc.lstm").replace("encoder.", "enc.").replace("decoder.", "net.dec."): weight
        for name, weight in model.state_dict().items()
    },
    "double": lambda model: {name: weight.double() for name, weight in model.state_dict().items()},
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_weights_come_in_many_forms(form, unchecked):
    model = made("aligning")
    assert adapted(form(model), model).net.config.attention == "concat"


def test_weights_in_half_precision_are_read_as_the_numbers_they_are(tmp_path):
    model = made("aligning").half().float()
    path = tmp_path / "model.safetensors"
    safetensors.torch.save_file({name: weight.half() for name, weight in model.state_dict().items()}, path)
    assert adapted(path, model).net.encoder.embedding.weight.dtype == torch.float32


def test_cells_in_a_list_are_layers():
    class Listed(nn.Module):
        def __init__(self, model):
            super().__init__()
            self.model, self.cells = model, nn.ModuleList([nn.LSTMCell(4, 6), nn.LSTMCell(6, 6)])
            for layer, cell in enumerate(self.cells):
                for name, weight in cell.named_parameters():
                    weight.data.copy_(getattr(model.decoder.rnn, f"{name}_l{layer}"))

        def weights(self):
            whole = self.model.state_dict()
            rest = {name: weight for name, weight in whole.items() if not name.startswith("decoder.rnn")}
            return rest | {f"decoder.cells.{name}": weight for name, weight in self.cells.state_dict().items()}

    model = made("sequences of two layers")
    assert adapted(Listed(model).weights(), model).net.config.decoder_layers == 2


def test_a_tied_output_may_be_stored_once():
    model = large(Course(len(SOURCE), len(TARGET), embedding=4, hidden=4))
    model.target_vocab_projection.weight = model.model_embeddings.target.weight
    weights = {name: weight for name, weight in model.state_dict().items() if "target_vocab" not in name}
    for given in (model.state_dict(), weights):
        trace = adapted(given, model).trace("a b", reference="v")
        assert np.isfinite(trace.log_probs).all()


def test_a_begin_mark_before_the_source_and_none_after_it():
    model = made("aligning")
    translator = adapted(model.state_dict(), model, source_start=True, source_end=False)
    trace = translator.trace("a b", reference="v")
    assert trace.src_tokens == ("<s>", "a", "b") and trace.src_offsets == ((0, 0), (0, 1), (2, 3))
    wanted = log_probs(model, [1, 4, 5], [0, 2])
    np.testing.assert_allclose(trace.log_probs[:, 2], wanted[:, TARGET.index("EOS")], atol=1e-5)


VOCABULARIES = {
    "word2index": {token: id for id, token in enumerate(TARGET)},
    "index2word": dict(enumerate(TARGET)),
}


@pytest.mark.parametrize("given", VOCABULARIES.values(), ids=VOCABULARIES)
def test_a_vocabulary_is_a_list_or_a_mapping(given):
    model = made("aligning")
    assert adapted(model.state_dict(), model, target_vocabulary=given).vocabulary[4:] == tuple("vwxyz")


def test_special_tokens_are_named_where_their_spelling_does_not_tell_them():
    model = made("aligning")
    plain = {token: id for id, token in enumerate(TARGET) if id > 1}  # as Lang.word2index of the tutorial
    translator = adapted(model.state_dict(), model, target_vocabulary=plain, specials={"target": {"bos": 0, "eos": 1}})
    assert translator.trace("a", reference="v").log_probs.shape == (2, 9)


def test_characters_are_tokens_too():
    model = made("aligning")
    translator = adapted(model.state_dict(), model, split="characters", texts=[("abcd", "vwx"), ("gf", "zy")])
    assert translator.trace("dab").src_tokens == ("d", "a", "b", "</s>")


def without(name):
    return lambda weights: {key: weight for key, weight in weights.items() if key != name}


def with_(name, *shape):
    return lambda weights: weights | {name: torch.ones(*shape)}


REFUSED = {
    "a pickled file": (
        lambda weights: "model.pt",
        "model.pt may be pickled, and nothing is unpickled here: load it yours",
    ),
    "a file of another kind": (lambda weights: "model.onnx", "model.onnx is no .safetensors file"),
    "a file that is not there": (lambda weights: "no.safetensors", "no.safetensors cannot be read"),
    "nothing": (lambda weights: {}, "the weights are empty"),
    "a list": (lambda weights: [1], "the weights are a list, must be a state dict"),
    "no tensor": (lambda weights: weights | {"step": 3}, "step is a int, and a state dict has tensors alone"),
    "whole numbers": (lambda weights: weights | {"n": torch.ones(2).int()}, "numbers of the type torch.int32"),
    "not finite": (with_("decoder.fc_out.bias", 9), None),
    "a missing weight of the encoder": (without("encoder.rnn.weight_hh_l0"), "encoder.rnn lacks weight_hh of layer 0"),
    "a missing direction": (without("encoder.rnn.weight_ih_l0_reverse"), "lacks weight_ih of layer 0, backwards"),
    "a missing embedding": (without("encoder.embedding.weight"), "the source embedding|no source embedding"),
    "a missing v": (without("decoder.attention.v.weight"), "no known roles together: .*decoder.attention.attn"),
    "a missing bridge": (without("encoder.fc.weight"), "encoder.fc.bias has no matrix beside it"),
    "one layer too many": (
        with_("decoder.extra.weight", 3, 17),
        r"no known roles together: .*decoder.extra.weight \[3, 17\]",
    ),
    "a convolution": (
        with_("encoder.conv.weight", 3, 4, 2),
        r"encoder.conv.weight of shape \[3, 4, 2\] has no known role",
    ),
    "a normalisation": (with_("encoder.norm.weight", 4), "encoder.norm.weight of shape .* has no known role"),
    "another embedding": (with_("pos.embedding.weight", 20, 5), "is one embedding more than there are sides"),
    "fewer rows": (with_("encoder.embedding.weight", 10, 5), "has 10 rows, and the source vocabulary 11 tokens"),
    "other columns": (
        with_("encoder.embedding.weight", 11, 6),
        "6 numbers a token, and the encoder encoder.rnn reads 5",
    ),
    "weights that do not fit": (with_("encoder.rnn.bias_ih_l0", 8), "weights of encoder.rnn do not fit together"),
    "a cell of five blocks": (
        with_("encoder.rnn.weight_hh_l0", 15, 3),
        "an LSTM has 4 rows for each hidden unit, a GRU 3 and a plain cell 1; other cells are not known here",
    ),
    "a projection": (with_("encoder.rnn.weight_hr_l0", 3, 3), "projects an LSTM's hidden state"),
    "three recurrences": (with_("third.weight_ih_l0", 9, 3), "third lacks weight_hh"),
}


@pytest.mark.parametrize(("change", "sentence"), REFUSED.values(), ids=REFUSED)
def test_what_is_not_known_is_refused_in_one_sentence(change, sentence, unchecked):
    model = made("aligning")
    weights = change(dict(model.state_dict()))
    if sentence is None:
        weights["decoder.fc_out.bias"][3], sentence = torch.nan, "decoder.fc_out.bias has a number that is not finite"
    with pytest.raises(AdapterError, match=sentence) as caught:
        adapted(weights, model)
    assert isinstance(caught.value, S2SError) and "\n" not in str(caught.value)


def test_scores_of_positions_are_refused_by_name():
    model = large(Attending(len(SOURCE), len(TARGET)))
    with pytest.raises(
        AdapterError, match=r"decoder.attn.weight of shape \[10, 12\] gives each of 10 positions a score"
    ):
        adapted(model.state_dict(), model)


def test_cells_of_two_kinds_are_refused():
    model, other = made("aligning"), made("sequences of two layers")
    weights = {name: weight for name, weight in model.state_dict().items() if "encoder.rnn" not in name}
    weights |= {name: weight for name, weight in other.state_dict().items() if "encoder.rnn" in name}
    with pytest.raises(AdapterError, match="the encoder is of the kind lstm and the decoder of the kind gru"):
        adapted(weights, model)


ARGUMENTS = {
    "a token twice": ({"source_vocabulary": [*SOURCE[:-1], "a"]}, "has 'a' twice, as 4 and as 10"),
    "an id twice": ({"source_vocabulary": {"a": 0, "b": 0}}, "has the id 0 twice, for 'a' and 'b'"),
    "a number as a token": ({"source_vocabulary": [1, 2]}, "the source vocabulary has 1 with the id 0"),
    "no vocabulary": ({"source_vocabulary": "abc"}, "must be a list of tokens in the order of their ids"),
    "no begin mark": ({"target_vocabulary": list("abcdefghi")}, "has no begin mark that is known here"),
    "an unknown special": ({"specials": {"begin": 1}}, "specials has begin, must have names of pad, bos, eos, unk"),
    "a special that is not there": ({"specials": {"bos": "<go>"}}, "specials has '<go>' as bos, which the source"),
    "no texts": ({"texts": []}, "texts is empty"),
    "a text alone": ({"texts": "a b"}, "texts is empty or no list"),
    "an empty text": ({"texts": [" "]}, "text 1 cannot be compared: the text is empty"),
    "a text of three": ({"texts": [("a", "b", "c")]}, "text 1 is .*, must be a text or a pair of texts"),
    "no function": ({"reference": 3}, "the reference is a int, must be a function"),
    "too few numbers": (
        {"reference": [torch.ones(4, 9)]},
        "the reference is a list of 1, must be a function .* 4 texts",
    ),
    "other numbers": (
        {"reference": lambda source, fed: torch.ones(2, 5)},
        r"logits of shape \[2, 5\] for text 1, must be",
    ),
    "no numbers": ({"reference": lambda source, fed: "x"}, "gives logits that are not numbers, for text 1"),
    "another quantity": (
        {"reference": lambda source, fed: {"hidden": 1}},
        "the reference gives hidden: known are states",
    ),
    "another rule": ({"split": "sentences"}, "split is 'sentences', must be 'words' or 'characters', or the path"),
}


@pytest.mark.parametrize(("changes", "sentence"), ARGUMENTS.values(), ids=ARGUMENTS)
def test_an_argument_that_cannot_be_is_refused(changes, sentence, unchecked):
    model = made("aligning")
    with pytest.raises(AdapterError, match=sentence):
        adapted(model.state_dict(), **{"reference": model} | changes)


def test_an_unknown_word_is_refused_where_the_vocabulary_has_nothing_for_it(unchecked):
    model = made("aligning")
    words = [token if token != "<unk>" else "h" for token in SOURCE]
    with pytest.raises(
        AdapterError, match="text 1 has 'q', which the source vocabulary does not have, nor a token for"
    ):
        adapted(model.state_dict(), model, source_vocabulary=words, texts=["q a"])


PARTS = {
    "logits": (lambda found: found | {"logits": found["logits"] + torch.linspace(0, 8e-5, 9)}, "log-probabilities"),
    "weights": (lambda found: found | {"weights": found["weights"] + 0.25}, "attention weights"),
    "start": (lambda found: found | {"start": found["start"] + 0.5}, "initial state"),
    "states": (lambda found: found | {"states": found["states"] * 1.5}, "encoder states"),
}


@pytest.mark.parametrize(("change", "part"), PARTS.values(), ids=PARTS)
def test_where_outputs_part_a_sentence_says_where_and_by_how_much(change, part):
    model = made("aligning")
    with pytest.raises(
        AdapterError, match=rf"in text 1 \('a b c d'\), \w+ 1, their {part} differ by [\d.e-]+, where at"
    ):
        adapted(model.state_dict(), lambda source, fed: change(model(source, fed)))


def test_the_first_step_that_differs_is_named():
    model = made("aligning")

    def reference(source, fed):
        logits = model(source, fed)["logits"]
        if len(fed) == 6:  # of the second text
            logits[4, 2] += 0.001
        return logits

    with pytest.raises(AdapterError, match=r"in text 2 \('g f e'\), step 5, their log-probabilities differ by 0.0"):
        adapted(model.state_dict(), reference)


def test_a_difference_just_above_the_bound_is_one_and_just_below_is_none():
    model = made("aligning")

    def off(by):
        return lambda source, fed: model(source, fed)["logits"].log_softmax(-1).double() + by * torch.eye(len(fed), 9)

    adapted(model.state_dict(), off(4e-6))
    with pytest.raises(AdapterError, match="differ by"):
        adapted(model.state_dict(), off(5e-5))


def test_texts_that_do_not_tell_two_readings_apart_are_not_enough():
    model = made("chat, general of 2 in gru")
    with pytest.raises(AdapterError, match="the texts do not tell two readings of the weights apart"):
        adapted(model.state_dict(), model, texts=[("a", "v")], source_end=False)


def test_numbers_may_come_as_a_list():
    model = made("aligning")
    numbers = []
    adapted(model.state_dict(), lambda source, fed: numbers.append(model(source, fed)["logits"]) or numbers[-1])
    assert adapted(model.state_dict(), [number.tolist() for number in numbers]).trace("a").output is not None
    assert re.search("concat", adapted(model.state_dict(), numbers).net.config.attention)


HOSTILE_WEIGHTS = {
    "more numbers than any": lambda weights: weights | {"x.weight": torch.zeros(1).expand(10**6, 10**6)},
    "no numbers": lambda weights: {name: weight.to("meta") for name, weight in weights.items()},
    "sparse": lambda weights: weights | {"encoder.embedding.weight": torch.zeros(11, 5).to_sparse()},
    "a layer of many digits": lambda weights: weights | {f"encoder.rnn.weight_ih_l{'9' * 5000}": torch.zeros(1, 1)},
    "one number": lambda weights: weights | {"encoder.rnn.weight_hh_l0": torch.tensor(1.0)},
    "within itself": lambda weights: within_itself(),
    "no name of a file": lambda weights: "\ud800.safetensors",
}


def within_itself():
    endless = {}
    endless["a"] = endless
    return endless


@pytest.mark.parametrize("change", HOSTILE_WEIGHTS.values(), ids=HOSTILE_WEIGHTS)
def test_weights_that_are_none_cost_one_sentence(change, unchecked):
    model = made("aligning")
    with cheap(), pytest.raises(AdapterError):
        adapted(change(model.state_dict()), model)


def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.safetensors")
    with pytest.raises(AdapterError, match="is no plain file"):
        adapted(tmp_path / "pipe.safetensors", made("aligning"))


HOSTILE_REFERENCES = {
    "complex": lambda logits: logits + 1j,
    "complex, of NumPy": lambda logits: logits.detach().numpy() + 1j,
    "without numbers": lambda logits: logits.to("meta"),
    "without end": lambda logits: torch.zeros(1).expand(10**6, 10**6),
    "no token can follow": lambda logits: torch.full_like(logits, -torch.inf),
}


@pytest.mark.parametrize("change", HOSTILE_REFERENCES.values(), ids=HOSTILE_REFERENCES)
def test_a_reference_that_gives_no_logits_agrees_with_nothing(change, unchecked):
    model = made("aligning")
    with cheap(), pytest.raises(AdapterError, match="the reference gives logits"):
        adapted(model.state_dict(), lambda source, fed: change(model(source, fed)["logits"]))


@pytest.mark.parametrize("texts", [[("a", "v")], [("a b c", "v")], [("a", "v w x")]], ids=["both", "target", "source"])
def test_texts_on_which_many_models_agree_are_not_enough(texts):
    model = made("aligning")
    with pytest.raises(AdapterError, match="the texts are too short"):
        adapted(model.state_dict(), model, texts=texts)


def test_a_score_that_is_scaled_does_not_agree_for_want_of_positions():
    """Over one position every score gives the same weights."""
    model = made("chat, dot of 1 in lstm")
    one = adapted_or_error(model, [("a", "v")])
    assert "too short" in one or "do not tell" in one


def adapted_or_error(model, texts):
    try:
        adapted(model.state_dict(), model, texts=texts, source_end=False)
    except AdapterError as error:
        return str(error)
    return ""


def test_texts_without_end_are_not_waited_for():
    model = made("aligning")
    with cheap(), pytest.raises(AdapterError, match="more than 1,000 texts"):
        adapted(model.state_dict(), model, texts=itertools.repeat("a b"))


NO_ARGUMENTS = {
    "specials in a list": {"specials": [1]},
    "specials of a side": {"specials": {"source": 5}},
    "a length in words": {"max_src_len": "x"},
    "no length": {"max_tgt_len": None},
    "a name that is a number": {"name": 5},
    "no title": {"title": None},
}


@pytest.mark.parametrize("given", NO_ARGUMENTS.values(), ids=NO_ARGUMENTS)
def test_arguments_of_another_type_are_told(given, unchecked):
    model = made("aligning")
    with pytest.raises(S2SError):
        adapted(model.state_dict(), model, **given)
