"""A model is fetched whole and checked, or not at all: one sentence, and nothing is left of it."""

import gzip
import io
import json
import os
import socket
import struct
import tarfile
import threading
import zipfile
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from disks import full_disk
from hostile import cheap
from small_models import small_translator

from s2s_core import checkpoint
from s2s_core.checkpoint import archive, fetching, roots, store
from s2s_core.cli import main
from s2s_core.errors import CannotWrite, CheckpointError, InvalidConfig, NotBrought
from s2s_ui import workshop

NAME = "ours"


@pytest.fixture(autouse=True)
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that fetched models go to; nothing came with the program."""
    monkeypatch.setattr(store, "SHIPPED", tmp_path / "shipped")
    monkeypatch.delenv("S2S_CHECKPOINTS", raising=False)
    monkeypatch.setenv("S2S_MODELS", str(tmp_path / "models"))
    return tmp_path / "models"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A model somewhere else, with a card, a log, and the state of a training, which nobody asks for."""
    checkpoint.save(tmp_path / "elsewhere" / NAME, small_translator(), card="# Ours", log="step\n1\n")
    (tmp_path / "elsewhere" / NAME / "training").mkdir()
    (tmp_path / "elsewhere" / NAME / "training" / "manifest.json").write_text("{}")
    return tmp_path / "elsewhere" / NAME


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def packed_zip(content: dict[str, bytes], *, comment: bytes = b"", deflated: bool = True) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED if deflated else zipfile.ZIP_STORED) as packed:
        packed.comment = comment
        for name, data in content.items():
            packed.writestr(name, data)
    return file.getvalue()


def packed_tar(content: dict[str, bytes], *, mode: str = "w:gz", more: tuple[tarfile.TarInfo, ...] = ()) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode=mode) as packed:
        for name, data in content.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            packed.addfile(info, io.BytesIO(data))
        for info in more:
            packed.addfile(info)
    return file.getvalue()


def under(place: str, content: dict[str, bytes]) -> dict[str, bytes]:
    return {f"{place}{name}": data for name, data in content.items()}


def of_program(content: dict[str, bytes]) -> dict[str, bytes]:
    """An archive of the program's source, in which there are other models, and other files of the same name."""
    other = under("seq2scope-main/checkpoints/another/", content)
    mine = under(f"seq2scope-main/checkpoints/{NAME}/", content)
    return {"seq2scope-main/README.md": b"# Seq2Scope", **other, **mine, "seq2scope-main/web/manifest.json": b"{}"}


ARCHIVES: dict[str, Callable[[dict[str, bytes]], bytes]] = {
    "zip": lambda content: packed_zip(under(f"{NAME}/", content)),
    "zip, not compressed": lambda content: packed_zip(under(f"{NAME}/", content), deflated=False),
    "zip with a comment": lambda content: packed_zip(under(f"{NAME}/", content), comment=b"of a commit PK\x05"),
    "zip of files alone": packed_zip,
    "zip of one model by another name": lambda content: packed_zip(under("theirs/", content)),
    "zip with names that no disk takes": lambda content: packed_zip(
        under(f"{NAME}/", {**content, "C:evil": b"", "con": b"", "x" * 300: b""})
    ),
    "zip of the program": lambda content: packed_zip(of_program(content)),
    "tar.gz": lambda content: packed_tar(under(f"{NAME}/", content)),
    "tar.gz of ./": lambda content: packed_tar(under("./", content)),
    "tar.gz of the program": lambda content: packed_tar(of_program(content)),
    "tar": lambda content: packed_tar(under(f"{NAME}/", content), mode="w:"),
}


def check(models: Path, folder: Path) -> None:
    wanted = {name: data for name, data in files_of(folder).items() if not name.startswith("training/")}
    assert files_of(models / NAME) == wanted
    assert [path.name for path in models.iterdir()] == [NAME]
    assert checkpoint.names() == [NAME] and checkpoint.locate(NAME) == models / NAME
    assert checkpoint.describe(NAME).info.fingerprint == checkpoint.describe(folder).info.fingerprint


