"""Checkpoints from elsewhere: every file and every field changed, sealed anew so that the inside is reached.

Loading one gives a translator whose numbers are numbers and whose description is text, or one CheckpointError.
"""

import json
import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
import torch
from attack import values
from attack.changes import CHANGES, FILES
from attack.measure import Attack, Bounds
from small_models import small_translator

from s2s_core import checkpoint
from s2s_core.checkpoint import Decoding, Snapshot, Specimen, TrainingState, sealed, store
from s2s_core.errors import CheckpointError

QUICK = Bounds(refused=0.25, answered=0.5)


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A whole checkpoint of a small model, with snapshots, and the state of an unfinished training."""
    folder = tmp_path_factory.mktemp("original") / "small"
    weights = np.full((2, 3), 0.5, np.float32)
    tokens = {"src_tokens": ("a", "b", "</s>"), "tgt_tokens": ("0", "</s>")}
    decoding = Decoding(**tokens, probabilities=weights[:, 0], weights=weights)
    specimen = Specimen(source="ab", reference="0", output="0", free=decoding, forced=decoding)
    kept = tuple(Snapshot(step=n, epoch=float(n), loss=1.0, specimens=(specimen,)) for n in range(3))
    state = TrainingState(tensors={"x": torch.zeros(3)}, facts={"step": 3, "loss": [1.0]})
    checkpoint.save(folder, small_translator(), card="# A card\n", log="step\n", snapshots=kept, training_state=state)
    (folder.parent / "secret.json").write_text('{"tokenizer": "characters", "tokens": ["s"]}')
    return folder


def resealed(folder: Path) -> None:
    """A manifest that vouches for whatever lies there now."""
    files = [path.name for path in folder.iterdir() if path.is_file() and path.name in FILES]
    sealed.seal(folder, files, format_name=store.FORMAT)


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
    for seed in attack.seeds(0.23):
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
    for seed in attack.seeds(0.04):
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
