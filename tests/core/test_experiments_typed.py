"""Sentences as people type them: what is changed, and what is counted."""

import os
from pathlib import Path

import pytest

from s2s_core import checkpoint
from s2s_core.errors import DataError
from s2s_core.experiments import EXPERIMENTS
from s2s_core.experiments.typed import MADE, NAMES, made, typed
from s2s_core.metrics import bleu, bleu_interval
from s2s_core.pair import Pair
from s2s_core.recipes import RECIPES
from s2s_core.tasks import EnglishFrenchTask

DATA = (
    Path(os.environ.get("S2S_DATA", Path(__file__).parents[3] / "shared" / "data")) / "tatoeba-en-fr" / "pairs.tsv.gz"
)
PAIRS = [
    Pair("I am hungry.", "J'ai faim.", references=("J'ai faim.", "J'ai faim !")),
    Pair("Do you like my new car?", "Est-ce que tu aimes ma nouvelle voiture ?"),
    Pair("She doesn't drink black coffee.", "Elle ne boit pas de café noir."),
    Pair("Good morning", "Bonjour"),
]


def test_each_measure_is_what_the_model_does_with_the_changed_sentences() -> None:
    model = checkpoint.load("en-fr", device="cpu")
    found = {name: (estimate, count) for name, estimate, count in typed(model, EnglishFrenchTask(), PAIRS)}
    answers = [(pair.target,) if not pair.references else pair.references for pair in PAIRS]

    def score(texts: list[str], right: list[tuple[str, ...]]) -> float:
        return bleu(model.translate(texts, beam_size=5), right)

    assert found["bleu"][0].value == pytest.approx(score([pair.source for pair in PAIRS], answers))
    lower = [pair.source.lower() for pair in PAIRS]
    assert found["lower case"][0].value == pytest.approx(score(lower, answers)) and found["lower case"][1] == 4
    bare = ["Do you like my new car", "She doesn't drink black coffee"]
    right = [("Est-ce que tu aimes ma nouvelle voiture",), ("Elle ne boit pas de café noir",)]
    assert found["no final mark"][0].value == pytest.approx(score(bare, right)) and found["no final mark"][1] == 2
    forms = ["I'm hungry.", "She does not drink black coffee."]
    right = [answers[0], answers[2]]
    assert found["short or long form"][0].value == pytest.approx(score(forms, right))
    first = [model.trace(pair.source).attention.weights[0] for pair in PAIRS[:3]]  # type: ignore[union-attr]
    on_mark = 100 * sum(int(row.argmax()) == len(row) - 1 for row in first) / 3
    assert found["first on the mark"][0].value == pytest.approx(on_mark)
    names = made()["name"]
    outputs = model.translate([text for text, _ in names], beam_size=5)
    copied = [part in output for output, (_, part) in zip(outputs, names, strict=True)]
    assert found["name copied"][0].value == pytest.approx(100 * sum(copied) / len(copied))


def test_half_of_the_made_sentences_have_a_name_and_half_a_number() -> None:
    kinds = made()
    assert made() == kinds and {name: len(entries) for name, entries in kinds.items()} == dict.fromkeys(
        kinds, MADE // 2
    )
    assert all(part in text for entries in kinds.values() for text, part in entries)
    assert {part for _, part in kinds["name"]} == set(NAMES) and all(part.isdigit() for _, part in kinds["number"])


@pytest.mark.skipif(
    not DATA.exists(), reason="the training pairs of en-fr are not shipped; S2S_DATA names their folder"
)
def test_no_name_stands_in_a_training_sentence() -> None:
    words = {
        word.strip(".,?!'\"")
        for pair in EnglishFrenchTask(path=DATA).pairs("train", seed=1)
        for word in pair.source.split()
    }
    assert not words & set(NAMES)


def test_the_interval_of_bleu_lies_around_it() -> None:
    outputs, right = ["a b c d e", "a b c x e", "f g h i j k"], ["a b c d e", "a b c d e", "f g h i j z"]
    estimate = bleu_interval(outputs, right)
    assert estimate.value == pytest.approx(bleu(outputs, right))
    assert estimate.low < estimate.value and estimate.high > estimate.low


def test_a_task_without_sentences_is_refused() -> None:
    with pytest.raises(DataError, match="dates has no sentences that people type otherwise"):
        list(EXPERIMENTS["as-typed"]("dates", RECIPES["dates"]().task, 10, 0))