# ------------------------------------------------------------------------------------------------ what is fetched
@pytest.mark.parametrize("up", [0, 1, 2], ids=["its folder", "the folder around it", "a checkout"])
def test_out_of_a_folder(models: Path, folder: Path, tmp_path: Path, up: int) -> None:
    if up == 2:
        (tmp_path / "checkout").mkdir()
        (tmp_path / "elsewhere").rename(tmp_path / "checkout" / "checkpoints")
        folder = tmp_path / "checkout" / "checkpoints" / NAME
    source = (folder, folder.parent, folder.parent.parent)[up]
    assert checkpoint.fetch(NAME, source) == models / NAME
    check(models, folder)


@pytest.mark.parametrize("kind", ARCHIVES)
def test_out_of_an_archive(models: Path, folder: Path, tmp_path: Path, kind: str) -> None:
    (tmp_path / "archive").write_bytes(ARCHIVES[kind](files_of(folder)))
    assert checkpoint.fetch(NAME, str(tmp_path / "archive")) == models / NAME
    check(models, folder)


def test_the_archive_that_the_screen_train_gives(models: Path, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "theirs.zip").write_bytes(workshop.archive(folder))
    checkpoint.fetch(NAME, str(tmp_path / "theirs.zip"))
    check(models, folder)


class Served(BaseHTTPRequestHandler):
    """Answers by path: what a test has put into `answers`."""

    answers: dict[str, tuple[int, dict[str, str], bytes]]

    def do_GET(self) -> None:
        code, headers, content = self.answers[self.path]
        self.send_response(code)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *given: object) -> None:
        pass


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, dict[str, tuple[int, dict[str, str], bytes]]]]:
    """An address, and what is answered there."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setattr(Served, "answers", {}, raising=False)
    with ThreadingHTTPServer(("127.0.0.1", 0), Served) as listening:
        threading.Thread(target=listening.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{listening.server_port}", Served.answers
        listening.shutdown()


@pytest.mark.parametrize("said", [True, False], ids=["of known length", "of unknown length"])
def test_from_an_address_and_where_it_sends_us_on_to(models: Path, folder: Path, server, said: bool) -> None:
    address, answers = server
    content = packed_zip(under(f"{NAME}/", files_of(folder)))
    answers["/there"] = 302, {"Location": "/model.zip", "Content-Length": "0"}, b""
    answers["/model.zip"] = 200, {"Content-Length": str(len(content))} if said else {}, content
    seen: list[tuple[int, int | None]] = []
    checkpoint.fetch(NAME, f"{address}/there", progress=lambda done, size: seen.append((done, size)))
    check(models, folder)
    assert seen[-1] == (len(content), len(content) if said else None)


# -------------------------------------------------------------------------------------------------- what is not
def link(name: str) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
    return info


def without(content: dict[str, bytes], name: str) -> dict[str, bytes]:
    return {file: data for file, data in content.items() if file != name}


def endless_header() -> bytes:
    """A tar whose first header says that 8 GB of further headers follow."""
    info = tarfile.TarInfo("x")
    info.type, info.size = tarfile.XHDTYPE, (1 << 33) - 1
    return gzip.compress(info.tobuf(tarfile.GNU_FORMAT) + bytes(10240))


def edited(content: dict[str, bytes]) -> dict[str, bytes]:
    return content | {"config.json": content["config.json"].replace(b"lstm", b"lstn", 1) + b" "}


REFUSED: dict[str, tuple[Callable[[dict[str, bytes]], bytes], str]] = {
    "nothing": (lambda content: b"", "it is neither a zip nor a tar.gz"),
    "a text": (lambda content: b"hello", "it is neither a zip nor a tar.gz"),
    "a pickle": (lambda content: b"\x80\x04\x95" + bytes(100), "it is neither a zip nor a tar.gz"),
    "a page": (lambda content: b"\n<!doctype html>", "it is a page of the web, not an archive"),
    "an empty zip": (lambda content: packed_zip({}), "it holds no model"),
    "no model": (lambda content: packed_zip({"a/b.txt": b""}), "it holds no model: no folder in it has a manifest"),
    "several models": (
        lambda content: packed_zip(under("a/", content) | under("b/", content)),
        "it holds 2 models, and no single one is called ours: a, b",
    ),
    "a way out": (lambda content: packed_zip(content | {"../evil": b""}), "it holds '../evil', which leads out of it"),
    "a way out in a tar": (lambda content: packed_tar(under("../../", content)), "which leads out of it"),
    "a way out of Windows": (lambda content: packed_zip(content | {"..\\evil": b""}), "which leads out of it"),
    "an absolute name": (lambda content: packed_tar(content | {"/evil": b""}), "it holds '/evil', which leads out"),
    "a zip cut short": (lambda content: packed_zip(content)[:-200], "it was cut short"),
    "a tar cut short": (lambda content: packed_tar(content)[:-200], "it is a damaged archive"),
    "damaged in the middle": (
        lambda content: packed_zip(content, deflated=False).replace(content["config.json"][:99], bytes(99)),
        "it is a damaged archive (\"Bad CRC-32 for file 'config.json'\")",
    ),
    "a link for a file": (
        lambda content: packed_tar(without(content, "config.json"), more=(link("config.json"),)),
        "config.json is missing",
    ),
    "a link for a manifest": (
        lambda content: packed_tar(without(content, "manifest.json"), more=(link("manifest.json"),)),
        "it holds no model",
    ),
    "a file that was edited": (lambda content: packed_zip(edited(content)), "config.json has been edited or cut short"),
    "a file that is missing": (
        lambda content: packed_tar(without(content, "model.safetensors")),
        "model.safetensors is missing",
    ),
    "another manifest": (
        lambda content: packed_zip(content | {"manifest.json": b"{}"}),
        "its manifest.json is damaged or belongs to another program",
    ),
    "a header without an end": (lambda content: endless_header(), "a header in it has no end"),
}  # fmt: skip


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_no_model_is_one_sentence_and_leaves_nothing(
    models: Path, folder: Path, tmp_path: Path, kind: str
) -> None:
    make, sentence = REFUSED[kind]
    source = tmp_path / "archive"
    source.write_bytes(make(without(files_of(folder), "training/manifest.json")))
    before = {path for path in tmp_path.rglob("*") if models not in path.parents}
    with pytest.raises(CheckpointError) as caught:
        checkpoint.fetch(NAME, str(source))
    assert str(caught.value).startswith(f"cannot load {source}: ") and sentence in str(caught.value)
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 500
    assert [*models.iterdir()] == []
    assert {path for path in tmp_path.rglob("*") if models not in path.parents} - {models} == before
    assert checkpoint.names() == []


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("nowhere", "cannot load nowhere: there is no such file or folder"),
        (".", "neither this folder nor one called ours in it is a checkpoint"),
        ("/dev/zero", "it is no plain file"),
        ("a\0b", "cannot be read"),
        ("ftp://127.0.0.1/x.zip", "addresses begin with https:// or http://, not with ftp://"),
        ("file:///etc/passwd", "addresses begin with https:// or http://, not with file://"),
        ("http://", "the server cannot be reached (no host given)"),
        ("http://[::1", "that is no address"),
        ("http://127.0.0.1:port/", "the connection broke off"),
        ("http://127.0.0.1:1/x.zip", "the server cannot be reached (Connection refused)"),
        ("http://a b/", "the connection broke off"),
    ],
)
def test_where_there_is_nothing_one_sentence_says_so(
    models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str, sentence: str
) -> None:
    monkeypatch.setenv("no_proxy", "*")
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")
    with pytest.raises(CheckpointError) as caught:
        checkpoint.fetch(NAME, source)
    assert sentence in str(caught.value) and "\n" not in str(caught.value)
    assert [*models.iterdir()] == []


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ((404, {"Content-Length": "0"}, b""), "the server answers 404 Not Found"),
        ((200, {"Content-Length": "9" * 12}, b"PK"), "it has 999,999,999,999 bytes, where at most 1,073,741,824"),
        ((200, {"Content-Length": "100"}, b"PK\x03\x04"), "the connection broke off after 4 of 100 bytes"),
        ((200, {}, b"PK\x03\x04" + bytes(3000)), "it has more than the 2,000 bytes that are read"),
        ((302, {"Location": "file:///etc/passwd"}, b""), "the server answers 302"),
        ((302, {"Location": "ftp://127.0.0.1/x"}, b""), "the server cannot be reached (unknown url type: ftp)"),
        ((302, {"Location": "/x"}, b""), "the server answers 302"),
    ],
    ids=lambda value: value[:30] if isinstance(value, str) else "",
)
def test_a_server_that_gives_no_model_is_told(
    models: Path, server, monkeypatch: pytest.MonkeyPatch, answer: tuple[int, dict[str, str], bytes], sentence: str
) -> None:
    address, answers = server
    answers["/x"] = answer
    if "2,000" in sentence:
        monkeypatch.setattr(archive, "MOST", 2000)
    with pytest.raises(CheckpointError) as caught:
        checkpoint.fetch(NAME, f"{address}/x")
    assert sentence in str(caught.value) and "\n" not in str(caught.value)
    assert [*models.iterdir()] == []


def test_a_server_that_says_nothing_is_not_waited_for(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setattr(fetching, "SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(CheckpointError, match="no answer for"):
        checkpoint.fetch(NAME, f"http://127.0.0.1:{silent.getsockname()[1]}/x")
    assert [*models.iterdir()] == []


@pytest.mark.parametrize("bound", ["MOST", "MOST_UNPACKED", "_MOST_MEMBERS", "_MOST_FILES"])
def test_an_archive_is_bounded(
    models: Path, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bound: str
) -> None:
    (tmp_path / "archive").write_bytes(packed_tar(without(files_of(folder), "training/manifest.json")))
    monkeypatch.setattr(archive, bound, 3)
    with pytest.raises(CheckpointError, match=r"more than|at most"):
        checkpoint.fetch(NAME, str(tmp_path / "archive"))
    assert [*models.iterdir()] == []


def crowded_zip(entries: int) -> bytes:
    """A zip of many entries, whose first end record says that there is one."""
    entry = b"PK\x01\x02" + bytes(24) + struct.pack("<H", 7) + bytes(16)
    directory = b"".join(entry + b"%07d" % number for number in range(entries))
    larger = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, entries, entries, len(directory), 30)
    larger += struct.pack("<4sLQL", b"PK\x06\x07", 0, 30 + len(directory), 1)
    return b"PK\x03\x04" + bytes(26) + directory + larger + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, 46, 0, 0)


def crowded_directory(entries: int) -> bytes:
    """A zip of many entries, whose end record is short of all but one."""
    whole = crowded_zip(entries)[: -22 - 76]
    return whole + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, len(whole) - 30, 30, 0)


def leading_back(zeros: int) -> bytes:
    """A packed tar with a member that is said to be smaller than nothing, so that its own header comes next again."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as packed:
        large = tarfile.TarInfo("large")
        large.size = zeros
        packed.addfile(large, io.BytesIO(bytes(zeros)))
        info = tarfile.TarInfo("x")
        info.pax_headers = {"size": "-1536"}
        packed.addfile(info)
    return gzip.compress(file.getvalue(), 1)


