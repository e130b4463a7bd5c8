"""The tutorials run from an empty folder as they stand, and are kept without their outputs."""

import os
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).parents[1]
TUTORIALS = sorted((ROOT / "docs").glob("tutorial*.ipynb"))
KOREAN = ', language="ko"'
SECONDS = 600  # for a cell, on a machine that does other things as well
LARGEST = 1_500_000  # bytes of a tutorial with its four stages
names = pytest.mark.parametrize("path", TUTORIALS, ids=lambda path: path.name)


def read(path: Path) -> nbformat.NotebookNode:
    return nbformat.read(path, as_version=4)


def outputs(book: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    return [output for cell in book.cells for output in cell.get("outputs", [])]


def code(book: nbformat.NotebookNode) -> list[str]:
    return [cell.source for cell in book.cells if cell.cell_type == "code"]


@names
def test_a_tutorial_runs(path, tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("OMP_NUM_THREADS", "1")  # as in all tests: threads that wait for each other eat a busy machine
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    book = read(path)
    here = {"metadata": {"path": str(tmp_path)}}
    NotebookClient(book, timeout=SECONDS, kernel_name="python3", resources=here).execute()
    shown = [output.data for output in outputs(book) if "data" in output]
    stages = [data for data in shown if "<iframe" in data.get("text/html", "")]
    assert len(stages) == 4
    assert all(data["text/plain"].startswith("Trace: 'March 8, 2025' -> ") for data in stages)
    language = "ko" if path.stem.endswith(".ko") else "en"
    assert shown[0]["text/plain"] == "['2025-03-08', '2025-03-08', '2025-03-08']"
    assert f"lang=&quot;{language}&quot;" in stages[1]["text/html"]
    assert shown[-1]["text/plain"] == "['cba', 'pots', 'ward']"
    assert len(nbformat.writes(book).encode()) < LARGEST
    assert sorted(os.listdir(tmp_path)) == ["ipython", "march.npz"]


@names
def test_a_tutorial_is_kept_without_outputs(path):
    book = read(path)
    nbformat.validate(book)
    assert not outputs(book)
    assert all(cell.execution_count is None for cell in book.cells if cell.cell_type == "code")
    assert path.stat().st_size < 20_000


def test_both_tutorials_run_the_same_code():
    english, korean = (code(read(ROOT / "docs" / name)) for name in ("tutorial.ipynb", "tutorial.ko.ipynb"))
    assert [cell.replace(KOREAN, "") for cell in korean] == [
        cell.replace("\ntrace", "\ns2s.show(trace)") if cell.endswith("\ntrace") else cell for cell in english
    ]
