"""All readings that the names and shapes of somebody else's weights allow. The usual readings come first.

A state dict does not say in which order a cell reads the embedding and the context, nor whether a tanh follows. There
are only a few possibilities, and the reference's outputs decide between them: see `pytorch`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations, permutations, product

import torch
from torch import Tensor

from s2s_core.adapters import recurrence, starts
from s2s_core.adapters.recurrence import Recurrence, side
from s2s_core.adapters.structure import Linear, Score, Structure
from s2s_core.adapters.weights import Weights
from s2s_core.errors import AdapterError, shown

Named = tuple[str, Linear]

MOST_LAYERS = 8  # matrices beside embeddings, cells and the output: no model with attention has more
_EMBEDDING = ("emb", "lut")
_HINTS = {
    "attention": ("att", "attn", "score", "energy", "align", "key", "query"),
    "start": ("bridge", "init", "h_proj", "c_proj", "enc", "hidden", "cell", "fc_h", "fc_c"),
    "readout": ("concat", "combine", "combined", "vector", "readout", "merge", "tilde", "wc"),
}


def readings(weights: Weights, *, source_words: int, target_words: int) -> Iterator[Structure]:
    """Every reading that gives each weight a role.

    Raises:
        AdapterError: if an embedding, the output layer or a recurrent module is missing or has another size, or if
            a weight has no known role.
    """
    found, taken = recurrence.recurrences(weights)
    some = False
    for encoder, decoder in recurrence.sides(found):
        if encoder.kind != decoder.kind:
            raise AdapterError(
                f"the encoder is of the kind {encoder.kind} and the decoder of the kind {decoder.kind}: here both "
                "have the same cells"
            )
        for source, target, output, rest in _vocabularies(weights, taken, encoder, decoder, source_words, target_words):
            for structure in _structures(encoder, decoder, source, target, output, rest):
                some = True
                yield structure
    if not some:
        _positions(weights, decoder)
        left = ", ".join(f"{shown(name)} {list(weights[name].shape)}" for name in weights if name not in taken)
        raise AdapterError(
            f"the weights beside the recurrent modules have no known roles together: {left}; known are one embedding a "
            "side, attention (dot, general, additive, concat), a map of the encoder's last states to the decoder's "
            "first, a layer before the output, and the output"
        )


def _positions(weights: Weights, decoder: Recurrence) -> None:
    """Refuse an attention whose scores do not depend on the encoder's states.

    Raises:
        AdapterError: if there is such an attention.
    """
    embedded = {table.shape[-1] for name, table in weights.items() if _is_embedding(name)}
    for name, weight in weights.items():
        asks = weight.ndim == 2 and weight.shape[1] - decoder.hidden in embedded
        if asks and "att" in name.lower() and len(weight) not in (1, decoder.hidden):
            raise AdapterError(
                f"{shown(name)} of shape {list(weight.shape)} gives each of {len(weight)} positions a score from the "
                "decoder alone, whatever stands there (as PyTorch's older AttnDecoderRNN does): a score here depends "
                "on the encoder's state h_j too"
            )


def _vocabularies(
    weights: Weights, taken: set[str], encoder: Recurrence, decoder: Recurrence, source_words: int, target_words: int
) -> Iterator[tuple[Tensor, Tensor, Linear, dict[str, Linear]]]:
    """The two embeddings, the output layer, and the remaining layers with their biases."""
    rest = {name: tensor for name, tensor in weights.items() if name not in taken}
    tables = {name: rest.pop(name) for name in list(rest) if rest[name].ndim == 2 and _is_embedding(name)}
    source = _table(tables, "encoder", "source", source_words)
    target = _table(tables, "decoder", "target", target_words)
    if source.shape[1] != encoder.inputs:
        raise AdapterError(
            f"the source embedding has {source.shape[1]} numbers a token, and the encoder "
            f"{shown(encoder.prefix.rstrip('.'))} reads {encoder.inputs}"
        )
    unused = [name for name, table in tables.items() if not any(_same(table, used) for used in (source, target))]
    if unused:
        raise AdapterError(f"{shown(unused[0])} is one embedding more than there are sides: leave out what is not used")
    layers, alone = _layers(rest)
    outputs = [name for name, layer in layers.items() if len(layer.weight) == target_words]
    tied = [] if outputs else [name for name, bias in alone.items() if len(bias) == target_words]
    if more := sorted(alone.keys() - set(tied[:1])):
        raise AdapterError(f"{shown(more[0])}.bias has no matrix beside it")
    for name in outputs:
        yield source, target, layers[name], {other: layers[other] for other in layers if other != name}
    if not outputs:  # a tied output layer: safetensors stores its matrix only once
        yield source, target, Linear(target, alone[tied[0]] if tied else None), layers


def _is_embedding(name: str) -> bool:
    return any(part.startswith(_EMBEDDING) or "embed" in part for part in name.lower().split(".")[:-1])


def _table(tables: Weights, where: str, called: str, words: int) -> Tensor:
    """The embedding of one side: the one whose name says so, else one whose name says no side."""
    of_side = [name for name in tables if side(name) == where]
    names = of_side or [name for name in tables if side(name) is None] or list(tables)
    fitting = [name for name in names if len(tables[name]) == words]
    if not fitting and names:
        raise AdapterError(
            f"the {called} embedding {shown(names[0])} has {len(tables[names[0]])} rows, and the {called} vocabulary "
            f"{words} tokens"
        )
    if not fitting:
        raise AdapterError(f"there is no {called} embedding: a matrix whose name has 'emb', with {words} rows")
    if any(not _same(tables[name], tables[fitting[0]]) for name in fitting[1:]):
        raise AdapterError(f"{' and '.join(map(shown, fitting))} may both be the {called} embedding: hand over one")
    return tables[fitting[0]]


def _same(one: Tensor, other: Tensor) -> bool:
    return one.shape == other.shape and bool(torch.equal(one, other))


def _layers(rest: Weights) -> tuple[dict[str, Linear], Weights]:
    """The remaining weights as linear layers by name, and biases without a matrix. A vector (v) is a layer of one row.

    Raises:
        AdapterError: for a weight that is neither a matrix nor its bias, such as a convolution or a normalisation.
    """
    layers: dict[str, Linear] = {}
    biases: dict[str, Tensor] = {}
    for name, tensor in rest.items():
        stem, _, last = name.rpartition(".")
        if last == "bias" and tensor.ndim == 1:
            biases[stem] = tensor
        elif last == "weight" and tensor.ndim == 2:
            layers[stem] = Linear(tensor)
        elif last != "weight" and tensor.numel() == max(tensor.shape, default=0):  # a parameter of its own
            layers[name] = Linear(tensor.reshape(1, -1))
        elif last != "weight" and tensor.ndim == 2:
            layers[name] = Linear(tensor.T.contiguous())
        else:
            raise AdapterError(
                f"{shown(name)} of shape {list(tensor.shape)} has no known role: no matrix, no bias of one, and no "
                "weight of a recurrent module"
            )
    for stem in biases.keys() & layers.keys():
        if len(biases[stem]) != len(layers[stem].weight):
            raise AdapterError(
                f"{shown(stem)} has a bias of {len(biases[stem])} numbers, and a matrix of "
                f"{list(layers[stem].weight.shape)}"
            )
        layers[stem] = replace(layers[stem], bias=biases[stem])
    return layers, {stem: bias for stem, bias in biases.items() if stem not in layers}


def _structures(
    encoder: Recurrence,
    decoder: Recurrence,
    source: Tensor,
    target: Tensor,
    output: Linear,
    rest: dict[str, Linear],
) -> Iterator[Structure]:
    if len(rest) > MOST_LAYERS:
        return
    blank = Structure(
        source=source, target=target, encoder=encoder, decoder=decoder, summed=False, score=Score("fixed"),
        attend="after", cell_reads=("y",), feeds="readout", start=starts.ZERO, readout=None, readout_reads=("s",),
        activation="linear", output=output,
    )  # fmt: skip
    for summed in (False, True)[: encoder.directions]:
        base = replace(blank, summed=summed)
        for attention, start, readout in _roles(rest):
            for score in _scores(base, attention):
                for state in starts.starts(base, start):
                    yield from _ordered(replace(base, score=score, start=state), readout)


def _roles(rest: dict[str, Linear]) -> Iterator[tuple[list[Linear], list[Linear], Linear | None]]:
    """Every assignment of the layers to attention, the decoder's first state and the readout; likely ones first."""
    names = list(rest)

    def unlikely(roles: tuple[str, ...]) -> int:
        hinted = [
            {role for role, hints in _HINTS.items() if any(hint in name.lower() for hint in hints)} for name in names
        ]
        return sum(bool(said) and role not in said for role, said in zip(roles, hinted, strict=True))

    every = product(_HINTS, repeat=len(names))
    sensible = [roles for roles in every if roles.count("readout") <= 1 and roles.count("start") <= 2]
    for roles in sorted(sensible, key=unlikely):
        by_role = {role: [rest[name] for name, own in zip(names, roles, strict=True) if own == role] for role in _HINTS}
        if len(by_role["attention"]) <= 3:
            yield by_role["attention"], by_role["start"], next(iter(by_role["readout"]), None)