CROWDED = {
    "a second end record": lambda: crowded_zip(200_000),
    "a short end record": lambda: crowded_directory(150_000),
    "a tar that leads back": lambda: leading_back(1 << 25),
}


@pytest.mark.parametrize("make", CROWDED.values(), ids=CROWDED)
def test_an_archive_without_measure_is_refused_before_it_takes_time(
    models: Path, tmp_path: Path, make: Callable[[], bytes]
) -> None:
    (tmp_path / "archive").write_bytes(make())
    with cheap(), pytest.raises(CheckpointError, match=r"holds more than|leads back into itself"):
        checkpoint.fetch(NAME, str(tmp_path / "archive"))
    assert [*models.iterdir()] == []


@pytest.mark.parametrize(
    "name", ["C:evil", "con", "aux.txt", "a:b", "x" * 300, "é" * 200, "a\0b", "a\nb", "a. ", "\udcff"]
)
def test_what_is_no_name_on_some_system_is_not_written(
    models: Path, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    opened = []
    original = Path.open
    monkeypatch.setattr(
        Path, "open", lambda path, *given, **more: (opened.append(path), original(path, *given, **more))[1]
    )
    extra = tarfile.TarInfo("extra")
    extra.pax_headers = {"path": f"{NAME}/{name}"}
    content = under(f"{NAME}/", without(files_of(folder), "training/manifest.json"))
    (tmp_path / "archive").write_bytes(packed_tar(content, more=(extra,)))
    checkpoint.fetch(NAME, str(tmp_path / "archive"))
    assert not [path for path in opened if path.name == name]
    check(models, folder)


def test_a_source_is_a_text_or_a_path(models: Path, folder: Path, unchecked: None) -> None:
    for name, source in ((5, str(folder)), (b"x", str(folder)), (NAME, None), (NAME, b"x"), (NAME, 5)):
        with pytest.raises(InvalidConfig):
            checkpoint.fetch(name, source)
    checkpoint.fetch(NAME, folder)
    check(models, folder)


def test_a_server_that_trickles_is_not_waited_for(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setattr(fetching, "SECONDS", 0.5)
    ended = threading.Event()

    def trickle() -> None:
        line, _ = trickling.accept()
        with line:
            line.recv(1 << 16)
            line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
            while not ended.wait(0.05):
                try:
                    line.sendall(b"P")
                except OSError:
                    return

    with socket.create_server(("127.0.0.1", 0)) as trickling:
        served = threading.Thread(target=trickle)
        served.start()
        with pytest.raises(CheckpointError, match="less than 8,192 bytes"):
            checkpoint.fetch(NAME, f"http://127.0.0.1:{trickling.getsockname()[1]}/x")
        ended.set()
        served.join()
    assert [*models.iterdir()] == []


def test_what_a_redirect_says_besides_is_not_read(models: Path, server) -> None:
    address, answers = server
    answers["/x"] = (302, {"Location": f"{address}/nowhere"}, bytes(400 << 20))
    answers["/nowhere"] = (404, {"Content-Length": "0"}, b"")
    with cheap(), pytest.raises(CheckpointError, match="404"):
        checkpoint.fetch(NAME, f"{address}/x")


# ---------------------------------------------------------------------------------------------------- names
@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "../x", ".hidden", "a\0", "a\nb", "con", "x" * 300, "a:b"])
def test_a_name_that_cannot_be_one_is_told(folder: Path, models: Path, name: str) -> None:
    with pytest.raises(InvalidConfig, match="cannot be the name of a model"):
        checkpoint.fetch(name, str(folder))
    assert not models.exists()


