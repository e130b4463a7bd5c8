"""JoeyNMT's recurrent models: an independent transcription with its names, and JoeyNMT itself where it is installed."""

import importlib.util
import io
import re
from types import SimpleNamespace

import numpy as np
import pytest
import sentencepiece
import torch
from hostile import cheap
from torch import nn
from tutorials import CELLS, large

import s2s_core as s2s
from s2s_core.adapters import from_joeynmt, yaml
from s2s_core.edits import clamp
from s2s_core.errors import AdapterError

SOURCE, TARGET = list("abcde"), list("vwxy")
SPECIAL = ["<unk>", "<pad>", "<s>", "</s>"]
TEXTS = [("a b c", "v x w"), "e d a a b"]
VARIANTS = {
    f"{cell} {attention} {start} {layers}{' fed' if fed else ''}": (cell, attention, start, layers, fed)
    for cell in ("lstm", "gru")
    for attention in ("bahdanau", "luong")
    for start in ("bridge", "last", "zero")
    for layers, fed in ((1, True), (2, False))
}
INSTALLED = importlib.util.find_spec("joeynmt") is not None


def settings(cell, attention, start, layers, fed, *, hidden=None, **more):
    """The section of the model in a config.yaml."""
    size = hidden or {"last": 4 * layers}.get(start, 7)  # of one layer the forward state alone, of two both
    part = {"type": "recurrent", "rnn_type": cell, "num_layers": layers}
    encoder = part | {"hidden_size": 4, "bidirectional": True, "embeddings": {"embedding_dim": 5, "scale": True}}
    decoder = part | {"hidden_size": size, "attention": attention, "init_hidden": start, "input_feeding": fed}
    return {"encoder": encoder, "decoder": decoder | {"embeddings": {"embedding_dim": 6}}, **more}


class Joey(nn.Module):
    """The model that a configuration describes, with JoeyNMT's names."""

    def __init__(self, said, src, tgt):
        super().__init__()
        encoder, decoder = said["encoder"], said["decoder"]
        size, wide = decoder["hidden_size"], 2 * encoder["hidden_size"]
        self.said = said
        for name, words, part in (("src_embed", src, encoder), ("trg_embed", tgt, decoder)):
            setattr(self, name, nn.Module())
            getattr(self, name).lut = nn.Embedding(words, part["embeddings"]["embedding_dim"], padding_idx=1)
        self.encoder, self.decoder = nn.Module(), nn.Module()
        read, written = (part["embeddings"]["embedding_dim"] for part in (encoder, decoder))
        cell, layers = CELLS[encoder["rnn_type"]], encoder["num_layers"]
        self.encoder.rnn = cell(read, encoder["hidden_size"], layers, batch_first=True, bidirectional=True)
        fed = size if decoder["input_feeding"] else 0
        self.decoder.rnn = cell(written + fed, size, layers, batch_first=True)
        self.decoder.att_vector_layer = nn.Linear(size + wide, size)
        self.decoder.output_layer = nn.Linear(size, tgt, bias=False)
        self.decoder.attention = nn.Module()
        self.decoder.attention.key_layer = nn.Linear(wide, size, bias=False)
        if decoder["attention"] == "bahdanau":
            self.decoder.attention.query_layer = nn.Linear(size, size, bias=False)
            self.decoder.attention.energy_layer = nn.Linear(size, 1, bias=False)
        if decoder["init_hidden"] == "bridge":
            self.decoder.bridge_layer = nn.Linear(wide, size)

    def embedded(self, name, part, ids):
        vectors = getattr(self, name).lut(torch.tensor([ids]))
        scale = self.said[part]["embeddings"].get("scale", False)
        return vectors * vectors.shape[2] ** 0.5 if scale else vectors

    def start(self, last):
        said = self.said["decoder"]
        if said["init_hidden"] == "bridge":
            first = torch.tanh(self.decoder.bridge_layer(last))
        elif said["init_hidden"] == "last":
            first = last[:, : said["hidden_size"]]
        else:
            first = torch.zeros(1, said["hidden_size"])
        return first[None].repeat(said["num_layers"], 1, 1)

    def forward(self, source, fed):
        states, hidden = self.encoder.rnn(self.embedded("src_embed", "encoder", source))
        hidden = hidden[0] if isinstance(hidden, tuple) else hidden
        state = self.start(torch.cat([hidden[-2], hidden[-1]], dim=1))
        carried = torch.zeros(1, 1, state.shape[2])
        begin, logits = state[:, 0], []
        state = (state, state) if isinstance(self.decoder.rnn, nn.LSTM) else state
        keys, weights = self.decoder.attention.key_layer(states), []
        for y in self.embedded("trg_embed", "decoder", fed).unbind(dim=1):
            reads = torch.cat([y[:, None], carried], dim=2) if self.said["decoder"]["input_feeding"] else y[:, None]
            query, state = self.decoder.rnn(reads, state)
            if self.said["decoder"]["attention"] == "bahdanau":
                asked = torch.tanh(self.decoder.attention.query_layer(query) + keys)
                scores = self.decoder.attention.energy_layer(asked)[..., 0][:, None]
            else:
                scores = query @ keys.mT
            weights.append(scores.softmax(-1)[:, 0])
            carried = torch.tanh(self.decoder.att_vector_layer(torch.cat([query, scores.softmax(-1) @ states], dim=2)))
            logits.append(self.decoder.output_layer(carried)[:, 0])
        return {"logits": torch.cat(logits), "weights": torch.cat(weights), "states": states[0], "start": begin}


