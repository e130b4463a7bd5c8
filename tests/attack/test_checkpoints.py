"""Checkpoints from elsewhere: every file and every field changed, sealed anew so that the inside is reached.

Loading one gives a translator whose numbers are numbers and whose description is text, or one CheckpointError.
"""

import io
import json
import os
import shutil
import struct
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
import torch
from attack import values
from attack.measure import Attack, Bounds
from small_models import small_translator

from s2s_core import checkpoint
from s2s_core.checkpoint import Look, Snapshot, Specimen, TrainingState, sealed, store
from s2s_core.errors import CheckpointError

Change = Callable[[Path, Random], str]
QUICK = Bounds(refused=0.25, answered=0.5)
DTYPES = ("F16", "BF16", "F32", "F64", "I8", "U8", "I32", "I64", "BOOL", "C64", "F8_E4M3", "F4", "X")
SHAPES = ([0, 10**6, 4000], [10**12], [0], [], [1, 1, 1], [2**63], [-1], [10**30], [0, 2**40], ["x"], None)


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A whole checkpoint of a small model, with snapshots, and the state of an unfinished training."""
    folder = tmp_path_factory.mktemp("original") / "small"
    weights = np.full((2, 3), 0.5, np.float32)
    look = Look(src_tokens=("a", "b", "</s>"), tgt_tokens=("0", "</s>"), probabilities=weights[:, 0], weights=weights)
    specimen = Specimen(source="ab", reference="0", output="0", free=look, forced=look)
    kept = tuple(Snapshot(step=n, epoch=float(n), loss=1.0, specimens=(specimen,)) for n in range(3))
    state = TrainingState(tensors={"x": torch.zeros(3)}, facts={"step": 3, "loss": [1.0]})
    checkpoint.save(folder, small_translator(), card="# A card\n", log="step\n", snapshots=kept, training_state=state)
    (folder.parent / "secret.json").write_text('{"tokenizer": "characters", "tokens": ["s"]}')
    return folder


def resealed(folder: Path) -> None:
    """A manifest that vouches for whatever lies there now."""
    files = [path.name for path in folder.iterdir() if path.is_file() and path.name in FILES]
    sealed.seal(folder, files, format_name=store.FORMAT)


FILES = ("model.safetensors", "config.json", "source.json", "target.json", "snapshots.npz")


# ---------------------------------------------------------------------------------------------- what is changed


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
    """The header of the weights: names, kinds, shapes and places."""
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
    """Whole weights, each of another kind, or not finite."""
    import safetensors.torch

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
    """The archive of the snapshots: its facts, its numbers, and what an archive may do."""
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


# ---------------------------------------------------------------------------------------------- how it is read


def usable(folder: Path) -> str:
    """Loads a checkpoint and uses it; what is wrong with what came out."""
    described = checkpoint.describe(folder)
    info = described.info
    texts = (info.name, info.title, info.task, *info.examples)
    if not isinstance(info.examples, tuple) or not all(isinstance(text, str) for text in texts):
        return "a description that is no text"
    loaded = checkpoint.load(folder, device="cpu")
    for name, weight in loaded.net.named_parameters():
        if not torch.isfinite(weight).all() or weight.dtype != torch.float32:
            return f"{name} is not finite, or of {weight.dtype}"
    loaded.trace("abc")
    return ""


def snapshots(folder: Path) -> str:
    for snapshot in checkpoint.snapshots(folder):
        for specimen in snapshot.specimens:
            texts = (specimen.source, specimen.reference, specimen.output, *specimen.free.src_tokens)
            if not all(isinstance(text, str) for text in texts):
                return "a snapshot of what is no text"
            numbers = specimen.free.probabilities
            if type(snapshot.step) is not int or numbers.dtype != np.float32 or not np.isfinite(numbers).all():
                return "a snapshot of what are no numbers"
    return ""


READERS: dict[str, Callable[[Path], str]] = {"load": usable, "snapshots": snapshots}


def tried(attack: Attack, what: str, folder: Path) -> None:
    for name, read in READERS.items():
        came = attack.call(f"{name} with {what}", lambda read=read: read(folder), QUICK, refusals=(CheckpointError,))
        if isinstance(came, str) and came:
            attack.fault(f"{name} with {what}: {came}")


def test_drawn_changes(attack: Attack, original: Path, tmp_path: Path) -> None:
    for seed in attack.seeds(0.3):
        rng, folder = Random(seed), tmp_path / "small"
        shutil.copytree(original, folder)
        what = rng.choice(CHANGES)(folder, rng)
        resealed(folder)
        tried(attack, f"seed {seed}: {what}", folder)
        shutil.rmtree(folder)
    attack.verdict()


def changed_manifest(folder: Path, rng: Random) -> str:
    path = folder / "manifest.json"
    if rng.random() < 0.3:
        path.write_bytes(rng.choice(values.RAW_JSON).encode(errors="surrogatepass"))
        return "another manifest"
    what, content = values.replaced(rng, json.loads(path.read_bytes()))
    path.write_bytes((json.dumps(content, indent=2, sort_keys=True) + "\n").encode())
    return what


def test_drawn_manifests(attack: Attack, original: Path, tmp_path: Path) -> None:
    for seed in attack.seeds(0.05):
        folder = tmp_path / "small"
        shutil.copytree(original, folder)
        tried(attack, f"seed {seed}: manifest {changed_manifest(folder, Random(seed))}", folder)
        shutil.rmtree(folder)
    attack.verdict()


def in_place_of(name: str, make: Callable[[Path], None]) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        (folder / name).unlink()
        make(folder / name)

    return change


def sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(10 << 30)


STRANGE: dict[str, Callable[[Path], None]] = {
    "a pipe": os.mkfifo if hasattr(os, "mkfifo") else sparse,
    "a device without end": lambda path: path.symlink_to("/dev/zero"),
    "a sparse file of 10 GB": sparse,
    "a folder": lambda path: path.mkdir(),
    "a link to itself": lambda path: path.symlink_to(path.name),
    "a link to nothing": lambda path: path.symlink_to("nothing"),
}


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")
@pytest.mark.parametrize("name", [*FILES, "manifest.json"])
@pytest.mark.parametrize("strange", STRANGE)
def test_what_is_no_file_is_told_at_once(
    attack: Attack, original: Path, tmp_path: Path, strange: str, name: str
) -> None:
    folder = tmp_path / "small"
    shutil.copytree(original, folder)
    in_place_of(name, STRANGE[strange])(folder)
    for call, function in {"load": checkpoint.load, "describe": checkpoint.describe, "all": found}.items():
        given: Any = folder.parent if call == "all" else folder
        attack.call(
            f"{call} with {strange} for {name}",
            lambda function=function, given=given: function(given),
            QUICK,
            refusals=(CheckpointError,),
            readable=("/dev/zero",),
            wait=10.0,
        )
        if attack.faults:  # each would wait as long
            break
    attack.verdict()


def found(root: Path) -> list[str]:
    return [checkpoint.describe(folder).info.name for folder in checkpoint.folders_in(root).values()]


OUTSIDE = ("../secret", "../../secret", "/secret", "..", "source/../../secret", "~/secret", "\0", "x" * 300)


@pytest.mark.parametrize("side", OUTSIDE)
def test_no_path_leads_out_of_the_folder(attack: Attack, original: Path, tmp_path: Path, side: str) -> None:
    """A vocabulary, or a file of the manifest, that lies elsewhere is refused; it is not even opened."""
    folder, secret = tmp_path / "small", tmp_path / "secret.json"
    shutil.copytree(original, folder)
    secret.write_text('{"tokenizer": "characters", "tokens": ["s"]}')
    config = json.loads((folder / "config.json").read_bytes())
    config["tokenizers"] = {side: "characters", **config["tokenizers"]}
    (folder / "config.json").write_bytes(values.writable(config))
    resealed(folder)
    seen = attack.call(f"a tokenizer of side {side!r}", lambda: opened(folder), QUICK)
    if isinstance(seen, list) and any("secret" in path for path in seen):
        attack.fault(f"side {side!r}: {seen} was opened")
    attack.verdict()


def opened(folder: Path) -> list[str]:
    """The files that loading opens, by name, whether or not it succeeds."""
    seen: list[str] = []
    with pytest.MonkeyPatch.context() as patch, suppress(CheckpointError):
        for reads in ("read_text", "read_bytes"):
            original = getattr(Path, reads)

            def noted(path: Path, *given: Any, original: Any = original, **options: Any) -> Any:
                seen.append(str(path))
                return original(path, *given, **options)

            patch.setattr(Path, reads, noted)
        checkpoint.load(folder, device="cpu")
    return seen
