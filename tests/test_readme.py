"""What README, CONTRIBUTING and the page of figures tell people to type works, and the files they name exist."""

import re
import subprocess
from pathlib import Path
from shutil import which

import pytest

from s2s_core.experiments import FOLDER, read

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
TEXTS = {
    name: (ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "CONTRIBUTING.md", "benchmarks/README.md")
}
TABLED = {
    "attention": "attention α",
    "gradient": "gradient × input",
    "integrated": "integrated gradients",
    "drop": "occlusion: taken out",
    "zero": "zero",
    "unknown": "unknown",
    "similar": "like tokens",
    "chance": "chance",
}
OTHERS = {
    "α below chance, % of outputs": "better, drop: attention",
    "the least of all: α, %": "best, drop: attention",
    "the least of all: integrated gradients, %": "best, drop: integrated",
    "α orders tokens as occlusion (taken out), τ": "agrees: drop",
    "α shuffled: another token, %": "changes",
}
EVERYTHING = "\n".join(TEXTS.values())


def test_the_python_lines_run(tmp_path, monkeypatch):
    (lines,) = re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)
    monkeypatch.chdir(tmp_path)
    names = {}
    exec(lines, names)
    assert names["trace"].output == names["forced"].reference == "2025-03-08"
    assert (tmp_path / "march.npz").exists()


@pytest.mark.skipif(which("make") is None, reason="make was not found")
@pytest.mark.parametrize("target", sorted(set(re.findall(r"(?:^|`)make ([a-z0-9]+)", EVERYTHING, flags=re.MULTILINE))))
def test_the_make_targets_exist(target):
    plan = subprocess.run(["make", "-n", target], cwd=ROOT, capture_output=True, text=True, check=False)
    assert plan.returncode == 0, plan.stderr


@pytest.mark.parametrize(
    "path", sorted(set(re.findall(r"`((?:s2s_core|s2s_ui|tests|pages)/[a-z\d_./-]*)`", EVERYTHING)))
)
def test_the_files_it_names_exist(path):
    assert (ROOT / path).exists()


@pytest.mark.parametrize("name", TEXTS)
def test_the_links_of_a_text_lead_to_files(name):
    linked = [target.partition("#")[0] for target in re.findall(r"\]\(([^)]+)\)", TEXTS[name]) if "://" not in target]
    assert [target for target in linked if target and not (ROOT / name).parent.joinpath(target).exists()] == []


def test_the_eight_changes_name_tests_that_exist():
    named = set(re.findall(r"\btests/[\w/.-]+\.(?:py|mjs)", TEXTS["CONTRIBUTING.md"]))
    assert len(named) > 20
    assert {path for path in named if "NAME" not in path and not (ROOT / path).exists()} == set()


def test_the_readme_is_read_in_five_minutes_and_quotes_the_page_of_figures():
    prose = re.sub(r"```.*?```|^\|.*$", "", README, flags=re.DOTALL | re.MULTILINE)
    assert len(prose.split()) < 5 * 238  # words a minute
    (figures,) = re.findall(r"## Figures\n(.*?)\n## ", README, flags=re.DOTALL)
    quoted = re.findall(r"\d+ ms|\d+\.\d\d", figures)
    assert len(quoted) >= 3
    assert [figure for figure in quoted if figure not in TEXTS["benchmarks/README.md"]] == []


def test_the_table_of_attributions_is_that_of_the_experiment():
    """Each cell "value (low-high)" of a model is one of its figures."""
    (section,) = re.findall(r"## Is attention an explanation\?\n(.*?)\n## ", README, flags=re.DOTALL)
    header, _rule, *rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if line.startswith("|")
    ]
    figures = read(FOLDER / "faithfulness.csv")
    measures = {label: f"deletion, drop: {name}" for name, label in TABLED.items()} | OTHERS
    assert {row[0] for row in rows} == set(measures)
    found = {(entry.model, entry.measure): entry for entry in figures}
    for label, *cells in rows:
        for model, cell in zip(header[1:], cells, strict=True):
            entry, digits = found[model, measures[label]], len(cell.partition(".")[2].partition(" ")[0])
            assert entry.pairs == 100
            assert cell == f"{entry.value:.{digits}f} ({entry.low:.{digits}f}–{entry.high:.{digits}f})", label


@pytest.mark.parametrize("row", re.findall(r"^\| \[[\w-]+\]\(checkpoints/.*$", README, flags=re.MULTILINE))
def test_the_figures_of_the_models_are_those_of_their_cards(row):
    card = (ROOT / re.findall(r"\((checkpoints/[\w/-]+/CARD\.md)\)", row)[0]).read_text(encoding="utf-8")
    on_card = [
        float(cell) for cell in re.findall(r"(?<=\| )[\d.]+(?= \|)", re.findall(r"^\| all .*$", card, re.MULTILINE)[0])
    ]
    for figure in re.findall(r"(?<=\| )([\d.]+) %(?= \|)", row):
        digits = len(figure.partition(".")[2])
        assert any(abs(float(figure) - cell) <= 0.5 * 10**-digits + 1e-9 for cell in on_card), figure
