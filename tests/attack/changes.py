"""Random changes of a checkpoint: any byte, any field, the weights' header and numbers, the archive of the snapshots.

Each function takes the folder and a random number generator, changes one file, and says what it did. The manifest is
not updated.
"""

import io
import json
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from random import Random

import numpy as np
import safetensors.torch
import torch
from attack import values

Change = Callable[[Path, Random], str]
DTYPES = ("F16", "BF16", "F32", "F64", "I8", "U8", "I32", "I64", "BOOL", "C64", "F8_E4M3", "F4", "X")
SHAPES = ([0, 10**6, 4000], [10**12], [0], [], [1, 1, 1], [2**63], [-1], [10**30], [0, 2**40], ["x"], None)
FILES = ("model.safetensors", "config.json", "source.json", "target.json", "snapshots.npz")


def bytes_changed(folder: Path, rng: Random) -> str:
    path = folder / rng.choice(FILES)
    content = bytearray(path.read_bytes())
    place = rng.randrange(len(content))
    match how := rng.choice(("flipped", "cut", "longer", "emptied", "zeroed", "drawn")):
        case "flipped":
            content[place] ^= 1 << rng.randrange(8)
        case "cut":
            del content[place:]
        case "longer":
            content += rng.randbytes(rng.choice((1, 1000)))
        case "emptied":
            content.clear()
        case "zeroed":
            content[place : place + 8] = bytes(8)
        case "drawn":
            content = bytearray(rng.randbytes(200))
    path.write_bytes(content)
    return f"{path.name} {how} at {place}"


def json_changed(folder: Path, rng: Random) -> str:
    path = folder / rng.choice(("config.json", "config.json", "source.json", "target.json"))
    what, content = values.replaced(rng, json.loads(path.read_bytes()))
    path.write_bytes(values.writable(content))
    return f"{path.name}: {what}"


def json_raw(folder: Path, rng: Random) -> str:
    path = folder / rng.choice(("config.json", "source.json"))
    raw = rng.choice(values.RAW_JSON)
    if rng.random() < 0.5:
        raw = path.read_text().replace("{", f'{{"tokens2": {raw or 1}, "examples": {raw or 1},', 1)
    path.write_bytes(raw.encode(errors="surrogatepass"))
    return f"{path.name} is {raw[:30]!r}"


def weights_changed(folder: Path, rng: Random) -> str:
    """Change the header of the weights: names, types, shapes and offsets."""
    content = (folder / "model.safetensors").read_bytes()
    size = struct.unpack("<Q", content[:8])[0]
    header, numbers = json.loads(content[8 : 8 + size]), bytearray(content[8 + size :])
    name = rng.choice([name for name in header if name != "__metadata__"])
    match how := rng.choice(
        ("kind", "shape", "shape", "place", "name", "gone", "size", "many empty", "numbers", "value")
    ):
        case "kind":
            header[name]["dtype"] = rng.choice(DTYPES)
        case "shape":
            header[name]["shape"] = rng.choice(SHAPES)
            if 0 in (header[name]["shape"] or ()):
                start = header[name]["data_offsets"][0]
                header[name]["data_offsets"] = [start, start]
        case "place":
            header[name]["data_offsets"] = [rng.choice(values.NUMBERS[:11]) for _ in range(2)]
        case "name":
            header[rng.choice(values.NAMES)] = header.pop(name)
        case "gone":
            del header[name]
        case "size":
            size = rng.choice((0, 1, 2**31, 2**63, 2**64 - 1))
        case "many empty":
            empty = {"dtype": "F32", "shape": [0], "data_offsets": [0, 0]}
            header = {**{f"x{n}": empty for n in range(20_000)}, **header}
        case "numbers":
            numbers[0:4] = struct.pack("<f", rng.choice((float("nan"), float("inf"), 3e38)))
        case "value":
            _what, header = values.replaced(rng, header)
    raw = values.writable(header)
    length = size if how == "size" else len(raw)
    (folder / "model.safetensors").write_bytes(struct.pack("<Q", length) + raw + numbers)
    return f"weights: {how} of {name}"


def kinds_of_numbers(folder: Path, rng: Random) -> str:
    """Replace whole weights by another type, or by numbers that are not finite."""
    path = folder / "model.safetensors"
    weights = safetensors.torch.load(path.read_bytes())
    name = rng.choice(list(weights))
    kind = rng.choice((torch.int64, torch.int8, torch.bool, torch.complex64, torch.float64, torch.bfloat16, None))
    changed = (
        weights[name].to(kind) if kind else torch.full_like(weights[name], rng.choice((float("nan"), float("inf"))))
    )
    path.write_bytes(safetensors.torch.save({**weights, name: changed}))
    return f"weights: {name} of {kind or 'what is not finite'}"


def snapshots_changed(folder: Path, rng: Random) -> str:
    """Change the archive of the snapshots: its facts, its numbers, or the archive itself."""
    path = folder / "snapshots.npz"
    with np.load(path, allow_pickle=False) as file:
        facts, numbers = json.loads(str(file["facts"])), file["numbers"]
    entries: dict[str, bytes] = {}
    how = rng.choice(("facts", "facts", "numbers", "large", "lying", "pickled", "one missing", "raw", "encrypted"))
    if how == "facts":
        what, facts = values.replaced(rng, facts)
        how += f" {what}"
    raw = json.dumps(facts) if how != "raw" else rng.choice(values.RAW_JSON)
    if how == "numbers":
        choices = (numbers[:1], numbers.astype(np.complex64), np.array("x"), numbers * np.nan, numbers.astype("M8[s]"))
        numbers = rng.choice(choices)
    entries["facts.npy"] = _npy(np.array(raw.encode("utf-8", "replace").decode()))
    entries["numbers.npy"] = _npy(numbers) if how != "large" else _npy(np.zeros(150_000_000, np.float16))
    if how == "lying":
        entries["numbers.npy"] = _npy(numbers).replace(
            b"(%d,)" % len(numbers), rng.choice((b"(10**9,)", b"(99999999999,)"))
        )
    if how == "pickled":
        header = io.BytesIO()
        np.lib.format.write_array_header_1_0(header, {"descr": "|O", "fortran_order": False, "shape": (1,)})
        entries["numbers.npy"] = header.getvalue() + b"cos\nsystem\n(S'touch pwned'\ntR."
    if how == "one missing":
        del entries[rng.choice(list(entries))]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file:
        for name, entry in entries.items():
            file.writestr(name, entry)
    if how == "encrypted":
        content = path.read_bytes().replace(b"PK\x03\x04\x14\x00\x00\x00", b"PK\x03\x04\x14\x00\x01\x00")
        path.write_bytes(content.replace(b"PK\x01\x02\x14\x03\x14\x00\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01\x00"))
    return f"snapshots: {how}"


def _npy(array: np.ndarray) -> bytes:
    file = io.BytesIO()
    np.save(file, array, allow_pickle=False)
    return file.getvalue()


CHANGES: tuple[Change, ...] = (
    bytes_changed,
    json_changed,
    json_changed,
    json_raw,
    weights_changed,
    weights_changed,
    kinds_of_numbers,
    snapshots_changed,
)
