"""JoeyNMT's recurrent models (Kreutzer, Bastings & Riezler 2019; version 2) as a Translator.

Its configuration says everything, so there is only one reading. The decoder attends after its cells, then computes
tanh(W [s; c] + b) and an output without a bias. Its first hidden state and its first cell state are both computed from
the encoder's last hidden state.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from s2s_core import foreign
from s2s_core.adapters import recurrence, starts, yaml
from s2s_core.adapters import texts as compared
from s2s_core.adapters.agreement import Reference
from s2s_core.adapters.assembly import Frame
from s2s_core.adapters.pytorch import agreed, all_cases
from s2s_core.adapters.recurrence import Recurrence
from s2s_core.adapters.structure import Linear, Score, Start, Structure
from s2s_core.adapters.vocabulary import Words, words
from s2s_core.adapters.weights import Weights, read
from s2s_core.errors import AdapterError, shown
from s2s_core.foreign import Unreadable
from s2s_core.tokenizer import SPACE, CharacterTokenizer, Tokenizer
from s2s_core.translator import ModelInfo, Translator

_SPECIAL = {"unk": (0, "<unk>"), "pad": (1, "<pad>"), "bos": (2, "<s>"), "eos": (3, "</s>")}
_MOST_BYTES = 1 << 25


def from_joeynmt(
    weights: Any,
    *,
    config: Any,
    source_vocabulary: Any,
    target_vocabulary: Any,
    texts: Any,
    reference: Reference,
    split: Any = None,
    target_split: Any = None,
    max_src_len: int = 64,
    max_tgt_len: int = 64,
    name: str = "",
    title: str = "",
) -> Translator:
    """A recurrent model of JoeyNMT as a Translator, if and only if the outputs agree to 1e-5 on the texts.

    Args:
        weights: the state dict (``model_state`` of its checkpoint, which you load yourself), the model itself, or the
            path of a .safetensors file.
        config: config.yaml's path, or what it says, as a mapping.
        source_vocabulary: src_vocab.txt's path, or its lines.
        target_vocabulary: trg_vocab.txt's path, or its lines.
        texts: see `from_pytorch`.
        reference: see `from_pytorch`. The source ids have the end mark, the fed ids begin with the begin mark.
        split: how a source is split into tokens, if not as the configuration says: "words", "characters", or the path
            of a SentencePiece model.
        target_split: the same for the target; None for the same as the source.
        max_src_len: the most tokens of a source, the marks not counted.
        max_tgt_len: the most steps.
        name: of the model.
        title: one line that says what the model does.

    Raises:
        AdapterError: if a part of the model is not supported, or the outputs do not agree.
    """
    said = _config(config)
    given = read(weights)
    data = _section(said, "data")
    special = _inner(data, "special_symbols")
    source, target = _words("source", source_vocabulary, special), _words("target", target_vocabulary, special)
    tokenizers = (
        _tokenizer(source, _inner(data, "src"), split),
        _tokenizer(target, _inner(data, "trg"), split if target_split is None else target_split),
    )
    frame = Frame(source.order, target.order, False, True, max_src_len, max_tgt_len)
    structure = _structure(given, _section(said, "model"), len(source.tokens), len(target.tokens))
    cases = all_cases(texts, reference, (source, target), tokenizers, frame)
    info = ModelInfo(name=name or str(said.get("name") or ""), title=title)
    return agreed(structure, frame, cases, tokenizers, info, summary=structure.summary)


def _config(given: Any) -> Mapping[str, Any]:
    said = yaml.load(_text(given, "config")) if isinstance(given, str | Path) else given
    if not isinstance(said, Mapping):
        raise AdapterError(
            f"config is {shown(repr(said))}, must be the path of a config.yaml, or its content as a mapping"
        )
    return said


def _text(path: str | Path, what: str) -> str:
    try:
        return foreign.file_bytes(Path(path), most=_MOST_BYTES).decode("utf-8-sig")
    except (OSError, UnicodeDecodeError, Unreadable) as error:
        raise AdapterError(f"{what} cannot be read: {shown(path)}: {shown(error)}") from error


def _section(said: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = said.get(name)
    if found is None and name == "data":
        return {}
    if not isinstance(found, Mapping):
        raise AdapterError(f"the configuration has no section {name!r}")
    return found


def _inner(said: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """A part of a section; empty if it is missing."""
    found = said.get(name)
    if not isinstance(found, Mapping | None):
        raise AdapterError(f"the configuration has {shown(repr(found))} for {name}, must be a mapping")
    return found or {}


def _words(side: str, given: Any, special: Mapping[str, Any]) -> Words:
    """JoeyNMT's vocabulary: the special tokens first, then the tokens of the file, each once."""
    if isinstance(given, str | Path):
        given = _text(given, f"the {side} vocabulary").removesuffix("\n").split("\n")
    if not isinstance(given, Sequence) or not all(isinstance(token, str) for token in given):
        raise AdapterError(f"the {side} vocabulary is a {type(given).__name__}, must be a path or a list of tokens")
    named = {role: special.get(f"{role}_token") or usual for role, (_, usual) in _SPECIAL.items()}
    tags = special.get("lang_tags") or []
    if not isinstance(tags, list | tuple) or not all(isinstance(one, str) for one in (*named.values(), *tags)):
        raise AdapterError("the configuration's special_symbols must be texts, and its lang_tags a list of texts")
    tokens = list(dict.fromkeys([*named.values(), *tags, *given]))
    for role, (usual, _) in _SPECIAL.items():
        id = special.get(f"{role}_id", usual)
        if tokens.index(named[role]) != id:
            raise AdapterError(
                f"the {side} vocabulary has {named[role]} as {tokens.index(named[role])}, and the configuration as {id}"
            )
    return words(side, tokens, named)


