"""Somebody else's weights by name, from a state dict, modules or a .safetensors file. Nothing is ever unpickled."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import safetensors.torch
import torch
from safetensors import SafetensorError
from torch import Tensor, nn

from s2s_core import foreign
from s2s_core.checkpoint.weights import MOST_NUMBERS
from s2s_core.errors import AdapterError, shown
from s2s_core.foreign import Unreadable

Weights = dict[str, Tensor]

PICKLED = (".pt", ".pth", ".ckpt", ".bin", ".pkl", ".pickle", ".tar", ".model")
WRAPPERS = ("module.", "_orig_mod.")  # of DataParallel and of torch.compile
CHECKPOINTS = ("model_state", "model_state_dict", "state_dict")  # what programs call the weights in a checkpoint
DEEPEST = 16
MOST_BYTES = 8 * MOST_NUMBERS + (1 << 20)
_FLOATS = (torch.float16, torch.bfloat16, torch.float32, torch.float64)


def read(given: Any) -> Weights:
    """Every weight in float32, by its name without the wrappers' prefixes.

    Args:
        given: a state dict; an ``nn.Module``; a mapping from names to either, such as ``{"encoder": ..., "decoder":
            ...}``, whose names go in front; or the path of a .safetensors file.

    Raises:
        AdapterError: for anything else, such as a pickled file, and for numbers that are not finite.
    """
    if isinstance(given, str | Path):
        given = _file(Path(given))
    found: Weights = {}
    numbers = 0
    for name, tensor in _flat("", given):
        if name in found:
            raise AdapterError(f"the weights have two entries that are both called {shown(name)}")
        if not isinstance(tensor, Tensor):
            raise AdapterError(f"{shown(name)} is a {type(tensor).__name__}, and a state dict has tensors alone")
        if tensor.dtype not in _FLOATS:
            raise AdapterError(
                f"{shown(name)} has numbers of the type {tensor.dtype}: a weight is in float16, bfloat16, float32 or "
                "float64; leave out what is no weight, and turn quantised weights back first"
            )
        if tensor.is_meta or tensor.layout != torch.strided:
            raise AdapterError(f"{shown(name)} is sparse or has no numbers: hand over what to_dense() makes of it")
        if (numbers := numbers + tensor.numel()) > MOST_NUMBERS:
            raise AdapterError(
                f"the weights have more than {MOST_NUMBERS:,} numbers, and no larger model is shown here"
            )
        if not tensor.isfinite().all():
            raise AdapterError(f"{shown(name)} has a number that is not finite")
        found[name] = tensor.detach().to("cpu", torch.float32).clone().contiguous()
    if not found:
        raise AdapterError("the weights are empty: hand over a state dict, such as model.state_dict()")
    return found


def _file(path: Path) -> Weights:
    if path.suffix != ".safetensors":
        made = "safetensors.torch.save_file({name: t.clone() for name, t in state_dict.items()}, 'model.safetensors')"
        pickled = (
            "may be pickled, and nothing is unpickled here" if path.suffix in PICKLED else "is no .safetensors file"
        )
        raise AdapterError(
            f"{shown(path)} {pickled}: load it yourself where you trust it, and hand over the state dict, or a file "
            f"made of it by {made}"
        )
    try:
        with foreign.opened(path, most=MOST_BYTES, links=True):  # refuses a pipe, which could block
            return safetensors.torch.load_file(path)
    except (OSError, ValueError, Unreadable, SafetensorError) as error:
        raise AdapterError(f"{shown(path)} cannot be read: {shown(error)}") from error


def _flat(prefix: str, given: Any, depth: int = 0) -> Iterator[tuple[str, Any]]:
    if isinstance(given, nn.Module):
        given = given.state_dict()
    if not isinstance(given, Mapping):
        raise AdapterError(
            f"the weights are a {type(given).__name__}, must be a state dict, modules, or a .safetensors file's path"
        )
    for wrapper in CHECKPOINTS:
        if isinstance(given.get(wrapper), Mapping):
            given = given[wrapper]
    for name, value in given.items():
        full = f"{prefix}{name}"
        if isinstance(value, Mapping | nn.Module):
            if depth > DEEPEST:
                raise AdapterError(f"the weights are mappings within mappings, more than {DEEPEST} deep")
            yield from _flat(f"{full}.", value, depth + 1)
        else:
            yield _unwrapped(full), value


def _unwrapped(name: str) -> str:
    for wrapper in WRAPPERS:
        name = name.replace(f".{wrapper}", ".").removeprefix(wrapper)
        name = name.removeprefix(wrapper)
    return name
