"""Figures over seeds: the interval is over trainings, the table keeps them, and what is claimed names its seeds."""

import re
from pathlib import Path

import numpy as np
import pytest

from s2s_core import checkpoint, seeds
from s2s_core.bootstrap import mean
from s2s_core.errors import DataError
from s2s_core.recipes import RECIPES, VARIATIONS, digest, identity
from s2s_core.recipes.card import retold
from s2s_core.recipes.compared import compared
from s2s_core.seeds import Spread

ROOT = Path(__file__).parents[2]
SHIPPED = [name for name in RECIPES if RECIPES[name]().shipped]
CLAIM = re.compile(
    r"\bneeds? (?!a\b)|\bloses?\b|\berrs (?!,)|\bgoes wrong\b|\b(?:more|less) often\b|\btimes as\b"
    r"|(?<!counts )(?<!count )\bas right(?:ly)?\b|\bmore slowly\b|\bfaster\b|\bsharpe[rs]|\bsooner\b|\bmakes up for\b"
    r"|\bwhere `[\w-]+` (?:has|says|writes) [\d.]+ %"
)
SEEDS = re.compile(r"\b(?:[Oo]ne seed|[Oo]f six seeds|\d+ seeds)\b")
FACTS = {"family": "dates", "model": "dates-last", "kind": "last", "recipe": "ab", "measure": "exact"}


def spread(*values: float, first: int = 1, **facts: str) -> Spread:
    return Spread(**{**FACTS, **facts}, seeds=tuple(range(first, first + len(values))), values=values)


def card(name: str) -> str:
    return checkpoint.read_text(checkpoint.SHIPPED / name, checkpoint.CARD)


def test_the_interval_of_three_seeds_reaches_from_the_smallest_to_the_largest():
    found = spread(99.0, 97.0, 98.5).estimate
    assert (found.low, found.high) == (97.0, 99.0) and found.value == pytest.approx(98.16667, abs=1e-5)


def test_the_interval_of_many_seeds_is_about_that_of_the_theory():
    values = np.random.default_rng(3).normal(50, 4, size=40)
    found = mean(values)
    assert found.high - found.low == pytest.approx(2 * 1.96 * values.std() / np.sqrt(40), rel=0.15)


def test_one_seed_has_no_interval_and_says_so():
    assert spread(99.0).estimate is None and seeds.written(spread(99.0)) == "99.00 (one seed)"
    assert seeds.written(spread(99.0, 98.0)) == "98.50 (98.00 to 99.00, 2 seeds)"


def test_a_difference_is_taken_seed_by_seed_and_of_the_seeds_that_both_have():
    base = spread(100.0, 99.0, 98.0, model="dates", kind="")
    apart = spread(98.0, 97.5, 90.0, first=2).minus(base)
    assert (apart.seeds, apart.values) == ((2, 3), (-1.0, -0.5))
    assert spread(98.0, first=7).minus(base) is None


@pytest.mark.parametrize(("numbers", "values"), [((), ()), ((1, 2), (1.0,)), ((1, 1), (1.0, 2.0))])
def test_figures_without_a_seed_of_their_own_are_refused(numbers, values):
    with pytest.raises(DataError, match="needs a seed of its own"):
        Spread(**FACTS, seeds=numbers, values=values)


def test_a_table_gives_back_what_was_written(tmp_path):
    lines = (spread(100.0, 99.5, model="dates", kind=""), spread(98.25, 97.0), spread(0.1 + 0.2, measure="entropy"))
    seeds.write(tmp_path / "seeds.csv", lines)
    assert seeds.read(tmp_path / "seeds.csv") == lines
    assert seeds.read(tmp_path / "none.csv") == ()


HEADER = "family,model,kind,recipe,measure,seeds,values\n"


@pytest.mark.parametrize(
    "text",
    [
        "family,value\ndates,abc\n",
        HEADER + "dates,dates,,ab,exact,1 2,5\n",
        HEADER + "dates,dates,,ab,exact,1 1,5 6\n",
        HEADER + "dates,dates,,ab,exact,a,5\n",
        HEADER + "dates,dates,,ab,exact,1,nan\n",
        HEADER + "dates,dates,,ab,exact,1,inf\n",
        HEADER + "dates,dates\n",
        HEADER + f"dates,dates,,ab,exact,{'1 ' * 10001},5\n",
        "\0",
    ],
)
def test_another_file_is_no_table_of_seeds(text, tmp_path):
    if text == "\0":
        (tmp_path / "seeds.csv").write_bytes(b"\xff\xfe" + HEADER.encode("utf-16le"))
    else:
        (tmp_path / "seeds.csv").write_text(text)
    with pytest.raises(DataError, match=r"seeds.csv is not a table of seeds|needs a seed of its own"):
        seeds.read(tmp_path / "seeds.csv")


