"""What the README tells people to type works, and the files it names exist."""

import re
import subprocess
from pathlib import Path
from shutil import which

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_python_lines_run(tmp_path, monkeypatch):
    (lines,) = re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)
    monkeypatch.chdir(tmp_path)
    names = {}
    exec(lines, names)
    assert names["trace"].output == names["forced"].reference == "2025-03-08"
    assert (tmp_path / "march.npz").exists()


@pytest.mark.skipif(which("make") is None, reason="make was not found")
@pytest.mark.parametrize("target", sorted(set(re.findall(r"(?:^|`)make ([a-z0-9]+)", README, flags=re.MULTILINE))))
def test_the_make_targets_exist(target):
    plan = subprocess.run(["make", "-n", target], cwd=ROOT, capture_output=True, text=True, check=False)
    assert plan.returncode == 0, plan.stderr


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`((?:s2s_core|s2s_ui|tests|pages)/[\w./]*)`", README))))
def test_the_files_it_names_exist(path):
    assert (ROOT / path).exists()


@pytest.mark.parametrize("row", re.findall(r"^\| \[[\w-]+\]\(checkpoints/.*$", README, flags=re.MULTILINE))
def test_the_figures_of_the_models_are_those_of_their_cards(row):
    card = (ROOT / re.findall(r"\((checkpoints/[\w/-]+/CARD\.md)\)", row)[0]).read_text(encoding="utf-8")
    on_card = [
        float(cell) for cell in re.findall(r"(?<=\| )[\d.]+(?= \|)", re.findall(r"^\| all .*$", card, re.MULTILINE)[0])
    ]
    for figure in re.findall(r"(?<=\| )([\d.]+) %(?= \|)", row):
        digits = len(figure.partition(".")[2])
        assert any(abs(float(figure) - cell) <= 0.5 * 10**-digits + 1e-9 for cell in on_card), figure