def _tokenizer(own: Words, said: Mapping[str, Any], split: Any) -> Tokenizer:
    if split is None:
        split = _split(own.side, said)
    if split == "characters":  # JoeyNMT writes a space as SentencePiece does
        return CharacterTokenizer(tokens=[" " if token == SPACE else token for token in own.ordinary])
    return compared.tokenizer(own, split)


def _split(side: str, said: Mapping[str, Any]) -> Any:
    more = _inner(said, "tokenizer_cfg")
    changes = ("lowercase", "normalize")
    before = [name for name in changes if said.get(name)] + [
        m for m in [more.get("pretokenizer")] if m not in (None, "none")
    ]
    if before:
        raise AdapterError(
            f"JoeyNMT prepares the {side} texts ({', '.join(map(str, before))}) before it cuts them: give texts that "
            "are prepared so, and say split='words', 'characters', or a SentencePiece model's path"
        )
    level, kind = said.get("level", "word"), said.get("tokenizer_type", "sentencepiece")
    if level == "bpe" and kind == "sentencepiece" and more.get("model_file"):
        return more["model_file"]
    if level == "bpe":
        raise AdapterError(
            f"JoeyNMT cuts the {side} texts by {shown(kind)}, which is not known here: give texts that are cut "
            "already, and say split='words'"
        )
    return next((ours for theirs, ours in (("word", "words"), ("char", "characters")) if theirs == level), level)


def _structure(weights: Weights, said: Mapping[str, Any], source_words: int, target_words: int) -> Structure:
    encoder_said, decoder_said = _part(said, "encoder"), _part(said, "decoder")
    left = dict(weights)
    found, names = recurrence.recurrences({name: w for name, w in left.items() if ".rnn." in name})
    encoder, decoder = _recurrent(found, "encoder", encoder_said), _recurrent(found, "decoder", decoder_said)
    for name in names:
        del left[name]
    source = _take(left, "src_embed.lut.weight", (source_words, encoder.inputs))
    if said.get("tied_embeddings") and "trg_embed.lut.weight" not in left:
        left["trg_embed.lut.weight"] = source
    fed = decoder.hidden if decoder_said.get("input_feeding", True) else 0
    target = _take(left, "trg_embed.lut.weight", (target_words, decoder.inputs - fed))
    if said.get("tied_softmax") and "decoder.output_layer.weight" not in left:
        left["decoder.output_layer.weight"] = target
    size = decoder.hidden
    readout = _linear(left, "decoder.att_vector_layer", (size, size + encoder.size))
    output = _take(left, "decoder.output_layer.weight", (target_words, size))
    score = _score(left, decoder_said.get("attention", "bahdanau"), encoder, decoder)
    blank = Structure(
        source=_scaled(source, encoder_said), target=_scaled(target, decoder_said), encoder=encoder, decoder=decoder,
        summed=False, score=score, attend="after", cell_reads=("y", "feed") if fed else ("y",), feeds="readout",
        start=starts.ZERO, readout=readout, readout_reads=("s", "c"), activation="tanh", output=Linear(output),
    )  # fmt: skip
    start = _start(left, blank, decoder_said.get("init_hidden", "bridge"))
    if left:
        more = ", ".join(sorted(left))
        raise AdapterError(f"the weights have what a recurrent model of JoeyNMT has not: {shown(more)}")
    return replace(blank, start=start)


