"""Weights as safetensors. Their header is compared with the network of the configuration before they are read.

The network's names and shapes come from building it on PyTorch's meta device, which takes no memory: so whatever a
header or a configuration says of sizes, nothing is allocated for it until the two agree, number for number.
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

MOST_NUMBERS = 1 << 27  # in a network
MOST_BYTES = 4 * MOST_NUMBERS  # in a file
TYPES = {"F16": 2, "BF16": 2, "F32": 4, "F64": 8}  # what weights may be saved in, and the bytes of a number
_MOST_HEADER = 1 << 20  # bytes
_DRAWS = {"normal_", "uniform_", "exponential_", "bernoulli_", "random_", "log_normal_", "cauchy_", "geometric_"}

Shape = tuple[int, ...]


@lru_cache(maxsize=64)
def shapes(config: ModelConfig) -> Mapping[str, Shape]:
    """The parameters of a network by name, without the network.

    Raises:
        Unreadable: where they are more numbers than a network may have.
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
    """A network without its weights, on the meta device, where it takes no memory."""
    with torch.device("meta"), _Undrawn():
        return Seq2Seq(config)


def header(file: BinaryIO, size: int) -> dict[str, tuple[str, Shape]]:
    """The type and the shape of every tensor in an opened file of ``size`` bytes, by name. None of them is read.

    Raises:
        Unreadable: where they do not fill the file exactly, one after the other.
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
        raise Unreadable("has tensors that overlap, or leave something over")
    return found


def check_header(config: ModelConfig, file: BinaryIO, size: int) -> None:
    """Whether every name and every shape in an opened file of weights is the network's, before any of them is read.

    Raises:
        Unreadable: where it is not.
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
    """Tensors by name.

    Raises:
        Unreadable: where a number is none, or infinite.
    """
    found: dict[str, Tensor] = safetensors.torch.load(content)
    for name, tensor in found.items():
        check_finite(name, tensor)
    return found


def check_finite(name: str, tensor: Tensor) -> None:
    """Raises Unreadable where a number of a tensor is none, or infinite."""
    if tensor.numel() and not all(map(math.isfinite, (bound.item() for bound in tensor.aminmax()))):
        raise Unreadable(f"holds a number in {quoted(name)} that is not finite")


class _Undrawn(TorchFunctionMode):
    """Initial weights are not drawn: on the meta device there are none, and asking for them imports a compiler."""

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        named = kwargs or {}
        drawn = args[0] if args else named.get("tensor")  # as `torch.nn.init` has it
        if getattr(func, "__name__", "") in _DRAWS and isinstance(drawn, Tensor):
            return drawn
        return func(*args, **named)


_SIZES = foreign.list_of(foreign.is_whole)