def made(said):
    return large(Joey(said, len(SPECIAL + SOURCE), len(SPECIAL + TARGET)))


def adapted(said, model, **changes):
    given = {"config": {"name": "toy", "model": said}, "source_vocabulary": SPECIAL + SOURCE, "texts": TEXTS}
    given |= {"target_vocabulary": SPECIAL + TARGET, "weights": model.state_dict(), "reference": model}
    return from_joeynmt(**given | changes)


@pytest.mark.parametrize("variant", VARIANTS.values(), ids=VARIANTS)
def test_a_model_of_every_configuration_agrees_on_texts_it_was_not_compared_by(variant):
    said = settings(*variant)
    model = made(said)
    translator = adapted(said, model)
    trace = translator.trace("d c b a", reference="y v w")
    with torch.no_grad():
        wanted = model([7, 6, 5, 4, 3], [2, 7, 4, 5])
    np.testing.assert_allclose(trace.log_probs[:, 4:], wanted["logits"].log_softmax(-1)[:, 4:], atol=1e-5)
    np.testing.assert_allclose(trace.attention.weights, wanted["weights"], atol=1e-5)
    assert translator.info.name == "toy" and trace.src_tokens == ("d", "c", "b", "a", "</s>")


def test_it_is_saved_loaded_watched_and_edited_like_ours(tmp_path):
    said = settings("lstm", "bahdanau", "bridge", 2, True)
    translator = adapted(said, made(said))
    s2s.save(tmp_path / "joey", translator, card="# JoeyNMT's model")
    loaded = s2s.load(tmp_path / "joey", device="cpu")
    trace = loaded.trace("a b c", reference="v w")
    np.testing.assert_array_equal(trace.log_probs, translator.trace("a b c", reference="v w").log_probs)
    edited = loaded.trace("a b c", reference="v w", edit=clamp("forget_gate", 0.0, part="decoder"))
    assert (edited.decoder.forget_gate == 0).all() and not np.allclose(edited.log_probs, trace.log_probs, atol=1e-3)
    assert loaded.translate(["a b", "c"], beam_size=3) == translator.translate(["a b", "c"], beam_size=3)


