"""A trace from elsewhere is loaded as it was saved, or refused in one sentence, at once."""

import json
import os
import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hostile import cheap, npy, packed, text
from small_models import small_translator
from traces import same

from s2s_core import Trace
from s2s_core.errors import S2SError

TRACE = small_translator().trace("abc", reference="01")
Facts, Arrays = dict[str, object], dict[str, np.ndarray]


def told(path: object) -> str:
    """The one sentence that loading fails with, at once."""
    with cheap(), pytest.raises(S2SError) as caught:
        Trace.load(path)
    assert str(caught.value).isprintable()
    return str(caught.value)


def parts(folder: Path) -> tuple[Facts, Arrays]:
    """The facts of a saved trace, and its arrays."""
    TRACE.save(folder / "whole.npz")
    with np.load(folder / "whole.npz") as file:
        return json.loads(str(file["meta"])), {name: file[name] for name in file.files if name != "meta"}


def write(path: Path, facts: Facts, arrays: Arrays) -> None:
    """A trace as somebody else might write it."""
    if path.suffix == ".npz":
        np.savez_compressed(path, meta=np.array(json.dumps(facts)), **arrays)
    else:
        numbers = {name: array.tolist() for name, array in arrays.items()}
        path.write_text(json.dumps({**facts, "arrays": numbers}))


def swap(name: str, value: object) -> Callable[[Facts, Arrays], object]:
    return lambda facts, arrays: facts.update({name: value})


CHANGES: dict[str, Callable[[Facts, Arrays], object]] = {
    **{f"{name} = {value!r}": swap(name, value) for name in json.loads(json.dumps(TRACE._meta())) for value in ({}, 1.5)
       if (name, value) != ("teacher_forcing", 1.5)},
    "another format": swap("format", 2),
    "an unknown cell": swap("cell", "tree"),
    "a cell that has other quantities": swap("cell", "gru"),
    "an unknown fact": swap("more", 1),
    "a ratio beyond 1": swap("teacher_forcing", 1.5),
    "an offset outside the text": lambda f, a: f["src_offsets"].__setitem__(0, [0, 10**6]),
    "an offset of one number": lambda f, a: f["src_offsets"].__setitem__(0, [0]),
    "a token that is not in the vocabulary": lambda f, a: f["tgt_ids"].__setitem__(0, 99),
    "a token less": lambda f, a: f["src_tokens"].pop(),
    "no tokens": lambda f, a: f.update(src_tokens=[], src_offsets=[], src_unknown=[]),
    "a larger vocabulary": lambda f, a: f["vocabulary"].append("x"),
    "no joined states": lambda f, a: a.pop("joined"),
    "no weights": lambda f, a: a.pop("weights"),
    "no gate": lambda f, a: a.pop("decoder:0:forget_gate"),
    "no first state": lambda f, a: a.pop("decoder:0:initial_cell"),
    "a layer missing": lambda f, a: a.update({"decoder:2:hidden": a["decoder:0:hidden"]}),
    "an array of another cell": lambda f, a: a.update({"decoder:x:hidden": a["decoder:0:hidden"]}),
    "an array of no cell": lambda f, a: a.update(more=a["joined"]),
    "turned weights": lambda f, a: a.update(weights=a["weights"].T),
    "flat states": lambda f, a: a.update(joined=a["joined"].ravel()),
    "no units": lambda f, a: a.update(joined=a["joined"][:, :0]),
    "a step more": lambda f, a: a.update({"decoder:0:hidden": np.vstack([a["decoder:0:hidden"]] * 2)}),
    "other units": lambda f, a: a.update({"decoder:0:hidden": a["decoder:0:hidden"][:, :2]}),
}  # fmt: skip


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize("suffix", [".npz", ".json"])
def test_what_does_not_fit_together_is_refused(
    tmp_path: Path, suffix: str, change: Callable[[Facts, Arrays], object]
) -> None:
    facts, arrays = parts(tmp_path)
    write(tmp_path / f"t{suffix}", facts, arrays)
    same(TRACE, Trace.load(tmp_path / f"t{suffix}"))
    change(facts, arrays)
    write(tmp_path / f"t{suffix}", facts, arrays)
    assert "is not a trace" in told(tmp_path / f"t{suffix}")


@pytest.mark.parametrize("dtype", [np.float64, np.float16, np.int32, np.bool_, np.complex64, object, "U3"])
def test_numbers_of_another_kind_are_refused(tmp_path: Path, dtype: type) -> None:
    facts, arrays = parts(tmp_path)
    write(tmp_path / "t.npz", facts, {**arrays, "joined": arrays["joined"].astype(dtype)})
    assert "is not a trace" in told(tmp_path / "t.npz")


FILES = {
    "t.npz": [
        b"",
        b"PK\x05\x06" + b"\0" * 18,
        packed(meta=text("{}"), joined=b"\0" * 200_000_000),
        packed(meta=text("[" * 100_000)),
        packed(meta=text("9" * 5000)),
        packed(meta=npy("<U1000000000", ())),
        packed(joined=npy("<f4", (10**6, 10**6))),
    ],
    "t.json": [
        b"",
        b"null",
        b"[" * 100_000,
        b'{"arrays": 1}',
        b'{"arrays": {"joined": [["1"]]}}',
        b'{"arrays": {"joined": [[true]]}}',
        b'{"arrays": {"joined": [[1], [1, 2]]}}',
        b'{"arrays": {"joined": ' + b"9" * 5000 + b"}}",
        b'{"format": 1, "format": 1}',
        b"\xff\xfe",
        b"[" + b"[]," * 9_000_000,
    ],
}


@pytest.mark.parametrize(("name", "content"), [(name, content) for name in FILES for content in FILES[name]])
def test_a_file_that_is_none_is_refused_at_once(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    assert "is not a trace" in told(tmp_path / name)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no pipes in a folder")
@pytest.mark.parametrize("name", ["t.npz", "t.json"])
def test_what_is_no_file_is_refused_unread(tmp_path: Path, name: str) -> None:
    for put in (os.mkfifo, os.mkdir, lambda path: os.symlink("/dev/zero", path), lambda path: os.symlink(path, path)):
        (tmp_path / put.__name__).mkdir(exist_ok=True)
        path = tmp_path / put.__name__ / name
        put(path)
        told(path)
        path.rmdir() if path.is_dir() else path.unlink()
    (tmp_path / name).touch()
    os.truncate(tmp_path / name, 3_000_000_000)
    assert "3,000,000,000 bytes" in told(tmp_path / name)


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize(
    "path", [None, 7, b"t.npz", "", ".", "a\0.npz", "x" * 10**6, "\n.npz"], ids=lambda p: repr(p)[:9]
)
def test_a_path_that_is_none_is_told(path: object) -> None:
    assert len(told(path)) < 3000


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize("suffix", [".npz", ".json"])
def test_a_trace_mutated_at_random_is_loaded_or_refused(tmp_path: Path, suffix: str) -> None:
    TRACE.save(path := tmp_path / f"t{suffix}")
    whole = path.read_bytes()
    for seed in range(150):
        rng, edited = random.Random(seed), bytearray(whole)
        for _ in range(rng.choice((1, 3))):
            place = rng.randrange(len(edited))
            edited[place : place + rng.randrange(9)] = rng.choice((b"", b"9", b"[", b"\0\0", rng.randbytes(4)))
        path.write_bytes(edited)
        with cheap():
            try:
                Trace.load(path).to_frame()
            except S2SError as error:
                assert str(error).isprintable()
