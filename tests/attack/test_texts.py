"""Texts to models of every family of tokenizers: translated, traced, scored, searched, encoded."""

from collections.abc import Callable
from functools import cache
from itertools import product
from random import Random
from typing import Any

import numpy as np
import pytest
from attack import texts
from attack.measure import Attack, Bounds, Refused

from s2s_core import Translator
from s2s_core.checkpoint import load
from s2s_core.registry import TOKENIZERS

MODELS = ("dates", "ko-pronounce", "pronounce", "en-fr", "ko-en")
BOUNDS = {"dates": Bounds(answered=1.0), "ko-pronounce": Bounds(answered=1.0), "pronounce": Bounds(answered=2.0)}
LARGE = Bounds(answered=5.0)  # en-fr and ko-en: vocabularies of thousands, hidden states of hundreds
REFERENCES = {
    "dates": "2025-03-08",
    "ko-pronounce": "궁물",
    "pronounce": "ɪnʌf",
    "en-fr": "Bonjour.",
    "ko-en": "Hello.",
}

# What stops a server where length is checked too late, in code points
LARGEST = (
    ("marks of many kinds", 40_000),
    ("marks out of order", 40_000),
    ("marks the wrong way round", 30_000),
    ("flags", 30_000),
    ("joined emoji", 200_000),
    ("conjoining jamo", 300_000),
    ("jamo of one kind", 500_000),
    ("one letter", 2_000_000),
    ("right to left", 1_000_000),
    ("spaces", 1_000_000),
    ("line ends", 1_000_000),
    ("any character", 300_000),
    ("NULs and control characters", 1_000_000),
    ("lone surrogates", 1_000_000),
    ("prefixed spaces", 1_000_000),
    ("numbers", 1_000_000),
    ("words", 1_000_000),
    ("apostrophes", 1_000_000),
)


@cache
def model(name: str) -> Translator:
    loaded = load(name, device="cpu")
    loaded.trace(loaded.info.examples[0])
    return loaded


def written(outputs: list[str]) -> str:
    """What is wrong with translations as text."""
    (output,) = outputs
    return "" if output.encode().decode() == output else "the output is no text"


def consistent(trace: Any) -> str:
    """What is wrong with a trace of some text."""
    if any(not 0 <= start <= end <= len(trace.text) for start, end in trace.src_offsets):
        return "a token stands outside the text"
    if len(trace.src_offsets) != len(trace.src_tokens) or len(trace.tgt_tokens) != len(trace.token_log_probs):
        return "tokens and numbers are not as many"
    if not np.isfinite(trace.token_log_probs).all():
        return "a probability is no number"
    return ""


def fitting(encoding: Any) -> str:
    return "" if len(encoding.ids) == len(encoding.tokens) == len(encoding.offsets) else "not as many tokens as ids"


# what is done with a text, and what is wrong with what came out
Use = tuple[Callable[[str, str], Any], Callable[[Any], str]]
USES: dict[str, Use] = {
    "translate": (lambda name, text: model(name).translate([text]), written),
    "trace": (lambda name, text: model(name).trace(text), consistent),
    "trace against it": (
        lambda name, text: model(name).trace(model(name).info.examples[0], reference=text),
        consistent,
    ),
    "score": (lambda name, text: model(name).score(text, REFERENCES[name]), lambda score: ""),
    "score it": (lambda name, text: model(name).score(model(name).info.examples[0], text), lambda score: ""),
    "search": (lambda name, text: model(name).search(text, beam_size=3), lambda found: ""),
    "sample": (lambda name, text: model(name).sample(text, seed=1), lambda text: written([text])),
    "encode": (lambda name, text: model(name).encode(text), fitting),
    "reads": (lambda name, text: model(name).reads(text), lambda said: ""),
}


def tried(attack: Attack, what: str, name: str, use: str, text: str) -> None:
    function, wrong = USES[use]
    bounds = BOUNDS.get(name, LARGE)
    if use in ("encode", "reads"):
        bounds = Bounds(answered=0.25)  # nothing is computed
    came = attack.call(f"{what} to {use} by {name}", lambda: function(name, text), bounds)
    if came is not None and not isinstance(came, Refused) and (problem := wrong(came)):
        attack.fault(f"{what} to {use} by {name}: {problem}")


@pytest.mark.parametrize(("kind", "size"), LARGEST, ids=[f"{size:,} of {kind}" for kind, size in LARGEST])
def test_a_text_far_too_long_is_refused_at_once(attack: Attack, kind: str, size: int) -> None:
    text = texts.KINDS[kind](Random(size), size)
    for name, use in product(MODELS, ("translate", "trace against it")):
        model(name)
        tried(attack, f"{size:,} of {kind}", name, use, text)
        if attack.faults:  # each may take its seconds
            break
    attack.verdict()


@pytest.mark.parametrize("kind", texts.KINDS)
def test_every_kind_of_text_gets_an_answer_at_every_length(attack: Attack, kind: str) -> None:
    for name in MODELS[1:4]:
        model(name)
        for size in (1, 12, 700):
            for use in ("trace", "score it"):
                tried(attack, f"{size} of {kind}", name, use, texts.KINDS[kind](Random(size), size))
    attack.verdict()


def test_drawn_texts(attack: Attack) -> None:
    for seed in attack.seeds(0.27):
        rng = Random(seed)
        what, text = texts.drawn(rng)
        tried(attack, f"seed {seed}: {what}", rng.choice(MODELS), rng.choice(list(USES)), text)
    attack.verdict()


@pytest.mark.parametrize("name", TOKENIZERS.names())
def test_many_texts_at_once(attack: Attack, name: str) -> None:
    """What a vocabulary is learnt from is as hostile as what is read with it."""
    for seed in attack.seeds(0.02):
        rng = Random(f"{name} {seed}")
        given = [texts.drawn(rng, most=300)[1] for _ in range(rng.choice((1, 2, 30, 300)))]
        size = rng.choice((None, 1, 4, 5, 50, 261, 300, 1000, 100_000))

        def learn(given: list[str] = given, size: int | None = size) -> Any:
            tokenizer = TOKENIZERS[name].train(given, vocab_size=size)
            return [tokenizer.decode(tokenizer.encode(text).ids) for text in given]

        attack.call(f"seed {seed}: a vocabulary of {size} from {len(given)} texts", learn, Bounds(answered=5.0))
    attack.verdict()
