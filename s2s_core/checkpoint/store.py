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

A name is looked up among the shipped checkpoints first, then in the folders listed in S2S_CHECKPOINTS.
"""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import safetensors.torch
import torch
from safetensors import SafetensorError
from torch import Tensor

from s2s_core.checkpoint import sealed
from s2s_core.checkpoint.device import resolve_device
from s2s_core.checkpoint.folder import named, replacing, whole
from s2s_core.checkpoint.snapshots import Snapshot, from_bytes, to_bytes
from s2s_core.config import ModelConfig
from s2s_core.errors import CheckpointError, S2SError, TooLarge, UnknownName
from s2s_core.randomness import drawn_from
from s2s_core.registry import TOKENIZERS
from s2s_core.seq2seq import Seq2Seq
from s2s_core.translator import ModelInfo, Translator

SHIPPED = Path(__file__).parents[2] / "checkpoints"
FORMAT, TRAINING_FORMAT = "seq2scope checkpoint", "seq2scope training state"
WEIGHTS, CONFIG, SNAPSHOTS = "model.safetensors", "config.json", "snapshots.npz"
CARD, LOG, TRAINING = "CARD.md", "training-log.csv", "training"


@dataclass(frozen=True, slots=True)
class Description:
    """What a checkpoint says of itself."""

    info: ModelInfo
    config: ModelConfig


@dataclass(frozen=True, slots=True)
class TrainingState:
    """What an unfinished run needs to go on, as tensors by name and as plain data for JSON."""

    tensors: Mapping[str, Tensor]
    facts: Mapping[str, Any]


def folders() -> dict[str, Path]:
    """The checkpoints that `load` knows by name."""
    return {name: folder for root in reversed(_roots()) for name, folder in folders_in(root).items()}


def folders_in(root: Path) -> dict[str, Path]:
    """The checkpoints in a folder, by name."""
    return {folder.name: folder for folder in named(root) if is_checkpoint(folder)}


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
        with suppress(OSError):
            return (whole(folder) / name).read_text(encoding="utf-8", errors="replace")
    return ""


def names() -> list[str]:
    """The names of `folders`, sorted."""
    return sorted(folders())


def locate(name_or_path: str | Path) -> Path:
    """The folder of a checkpoint: a name of `names`, else a path.

    Raises:
        UnknownName: where it is neither a known name nor an existing folder.
    """
    if (folder := folders().get(str(name_or_path))) is not None:
        return folder
    path = Path(name_or_path).expanduser()
    if isinstance(name_or_path, str) and path.name == name_or_path and not path.exists():
        raise UnknownName("model", name_or_path, tuple(names()))
    return path


def describe(name_or_path: str | Path) -> Description:
    """What `load` would load, without building it: every file is checked, none but the configuration is understood.

    Raises:
        UnknownName: for a name that does not exist.
        CheckpointError: for a folder that is missing, truncated, edited, foreign or newer than this program.
    """
    folder = locate(name_or_path)
    content = sealed.read(folder, format_name=FORMAT)
    with _understood(folder):
        return _description(content, folder.name)


def load(name_or_path: str | Path, *, device: str = "auto") -> Translator:
    """The translator of a checkpoint, in evaluation mode, its weights in float32 on ``device``.

    Raises:
        UnknownName: for a name or a device that does not exist.
        CheckpointError: for a folder that is missing, truncated, edited, foreign or newer than this program.
    """
    target = resolve_device(device)
    folder = locate(name_or_path)
    content = sealed.read(folder, format_name=FORMAT)
    with _understood(folder):
        description = _description(content, folder.name)
        stored = safetensors.torch.load(content.files[WEIGHTS])
        net = _network(description.config, stored)
        named = json.loads(content.files[CONFIG])["tokenizers"]
        tokenizers = {side: TOKENIZERS[name].load(content.folder, side) for side, name in named.items()}
        sizes = (net.config.src_vocab_size, net.config.tgt_vocab_size)
        if sizes != (tokenizers["source"].vocab_size, tokenizers["target"].vocab_size):
            raise ValueError("the tokenizers have other vocabularies than the model")
    return Translator(
        net=net.to(target).eval(),
        src_tokenizer=tokenizers["source"],
        tgt_tokenizer=tokenizers["target"],
        info=description.info,
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
    """
    weights = {name: parameter.detach().cpu() for name, parameter in translator.net.named_parameters()}
    if half:
        weights = {name: tensor.half() for name, tensor in weights.items()}
    tokenizers = {"source": translator.src_tokenizer, "target": translator.tgt_tokenizer}
    config = {
        "title": translator.info.title,
        "task": translator.info.task,
        "examples": list(translator.info.examples),
        "tokenizers": {side: tokenizer.name for side, tokenizer in tokenizers.items()},
        "model": translator.net.config.to_json(),
    }
    with replacing(folder) as new:
        (new / WEIGHTS).write_bytes(safetensors.torch.save(weights))
        (new / CONFIG).write_bytes(_json(config))
        files = [path.name for side, tokenizer in tokenizers.items() for path in tokenizer.save(new, side)]
        if snapshots:
            (new / SNAPSHOTS).write_bytes(to_bytes(snapshots))
            files.append(SNAPSHOTS)
        (new / CARD).write_text(card, encoding="utf-8", errors="replace")
        if log:
            (new / LOG).write_text(log, encoding="utf-8")
        if training_state is not None:
            (new / TRAINING).mkdir()
            (new / TRAINING / "state.safetensors").write_bytes(safetensors.torch.save(dict(training_state.tensors)))
            (new / TRAINING / "state.json").write_bytes(_json(training_state.facts))
            sealed.seal(new / TRAINING, ["state.safetensors", "state.json"], format_name=TRAINING_FORMAT)
        sealed.seal(new, [WEIGHTS, CONFIG, *files], format_name=FORMAT)