@pytest.mark.skipif(not INSTALLED, reason="JoeyNMT is not installed: pip install --no-deps joeynmt==2.3.0")
@pytest.mark.parametrize("variant", VARIANTS.values(), ids=VARIANTS)
@pytest.mark.filterwarnings("ignore")
def test_joeynmt_itself_agrees(variant):
    from joeynmt.config import _check_special_symbols
    from joeynmt.model import build_model
    from joeynmt.vocabulary import Vocabulary

    said, symbols = settings(*variant), SimpleNamespace(**_check_special_symbols({}))
    model = large(build_model(said, Vocabulary(SOURCE, symbols), Vocabulary(TARGET, symbols)))

    def reference(source, fed):
        mask = torch.ones(1, 1, len(source), dtype=torch.bool)
        src, trg, length = torch.tensor([source]), torch.tensor([fed]), torch.tensor([len(source)])
        logits, _, weights, _ = model._encode_decode(src=src, trg_input=trg, src_mask=mask, src_length=length)
        return {"logits": logits, "weights": weights}

    assert adapted(said, model, reference=reference).trace("a b").src_tokens == ("a", "b", "</s>")


CONFIG = """# a small model
name: "reverse"     # in quotes
data:
    src: {lang: "src", level: word, lowercase: False}
    trg:
        lang: "trg"
        level: "word"
        voc_limit: 1_000
    special_symbols:
        unk_token: "<unk>"
        unk_id: 0
testing:
    alphas: [1, -1.5, 1e-3]
    steps:
    - first
    - second: 2
model:
    tied_embeddings: no
    encoder:
        rnn_type: "gru"
        embeddings:
            embedding_dim: 5
            scale: yes
        hidden_size: 4
        bidirectional: True
        num_layers: 1
    decoder:
        type: recurrent
        rnn_type: 'gru'
        embeddings: {embedding_dim: 6, dropout: 0.2}
        hidden_size: 7
        attention: "luong"
        init_hidden: "bridge"
        input_feeding: true
"""


def test_its_own_files_are_read(tmp_path):
    said = settings("gru", "luong", "bridge", 1, True)
    paths = {name: tmp_path / name for name in ("config.yaml", "src_vocab.txt", "trg_vocab.txt")}
    paths["config.yaml"].write_text(CONFIG)
    paths["src_vocab.txt"].write_text("".join(f"{token}\n" for token in SPECIAL + SOURCE))
    paths["trg_vocab.txt"].write_text("".join(f"{token}\n" for token in [*SPECIAL, *TARGET, "v"]))  # each token once
    translator = adapted(
        said, made(said), config=paths["config.yaml"], source_vocabulary=paths["src_vocab.txt"],
        target_vocabulary=str(paths["trg_vocab.txt"]),
    )  # fmt: skip
    assert translator.info.name == "reverse" and translator.vocabulary[4:] == tuple(TARGET)


def test_yaml_is_read_as_its_writers_mean_it():
    said = yaml.load(CONFIG)
    assert said["data"]["trg"]["voc_limit"] == 1000 and said["data"]["src"] == {
        "lang": "src", "level": "word", "lowercase": False,
    }  # fmt: skip
    assert said["testing"] == {"alphas": [1, -1.5, 0.001], "steps": ["first", {"second": 2}]}
    assert said["model"]["tied_embeddings"] is False and said["model"]["decoder"]["embeddings"]["dropout"] == 0.2
    assert yaml.load("") is None and yaml.load("a: 'it''s #1'\nb:\nc: http://x") == {
        "a": "it's #1", "b": None, "c": "http://x",
    }  # fmt: skip


@pytest.mark.parametrize(
    "text", ["a: &x 1", "a: *x", "a: !!python/object:os.system x", "a: |\n  b", "a: [1, [2]]", "a b"]
)
def test_other_yaml_is_refused(text):
    with pytest.raises(AdapterError, match="line 1 of the configuration is written in a way that is not read here"):
        yaml.load(text)


