"""Checkpoints: a translator, saved as a sealed folder and loaded by name.

    checkpoints/dates/
      model.safetensors    the weights, float32 or (half) float16
      config.json          the model's configuration, its title, task, examples, and which tokenizers it has
      source.*  target.*   the two tokenizers
      snapshots.npz        optional: the snapshots of the training
      manifest.json        the SHA-256 of all files above
      CARD.md              the model card; its text may be edited
      training-log.csv     one line for each validation
      training/            only for an unfinished training: its state, also a sealed folder

A name is searched among the checkpoints of the program first, and then in the folders of `roots`.
"""

import json
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import safetensors.torch
import torch
from torch import Tensor

from s2s_core import foreign
from s2s_core.checkpoint import description, roots, sealed, weights
from s2s_core.checkpoint.description import Description
from s2s_core.checkpoint.device import resolve_device
from s2s_core.checkpoint.fitting import in_file, understood
from s2s_core.checkpoint.folder import named, replacing, whole
from s2s_core.checkpoint.sealed import Reading, Sealed
from s2s_core.checkpoint.snapshots import Snapshot, from_bytes, to_bytes
from s2s_core.config import ModelConfig
from s2s_core.described import described
from s2s_core.errors import CheckpointError, InvalidConfig, S2SError, UnknownName, quoted
from s2s_core.foreign import Unreadable
from s2s_core.home import HOME
from s2s_core.randomness import drawn_from
from s2s_core.registry import TOKENIZERS
from s2s_core.seq2seq import Seq2Seq
from s2s_core.tokenizer import Tokenizer
from s2s_core.translator import ModelInfo, Translator

SHIPPED = HOME / "checkpoints"
FORMAT, TRAINING_FORMAT = "seq2scope checkpoint", "seq2scope training state"
WEIGHTS, CONFIG, SNAPSHOTS = "model.safetensors", "config.json", "snapshots.npz"
CARD, LOG, TRAINING = "CARD.md", "training-log.csv", "training"
STATE, FACTS = "state.safetensors", "state.json"

_MOST = {  # the most bytes of a file; sealed.py has the limit of all other files
    WEIGHTS: weights.MOST_BYTES,
    CONFIG: description.MOST_BYTES,
    STATE: 4 * weights.MOST_BYTES,
    FACTS: 1 << 26,
}
_MOST_FACTS = 1 << 22  # values
_MOST_TEXT = 1 << 22  # bytes of a card or a log


@dataclass(frozen=True, slots=True)
class TrainingState:
    """The state of an unfinished training: tensors by name, and plain data for JSON."""

    tensors: Mapping[str, Tensor]
    facts: Mapping[str, Any]

    __repr__ = described


def folders() -> dict[str, Path]:
    """The checkpoints that `load` finds by name."""
    return {name: folder for root in reversed(searched()) for name, folder in folders_in(root).items()}


def searched() -> tuple[Path, ...]:
    """The folders in which `folders` looks for checkpoints; where two have the same name, the first one counts."""
    return (SHIPPED, *roots.added())


def folders_in(root: Path) -> dict[str, Path]:
    """The checkpoints in a folder, by name; empty if the folder cannot be read."""
    return {folder.name: folder for folder in named(root) if _is_name(folder.name) and is_checkpoint(folder)}


def is_checkpoint(folder: Path) -> bool:
    """Whether the folder is a complete checkpoint. (An incomplete one has another name.)"""
    return os.path.isfile(whole(folder) / sealed.MANIFEST)


def is_unfinished(folder: Path) -> bool:
    """Whether the checkpoint has the state of an unfinished training, which can continue."""
    return os.path.exists(whole(folder) / TRAINING)


def require_unfinished(folder: Path) -> None:
    """Check that a training can continue from this checkpoint.

    Raises:
        CheckpointError: if there is no checkpoint, or its training is finished.
    """
    sealed.read_manifest(folder)
    if not is_unfinished(folder):
        raise CheckpointError(folder, "it holds no unfinished training run to go on with")


def read_text(folder: Path, name: str) -> str:
    """The text of a file that is not in the manifest, such as CARD; empty if it is missing or cannot be read."""
    for _ in range(2):  # the folder may be replaced while it is read
        with suppress(OSError, Unreadable):
            return foreign.file_bytes(whole(folder) / name, most=_MOST_TEXT).decode("utf-8", "replace")
    return ""


def names() -> list[str]:
    """The names of `folders`, sorted."""
    return sorted(folders())


