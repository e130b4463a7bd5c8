"""The modules of the stage as one script, and its words."""

import re
import string
import subprocess
from importlib.resources import files
from pathlib import Path
from shutil import which

import pytest

from s2s_ui.stage import payload
from s2s_ui.stage import script as stage
from s2s_ui.stage.words import words

FOLDER = Path(str(files("s2s_ui.stage"))) / "js"
MODULES = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.js"))


def test_every_module_is_in_the_script_once_and_after_those_it_uses():
    script = stage.script()
    for name in MODULES:
        if name != stage.ENTRY:
            assert script.count(f"const {stage._variable(name)} = (() => {{") == 1, name
    for variable in re.findall(r"\} = (module_\w+);", script):
        assert script.index(f"const {variable} =") < script.index(f"}} = {variable};")


def test_the_script_imports_nothing_and_exports_its_entry_alone():
    lines = stage.script().splitlines()
    assert not [line for line in lines if line.startswith("import ")]
    assert [line for line in lines if line.startswith("export ")] == ["export default function mount(component) {"]


def test_types_stay_behind_and_all_code_goes_along():
    script = stage.script()
    assert not re.search(r"@param|@returns|@import", script)
    for name in MODULES:
        source = (FOLDER / name).read_text("utf-8")
        code = [line for line in source.splitlines() if not re.match(r"\s*(/?\*|//|import |export |\}? ?from )", line)]
        assert [line for line in code if line not in script.splitlines()] == [], name


@pytest.mark.skipif(which("node") is None, reason="node was not found")
def test_the_script_is_a_module_that_node_accepts():
    check = subprocess.run(
        ["node", "--input-type=module", "--check"], input=stage.script(), capture_output=True, text=True, check=False
    )
    assert check.returncode == 0, check.stderr


@pytest.mark.parametrize("source", ['import x from "./format.js";\n', 'import "./format.js";\n'])
def test_an_import_that_cannot_be_joined_is_refused(monkeypatch, source):
    monkeypatch.setattr(stage, "_read", lambda name: source)
    with pytest.raises(ImportError, match="the stage only takes imports of the form"):
        stage._wrapped("some.js")


def test_a_circle_of_imports_is_refused(monkeypatch):
    circle = {"a.js": 'import { b } from "./b.js";\n', "b.js": 'import { a } from "./a.js";\n'}
    monkeypatch.setattr(stage, "_read", circle.__getitem__)
    with pytest.raises(ImportError, match=r"a.js -> b.js -> a.js"):
        stage._visit("a.js", [], ())


def test_the_script_reads_the_version_that_the_server_sends():
    assert f"const VERSION = {payload.VERSION};" in stage.script()


def test_every_word_that_a_script_asks_for_is_there():
    known = set(words(lambda message: message))
    source = "\n".join((FOLDER / name).read_text("utf-8") for name in MODULES)
    asked = set(re.findall(r"(?<!/)\bwords\.(\w+)", source)) | set(re.findall(r'"(key_\w+)"', source))
    families = re.findall(r"words\[`(\w+_)\$", source)
    assert len(asked) > 30
    assert families
    assert asked <= known
    assert all(any(name.startswith(family) for name in known) for family in families)


def test_words_name_only_what_can_be_filled_in():
    for message in words(lambda message: message).values():
        assert all(field is None or field.isidentifier() for _, field, _, _ in string.Formatter().parse(message))


def test_words_go_through_the_translation():
    assert set(words(lambda message: "x").values()) == {"x"}