def test_two_recipes_are_the_same_where_they_train_the_same():
    assert len({digest(RECIPES[name]()) for name in RECIPES}) == len(RECIPES)
    assert digest(RECIPES["dates"]()) == digest(RECIPES["dates"]().with_seed(7))
    assert "probe" not in identity(RECIPES["dates"]())


@pytest.mark.parametrize("name", SHIPPED)
def test_the_words_of_a_card_are_those_of_its_recipe(name):
    assert retold(card(name), RECIPES[name]()) == card(name), "bring it up to date: python -m s2s_core.recipes"


@pytest.mark.parametrize(
    "text", ["", "# A title\n", "# A\n\n## Data\n\nx\n", "# A\n\n## Data\n\nx\n\n## Scores\n\nx\n"]
)
def test_what_is_no_card_is_not_rewritten(text):
    with pytest.raises(DataError, match="has not the sections"):
        retold(text, RECIPES["dates"]())


@pytest.mark.parametrize("name", SHIPPED)
def test_what_a_card_says_of_a_change_stands_where_the_number_of_seeds_does(name):
    sections = re.split(r"^## ", card(name), flags=re.MULTILINE)
    (told,) = [section for section in sections if section.startswith("Compared with")] or [""]
    assert bool(told) == bool(compared(RECIPES[name]()))
    assert not told or SEEDS.search(told)
    for section in sections:
        if section is not told and not section.startswith("Specimens"):  # what a class types is no claim of ours
            claims = [s for s in re.split(r"(?<=[.!?]) ", " ".join(section.split())) if CLAIM.search(s)]
            assert [claim for claim in claims if not SEEDS.search(claim)] == []


@pytest.mark.parametrize("name", VARIATIONS)
def test_a_card_quotes_the_interval_of_its_own_recipe_and_of_no_other(name, tmp_path, monkeypatch):
    monkeypatch.setattr(seeds, "FOLDER", tmp_path)
    recipe = RECIPES[name]()
    about = {"family": recipe.base, "measure": "exact"}
    base = {**about, "model": recipe.base, "kind": "", "recipe": digest(RECIPES[recipe.base]())}
    mine = {**about, "model": name, "kind": VARIATIONS[name].kind, "recipe": digest(recipe)}
    seeds.write(seeds.path_of(recipe.base), [spread(100.0, 99.0, **base), spread(98.0, 97.5, **mine)])
    assert "| exact | 97.75 (97.50 to 98.00, 2 seeds) | -1.75 (-2.00 to -1.50, 2 seeds) |" in compared(recipe)
    seeds.write(
        seeds.path_of(recipe.base), [spread(100.0, 99.0, **base), spread(98.0, 97.5, **{**mine, "recipe": "cd"})]
    )
    assert "97.75" not in compared(recipe)


def test_a_table_that_is_kept_is_of_the_recipes_as_they_are():
    for path in seeds.FOLDER.glob("seeds-*.csv"):
        lines = seeds.read(path)
        assert lines and {line.family for line in lines} == {path.stem.removeprefix("seeds-")}
        assert [line.model for line in lines if line.recipe != digest(RECIPES[line.model]())] == []


def test_what_the_readme_says_of_a_change_names_its_seeds():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    (models,) = re.findall(r"^## Models\n(.*?)^## ", text, flags=re.DOTALL | re.MULTILINE)
    prose = " ".join(re.sub(r"^\|.*$", "", models, flags=re.MULTILINE).split())
    claims = [sentence for sentence in re.split(r"(?<=[.!?]) ", prose) if CLAIM.search(sentence)]
    assert len(claims) >= 3
    assert [claim for claim in claims if not SEEDS.search(claim)] == []
    kept = {seeds.written(line) for path in seeds.FOLDER.glob("seeds-*.csv") for line in seeds.read(path)}
    quoted = re.findall(r"-?[\d.]+ \([\d.-]+ to [\d.-]+, \d+ seeds\)", prose)
    assert [figure for figure in quoted if figure not in kept] == []


@pytest.mark.parametrize(
    "sentence", ["Dates need neither peepholes", "it loses two", "errs four times as often", "as right"]
)
def test_the_words_of_a_claim_are_found(sentence):
    assert CLAIM.search(sentence)