def test_tied_weights_may_be_stored_once():
    said = settings("gru", "luong", "bridge", 1, True, hidden=6, tied_softmax=True, tied_embeddings=True)
    said["encoder"]["embeddings"] = {"embedding_dim": 6}
    model = large(Joey(said, 8, 8))
    model.trg_embed.lut.weight = model.decoder.output_layer.weight = model.src_embed.lut.weight
    once = {
        n: w for n, w in model.state_dict().items() if n not in ("trg_embed.lut.weight", "decoder.output_layer.weight")
    }
    for weights in (model.state_dict(), {"model_state": once, "steps": 100}):
        changes = {"source_vocabulary": TARGET, "target_vocabulary": TARGET, "texts": ["v w x", "y"]}
        assert adapted(said, model, weights=weights, **changes).trace("v").tgt_tokens


def test_pieces_of_sentencepiece_and_characters_are_cut_as_joeynmt_does(tmp_path):
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(["ab cd", "abcd ab", "cd dab"] * 20), model_writer=model, vocab_size=12, minloglevel=2
    )
    (tmp_path / "sp.model").write_bytes(model.getvalue())
    processor = sentencepiece.SentencePieceProcessor(model_proto=model.getvalue())
    pieces = [processor.id_to_piece(id) for id in range(3, processor.vocab_size())]
    said = settings("gru", "luong", "bridge", 1, True)
    joey = large(Joey(said, 4 + len(pieces), 4 + len(pieces)))
    side = {
        "level": "bpe",
        "tokenizer_type": "sentencepiece",
        "tokenizer_cfg": {"model_file": str(tmp_path / "sp.model")},
    }
    config = {"model": said, "data": {"src": side, "trg": side}}
    translator = adapted(
        said, joey, config=config, source_vocabulary=pieces[::-1], target_vocabulary=pieces, texts=["ab cd", "dab"]
    )
    assert list(translator.encode("ab cd").tokens) == processor.encode("ab cd", out_type=str)
    s2s.save(tmp_path / "joey", translator, card="")
    assert s2s.load(tmp_path / "joey", device="cpu").trace("ab cd").output == translator.trace("ab cd").output
    letters = adapted(said, made(said), config={"model": said, "data": {"src": {"level": "char"}}}, texts=["abe", "dc"],
                      target_split="words")  # fmt: skip
    assert letters.encode("abe").tokens == ("a", "b", "e")


BASE = settings("gru", "luong", "bridge", 1, True)
REFUSED = {
    "a transformer": ({"decoder": BASE["decoder"] | {"type": "transformer"}}, {}, "the type 'transformer'"),
    "another activation": ({"decoder": BASE["decoder"] | {"activation": "gelu"}}, {}, "has the activation 'gelu'"),
    "another attention": ({"decoder": BASE["decoder"] | {"attention": "dot"}}, {}, "known are 'bahdanau' and 'luong'"),
    "another size": ({"encoder": BASE["encoder"] | {"hidden_size": 8}}, {}, "hidden_size 4, and the conf.* 8"),
    "another cell": ({"encoder": BASE["encoder"] | {"rnn_type": "lstm"}}, {}, "rnn_type gru, and the .* lstm"),
    "other layers": ({"decoder": BASE["decoder"] | {"num_layers": 2}}, {}, "num_layers 1, and the conf.* 2"),
    "no section": ({}, {"config": {"data": {}}}, "the configuration has no section 'model'"),
    "no mapping": ({}, {"config": 3}, "config is 3, must be the path of a config.yaml"),
    "no file": ({}, {"config": "nowhere.yaml"}, "config cannot be read: nowhere.yaml"),
    "fewer words": ({}, {"source_vocabulary": SOURCE[:3]}, r"the shape \[9, 5\], where \[7, 5\]"),
    "lower case": ({}, {"config": {"model": BASE, "data": {"src": {"lowercase": True}}}}, r"source texts \(lowercase"),
    "another tokenizer": (
        {}, {"config": {"model": BASE, "data": {"trg": {"level": "bpe", "tokenizer_type": "subword-nmt"}}}},
        "cuts the target texts by subword-nmt, which is not known here",
    ),
    "another id": (
        {}, {"config": {"model": BASE, "data": {"special_symbols": {"eos_id": 5}}}}, "</s> as 3, and the conf.* as 5",
    ),
    "a pickled file": ({}, {"weights": "best.ckpt"}, "best.ckpt may be pickled, and nothing is unpickled here"),
}  # fmt: skip


