"""Helpers for tests of hostile files: a small checkpoint that can be sealed again, and limits on a refusal's cost."""

import io
import json
import resource
import struct
import sys
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from small_models import small_translator

from s2s_core import checkpoint
from s2s_core.checkpoint import Decoding, Snapshot, Specimen, sealed, store
from s2s_core.translator import ModelInfo, Translator

SECONDS = 3.0  # of processor time; a refusal normally takes milliseconds
MEBIBYTES = 300
UNIT = 1 if sys.platform == "darwin" else 1024  # of ru_maxrss, in bytes


@contextmanager
def cheap() -> Iterator[None]:
    """Check that the block needs little processor time and little memory."""
    began, before = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    yield
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * UNIT / 2**20
    assert time.process_time() - began < SECONDS
    assert grown < MEBIBYTES


def saved(folder: Path, *, source: str = "abcdefg", **changes: object) -> Translator:
    """Save a small model with every kind of file, and return it."""
    model = small_translator(source=source, **changes)
    info = ModelInfo(name="small", title="Klein → 작은", task="reverse", examples=("abc", "gfe"))
    translator = Translator(
        net=model.net, src_tokenizer=model.src_tokenizer, tgt_tokenizer=model.tgt_tokenizer, info=info
    )
    trace, forced = translator.trace("abc"), translator.trace("abc", reference="01")
    decodings = {"free": Decoding.of(trace), "forced": Decoding.of(forced)}
    specimen = Specimen(source="abc", reference="01", output="1", **decodings)
    kept = tuple(Snapshot(step=step, epoch=0.5, loss=1.5, specimens=(specimen,)) for step in (0, 7))
    checkpoint.save(folder, translator, card="# A card\n", snapshots=kept)
    return translator


def reseal(folder: Path, *names: str, format_name: str = store.FORMAT) -> None:
    """Write a manifest for the current content of the files."""
    there = names or json.loads((folder / "manifest.json").read_bytes())["files"]
    sealed.seal(folder, [name for name in there if (folder / name).exists()], format_name=format_name)


def weights_file(tensors: dict[str, tuple[str, list[int]]], data: bytes = b"", **more: object) -> bytes:
    """A .safetensors with any header: name -> (type, shape); all tensors are at offset 0."""
    header = {name: {"dtype": kind, "shape": shape, "data_offsets": [0, 0]} for name, (kind, shape) in tensors.items()}
    return with_header(json.dumps({**header, **more}).encode(), data)


def with_header(header: bytes, data: bytes = b"") -> bytes:
    return struct.pack("<Q", len(header)) + header + data


def header_and_data(content: bytes) -> tuple[dict[str, dict], bytes]:
    length = int.from_bytes(content[:8], "little")
    return json.loads(content[8 : 8 + length]), content[8 + length :]


def packed(**members: bytes) -> bytes:
    """A zip of such members, packed."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(f"{name}.npy", content)
    return file.getvalue()


def npy(descr: str, shape: tuple[int, ...], data: bytes = b"") -> bytes:
    """An .npy with any header."""
    header = f"{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}".ljust(117) + "\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() + data


def text(content: str) -> bytes:
    """An .npy of one text."""
    file = io.BytesIO()
    np.save(file, np.array(content), allow_pickle=False)
    return file.getvalue()
