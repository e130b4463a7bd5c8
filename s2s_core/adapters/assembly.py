"""From a reading of somebody else's weights to our network: its configuration and all its parameters.

Parts that only our network has are set to 0. Parts that only the other model has are expressed exactly by ours:

- directions that are added up: every matrix that reads their sum gets its columns twice;
- an output layer that reads several vectors: a readout before it passes them on;
- two biases in one sum: they are added to one.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from s2s_core.adapters.recurrence import CellWeights
from s2s_core.adapters.structure import Linear, Structure
from s2s_core.checkpoint.weights import skeleton
from s2s_core.config import ModelConfig
from s2s_core.described import described
from s2s_core.seq2seq import Seq2Seq

NEVER = -1e4  # the logit of a token that the other model does not have: its probability is 0 in float32

Order = tuple[int | None, ...]  # our id -> the other model's id, or None


@dataclass(frozen=True, slots=True)
class Frame:
    """The facts that the weights do not show: the order of ids, the marks around a source, and the longest texts."""

    source: Order
    target: Order
    source_start: bool
    source_end: bool
    max_src_len: int = 64
    max_tgt_len: int = 64

    __repr__ = described


def assemble(structure: Structure, frame: Frame) -> Seq2Seq:
    """The network, in evaluation mode.

    Raises:
        InvalidConfig: if it is larger than the largest network that this program computes.
    """
    config = configuration(structure, frame)
    return filled(skeleton(config), parameters(structure, frame, config))


def filled(net: Seq2Seq, found: dict[str, Tensor]) -> Seq2Seq:
    """The network with its parameters replaced by ``found``, in evaluation mode."""
    net.load_state_dict(found, assign=True)
    return net.requires_grad_().eval()


def configuration(structure: Structure, frame: Frame) -> ModelConfig:
    """The configuration of our network for this reading."""
    encoder, decoder, score = structure.encoder, structure.decoder, structure.score
    kind = score.kind
    if kind == "dot" and (structure.summed or encoder.size != decoder.hidden):
        kind = "general"
    if kind == "concat" and score.bias is None:
        kind = "additive"
    return ModelConfig(
        src_vocab_size=len(frame.source),
        tgt_vocab_size=len(frame.target),
        cell=encoder.kind,
        peephole="none",
        embedding_size=max(structure.source.shape[1], structure.target.shape[1]),
        encoder_hidden=encoder.hidden,
        decoder_hidden=decoder.hidden,
        encoder_layers=len(encoder.layers),
        decoder_layers=len(decoder.layers),
        bidirectional=encoder.directions == 2,
        context="last" if kind == "fixed" else "attention",
        attention="additive" if kind == "fixed" else kind,
        attention_size=1 if score.energy is None else len(score.energy),
        readout_size=_readout_size(structure),
        attend=structure.attend,
        readout=structure.activation,
        bridge=structure.start.kind,
        input_feeding="feed" in structure.cell_reads,
        source_start=frame.source_start,
        source_end=frame.source_end,
        max_src_len=frame.max_src_len,
        max_tgt_len=frame.max_tgt_len,
    )


def parameters(structure: Structure, frame: Frame, config: ModelConfig) -> dict[str, Tensor]:
    """Every parameter of the network of ``config``, by name."""
    found = {
        "encoder.embedding.weight": _rows(_widened(structure.source, config.embedding_size), frame.source, 0.0),
        "decoder.embedding.weight": _rows(_widened(structure.target, config.embedding_size), frame.target, 0.0),
    }
    for layer, ways in enumerate(structure.encoder.layers):
        size = config.embedding_size if layer == 0 else structure.encoder.size
        for way, cell in enumerate(ways):
            inputs = {"x": _widened(cell.inputs, size)}
            found |= _cell(f"encoder.layers.{layer}.{way}", config.cell, cell, inputs)
    for layer, (cell,) in enumerate(structure.decoder.layers):
        inputs = {"x": cell.inputs} if layer else _bottom(structure, config, cell)
        found |= _cell(f"decoder.layers.{layer}", config.cell, cell, inputs)
    found |= {f"decoder.context.{name}": weight for name, weight in _score(structure, config).items()}
    found |= {f"decoder.bridge.{name}": weight for name, weight in _bridge(structure, config).items()}
    found |= {f"decoder.{name}": weight for name, weight in _readout(structure, config).items()}
    output = structure.output
    bias = torch.zeros(len(output.weight)) if output.bias is None else output.bias
    found["decoder.output.weight"] = _rows(output.weight, frame.target, 0.0)
    found["decoder.output.bias"] = _rows(bias, frame.target, NEVER)
    return {name: weight.contiguous() for name, weight in found.items()}


def _rows(weight: Tensor, order: Order, absent: float) -> Tensor:
    """The rows in our order of ids, filled with ``absent`` for ids that the other model does not have."""
    rows = weight[torch.tensor([0 if row is None else row for row in order])]
    rows[torch.tensor([row is None for row in order])] = absent
    return rows


def _widened(weight: Tensor, size: int) -> Tensor:
    """The matrix with zero columns added up to ``size``: one side's embeddings may be smaller than the other's."""
    return torch.cat([weight, weight.new_zeros(len(weight), size - weight.shape[1])], dim=1)


def _cell(place: str, kind: str, cell: CellWeights, inputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
    found = {f"{place}.weight_input.{part}": weight for part, weight in inputs.items()}
    found[f"{place}.weight_hidden"] = cell.hidden
    bias = cell.bias_inputs + cell.bias_hidden
    if kind == "gru":  # the candidate keeps two biases: the reset gate multiplies one of them
        candidate = slice(2 * cell.hidden.shape[1], None)
        bias[candidate] = cell.bias_inputs[candidate]
        found[f"{place}.bias_hidden"] = cell.bias_hidden[candidate]
    return found | {f"{place}.bias": bias}


def _readout_size(structure: Structure) -> int:
    if structure.readout is not None:
        return len(structure.readout.weight)
    return sum(_sizes(structure)[part] for part in structure.readout_reads)


def _sizes(structure: Structure) -> dict[str, int]:
    """The size of each vector that a cell, the readout or the output layer reads."""
    sizes = {"y": structure.target.shape[1], "s": structure.decoder.hidden, "c": structure.memory}
    if structure.readout is not None:
        return sizes | {"feed": len(structure.readout.weight)}
    return sizes | {"feed": sizes["c"] if structure.feeds == "c" else sizes["s"]}


def _split(structure: Structure, weight: Tensor, reads: tuple[str, ...]) -> dict[str, Tensor]:
    """The columns of a matrix, split by the vector that they read, and adapted to our vectors."""
    sizes = _sizes(structure)
    parts = dict(zip(reads, torch.split(weight, [sizes[part] for part in reads], dim=1), strict=True))
    if "c" in parts:
        parts["c"] = _of_memory(structure, parts["c"])
    return parts


def _of_memory(structure: Structure, weight: Tensor) -> Tensor:
    """A matrix that reads the other model's h_j, changed to read our h_j, which has both directions side by side."""
    return torch.cat([weight, weight], dim=-1) if structure.summed else weight


