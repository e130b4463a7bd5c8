"""The models that come with the program keep what their cards promise; measured on a part of the held-out pairs."""

import re
from pathlib import Path

import pytest

from s2s_core import checkpoint
from s2s_core.evaluation import Evaluation, evaluate
from s2s_core.recipes import RECIPES
from s2s_core.recipes.recipe import Recipe
from s2s_core.registry import TASKS
from s2s_core.translator import Translator

SHIPPED = [name for name in RECIPES if RECIPES[name]().shipped]
DATES = [name for name in SHIPPED if RECIPES[name]().task.name == "dates"]
SUBWORDS = ("bpe", "unigram")
PAIRS = 400  # a hundred of each language; the cards have five thousand of each

SAME_DATE = [
    "March 8, 2025",
    "2025년 3월 8일",
    "8. März 2025",
    "8 mars 2025",
    "Saturday, March 8, 2025",
    "2025년 3월 8일 토요일",
    "Samstag, 8. März 2025",
    "samedi 8 mars 2025",
    "2025-03-08",
    "2025/3/8",
]


@pytest.fixture(scope="module")
def translators() -> dict[str, Translator]:
    return {name: checkpoint.load(name, device="cpu") for name in SHIPPED}


@pytest.fixture(scope="module")
def evaluations(translators: dict[str, Translator]) -> dict[str, Evaluation]:
    task = TASKS["dates"]()
    pairs = task.pairs("test", size=PAIRS)
    return {name: evaluate(translators[name], task, pairs) for name in DATES}


def recipe_of(name: str) -> Recipe:
    return RECIPES[name]()


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_model_is_the_one_that_its_recipe_describes(name: str, translators: dict[str, Translator]) -> None:
    info, config, recipe = translators[name].info, translators[name].net.config, recipe_of(name)
    assert (info.name, info.title, info.task) == (name, recipe.title, recipe.task.name)
    assert info.examples == tuple(recipe.task.examples)
    assert {field: getattr(config, field) for field in recipe.model} == recipe.model
    assert (config.cell, config.peephole, config.bidirectional, config.attention) == ("lstm", "full", True, "additive")


def test_the_two_models_of_dates_differ_in_one_setting(translators: dict[str, Translator]) -> None:
    one, other = (translators[name].net.config.to_json() for name in ("dates", "dates-sink"))
    assert {name for name in one if one[name] != other[name]} == {"encoder_init"}


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_model_is_small_and_holds_nothing_but_itself(name: str, translators: dict[str, Translator]) -> None:
    files = [path for path in checkpoint.locate(name).rglob("*") if path.is_file()]
    translator, recipe = translators[name], recipe_of(name)
    weights = (2 if recipe.half else 4) * sum(parameter.numel() for parameter in translator.net.parameters())
    vocabulary = translator.src_tokenizer.vocab_size + translator.tgt_tokenizer.vocab_size
    assert sum(path.stat().st_size for path in files) < weights + 64 * vocabulary + 60_000
    expected = {"model.safetensors", "config.json", "manifest.json", "CARD.md", "training-log.csv"}
    sides = {"source": translator.src_tokenizer, "target": translator.tgt_tokenizer}
    expected |= {f"{side}.{'model' if one.name in SUBWORDS else 'json'}" for side, one in sides.items()}
    expected |= {"snapshots.npz"} if recipe.train.snapshots else set()
    assert {path.name for path in files} == expected


@pytest.mark.parametrize("name", [name for name in SHIPPED if RECIPES[name]().train.snapshots])
def test_the_snapshots_of_a_shipped_model_end_where_it_is(name: str) -> None:
    kept, recipe = checkpoint.snapshots(name), recipe_of(name)
    assert len(kept) == recipe.train.snapshots and kept[0].step == 0
    assert kept[-1].loss < kept[len(kept) // 2].loss < kept[0].loss
    for snapshot in kept:
        assert [(one.source, one.reference) for one in snapshot.specimens] == list(recipe.train.specimens)


@pytest.mark.parametrize("name", DATES)
@pytest.mark.parametrize("text", SAME_DATE)
def test_one_day_in_every_guise(name: str, text: str, translators: dict[str, Translator]) -> None:
    assert translators[name].translate([text]) == ["2025-03-08"]


@pytest.mark.parametrize("name", DATES)
def test_answers_are_right(name: str, evaluations: dict[str, Evaluation]) -> None:
    groups = {group: evaluations[name].scores[f"exact/{group}"] for group in ("en", "ko", "de", "fr")}
    assert min(groups.values()) >= 98.0, groups  # two of a hundred; the card has the figure of five thousand


def test_the_attention_of_dates_points_where_the_answer_is(evaluations: dict[str, Evaluation]) -> None:
    found = evaluations["dates"].alignment
    assert found is not None and found.field >= 93.0 and found.exact >= 99.0


def test_the_attention_of_the_sink_does_not(evaluations: dict[str, Evaluation]) -> None:
    local, sink = evaluations["dates"].alignment, evaluations["dates-sink"].alignment
    assert local is not None and sink is not None
    assert sink.field < 40.0 < local.field


@pytest.mark.parametrize("name", SHIPPED)
def test_a_card_has_the_command_the_scores_and_no_folder_of_the_machine(name: str) -> None:
    card = (checkpoint.locate(name) / "CARD.md").read_text(encoding="utf-8")
    assert f"python -m s2s_core train {name} --seed {recipe_of(name).train.seed}\n" in card
    row = re.search(r"^\| all \| \d+ \| (\S+) \|", card, re.MULTILINE)
    assert row is not None and float(row[1]) >= 97.0
    assert not re.search(r"(?<![\w.])/(work|home|root|tmp|Users)/", card)
    assert str(Path.home()) not in card


@pytest.mark.parametrize("name", DATES)
def test_the_cards_of_dates_have_every_language_on_five_thousand_pairs(name: str) -> None:
    card = (checkpoint.locate(name) / "CARD.md").read_text(encoding="utf-8")
    for group in ("de", "en", "fr", "ko"):
        line = re.search(rf"^\| {group} \| 5000 \| (\S+) \|", card, re.MULTILINE)
        assert line is not None and float(line[1]) >= 99.5


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("국물", "궁물"),
        ("한국어", "한구거"),
        ("같이", "가치"),
        ("독립", "동닙"),
        ("좋다", "조타"),
        ("밥을 먹는다", "바블 멍는다"),
    ],
)
def test_korean_is_said_as_the_rules_say(written: str, said: str, translators: dict[str, Translator]) -> None:
    assert translators["ko-pronounce"].translate([written]) == [said]
