"""Checkpoints: a translator as a sealed folder, found again by name.

    checkpoints/dates/
      model.safetensors    the weights, float32 or (half) float16
      config.json          the model's configuration, its title, task, examples, and which tokenizers it has
      source.*  target.*   the two tokenizers
      snapshots.npz        where it was kept: what the model made of a few sentences during its training
      manifest.json        the SHA-256 of all of the above
      CARD.md              for people; its prose may be edited
      training-log.csv     one line a validation
      training/            only while a run is unfinished: what it needs to go on, sealed likewise

A name is looked up among the checkpoints that came with the program first, then in the folders of `roots`.
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
from s2s_core.translator import ModelInfo, Translator

SHIPPED = HOME / "checkpoints"
FORMAT, TRAINING_FORMAT = "seq2scope checkpoint", "seq2scope training state"
WEIGHTS, CONFIG, SNAPSHOTS = "model.safetensors", "config.json", "snapshots.npz"
CARD, LOG, TRAINING = "CARD.md", "training-log.csv", "training"
STATE, FACTS = "state.safetensors", "state.json"

_MOST = {  # bytes of a file; of any other, such as a tokenizer's, sealed.py says it
    WEIGHTS: weights.MOST_BYTES,
    CONFIG: description.MOST_BYTES,
    STATE: 4 * weights.MOST_BYTES,
    FACTS: 1 << 26,
}
_MOST_FACTS = 1 << 22  # values
_MOST_TEXT = 1 << 22  # bytes of a card or a log


@dataclass(frozen=True, slots=True)
class TrainingState:
    """What an unfinished run needs to go on, as tensors by name and as plain data for JSON."""

    tensors: Mapping[str, Tensor]
    facts: Mapping[str, Any]

    __repr__ = described


def folders() -> dict[str, Path]:
    """The checkpoints that `load` knows by name."""
    return {name: folder for root in reversed([SHIPPED, *roots.added()]) for name, folder in folders_in(root).items()}


def folders_in(root: Path) -> dict[str, Path]:
    """The checkpoints in a folder, by name; none where it cannot be read."""
    return {folder.name: folder for folder in named(root) if _is_name(folder.name) and is_checkpoint(folder)}


def is_checkpoint(folder: Path) -> bool:
    """Whether there is a whole one: half a checkpoint has another name."""
    return os.path.isfile(whole(folder) / sealed.MANIFEST)


def is_unfinished(folder: Path) -> bool:
    """Whether a training run can go on from this checkpoint."""
    return os.path.exists(whole(folder) / TRAINING)


def require_unfinished(folder: Path) -> None:
    """Make sure that a run can go on from there.

    Raises:
        CheckpointError: where there is no checkpoint, or a finished one.
    """
    sealed.read_manifest(folder)
    if not is_unfinished(folder):
        raise CheckpointError(folder, "it holds no unfinished training run to go on with")


def read_text(folder: Path, name: str) -> str:
    """What a file beside the sealed ones says, such as CARD; nothing where it is not there, or cannot be read."""
    for _ in range(2):  # the folder may be replaced meanwhile
        with suppress(OSError, Unreadable):
            return foreign.file_bytes(whole(folder) / name, most=_MOST_TEXT).decode("utf-8", "replace")
    return ""


def names() -> list[str]:
    """The names of `folders`, sorted."""
    return sorted(folders())


def locate(name_or_path: str | Path) -> Path:
    """The folder of a checkpoint: a name of `names`, else a path.

    Raises:
        UnknownName: where it is neither a known name nor an existing folder.
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
    """What `load` would load, without building it: every file is checked, none but the configuration is understood.

    Raises:
        UnknownName: for a name that does not exist.
        CheckpointError: for a folder that is missing, truncated, edited, foreign or newer than this program.
    """
    folder = locate(name_or_path)
    content = sealed.read(folder, Reading(format_name=FORMAT, keep={CONFIG}, most=_MOST))
    with understood(folder):
        return _description(content, folder.name)


def load(name_or_path: str | Path, *, device: str = "auto") -> Translator:
    """The translator of a checkpoint, in evaluation mode, its weights in float32 on ``device``.

    Raises:
        UnknownName: for a name or a device that does not exist.
        CheckpointError: for a folder that is missing, truncated, edited, foreign or newer than this program.
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
    """Write a checkpoint; one that is there already is replaced when the new one is whole.

    ``half`` keeps the weights as float16 (half the size; they are read back as float32).

    Raises:
        CannotWrite: where ``folder`` holds something else, or cannot be written.
        InvalidConfig: where `load` would refuse what is to be written, for a weight that is not finite (in float16 that
            begins beyond 65,504) or texts without end.
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
    """What was kept of the training, the earliest first; nothing, where nothing was kept.

    Raises:
        UnknownName: for a name that does not exist.
        CheckpointError: for a folder that is missing, truncated, edited, foreign or newer than this program.
    """
    content = sealed.read(locate(name_or_path), Reading(format_name=FORMAT, keep={SNAPSHOTS}, most=_MOST))
    if SNAPSHOTS not in content.files:
        return ()
    with understood(content.folder), in_file(SNAPSHOTS):
        return from_bytes(content.files[SNAPSHOTS])


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a checkpoint but what an unfinished run needs, by name: all of one and the same save.

    Raises:
        CheckpointError: as `load`, as far as the bytes go.
    """
    content = sealed.read(folder, Reading(format_name=FORMAT, most=_MOST))
    texts = {name: read_text(folder, name).encode() for name in (CARD, LOG)}
    manifest = {sealed.MANIFEST: content.manifest}
    return {**content.files, **manifest, **{name: text for name, text in texts.items() if text}}


def load_training_state(folder: Path) -> TrainingState:
    """What the unfinished run in this checkpoint needs to go on.

    Raises:
        CheckpointError: where there is none, or it is damaged.
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
    """Whether a folder's name can stand in a menu and in a link."""
    return name.isprintable() and not name.startswith(".")


def _description(content: Sealed, name: str) -> Description:
    with in_file(CONFIG):
        said = description.from_bytes(content.files[CONFIG])
    info = ModelInfo(
        name=name,
        title=said.title,
        task=said.task,
        examples=said.examples,
        fingerprint=content.fingerprint,
    )
    return Description(info, said.config)


def _weights_fit(files: Mapping[str, bytes], file: BinaryIO, size: int) -> None:
    """The gate before the weights: their header against the configuration."""
    try:
        config = description.from_bytes(files[CONFIG]).config
    except (S2SError, KeyError):
        return  # which is said when the configuration is read
    weights.check_header(config, file, size)


def _is_state(files: Mapping[str, bytes], file: BinaryIO, size: int) -> None:
    """The gate before the tensors of a training: of whatever shapes, there are as many numbers as the file has."""
    weights.header(file, size)


def _network(config: ModelConfig, content: bytes) -> Seq2Seq:
    """The network with the stored weights, whose names and shapes are known to be those of the configuration."""
    stored = safetensors.torch.load(content)
    with drawn_from(0, "weights"):  # the initial weights are drawn in vain; nobody's random numbers move
        net = Seq2Seq(config)
    with torch.no_grad():
        for name, parameter in net.named_parameters():
            parameter.copy_(stored[name])
            weights.check_finite(name, parameter)
    return net


def _json(data: Mapping[str, Any]) -> bytes:
    return (json.dumps(data, indent=2, ensure_ascii=False) + "\n").encode(errors="replace")
