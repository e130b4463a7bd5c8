"""Convert models built from torch.nn's LSTM and GRU with attention, as in tutorials, to a Translator."""

from collections.abc import Mapping
from typing import Any

from s2s_core import arguments
from s2s_core.adapters import texts as compared
from s2s_core.adapters.agreement import Case, Reference, parting
from s2s_core.adapters.assembly import Frame, assemble
from s2s_core.adapters.readings import readings
from s2s_core.adapters.screening import TELLING, best
from s2s_core.adapters.structure import Structure
from s2s_core.adapters.vocabulary import Vocabulary, Words, words
from s2s_core.adapters.weights import read
from s2s_core.config import MOST
from s2s_core.errors import AdapterError
from s2s_core.tokenizer import Tokenizer
from s2s_core.translator import ModelInfo, Translator


def from_pytorch(
    weights: Any,
    *,
    source_vocabulary: Vocabulary,
    target_vocabulary: Vocabulary,
    texts: Any,
    reference: Reference,
    split: Any = "words",
    target_split: Any = None,
    specials: Mapping[str, Any] | None = None,
    source_start: bool = False,
    source_end: bool = True,
    max_src_len: int = 64,
    max_tgt_len: int = 64,
    name: str = "",
    title: str = "",
) -> Translator:
    """Somebody else's encoder and decoder as a Translator, if and only if the outputs agree to 1e-5 on the texts.

    Some facts cannot be seen in a state dict, such as whether a cell reads the embedding or the context first. So all
    possible readings of the weights are tried, and the one that computes the reference's numbers is taken.

    Args:
        weights: a state dict, the path of a .safetensors file, an ``nn.Module``, or a mapping of several, such as
            ``{"encoder": encoder.state_dict(), "decoder": decoder.state_dict()}``.
        source_vocabulary: tokens in the order of their ids, ``word2index`` or ``index2word``.
        target_vocabulary: the same for the target.
        texts: pairs (source, target) on which the models are compared; or only sources, then some tokens are fed.
        reference: the other model, as a function of the source's ids (with its marks) and the fed ids (the begin mark
            first). It returns logits or log-probabilities of all steps, [steps, target vocabulary], without dropout.
            It may also return a mapping with "logits" and any of "states" [source, memory], "start" [layers, hidden],
            "weights" [steps, source]; then an error can say which part differs. Instead of the function, a list of
            such results, one for each text.
        split: how a text is split into tokens: "words" (at spaces), "characters", or a SentencePiece model's path.
        target_split: the same for the target; None for the same as the source.
        specials: the tokens or ids of "pad", "bos", "eos" and "unk" that cannot be recognised by their spelling; if
            the sides differ, ``{"source": {...}, "target": {...}}``.
        source_start: whether the encoder reads a begin mark before the text.
        source_end: whether it reads an end mark after it.
        max_src_len: the most tokens of a source, the marks not counted.
        max_tgt_len: the most steps.
        name: of the model.
        title: one line that says what the model does.

    Raises:
        AdapterError: if a part of the model is not supported, or the outputs do not agree.
    """
    info = ModelInfo(name=arguments.text("name", name), title=arguments.text("title", title))
    given = read(weights)
    source, target = words("source", source_vocabulary, specials), words("target", target_vocabulary, specials)
    tokenizers = (
        compared.tokenizer(source, split),
        compared.tokenizer(target, split if target_split is None else target_split),
    )
    frame = Frame(source.order, target.order, source_start, source_end, max_src_len, max_tgt_len)
    cases = all_cases(texts, reference, (source, target), tokenizers, frame)
    every = readings(given, source_words=len(source.tokens), target_words=len(target.tokens))
    structure, tried = best(every, cases)
    assert structure is not None, "there is a reading, or it was said that there is none"
    others = "its only reading" if tried == 1 else f"the closest of {tried:,} readings"
    return agreed(structure, frame, cases, tokenizers, info, summary=f"{others}: {structure.summary}")


def all_cases(
    texts: Any, reference: Reference, both: tuple[Words, Words], tokenizers: tuple[Tokenizer, Tokenizer], frame: Frame
) -> list[Case]:
    """The texts with the other model's ids and numbers."""
    for name, length in (("max_src_len", frame.max_src_len), ("max_tgt_len", frame.max_tgt_len)):
        arguments.whole(name, length, 1, MOST[name])
    source, target = both
    before = [source.require("bos", "begin mark")] if frame.source_start else []
    after = [source.require("eos", "end mark")] if frame.source_end else []
    target.require("bos", "begin mark")
    target.require("eos", "end mark")
    return compared.cases(
        texts,
        reference,
        (source, tokenizers[0], before, after),
        (target, tokenizers[1]),
        (frame.max_src_len, frame.max_tgt_len),
    )


def agreed(
    structure: Structure,
    frame: Frame,
    cases: list[Case],
    tokenizers: tuple[Tokenizer, Tokenizer],
    info: ModelInfo,
    *,
    summary: str,
) -> Translator:
    """The translator of a reading, if it agrees with the reference on all texts.

    Raises:
        AdapterError: if they do not agree; it names the first place that differs.
    """
    net = assemble(structure, frame)
    for case in cases:
        if found := parting(net, case, frame.source, frame.target):
            raise AdapterError(f"the model does not become one of ours: {found} ({summary})")
    if not any(min(len(case.source), len(case.fed)) >= TELLING for case in cases):
        raise AdapterError(
            "the texts are too short: over one position, or in one step, many models compute the same; give at least "
            f"one with {TELLING} tokens on both sides, marks included"
        )
    return Translator(net=net, src_tokenizer=tokenizers[0], tgt_tokenizer=tokenizers[1], info=info)