def locate(name_or_path: str | Path) -> Path:
    """The folder of a checkpoint, given as one of `names` or as a path.

    Raises:
        UnknownName: if it is neither a known name nor an existing folder.
    """
    there = folders()
    if not isinstance(name_or_path, (str, Path)):
        raise UnknownName("model", quoted(name_or_path), tuple(sorted(there)))
    if not (given := str(name_or_path)):
        raise UnknownName("model", given, tuple(sorted(there)))
    if given in there:
        return there[given]
    path = roots.at_home(Path(name_or_path))
    if isinstance(name_or_path, str) and path.name == name_or_path and not os.path.lexists(path):
        raise roots.unknown(name_or_path, sorted(there))
    return path


def describe(name_or_path: str | Path) -> Description:
    """The description of a checkpoint, without loading it: all checksums are checked, only the configuration is parsed.

    Raises:
        UnknownName: if the name does not exist.
        CheckpointError: if the folder is missing, damaged, or from another program or a later version.
    """
    folder = locate(name_or_path)
    content = sealed.read(folder, Reading(format_name=FORMAT, keep={CONFIG}, most=_MOST))
    with understood(folder):
        return _description(content, folder.name)


def load(name_or_path: str | Path, *, device: str = "auto") -> Translator:
    """The translator of a checkpoint, in evaluation mode, with its weights in float32 on ``device``.

    Raises:
        UnknownName: if the name or the device does not exist.
        CheckpointError: if the folder is missing, damaged, or from another program or a later version.
    """
    target = resolve_device(device)
    folder = locate(name_or_path)
    reading = Reading(format_name=FORMAT, keep={CONFIG, WEIGHTS}, most=_MOST, gate={WEIGHTS: _weights_fit})
    content = sealed.read(folder, reading)
    with understood(folder):
        described = _description(content, folder.name)
        with in_file(WEIGHTS):
            net = _network(described.config, content.files[WEIGHTS])
        sides = description.from_bytes(content.files[CONFIG]).tokenizers
        tokenizers = {side: TOKENIZERS[sides[side]].load(content.folder, side) for side in description.SIDES}
        sizes = (net.config.src_vocab_size, net.config.tgt_vocab_size)
        if sizes != (tokenizers["source"].vocab_size, tokenizers["target"].vocab_size):
            raise ValueError("the tokenizers have other vocabularies than the model")
    return Translator(
        net=net.to(target).eval(),
        src_tokenizer=tokenizers["source"],
        tgt_tokenizer=tokenizers["target"],
        info=described.info,
    )


def source_tokenizer(name_or_path: str | Path) -> Tokenizer:
    """The tokenizer of a checkpoint's source, without its weights.

    Raises:
        UnknownName, CheckpointError: as `load`.
    """
    folder = locate(name_or_path)
    content = sealed.read(folder, Reading(format_name=FORMAT, keep={CONFIG}, most=_MOST))
    with understood(folder):
        name = description.from_bytes(content.files[CONFIG]).tokenizers["source"]
        return TOKENIZERS[name].load(content.folder, "source")


def save(
    folder: Path,
    translator: Translator,
    *,
    card: str,
    log: str = "",
    half: bool = False,
    snapshots: Sequence[Snapshot] = (),
    training_state: TrainingState | None = None,
) -> None:
    """Write a checkpoint. An existing checkpoint is replaced when the new one is complete.

    ``half`` saves the weights in float16, which takes half the space; they are loaded as float32.

    Raises:
        CannotWrite: if ``folder`` contains something else, or cannot be written.
        InvalidConfig: if `load` would refuse the checkpoint, because a weight is not finite (in float16 also beyond
            65,504) or a text is too long.
    """
    stored = {name: parameter.detach().cpu() for name, parameter in translator.net.named_parameters()}
    if half:
        stored = {name: tensor.half() for name, tensor in stored.items()}
    tokenizers = {"source": translator.src_tokenizer, "target": translator.tgt_tokenizer}
    config = _json(description.to_json(translator))
    try:
        description.from_bytes(config)
        for name, tensor in stored.items():
            weights.check_finite(name, tensor)
    except (Unreadable, UnknownName) as error:
        raise InvalidConfig(f"cannot save to {folder}: the model {error}") from error
    with replacing(folder) as new:
        (new / WEIGHTS).write_bytes(safetensors.torch.save(stored))
        (new / CONFIG).write_bytes(config)
        files = [path.name for side, tokenizer in tokenizers.items() for path in tokenizer.save(new, side)]
        if snapshots:
            (new / SNAPSHOTS).write_bytes(to_bytes(snapshots))
            files.append(SNAPSHOTS)
        (new / CARD).write_text(card, encoding="utf-8", errors="replace")
        if log:
            (new / LOG).write_text(log, encoding="utf-8")
        if training_state is not None:
            (new / TRAINING).mkdir()
            (new / TRAINING / STATE).write_bytes(safetensors.torch.save(dict(training_state.tensors)))
            (new / TRAINING / FACTS).write_bytes(_json(training_state.facts))
            sealed.seal(new / TRAINING, [STATE, FACTS], format_name=TRAINING_FORMAT)
        sealed.seal(new, [WEIGHTS, CONFIG, *files], format_name=FORMAT)


