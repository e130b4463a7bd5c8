"""How many bytes of memory a value uses: its arrays, its tensors, and the Python objects around them."""

import sys
from collections.abc import Collection, Mapping
from dataclasses import fields, is_dataclass

import numpy as np
import torch


def bytes_of(value: object, *, shared: Collection[int] = ()) -> int:
    """The size of a value and of all its parts in bytes. Each part counts once.

    A view counts as the whole array that it belongs to, and two views of one array count once. Objects whose `id` is in
    ``shared`` do not count.
    """
    seen = set(shared)
    waiting, total = [value], 0
    while waiting:
        part = waiting.pop()
        while isinstance(part, np.ndarray) and isinstance(part.base, np.ndarray):
            part = part.base
        known = part.untyped_storage().data_ptr() if isinstance(part, torch.Tensor) else id(part)
        if known in seen:
            continue
        seen.add(known)
        if isinstance(part, np.ndarray):
            total += part.nbytes
        elif isinstance(part, torch.Tensor):
            total += part.untyped_storage().nbytes()
        elif isinstance(part, torch.nn.Module):
            waiting += [*part.parameters(), *part.buffers()]
        else:
            total += sys.getsizeof(part)
            waiting += _parts(part)
    return total


def _parts(value: object) -> list[object]:
    """The objects that a value contains: the items of a collection, the fields of a dataclass, or the attributes."""
    if isinstance(value, Mapping):
        return [*value.keys(), *value.values()]
    if isinstance(value, tuple | list | set | frozenset):
        return list(value)
    if is_dataclass(value) and not isinstance(value, type):
        return [getattr(value, field.name) for field in fields(value)]
    return list(getattr(value, "__dict__", {}).values())