@pytest.mark.parametrize(("model", "changes", "sentence"), REFUSED.values(), ids=REFUSED)
def test_what_is_not_known_is_refused_in_one_sentence(model, changes, sentence, unchecked):
    with pytest.raises(AdapterError, match=sentence) as caught:
        adapted(BASE | model, made(BASE), **changes)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", made(BASE).state_dict())
def test_a_missing_and_a_wrongly_shaped_weight_are_named(name):
    model = made(BASE)
    weights = {key: weight for key, weight in model.state_dict().items() if key != name}
    if "bias_" not in name:  # a recurrent module may have none
        with pytest.raises(AdapterError, match=re.escape(name.rsplit(".", 1)[0])):
            adapted(BASE, model, weights=weights)
    weight = model.state_dict()[name]
    with pytest.raises(AdapterError):
        adapted(BASE, model, weights=weights | {name: torch.cat([weight, weight])})
    with pytest.raises(AdapterError, match=r"JoeyNMT has not: decoder\.more"):
        adapted(BASE, model, weights=model.state_dict() | {"decoder.more": weight})


def test_a_model_of_other_arithmetic_is_refused_with_the_place():
    model, other = made(BASE), made(settings("gru", "luong", "bridge", 1, True))
    other.said = BASE | {"encoder": BASE["encoder"] | {"embeddings": {"embedding_dim": 5}}}  # not scaled
    with pytest.raises(AdapterError, match=r"in text 1 \('a b c'\), position 1, their encoder states differ by"):
        adapted(BASE, model, reference=other)


HOSTILE_CONFIGURATIONS = {
    "a key that never ends": "a" + " " * 100_000 + "b",
    "many short lines": "a: 1\r" * 60_000,
    "too long": "a: " + "b" * 2_000_000,
    "a tab for spaces": "a:\n\tb: 1",
    "a tag": "a: !!python/object/apply:os.system [x]",
    "an anchor": "a: &x [1]\nb: *x",
}


@pytest.mark.parametrize("text", HOSTILE_CONFIGURATIONS.values(), ids=HOSTILE_CONFIGURATIONS)
def test_a_configuration_that_is_not_read_is_refused_at_once(text):
    with cheap(), pytest.raises(AdapterError, match=r"more than|not read here"):
        yaml.load(text)


def test_a_key_may_have_spaces_behind_it_and_a_file_a_byte_order_mark(tmp_path):
    assert yaml.load("a b  : 1\n'c' : {d : 2}") == {"a b": 1, "c": {"d": 2}}
    assert yaml.load("a: 1\u2028b") == {"a": "1\u2028b"}
    (tmp_path / "config.yaml").write_bytes(b"\xef\xbb\xbfname: x\n")
    with pytest.raises(AdapterError, match=r"no section 'model'|the weights"):
        from_joeynmt({"x": torch.zeros(1)}, config=tmp_path / "config.yaml", **BARE)


BARE = {"source_vocabulary": ["a"], "target_vocabulary": ["b"], "texts": ["a"], "reference": []}
ODD = {
    "symbols": {"special_symbols": "x"},
    "a symbol": {"special_symbols": {"unk_token": [1]}},
    "tags": {"special_symbols": {"lang_tags": 5}},
    "a side": {"src": "x"},
    "a tokenizer": {"src": {"tokenizer_cfg": "x"}},
    "a level": {"src": {"level": ["x"]}},
}


@pytest.mark.parametrize("data", ODD.values(), ids=ODD)
def test_a_configuration_of_other_types_is_one_sentence(data, unchecked):
    with pytest.raises(AdapterError, match=r"the configuration|split is"):
        from_joeynmt({"x": torch.zeros(1)}, config={"data": data, "model": {}}, **BARE)