def test_a_model_is_replaced_only_where_that_is_asked_for(folder: Path, models: Path, tmp_path: Path) -> None:
    checkpoint.fetch(NAME, str(folder))
    first = checkpoint.read_manifest(models / NAME)
    checkpoint.save(folder, small_translator(seed=1), card="# Theirs")
    with pytest.raises(InvalidConfig, match="is there already: give --overwrite"):
        checkpoint.fetch(NAME, str(folder))
    assert checkpoint.read_manifest(models / NAME) == first
    (tmp_path / "archive").write_bytes(b"PK\x03\x04")
    with pytest.raises(CheckpointError):
        checkpoint.fetch(NAME, str(tmp_path / "archive"), overwrite=True)
    assert checkpoint.read_manifest(models / NAME) == first  # what could not be read took nobody's place
    checkpoint.fetch(NAME, str(folder), overwrite=True)
    assert checkpoint.read_manifest(models / NAME) == checkpoint.read_manifest(folder) != first


def test_a_model_that_came_with_the_program_keeps_its_name(folder: Path, models: Path) -> None:
    checkpoint.save(store.SHIPPED / NAME, small_translator(), card="")
    with pytest.raises(InvalidConfig, match="there is a model called ours already"):
        checkpoint.fetch(NAME, str(folder), overwrite=True)
    assert not models.exists()