def _scores(base: Structure, layers: Sequence[Linear]) -> Iterator[Score]:
    """The alignment models that these layers can be."""
    state, memory = base.decoder.hidden, base.memory
    if not layers:
        if state == memory:
            yield Score("dot")
        yield Score("fixed")
    if len(layers) == 1:
        weight = layers[0].weight
        if weight.shape == (state, memory):
            yield Score("general", key=weight)  # its bias is the same for all positions
        if weight.shape == (memory, state) and layers[0].bias is None:
            yield Score("general", key=weight.T)
    for energy in layers:
        others = [layer for layer in layers if layer is not energy]
        if len(energy.weight) != 1 or len(layers) not in (2, 3):
            continue
        v = energy.weight[0]  # its bias is the same for all positions
        if len(others) == 1 and others[0].weight.shape == (len(v), state + memory):
            for sizes in dict.fromkeys([(state, memory), (memory, state)]):
                first, second = torch.split(others[0].weight, list(sizes), dim=1)
                both = [(first, second)] if sizes == (state, memory) else [(second, first)]
                both += [(second, first)] if state == memory else []
                for query, key in both:
                    yield Score("concat", query=query, key=key, bias=others[0].bias, energy=v)
        for asking, asked in permutations(others, 2):
            if asking.weight.shape == (len(v), state) and asked.weight.shape == (len(v), memory):
                biases = [layer.bias for layer in (asking, asked) if layer.bias is not None]
                bias = sum(biases[1:], biases[0]) if biases else None
                yield Score("concat", query=asking.weight, key=asked.weight, bias=bias, energy=v)