def snapshots(name_or_path: str | Path) -> tuple[Snapshot, ...]:
    """What was kept of the training, the earliest first; nothing, where nothing was kept.

    Raises:
        UnknownName: for a name that does not exist.
        CheckpointError: for a folder that is missing, truncated, edited, foreign or newer than this program.
    """
    content = sealed.read(locate(name_or_path), format_name=FORMAT)
    if SNAPSHOTS not in content.files:
        return ()
    with _understood(content.folder):
        return from_bytes(content.files[SNAPSHOTS])


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a checkpoint but what an unfinished run needs, by name: all of one and the same save.

    Raises:
        CheckpointError: as `load`, as far as the bytes go.
    """
    content = sealed.read(folder, format_name=FORMAT)
    texts = {name: read_text(folder, name).encode() for name in (CARD, LOG)}
    manifest = {sealed.MANIFEST: content.manifest}
    return {**content.files, **manifest, **{name: text for name, text in texts.items() if text}}


def load_training_state(folder: Path) -> TrainingState:
    """What the unfinished run in this checkpoint needs to go on.

    Raises:
        CheckpointError: where there is none, or it is damaged.
    """
    require_unfinished(folder)
    content = sealed.read(whole(folder) / TRAINING, format_name=TRAINING_FORMAT)
    with _understood(content.folder):
        return TrainingState(
            tensors=safetensors.torch.load(content.files["state.safetensors"]),
            facts=json.loads(content.files["state.json"]),
        )


def _roots() -> list[Path]:
    added = os.environ.get("S2S_CHECKPOINTS", "")
    return [SHIPPED, *(Path(root).expanduser() for root in added.split(os.pathsep) if root)]


@contextmanager
def _understood(folder: Path) -> Iterator[None]:
    """Whatever does not fit together in a folder whose files are whole, as a CheckpointError."""
    try:
        yield
    except CheckpointError:
        raise
    except KeyError as error:
        raise CheckpointError(folder, f"{error.args[0]!r} is missing in it") from error
    except TooLarge as error:
        raise CheckpointError(folder, f"the weights are not those of so large a network ({error})") from error
    except (S2SError, SafetensorError, ValueError, TypeError, AttributeError) as error:
        raise CheckpointError(folder, f"its parts do not fit together ({error})") from error


def _description(content: sealed.Sealed, name: str) -> Description:
    config = json.loads(content.files[CONFIG])
    info = ModelInfo(
        name=name,
        title=config["title"],
        task=config["task"],
        examples=tuple(config["examples"]),
        fingerprint=content.fingerprint,
    )
    return Description(info, ModelConfig.from_json(dict(config["model"])))


def _network(config: ModelConfig, stored: Mapping[str, Tensor]) -> Seq2Seq:
    """The network with the stored weights; every name and shape has to be the one that the configuration gives."""
    mismatch = ValueError(f"the weights are not those of the network that {CONFIG} describes")
    if not _sizes_agree(config, stored):
        raise mismatch
    with drawn_from(0, "weights"):  # the initial weights are drawn in vain; nobody's random numbers move
        net = Seq2Seq(config)
    parameters = dict(net.named_parameters())
    if {name: tensor.shape for name, tensor in parameters.items()} != {name: t.shape for name, t in stored.items()}:
        raise mismatch
    with torch.no_grad():
        for name, parameter in parameters.items():
            parameter.copy_(stored[name])
    return net


def _sizes_agree(config: ModelConfig, stored: Mapping[str, Tensor]) -> bool:
    """Whether the sizes that decide how much memory the network takes are those of the stored weights."""
    widths = {
        "encoder.embedding.weight": (config.src_vocab_size, config.embedding_size),
        "decoder.embedding.weight": (config.tgt_vocab_size, config.embedding_size),
        "encoder.layers.0.0.weight_hidden": (config.encoder_hidden,),
        "decoder.layers.0.weight_hidden": (config.decoder_hidden,),
        "decoder.readout_s.weight": (config.readout_size, config.decoder_hidden),
    }
    layers = config.encoder_layers + config.decoder_layers
    widest = max((size for tensor in stored.values() for size in tensor.shape), default=0)
    attends = config.context == "attention" and config.attention in ("additive", "concat")
    return (
        all(name in stored and stored[name].shape[-len(sizes) :] == sizes for name, sizes in widths.items())
        and layers <= len(stored)
        and (not attends or config.attention_size <= widest)
    )


def _json(data: Mapping[str, Any]) -> bytes:
    return (json.dumps(data, indent=2, ensure_ascii=False) + "\n").encode(errors="replace")