@pytest.mark.parametrize("free", [0, 5000])
def test_a_full_disk_is_one_sentence(folder: Path, models: Path, tmp_path: Path, free: int) -> None:
    (tmp_path / "archive").write_bytes(packed_zip(files_of(folder)))
    with full_disk(free), pytest.raises(CannotWrite, match="make room there") as caught:
        checkpoint.fetch(NAME, str(tmp_path / "archive"))
    assert caught.value.full and [*models.glob("*")] == []


def test_the_command_fetches_and_says_where_it_lies(
    folder: Path, models: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["fetch", NAME, "--from", str(folder)]) == 0
    assert capsys.readouterr().out == f"{NAME} lies in {models / NAME}\n"
    assert main(["fetch", NAME, "--from", str(folder), "--overwrite", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"name": NAME, "folder": str(models / NAME)}
    assert main(["fetch", NAME, "--from", str(folder)]) == 1
    assert capsys.readouterr().err.startswith("error: ")
    assert main(["translate", "--model", NAME, "abc"]) == 0
    assert main(["fetch", NAME]) == 2


# ------------------------------------------------------------------------------------------- where names are found
def test_names_are_found_in_every_folder_and_the_first_one_counts(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = [tmp_path / name for name in ("shipped", "models", "more", "added")]
    for number, place in enumerate(places):
        checkpoint.save(place / f"only-{number}", small_translator(), card="")
        for name in (f"from-{first}" for first in range(number + 1)):
            checkpoint.save(place / name, small_translator(), card="")
    monkeypatch.setenv("S2S_MODELS", os.pathsep.join(map(str, places[1:3])))
    monkeypatch.setenv("S2S_CHECKPOINTS", str(places[3]))
    assert checkpoint.names() == [f"{kind}-{number}" for kind in ("from", "only") for number in range(4)]
    for number, place in enumerate(places):
        assert checkpoint.locate(f"from-{number}") == place / f"from-{number}"
    assert roots.fetched() == places[1]


@pytest.mark.parametrize(
    ("platform", "variables", "place"),
    [
        ("linux", {}, "HOME/.local/share/seq2scope/models"),
        ("linux", {"XDG_DATA_HOME": "/data"}, "/data/seq2scope/models"),
        ("linux", {"XDG_DATA_HOME": "not/absolute"}, "HOME/.local/share/seq2scope/models"),
        ("darwin", {}, "HOME/Library/Application Support/seq2scope/models"),
        ("win32", {"LOCALAPPDATA": "/local"}, "/local/seq2scope/models"),
        ("win32", {}, "HOME/AppData/Local/seq2scope/models"),
        ("linux", {"S2S_MODELS": "/models"}, "/models"),
        ("linux", {"S2S_MODELS": "~/models"}, "HOME/models"),
        ("linux", {"S2S_MODELS": os.pathsep.join(["/one", "/two"])}, "/one"),
    ],
)
def test_where_fetched_models_lie(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, platform: str, variables: dict[str, str], place: str
) -> None:
    for name in ("S2S_MODELS", "XDG_DATA_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(roots.sys, "platform", platform)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert roots.fetched() == Path(place.replace("HOME", str(tmp_path)))
    assert roots.added()[0] == roots.fetched()


def test_a_user_without_a_home_is_asked_for_a_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("S2S_MODELS")
    monkeypatch.setattr(Path, "home", staticmethod(nobody))
    assert checkpoint.names() == []
    with pytest.raises(InvalidConfig, match="name a folder in S2S_MODELS"):
        checkpoint.fetch(NAME, "somewhere")


@pytest.mark.parametrize("name", roots.LARGE)
def test_of_a_large_model_that_is_not_here_it_is_said_how_it_comes(name: str) -> None:
    with pytest.raises(
        NotBrought, match=f"`seq2scope fetch {name} --from FOLDER, ARCHIVE or ADDRESS` brings it"
    ) as caught:
        checkpoint.load(name)
    assert (caught.value.kind, caught.value.name, caught.value.known) == ("model", name, ())