def _ordered(structure: Structure, readout: Linear | None) -> Iterator[Structure]:
    """The structure with every order of the cell's and the readout's inputs, and every activation after the readout."""
    sizes = {"y": structure.target.shape[1], "s": structure.decoder.hidden, "c": structure.memory}
    last = structure.output.weight.shape[1]
    if readout is not None and len(readout.weight) != last:
        return
    read = last if readout is None else readout.weight.shape[1]
    activations = ("linear",) if readout is None else ("tanh", "linear", "relu")
    for reads in _orders(("s", "c", "y"), sizes, read):
        if "s" not in reads:
            continue
        feeds = {"c": sizes["c"]} if readout is None and "c" in reads else {}
        feeds = {"readout": last} if readout is not None else feeds
        for feed, size in [*feeds.items(), ("", 0)]:
            known = {"y": sizes["y"], "c": sizes["c"], "feed": size} if feed else {"y": sizes["y"], "c": sizes["c"]}
            for cell_reads in _orders(tuple(known), known, structure.decoder.inputs):
                if "y" not in cell_reads or (feed and "feed" not in cell_reads):
                    continue
                for attend, activation in product(_attends(structure.score, cell_reads, reads), activations):
                    reading = replace(
                        structure, readout=readout, readout_reads=reads, activation=activation, cell_reads=cell_reads,
                        feeds=feed or "readout", attend=attend,
                    )  # fmt: skip
                    yield reading
                    if structure.score.kind == "fixed":  # one tutorial's decoder without attention has a ReLU there
                        yield replace(reading, target=reading.target.relu())


def _attends(score: Score, cell_reads: tuple[str, ...], reads: tuple[str, ...]) -> tuple[str, ...]:
    if "c" in cell_reads:
        return ("before",)
    if score.kind == "fixed":
        return ("after",)
    return ("after", "before") if "c" in reads else ()


def _orders(parts: tuple[str, ...], sizes: dict[str, int], total: int) -> Iterator[tuple[str, ...]]:
    """Every ordered choice of parts whose sizes add up to ``total``."""
    for count in range(1, len(parts) + 1):
        for some in combinations(parts, count):
            if sum(sizes[part] for part in some) == total:
                yield from permutations(some)
