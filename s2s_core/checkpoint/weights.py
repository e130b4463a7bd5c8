"""Weights in safetensors files. The header of a file is compared with the configuration before the weights are read.

The names and shapes of the configuration's network come from building it on PyTorch's meta device, which needs no
memory. So no memory is allocated for the weights until all names and shapes in header and configuration agree.
"""

import math
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any, BinaryIO

import safetensors.torch
import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode

from s2s_core import foreign
from s2s_core.config import ModelConfig
from s2s_core.errors import quoted
from s2s_core.foreign import Unreadable
from s2s_core.seq2seq import Seq2Seq

MOST_NUMBERS = 1 << 27  # parameters of a network
MOST_BYTES = 4 * MOST_NUMBERS  # of a file
TYPES = {"F16": 2, "BF16": 2, "F32": 4, "F64": 8}  # the dtypes that weights may have -> bytes per number
_MOST_HEADER = 1 << 20  # bytes
_DRAWS = {"normal_", "uniform_", "exponential_", "bernoulli_", "random_", "log_normal_", "cauchy_", "geometric_"}

Shape = tuple[int, ...]


@lru_cache(maxsize=64)
def shapes(config: ModelConfig) -> Mapping[str, Shape]:
    """The shapes of a network's parameters, by name.

    Raises:
        Unreadable: if the network has more than MOST_NUMBERS parameters.
    """
    try:
        net = skeleton(config)
    except (RuntimeError, OverflowError) as error:
        raise Unreadable("describes a network that is larger than any memory") from error
    found = {name: tuple(parameter.shape) for name, parameter in net.named_parameters()}
    if (numbers := sum(map(math.prod, found.values()))) > MOST_NUMBERS:
        raise Unreadable(f"describes a network of {numbers:,} numbers, where at most {MOST_NUMBERS:,} are loaded")
    return MappingProxyType(found)


def skeleton(config: ModelConfig) -> Seq2Seq:
    """The network without weights, on the meta device, where it needs no memory."""
    with torch.device("meta"), _Undrawn():
        return Seq2Seq(config)


def header(file: BinaryIO, size: int) -> dict[str, tuple[str, Shape]]:
    """The dtype and the shape of every tensor in an opened file of ``size`` bytes, by name. Only the header is read.

    Raises:
        Unreadable: if the header is damaged, or the tensors do not fill the file exactly, without gaps or overlaps.
    """
    length = int.from_bytes(file.read(8), "little")
    if size < 8 or length > min(size - 8, _MOST_HEADER):
        raise Unreadable("does not begin as a file of weights does")
    entries = foreign.plain_data(file.read(length))
    foreign.record(entries, {})
    entries.pop("__metadata__", None)
    found, places = {}, []
    for name, entry in entries.items():
        foreign.record(
            entry,
            {
                "dtype": foreign.is_text,
                "shape": _SIZES,
                "data_offsets": _SIZES,
            },
        )
        dtype, shape, place = entry["dtype"], tuple(entry["shape"]), tuple(entry["data_offsets"])
        if dtype not in TYPES:
            raise Unreadable(f"holds {quoted(name)} as {quoted(dtype)}, not as one of {', '.join(TYPES)}")
        if len(place) != 2 or place[1] - place[0] != math.prod(shape) * TYPES[dtype]:
            raise Unreadable(f"does not say where {quoted(name)} is")
        found[name] = dtype, shape
        places.append(place)
    places.sort()
    if [start for start, _ in places] + [size - 8 - length] != [0, *(end for _, end in places)]:
        raise Unreadable("has tensors that overlap, or that do not fill the file")
    return found


def check_header(config: ModelConfig, file: BinaryIO, size: int) -> None:
    """Check that an opened file of weights has the names and shapes of the configuration's network. Only its header is
    read.

    Raises:
        Unreadable: if a name or a shape differs.
    """
    there, wanted = {name: shape for name, (_, shape) in header(file, size).items()}, shapes(config)
    for name in sorted(there.keys() | wanted.keys()):
        if there.get(name) != wanted.get(name):
            found, expected = (quoted(of.get(name, "nothing")) for of in (there, wanted))
            raise Unreadable(
                "holds something else: the weights are not those of the network that the configuration describes "
                f"({quoted(name)} is {found} where {expected} was expected)"
            )


def tensors(content: bytes) -> dict[str, Tensor]:
    """The tensors in the content of a safetensors file, by name.

    Raises:
        Unreadable: if a number is not finite.
    """
    found: dict[str, Tensor] = safetensors.torch.load(content)
    for name, tensor in found.items():
        check_finite(name, tensor)
    return found


def check_finite(name: str, tensor: Tensor) -> None:
    """Raise Unreadable if a number of the tensor is not finite."""
    if tensor.numel() and not all(map(math.isfinite, (bound.item() for bound in tensor.aminmax()))):
        raise Unreadable(f"holds a number in {quoted(name)} that is not finite")


class _Undrawn(TorchFunctionMode):
    """Skips the random initialisation of weights: there are none on the meta device, and it would import a compiler."""

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        named = kwargs or {}
        drawn = args[0] if args else named.get("tensor")  # as `torch.nn.init` has it
        if getattr(func, "__name__", "") in _DRAWS and isinstance(drawn, Tensor):
            return drawn
        return func(*args, **named)


_SIZES = foreign.list_of(foreign.is_whole)
