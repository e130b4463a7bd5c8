"""Checkpoints from elsewhere: whatever lies there, and whatever name is given, is one sentence, at once."""

import json
import os
import pickle
import random
import socket
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from hostile import cheap, header_and_data, npy, packed, reseal, saved, text, weights_file, with_header
from safetensors.torch import load as tensors_of
from safetensors.torch import save as tensors_as_bytes

from s2s_core import ModelConfig, checkpoint, foreign
from s2s_core.checkpoint import TrainingState, sealed, store
from s2s_core.errors import CheckpointError, InvalidConfig, S2SError, UnknownName

FILES = ("model.safetensors", "config.json", "source.json", "target.json", "snapshots.npz")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The files of a small checkpoint; loading it here has imported whatever loading imports."""
    folder = tmp_path_factory.mktemp("whole") / "small"
    saved(folder)
    checkpoint.load(folder, device="cpu")
    checkpoint.snapshots(folder)
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture
def folder(tmp_path: Path, whole: dict[str, bytes]) -> Path:
    folder = tmp_path / "small"
    folder.mkdir()
    for name, content in whole.items():
        (folder / name).write_bytes(content)
    return folder


def told(call: Callable[[], object]) -> str:
    """The one sentence that a call fails with, at once."""
    with cheap(), pytest.raises((CheckpointError, UnknownName)) as caught:
        call()
    sentence = str(caught.value)
    assert sentence.isprintable() and len(sentence) < 4000
    return sentence


def refused(folder: Path) -> str:
    return told(lambda: checkpoint.load(folder, device="cpu"))


# ------------------------------------------------------------------------------------------------ sizes that lie


def changed_header(change: Callable[[dict], object]) -> Callable[[bytes], bytes]:
    def new(content: bytes) -> bytes:
        header, data = header_and_data(content)
        change(header)
        return with_header(json.dumps(header).encode(), data)

    return new


def changed_tensors(change: Callable[[torch.Tensor], torch.Tensor]) -> Callable[[bytes], bytes]:
    return lambda content: tensors_as_bytes({name: change(t) for name, t in tensors_of(content).items()})


def with_value(number: float, dtype: torch.dtype = torch.float32) -> Callable[[bytes], bytes]:
    def change(tensor: torch.Tensor) -> torch.Tensor:
        tensor = tensor.to(dtype).clone()
        tensor.view(-1)[-1] = number
        return tensor

    return changed_tensors(change)


FIRST = "decoder.bridge.cell.bias"
EMBEDDING = "encoder.embedding.weight"
WEIGHTS = {
    "an empty tensor of 16 GB": lambda c: weights_file({EMBEDDING: ("F32", [0, 10**6, 4000])}),
    "an empty tensor beside the others": changed_header(
        lambda h: h.update(more={"dtype": "F32", "shape": [0, 10**6, 4000], "data_offsets": [0, 0]})
    ),
    "20,000 empty tensors": lambda c: weights_file({f"t{i}": ("F32", [0]) for i in range(20_000)}),
    "numbers of 1,000 digits": lambda c: with_header(b'{"a":{"dtype":"F32","shape":[' + b"9" * 1000 + b"]}}"),
    "shapes that overflow": lambda c: weights_file({EMBEDDING: ("F32", [2**32, 2**32, 0])}),
    "negative sizes": changed_header(lambda h: h[EMBEDDING].update(shape=[-11, -5])),
    "sizes that are no numbers": changed_header(lambda h: h[EMBEDDING].update(shape=[True, 5.0])),
    "the same bytes twice": changed_header(
        lambda h: h[EMBEDDING].update(data_offsets=h["decoder.embedding.weight"]["data_offsets"])
    ),
    "a hole": lambda c: with_header(json.dumps(header_and_data(c)[0]).encode(), header_and_data(c)[1] + b"\0" * 64),
    "a turned shape": changed_header(lambda h: h[EMBEDDING].update(shape=h[EMBEDDING]["shape"][::-1])),
    "a name twice": lambda c: with_header(b'{"a":{},"a":{}}'),
    "a name less": changed_header(lambda h: h.pop(EMBEDDING)),
    "a header longer than the file": lambda c: (2**62).to_bytes(8, "little") + c[8:],
    "a header of 5 MB": lambda c: with_header(b" " * 5_000_000 + b"{}"),
    "a deep header": lambda c: with_header(b'{"a":' * 50_000),
    "a header that is a list": lambda c: with_header(b"[]"),
    "an empty file": lambda c: b"",
    "seven bytes": lambda c: c[:7],
    "a pickle": lambda c: pickle.dumps({"a": torch.ones(3)}),
    "not a number": with_value(float("nan")),
    "infinite": with_value(float("inf")),
    "infinite in float16": with_value(float("-inf"), torch.float16),
    "beyond float32": with_value(1e300, torch.float64),
    "whole numbers": changed_tensors(lambda t: t.to(torch.int32)),
    "truth values": changed_tensors(lambda t: t > 0),
    "complex numbers": changed_tensors(lambda t: t.to(torch.complex64)),
    "numbers of 8 bits": changed_tensors(lambda t: t.to(torch.float8_e4m3fn)),
}


@pytest.mark.parametrize("attack", WEIGHTS.values(), ids=WEIGHTS)
def test_weights_that_are_not_the_networks_are_refused_before_they_take_memory(
    folder: Path, attack: Callable[[bytes], bytes]
) -> None:
    path = folder / "model.safetensors"
    path.write_bytes(attack(path.read_bytes()))
    reseal(folder)
    assert "model.safetensors" in refused(folder)
    checkpoint.describe(folder)  # whose weights are not looked into


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
def test_weights_may_be_saved_in_any_floating_point_numbers(folder: Path, dtype: torch.dtype) -> None:
    path = folder / "model.safetensors"
    path.write_bytes(changed_tensors(lambda t: t.to(dtype))(path.read_bytes()))
    reseal(folder)
    assert {p.dtype for p in checkpoint.load(folder, device="cpu").net.parameters()} == {torch.float32}


def test_a_network_that_is_as_large_as_it_says_but_too_large_is_refused_unread(folder: Path) -> None:
    """Header and configuration agree, and the file is there, sparse: 2 GB of zeros."""
    config = json.loads((folder / "config.json").read_bytes())
    config["model"]["src_vocab_size"] = 10**8
    (folder / "config.json").write_text(json.dumps(config))
    header, _ = header_and_data((folder / "model.safetensors").read_bytes())
    header[EMBEDDING]["shape"][0] = 10**8
    (folder / "model.safetensors").write_bytes(with_header(json.dumps(header).encode()))
    reseal(folder)
    os.truncate(folder / "model.safetensors", 2_000_000_000)
    assert "2,000,000,000 bytes, where at most" in refused(folder)


@pytest.mark.usefixtures("unchecked")
def test_what_could_not_be_loaded_is_not_saved(tmp_path: Path) -> None:
    translator = saved(tmp_path / "good")
    with torch.no_grad():
        next(translator.net.parameters())[0] = 70_000.0
    checkpoint.save(tmp_path / "full", translator, card="")
    with pytest.raises(InvalidConfig, match="not finite"):
        checkpoint.save(tmp_path / "half", translator, card="", half=True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["full", "good"]


# ------------------------------------------------------------------------------------------------ config.json

HUGE = int("9" * 39)
NUMBERS = (HUGE, 10**6 * 1000, -1, 0, 1.0, 2.5, True, "8", None, [], {}, "∞")
SIZES = [
    name for name, value in ModelConfig(src_vocab_size=5, tgt_vocab_size=5).to_json().items() if type(value) is int
]


def with_config(folder: Path, change: Callable[[dict], object]) -> None:
    config = json.loads((folder / "config.json").read_bytes())
    change(config)
    (folder / "config.json").write_text(json.dumps(config))
    reseal(folder)


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize("field", SIZES)
def test_a_size_that_is_none_is_refused(folder: Path, field: str) -> None:
    for number in NUMBERS:
        with_config(folder, lambda config, number=number: config["model"].update({field: number}))
        refused(folder)


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize("field", ["cell", "peephole", "context", "attention", "bridge", "encoder_init", "dropout"])
def test_a_name_that_is_none_is_refused(folder: Path, field: str) -> None:
    for value in (None, 3, [], {}, ["lstm"], "x" * 100_000, "\n", "../../etc", True):
        with_config(folder, lambda config, value=value: config["model"].update({field: value}))
        refused(folder)


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize("value", [None, 7, True, 1.5, [], {}, "", [1], ["a", None], {"source": []}, "abc"], ids=repr)
@pytest.mark.parametrize("field", ["title", "task", "examples", "tokenizers", "model"])
def test_a_field_of_another_type_is_refused_by_describing_as_by_loading(
    folder: Path, field: str, value: object
) -> None:
    fits = isinstance(value, str) if field in ("title", "task") else field == "examples" and value == []
    with_config(folder, lambda config: config.update({field: value}))
    if fits:
        assert checkpoint.load(folder, device="cpu").info == checkpoint.describe(folder).info
        return
    refused(folder)
    told(lambda: checkpoint.describe(folder))


TEXTS = {
    "a deep list": b'{"title":' + b"[" * 100_000,
    "a deep object": b'{"title":' * 900 + b"1" + b"}" * 900,
    "nothing": b"",
    "null": b"null",
    "a list": b"[]",
    "a number of 5,000 digits": b'{"title":' + b"9" * 5000 + b"}",
    "NaN": b'{"title": NaN}',
    "infinite": b'{"title": 1e999}',
    "a lone surrogate": rb'{"title": "\ud800"}',
    "no UTF-8": b'{"title": "\xff"}',
    "UTF-16": '{"title": ""}'.encode("utf-16"),
    "a name twice": b'{"title": "a", "title": "b"}',
    "500,000 values": b"[" + b"0," * 499_999 + b"0]",
    "2 MB": b'{"title": "' + b"x" * 2_000_000 + b'"}',
}


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize("content", TEXTS.values(), ids=TEXTS)
@pytest.mark.parametrize("name", ["config.json", "source.json"])
def test_json_that_is_none_is_refused(folder: Path, name: str, content: bytes) -> None:
    (folder / name).write_bytes(content)
    reseal(folder)
    assert name in refused(folder)


@pytest.mark.parametrize("content", TEXTS.values(), ids=TEXTS)
def test_a_manifest_that_is_none_is_refused(folder: Path, content: bytes) -> None:
    (folder / "manifest.json").write_bytes(content)
    assert "manifest.json" in refused(folder)


@pytest.mark.parametrize(
    "change",
    [
        {"title": "x" * 1001},
        {"title": "two\nlines"},
        {"title": "\x1b[2J"},
        {"examples": ["a"] * 1001},
        {"examples": ["a" * 10_001]},
        {"tokenizers": {"source": "characters", "target": "characters", "third": "characters"}},
        {"tokenizers": {"source": "characters"}},
        {"tokenizers": {"../../x": "characters", "target": "characters"}},
    ],
    ids=lambda change: repr(change)[:40],
)
def test_texts_without_end_and_other_sides_are_refused(folder: Path, change: dict[str, object]) -> None:
    with_config(folder, lambda config: config.update(change))
    assert "config.json" in refused(folder)
    told(lambda: checkpoint.describe(folder))


def test_html_in_a_title_is_text(folder: Path) -> None:
    with_config(folder, lambda config: config.update(title="<script>alert(1)</script>", examples=["<b>a</b>\n"]))
    assert checkpoint.describe(folder).info.examples == ("<b>a</b>\n",)


# ------------------------------------------------------------------------------------------------ names of files


@pytest.mark.parametrize(
    "name",
    ["", ".", "..", "../x", "/etc/passwd", "a/b", "a\\b", "C:\\x", "C:x", "a:b", "NUL", "con.json", "a\0b", "a\nb"]
    + ["x" * 5000, "a.", "a ", "manifest.json"],
    ids=lambda name: repr(name)[:20],
)
def test_a_name_that_leads_elsewhere_or_nowhere_is_refused(folder: Path, name: str) -> None:
    (folder.parent / "x").write_text("outside")
    manifest = json.loads((folder / "manifest.json").read_bytes())
    manifest["files"][name] = "0" * 64
    (folder / "manifest.json").write_bytes(sealed._canonical(manifest))
    assert "is not a file of this folder" in refused(folder)


def test_many_names_are_refused(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_bytes())
    for count in (100, 100_000):
        files = manifest["files"] | {f"f{number}": "0" for number in range(count)}
        (folder / "manifest.json").write_bytes(sealed._canonical(manifest | {"files": files}))
        assert "manifest" in refused(folder)


# ------------------------------------------------------------------------------------------------ what is no file


def pipe(path: Path) -> None:
    os.mkfifo(path)


def listening(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(path.name)


def sparse(path: Path) -> None:
    path.touch()
    os.truncate(path, 3_000_000_000)


NO_FILES = {
    "a pipe": pipe,
    "a socket": listening,
    "a folder": Path.mkdir,
    "a device": lambda path: path.symlink_to("/dev/zero"),
    "a link out": lambda path: path.symlink_to("/etc/passwd"),
    "a link to itself": lambda path: path.symlink_to(path),
    "a link to nothing": lambda path: path.symlink_to("nowhere"),
    "3 GB of nothing": sparse,
}


@pytest.mark.skipif(os.name == "nt", reason="Windows has none of them in a folder")
@pytest.mark.parametrize("put", NO_FILES.values(), ids=NO_FILES)
@pytest.mark.parametrize("name", [*FILES, "manifest.json"])
def test_what_is_no_plain_file_is_refused_unread(
    folder: Path, name: str, put: Callable[[Path], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)  # a socket's path is short
    (folder / name).unlink()
    put(folder / name)
    assert name in refused(folder)
    assert name in told(lambda: checkpoint.describe(folder))
    assert name in told(lambda: checkpoint.snapshots(folder))


def test_a_folder_may_be_reached_by_a_link(folder: Path) -> None:
    (folder.parent / "linked").symlink_to(folder)
    assert checkpoint.load(folder.parent / "linked", device="cpu").info.name == "linked"


# ------------------------------------------------------------------------------------------------ names and roots

CALLS = {
    "load": lambda name: checkpoint.load(name, device="cpu"),
    "describe": checkpoint.describe,
    "snapshots": checkpoint.snapshots,
}
GIVEN = ["~nobody", "~nobody/x", None, "", ".", "..", "a\0b", "x" * 10**6, "/" + "x/" * 10**4, b"dates", 7, "\ud800"]
GIVEN += [
    Path("~nobody"),
    Path("a\0b"),
    Path("x" * 10**5),
    Path(__file__),
    "Z:\\x",
    "/nowhere/x",
    "dates\n",
    "💥" * 300,
]


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize("name", GIVEN, ids=lambda name: repr(name)[:20])
@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_a_name_that_is_none_is_told(call: Callable[[object], object], name: object) -> None:
    told(lambda: call(name))


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize("name", GIVEN[7:9] + GIVEN[13:], ids=lambda name: repr(name)[:20])
@pytest.mark.parametrize("call", [checkpoint.load_training_state, checkpoint.read_manifest])
def test_a_folder_that_is_none_is_told(call: Callable[[object], object], name: object) -> None:
    told(lambda: call(Path(str(name))))


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize("device", [None, 3, [], "", "cpu:0", "x" * 10**6, b"cpu"], ids=lambda value: repr(value)[:20])
def test_a_device_that_is_none_is_told(folder: Path, device: object) -> None:
    with cheap(), pytest.raises(UnknownName) as caught:
        checkpoint.load(folder, device=device)
    assert len(str(caught.value)) < 2000


def test_roots_that_cannot_be_read_leave_the_others(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = folder.parent
    (root / "loop").symlink_to(root / "loop")
    roots = ["~nobody", "x" * 10**5, str(root / "loop"), str(folder / "config.json"), "/proc/1/root/proc", str(root)]
    monkeypatch.setenv("S2S_CHECKPOINTS", os.pathsep.join(roots))
    for odd in (b"\xff\xfe", b"a\nb", b"\x1b[2J"):
        os.mkdir(os.fsencode(root) + b"/" + odd)
        (Path(os.fsdecode(os.fsencode(root) + b"/" + odd)) / "manifest.json").write_bytes(b"{}")
    os.mkdir(root / "pipe")
    os.mkfifo(root / "pipe" / "manifest.json")
    with cheap():
        assert {*checkpoint.names()} == {*checkpoint.folders_in(store.SHIPPED), "small"}


# ------------------------------------------------------------------------------------------------ snapshots

ROW = np.zeros(10, np.float16)
FACTS = '[{"step": 0, "epoch": 0, "loss": 0, "specimens": []}]'
SPECIMEN = {"source": "a", "reference": "b", "output": "c", "looks": [[["a"], ["b"], True], [["a"], ["b"], False]]}
SNAPSHOT = {"step": 0, "epoch": 0.5, "loss": 1.0, "specimens": [SPECIMEN]}


def facts(change: Callable[[dict], object], numbers: int = 3) -> bytes:
    snapshot = json.loads(json.dumps(SNAPSHOT))
    change(snapshot)
    return packed(facts=text(json.dumps([snapshot])), numbers=npy("<f2", (numbers,), b"\0" * 2 * numbers))


def zip_with(change: Callable[[bytearray], object]) -> Callable[[bytes], bytes]:
    def new(content: bytes) -> bytes:
        edited = bytearray(content)
        change(edited)
        return bytes(edited)

    return new


def directory(content: bytearray, at: int, value: bytes) -> None:
    place = content.index(b"PK\x01\x02") + at
    content[place : place + len(value)] = value


def many(count: int) -> bytes:
    return packed(**{f"m{number}": b"" for number in range(count)})


SNAPSHOTS: dict[str, Callable[[bytes], bytes]] = {
    "nothing": lambda c: b"",
    "no zip": lambda c: b"PK" * 100,
    "cut": lambda c: c[:-30],
    "a bomb of 3 GB": lambda c: packed(facts=text(FACTS), numbers=b"\0" * 200_000_000),
    "a bomb whose directory lies": zip_with(lambda c: directory(c, 24, b"\xff\xff\xff\x7f")),
    "a size too small": zip_with(lambda c: directory(c, 24, b"\x10\0\0\0")),
    "a wrong checksum": zip_with(lambda c: directory(c, 16, b"\1\2\3\4")),
    "encrypted": zip_with(lambda c: directory(c, 8, b"\1\0")),
    "another compression": zip_with(lambda c: directory(c, 10, b"\x63\0")),
    "a place outside": zip_with(lambda c: directory(c, 42, b"\xff\xff\xff\x7f")),
    "30,000 members": lambda c: many(30_000),
    "an object array": lambda c: packed(facts=text(FACTS), numbers=npy("|O", (1,), pickle.dumps(print))),
    "a header that lies": lambda c: packed(facts=text(FACTS), numbers=npy("<f2", (10**9,))),
    "a header that overflows": lambda c: packed(facts=text(FACTS), numbers=npy("<f2", (2**62, 2**62))),
    "a header that is code": lambda c: packed(
        facts=text(FACTS), numbers=b"\x93NUMPY\x01\x00\x20\x00__import__('os')\n"
    ),
    "texts out of range": lambda c: packed(facts=npy("<U1", (), b"\xff\xff\xff\xff"), numbers=npy("<f2", (0,))),
    "no facts": lambda c: packed(numbers=npy("<f2", (0,))),
    "no numbers": lambda c: packed(facts=text(FACTS)),
    "whole numbers": lambda c: packed(facts=text(FACTS), numbers=npy("<i8", (1,), b"\0" * 8)),
    "numbers in two rows": lambda c: packed(facts=text(FACTS), numbers=npy("<f2", (1, 1), b"\0" * 2)),
    "deep facts": lambda c: packed(facts=text("[" * 100_000), numbers=npy("<f2", (0,))),
    "facts that are an object": lambda c: packed(facts=text("{}"), numbers=npy("<f2", (0,))),
    "too few numbers": lambda c: facts(lambda s: None, 2),
    "too many numbers": lambda c: facts(lambda s: None, 4),
    "a step that is none": lambda c: facts(lambda s: s.update(step=-1)),
    "a step that is a text": lambda c: facts(lambda s: s.update(step="0")),
    "a loss that is none": lambda c: facts(lambda s: s.update(loss=None)),
    "no specimens": lambda c: facts(lambda s: s.pop("specimens")),
    "specimens of numbers": lambda c: facts(lambda s: s.update(specimens=[1, 2])),
    "one look": lambda c: facts(lambda s: s["specimens"][0]["looks"].pop()),
    "tokens of numbers": lambda c: facts(lambda s: s["specimens"][0]["looks"][0].__setitem__(0, [1])),
    "a source that is none": lambda c: facts(lambda s: s["specimens"][0].update(source=None)),
}


@pytest.mark.parametrize("attack", SNAPSHOTS.values(), ids=SNAPSHOTS)
def test_snapshots_that_are_none_are_refused(folder: Path, attack: Callable[[bytes], bytes]) -> None:
    path = folder / "snapshots.npz"
    path.write_bytes(attack(path.read_bytes()))
    reseal(folder)
    assert "snapshots.npz" in told(lambda: checkpoint.snapshots(folder))
    checkpoint.load(folder, device="cpu")  # the model is as good as it was


def test_the_facts_of_these_attacks_are_sound_but_for_the_attack(folder: Path) -> None:
    (folder / "snapshots.npz").write_bytes(facts(lambda snapshot: None))
    reseal(folder)
    (snapshot,) = checkpoint.snapshots(folder)
    assert snapshot.specimens[0].forced.weights is None


def test_nothing_is_unpickled(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for way in ("load", "loads", "Unpickler"):
        monkeypatch.delattr(pickle, way)
    checkpoint.load(folder, device="cpu")
    checkpoint.snapshots(folder)


# ------------------------------------------------------------------------------------------------ vocabularies

VOCABULARIES = {
    "a number": {"tokenizer": "characters", "tokens": 7},
    "numbers": {"tokenizer": "characters", "tokens": [1, 2]},
    "an empty token": {"tokenizer": "characters", "tokens": ["a", ""]},
    "a special token": {"tokenizer": "characters", "tokens": ["a", "</s>"]},
    "the same twice": {"tokenizer": "characters", "tokens": ["a", "a"]},
    "another kind": {"tokenizer": "words", "tokens": ["a"]},
    "a kind that is none": {"tokenizer": ["characters"], "tokens": ["a"]},
    "a huge token": {"tokenizer": "characters", "tokens": ["a" * 100_000]},
    "too many for the model": {"tokenizer": "characters", "tokens": [str(number) for number in range(200_000)]},
    "ten million": {"tokenizer": "characters", "tokens": ["a"] * 2_500_000},
}


@pytest.mark.parametrize("content", VOCABULARIES.values(), ids=VOCABULARIES)
def test_a_vocabulary_that_is_none_is_refused(folder: Path, content: dict[str, object]) -> None:
    (folder / "source.json").write_text(json.dumps(content))
    reseal(folder)
    refused(folder)


@pytest.mark.parametrize("content", [b"", b"\0" * 10**6, b"\n\x0e\n\x05<pad>" * 10**5, b"\xff" * 9_000_000])
def test_a_model_of_pieces_that_is_none_is_refused(folder: Path, content: bytes) -> None:
    with_config(folder, lambda config: config.update(tokenizers={"source": "unigram", "target": "bpe"}))
    (folder / "source.model").write_bytes(content)
    reseal(folder, *FILES, "source.model")
    assert "source.model" in refused(folder)


# ------------------------------------------------------------------------------------------------ unfinished trainings


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("state.json", b"[]"),
        ("state.json", b"[" * 100_000),
        ("state.json", b"9" * 5000),
        ("state.json", b'{"step": 1, "step": 2}'),
        ("state.safetensors", weights_file({f"t{i}": ("F32", [0]) for i in range(20_000)})),
        ("state.safetensors", tensors_as_bytes({"a": torch.tensor([float("nan")])})),
        ("state.safetensors", tensors_as_bytes({"a": torch.tensor([1])})),
        ("state.safetensors", b""),
    ],
)
def test_a_training_that_is_none_is_refused(tmp_path: Path, name: str, content: bytes) -> None:
    translator = saved(tmp_path / "other")
    state = TrainingState(tensors={"weights/a": torch.ones(2)}, facts={"step": 1})
    checkpoint.save(tmp_path / "run", translator, card="", training_state=state)
    (tmp_path / "run" / "training" / name).write_bytes(content)
    reseal(tmp_path / "run" / "training", format_name=store.TRAINING_FORMAT)
    told(lambda: checkpoint.load_training_state(tmp_path / "run"))


def test_a_training_elsewhere_is_not_followed(tmp_path: Path) -> None:
    translator = saved(tmp_path / "small")
    state = TrainingState(tensors={}, facts={})
    checkpoint.save(tmp_path / "run", translator, card="", training_state=state)
    (tmp_path / "small" / "training").symlink_to(tmp_path / "run" / "training")
    assert "is a link" in told(lambda: checkpoint.load_training_state(tmp_path / "small"))


# ------------------------------------------------------------------------------------------------ at random


def mutated(rng: random.Random, content: bytes) -> bytes:
    """A file with something wrong in it."""
    edited = bytearray(content)
    for _ in range(rng.choice((1, 1, 2, 6))):
        place = rng.randrange(len(edited) + 1)
        match rng.randrange(6):
            case 0 if place < len(edited):
                edited[place] ^= 1 << rng.randrange(8)
            case 1:
                del edited[place:]
            case 2:
                del edited[place : place + rng.randrange(1, 30)]
            case 3:
                edited[place:place] = rng.choice((b"[", b"{", b'"', b"9" * 30, b"-", b"\0", b"null", b"1e999", b","))
            case 4:
                edited[place : place + 8] = rng.randbytes(8)
            case _:
                other = rng.randrange(len(edited) + 1)
                edited[place : place + 16] = edited[other : other + 16]
    return bytes(edited)


def content_of(folder: Path) -> tuple[object, ...]:
    """Everything that a checkpoint is loaded as."""
    model, kept = checkpoint.load(folder, device="cpu"), checkpoint.snapshots(folder)
    assert checkpoint.describe(folder).info == model.info
    assert all(parameter.isfinite().all() for parameter in model.net.parameters())
    return model, kept


@pytest.mark.usefixtures("unchecked")
def test_a_checkpoint_mutated_at_random_is_loaded_or_refused_at_once(folder: Path, whole: dict[str, bytes]) -> None:
    """300 mutations, half of them sealed anew so that the inside is reached."""
    loaded = 0
    for seed in range(300):
        rng = random.Random(seed)
        name = rng.choice((*FILES, "manifest.json"))
        (folder / name).write_bytes(mutated(rng, whole[name]))
        if rng.random() < 0.1:
            other = rng.choice(FILES)
            (folder / name).write_bytes(whole[other])
        if name != "manifest.json" and rng.random() < 0.8:
            reseal(folder)
        with cheap():
            try:
                content_of(folder)
                loaded += 1
            except CheckpointError as error:
                assert str(error).isprintable()
        for each in (name, "manifest.json"):
            (folder / each).write_bytes(whole[each])
    assert 10 < loaded < 150  # some mutations do no harm, such as another weight
    content_of(folder)


# ------------------------------------------------------------------------------------------------ the reader itself


def test_a_file_that_grows_or_is_exchanged_is_read_within_its_bound(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"abc")
    with foreign.opened(path, most=3) as (file, size):
        path.write_bytes(b"abcdef")
        assert foreign.rest_of(file, size) == b"abc"
    with pytest.raises(foreign.Unreadable, match="has 6 bytes, where at most 3 are read"):
        foreign.file_bytes(path, most=3)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_an_archive_in_which_two_members_have_one_name_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "twice.zip", "w") as archive:
        archive.writestr("a.npy", npy("<f2", (0,)))
        archive.writestr("a.npy", npy("<f2", (0,)))
    with pytest.raises(foreign.Unreadable, match="not one array of its own"):
        foreign.archive((tmp_path / "twice.zip").read_bytes(), most=10**6)


def test_every_shipped_checkpoint_is_within_the_bounds() -> None:
    for name in checkpoint.names():
        checkpoint.describe(name)
        checkpoint.snapshots(name)
        assert isinstance(checkpoint.load(name, device="cpu").info.title, str)
    assert issubclass(foreign.Unreadable, S2SError)
