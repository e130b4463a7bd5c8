"""What is imported when: a saved trace needs no PyTorch, a registry is full whoever reads it first."""

import os
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest
from small_models import small_translator
from traces import arrays_of

import s2s_core
from s2s_core import registry
from s2s_core.registry import Registry

ROOT = Path(__file__).parents[2]
BLOCK = """
import sys
class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {blocked!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, Blocker())
"""
SCREENS = ("streamlit", "altair", "plotly")


def run(code: str, *, blocked: tuple[str, ...] = ()) -> str:
    """What a fresh Python prints that lacks some packages; warnings are errors there too."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", BLOCK.format(blocked=blocked) + code],
        cwd=ROOT, capture_output=True, text=True, check=False, env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("suffix", [".npz", ".json"])
@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])
@pytest.mark.parametrize("name", ["from s2s_core.trace import Trace", "import s2s_core as s2s; Trace = s2s.Trace"])
def test_a_saved_trace_needs_neither_pytorch_nor_a_screen(tmp_path, name, cell, suffix):
    trace = small_translator(cell=cell).trace("abc", reference="01")
    trace.save(path := tmp_path / f"t{suffix}")
    total = sum(float(array.astype("float64").sum()) for _, array in arrays_of(trace))
    printed = run(
        f"""{name}
import s2s_core
trace = Trace.load({str(path)!r})
frame = trace.to_frame()
print(len(frame))
print(sum(float(a.astype("float64").sum()) for _, a in trace._arrays()))
print("<iframe" in trace._repr_html_(), "<iframe" in s2s_core.show(trace, language="ko")._repr_html_())
trace.save({str(tmp_path / "again.npz")!r})
print(trace.top(0, 3)[0][0], trace.key)
print(trace)
print("torch" in sys.modules, "streamlit" in sys.modules)
""",
        blocked=("torch", "jaxlib", *SCREENS),
    ).split("\n")
    assert printed[0] == str(len(trace.to_frame()))
    assert float(printed[1]) == pytest.approx(total)
    assert printed[2] == "True True"
    assert printed[3] == f"{trace.top(0, 3)[0][0]} {trace.key}"
    assert "\n".join(printed[4:7]) == repr(trace)
    assert printed[7] == "False False"


def test_a_trace_of_an_unknown_cell_is_refused_without_pytorch_as_with_it(tmp_path):
    small_translator().trace("abc").save(path := tmp_path / "t.json")
    path.write_text(path.read_text().replace('"cell": "lstm"', '"cell": "tree"'))
    code = f"""from s2s_core.trace import Trace
from s2s_core.errors import DataError
try:
    Trace.load({str(path)!r})
except DataError as error:
    print(error)
"""
    assert "is not a trace" in run(code, blocked=("torch",))


def test_a_model_without_pytorch_is_told_by_its_name():
    code = "import s2s_core as s2s\ntry:\n    s2s.load\nexcept ModuleNotFoundError as error:\n    print(error.name)"
    assert run(code, blocked=("torch",)) == "torch\n"


@pytest.mark.parametrize("name", [n for n, value in vars(registry).items() if isinstance(value, Registry)])
def test_a_registry_is_full_when_it_is_read_first(name):
    known = getattr(registry, name).names()
    assert run(f"from s2s_core.registry import {name}; print({name}.names())") == f"{known}\n"


def test_a_configuration_alone_knows_every_name():
    code = "from s2s_core.config import ModelConfig\nModelConfig(src_vocab_size=9, tgt_vocab_size=9, cell='gru')"
    assert run(code) == ""


def test_the_package_has_its_names_and_its_modules():
    modules = [module.name for module in pkgutil.iter_modules(s2s_core.__path__) if not module.name.startswith("_")]
    code = f"""import s2s_core as s2s
assert set(dir(s2s)) >= set(s2s.__all__)
for name in {modules!r} + s2s.__all__:
    assert getattr(s2s, name) is not None
from s2s_core import *
print(load is s2s.load, Trace is s2s.Trace, edits.clamp is s2s.edits.clamp, hasattr(s2s, "nothing"))
"""
    assert run(code) == "True True True False\n"


def test_the_package_alone_imports_nothing_of_weight():
    code = "import s2s_core\nprint({'torch', 'pandas', 'numpy'} & {*sys.modules})"
    assert run(code) == "set()\n"