def snapshots(name_or_path: str | Path) -> tuple[Snapshot, ...]:
    """The snapshots of a training, the earliest first; empty if the checkpoint has none.

    Raises:
        UnknownName: if the name does not exist.
        CheckpointError: if the folder is missing, damaged, or from another program or a later version.
    """
    content = sealed.read(locate(name_or_path), Reading(format_name=FORMAT, keep={SNAPSHOTS}, most=_MOST))
    if SNAPSHOTS not in content.files:
        return ()
    with understood(content.folder), in_file(SNAPSHOTS):
        return from_bytes(content.files[SNAPSHOTS])


def contents(folder: Path) -> dict[str, bytes]:
    """The content of all files of a checkpoint, by name, without the state of an unfinished training.

    All files are from the same save.

    Raises:
        CheckpointError: if the folder is missing, damaged, or from another program or a later version.
    """
    content = sealed.read(folder, Reading(format_name=FORMAT, most=_MOST))
    texts = {name: read_text(folder, name).encode() for name in (CARD, LOG)}
    manifest = {sealed.MANIFEST: content.manifest}
    return {**content.files, **manifest, **{name: text for name, text in texts.items() if text}}


def load_training_state(folder: Path) -> TrainingState:
    """The state of the unfinished training in this checkpoint.

    Raises:
        CheckpointError: if there is none, or it is damaged.
    """
    require_unfinished(folder)
    training = whole(folder) / TRAINING
    if os.path.islink(training):
        raise CheckpointError(folder, f"{TRAINING} is a link, not a folder of its own")
    reading = Reading(format_name=TRAINING_FORMAT, keep={STATE, FACTS}, most=_MOST, gate={STATE: _is_state})
    content = sealed.read(training, reading)
    with understood(content.folder):
        with in_file(STATE):
            tensors = weights.tensors(content.files[STATE])
        with in_file(FACTS):
            facts = foreign.plain_data(content.files[FACTS], most=_MOST_FACTS, loose=True)
            return TrainingState(tensors=tensors, facts=foreign.record(facts, {}))


def _is_name(name: str) -> bool:
    """Whether a folder's name can be shown in a menu and in a link."""
    return name.isprintable() and not name.startswith(".")


def _description(content: Sealed, name: str) -> Description:
    with in_file(CONFIG):
        parsed = description.from_bytes(content.files[CONFIG])
    info = ModelInfo(
        name=name,
        title=parsed.title,
        task=parsed.task,
        examples=parsed.examples,
        fingerprint=content.fingerprint,
    )
    return Description(info, parsed.config)


def _weights_fit(files: Mapping[str, bytes], file: BinaryIO, size: int) -> None:
    """The gate of the weights: compare their header with the configuration."""
    try:
        config = description.from_bytes(files[CONFIG]).config
    except (S2SError, KeyError):
        return  # this error is raised when the configuration is read
    weights.check_header(config, file, size)


def _is_state(files: Mapping[str, bytes], file: BinaryIO, size: int) -> None:
    """The gate of a training's tensors: their header has to fit the size of the file."""
    weights.header(file, size)


def _network(config: ModelConfig, content: bytes) -> Seq2Seq:
    """The network with the stored weights, whose names and shapes have been compared with the configuration."""
    stored = safetensors.torch.load(content)
    with drawn_from(0, "weights"):  # the random initial weights are overwritten; this keeps torch's generator unchanged
        net = Seq2Seq(config)
    with torch.no_grad():
        for name, parameter in net.named_parameters():
            parameter.copy_(stored[name])
            weights.check_finite(name, parameter)
    return net


def _json(data: Mapping[str, Any]) -> bytes:
    return (json.dumps(data, indent=2, ensure_ascii=False) + "\n").encode(errors="replace")
