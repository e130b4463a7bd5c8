"""The examples of docstrings and of the documentation's pages run, and every public name has its place in them."""

import doctest
import importlib
import re
from pathlib import Path

import pytest

import s2s_core

ROOT = Path(__file__).parents[1]
PAGES = sorted((ROOT / "docs" / "pages").rglob("*.md"))
MODULES = [
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    for path in sorted((ROOT / "s2s_core").rglob("*.py"))
    if ">>> " in path.read_text(encoding="utf-8")
]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_run(name):
    found = doctest.testmod(importlib.import_module(name))
    assert found.attempted > 0 and found.failed == 0


@pytest.mark.parametrize("page", ["python.md", "trace.md"])
def test_the_examples_of_a_page_run(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names = {}
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "pages" / page).read_text("utf-8"), flags=re.DOTALL)
    assert blocks
    for block in blocks:
        exec(block, names)


def test_every_page_is_in_the_table_of_contents():
    contents = (ROOT / "mkdocs.yml").read_text(encoding="utf-8").partition("\nnav:")[2]
    listed = re.findall(r": ([\w/-]+\.md)$", contents, flags=re.MULTILINE)
    assert sorted(listed) == sorted(path.relative_to(ROOT / "docs" / "pages").as_posix() for path in PAGES)


def test_every_public_name_of_the_core_is_documented():
    named = re.findall(r"^::: s2s_core\.([\w.]+)$", "\n".join(page.read_text("utf-8") for page in PAGES), re.MULTILINE)
    last = {name.rpartition(".")[2] for name in named} | {name.partition(".")[0] for name in named}
    assert {name for name in s2s_core.__all__ if not name.startswith("_")} <= last