def _bottom(structure: Structure, config: ModelConfig, cell: CellWeights) -> dict[str, Tensor]:
    parts = _split(structure, cell.inputs, structure.cell_reads)
    found = {"y": _widened(parts["y"], config.embedding_size)}
    if config.attend == "before":
        found["context"] = parts.get("c", cell.inputs.new_zeros(len(cell.inputs), config.memory_size))
    if "feed" in parts:
        found["feed"] = parts["feed"]
        if structure.readout is None:  # the readout holds all that the output reads; only a part of it is fed
            wanted, sizes = structure.feeds, _sizes(structure)
            columns = [
                parts["feed"] if part == wanted else _nothing(cell, sizes[part]) for part in structure.readout_reads
            ]
            found["feed"] = torch.cat(columns, dim=1)
    return found


def _nothing(cell: CellWeights, size: int) -> Tensor:
    return cell.inputs.new_zeros(len(cell.inputs), size)


def _score(structure: Structure, config: ModelConfig) -> dict[str, Tensor]:
    score = structure.score
    if config.context != "attention" or config.attention == "dot":
        return {}
    if config.attention == "general":
        key = torch.eye(config.decoder_hidden) if score.key is None else score.key
        return {"key.weight": _of_memory(structure, key)}
    assert score.query is not None and score.key is not None and score.energy is not None, "concat has all three"
    key, energy = _of_memory(structure, score.key), score.energy[None]
    if score.bias is None:
        return {"query.weight": score.query, "key.weight": key, "energy.weight": energy}
    joined = torch.cat([score.query, key], dim=1)
    return {"join.weight": joined, "join.bias": score.bias, "energy.weight": energy}


def _bridge(structure: Structure, config: ModelConfig) -> dict[str, Tensor]:
    start = structure.start
    maps = [map for map in (start.hidden, start.cell if config.cell == "lstm" else None) if map is not None]
    if not maps:
        return {}
    return {
        "all.weight": torch.cat([map.weight for map in maps]),
        "all.bias": torch.cat([_bias(map) for map in maps]),
    }


def _readout(structure: Structure, config: ModelConfig) -> dict[str, Tensor]:
    layer = structure.readout
    if layer is None:
        layer = Linear(torch.eye(config.readout_size))
    parts = _split(structure, layer.weight, structure.readout_reads)
    sizes = {"y": config.embedding_size, "s": config.decoder_hidden, "c": config.memory_size}
    found = {f"readout_{part}.weight": torch.zeros(config.readout_size, size) for part, size in sizes.items()}
    found |= {f"readout_{part}.weight": _widened(weight, sizes[part]) for part, weight in parts.items()}
    return found | {"readout_s.bias": _bias(layer)}


def _bias(layer: Linear) -> Tensor:
    return torch.zeros(len(layer.weight)) if layer.bias is None else layer.bias