def _part(said: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = _section(said, name)
    kind = part.get("type", "recurrent" if name == "encoder" else "transformer")
    if kind != "recurrent":
        raise AdapterError(f"the {name} is of the type {shown(repr(kind))}: a recurrent one is shown here")
    if part.get("activation", "tanh") != "tanh":
        raise AdapterError(f"the {name} has the activation {shown(repr(part['activation']))}: here it is a tanh")
    return part


def _recurrent(found: Mapping[str, Recurrence], side: str, said: Mapping[str, Any]) -> Recurrence:
    """The cells of one side, after a check that they have the sizes in the configuration."""
    if f"{side}.rnn." not in found:
        raise AdapterError(f"the weights have no {side}.rnn, which every recurrent model of JoeyNMT has")
    cells = found[f"{side}.rnn."]
    ways = 2 if side == "encoder" and said.get("bidirectional", True) else 1
    facts = {
        "rnn_type": (cells.kind, said.get("rnn_type", "gru")),
        "hidden_size": (cells.hidden, said.get("hidden_size", cells.hidden)),
        "num_layers": (len(cells.layers), said.get("num_layers", 1)),
        "directions": (cells.directions, ways),
    }
    for fact, (one, other) in facts.items():
        if one != other:
            raise AdapterError(
                f"the weights of {side}.rnn have {fact} {one}, and the configuration says {shown(other)}"
            )
    if side == "decoder" and found.get("encoder.rnn.", cells).kind != cells.kind:
        raise AdapterError("the encoder and the decoder have cells of different kinds: here both have the same")
    return cells


def _take(left: Weights, name: str, shape: tuple[int, ...]) -> Tensor:
    if name not in left:
        raise AdapterError(f"the weights have no {name}")
    tensor = left.pop(name)
    if tensor.shape != shape:
        raise AdapterError(f"{name} has the shape {list(tensor.shape)}, where {list(shape)} was expected")
    return tensor


def _linear(left: Weights, name: str, shape: tuple[int, int]) -> Linear:
    return Linear(_take(left, f"{name}.weight", shape), _take(left, f"{name}.bias", shape[:1]))


def _scaled(embedding: Tensor, said: Mapping[str, Any]) -> Tensor:
    scale = _inner(said, "embeddings").get("scale", False)
    return embedding * math.sqrt(embedding.shape[1]) if scale else embedding


def _score(left: Weights, kind: Any, encoder: Recurrence, decoder: Recurrence) -> Score:
    size, memory = decoder.hidden, encoder.size
    if kind == "luong":
        return Score("general", key=_take(left, "decoder.attention.key_layer.weight", (size, memory)))
    if kind == "bahdanau":
        return Score(
            "concat",
            query=_take(left, "decoder.attention.query_layer.weight", (size, size)),
            key=_take(left, "decoder.attention.key_layer.weight", (size, memory)),
            energy=_take(left, "decoder.attention.energy_layer.weight", (1, size))[0],
        )
    raise AdapterError(f"the attention {shown(repr(kind))} is not known here: known are 'bahdanau' and 'luong'")


def _start(left: Weights, blank: Structure, kind: Any) -> Start:
    size, memory = blank.decoder.hidden, blank.encoder.size
    if kind == "bridge":
        return starts.from_hidden(blank, "tanh", _linear(left, "decoder.bridge_layer", (size, memory)))
    if kind != "last":
        return starts.ZERO
    if memory not in (size, 2 * size):
        raise AdapterError(f"init_hidden is 'last', and the encoder's {memory} numbers cannot be a state of {size}")
    return starts.from_hidden(blank, "linear", Linear(torch.eye(size, memory)))  # only the forward one
