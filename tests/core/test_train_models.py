"""The script that trains every shipped model anew: parents first, nothing twice, and what failed is named."""

import dataclasses
import importlib.util
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

import pytest

from s2s_core import checkpoint
from s2s_core.recipes import RECIPES, Recipe

TINY = [
    word
    for field in ("embedding_size", "encoder_hidden", "decoder_hidden", "attention_size", "readout_size")
    for word in ("--set", f"{field}=4")
]


@pytest.fixture
def script() -> ModuleType:
    path = Path(__file__).parents[2] / "deploy" / "train_models.py"
    spec = importlib.util.spec_from_file_location("train_models", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def family(script: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A grandchild, its parents, and one more; the order in which they are trained."""

    def recipe(name: str, parent: str) -> Recipe:
        return dataclasses.replace(RECIPES["reverse"](), name=name, parent=parent)

    of = {"child": "mother", "mother": "first", "first": "", "other": ""}
    monkeypatch.setattr(script, "RECIPES", {name: lambda name=name: recipe(name, of[name]) for name in of})
    trained: list[str] = []

    class Ended:
        def __init__(self, command: Sequence[str]) -> None:
            trained.append(command[4])
            assert ("--from" in command) == bool(of[command[4]])
            self.returncode = int(command[4] == "mother" and "--break" in command)

    monkeypatch.setattr(script.subprocess, "run", lambda command, **_: Ended(command))
    return trained


def test_a_child_is_trained_after_its_parent(script: ModuleType, family: list[str], tmp_path: Path) -> None:
    assert script.main(["child", "other", "mother", "--out", str(tmp_path), "--at-once", "3"]) == 0
    assert sorted(family) == ["child", "first", "mother", "other"]
    assert family.index("first") < family.index("mother") < family.index("child")


def test_what_failed_is_named_and_its_child_is_not_trained(
    script: ModuleType, family: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert script.main(["child", "other", "--out", str(tmp_path), "--break"]) == 1
    assert "child" not in family and {"first", "mother", "other"} == set(family)
    assert capsys.readouterr().err.splitlines() == [
        f"mother is not trained: {tmp_path / 'mother'}.txt says why",
        "child is not trained: it goes on from mother",
    ]


def test_without_names_it_trains_all_that_is_shipped_and_what_they_go_on_from(script: ModuleType) -> None:
    shipped = [name for name in RECIPES if RECIPES[name]().shipped]
    names = script.with_parents(shipped)
    assert set(shipped) <= set(names) and len(set(names)) == len(names)
    assert all(names.index(parent) < names.index(name) for name in names if (parent := RECIPES[name]().parent))


@pytest.mark.slow
def test_a_model_is_trained_once(script: ModuleType, tmp_path: Path) -> None:
    command = ["reverse", "--out", str(tmp_path), "--steps", "1", *TINY]
    assert script.main(command) == 0
    told = (tmp_path / "reverse.txt").read_text(encoding="utf-8")
    assert "all updates are made" in told and not checkpoint.is_unfinished(tmp_path / "reverse")
    assert script.main(command) == 0
    assert (tmp_path / "reverse.txt").read_text(encoding="utf-8") == told
