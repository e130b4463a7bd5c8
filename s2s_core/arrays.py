"""The operations of a step, on PyTorch's tensors and on NumPy's arrays: the equations stand in the source once.

PyTorch does gradients, batches and GPUs. One sentence on a processor is a long row of small operations and of products
with a single row, and those NumPy does in a fraction of the time: `in_numpy` is a model for it, on the same memory.
"""

import logging
from collections.abc import Sequence
from functools import cache
from itertools import chain
from operator import is_, methodcaller
from typing import TYPE_CHECKING, Any, TypeVar
from weakref import WeakKeyDictionary

import numpy
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from s2s_core.plain import changed_everywhere, is_plain, is_plain_weight

LOG = logging.getLogger(__name__)

np: Any = numpy  # the type checker takes both kinds for tensors: their operators are the same
if TYPE_CHECKING:
    Array = Tensor
else:
    Array = Tensor | np.ndarray

ONE = np.ones((), np.float32)  # which adds sooner than a number of Python's
MINUS_INFINITY = np.full((), -np.inf, np.float32)
AnyModule = TypeVar("AnyModule", bound=nn.Module)


def is_tensor(x: Array) -> bool:
    """Whether it is PyTorch's."""
    return not isinstance(x, np.ndarray)


def linear(x: Array, weight: Array, bias: Array | None = None) -> Array:
    """W x + b, for any leading dimensions of x."""
    if isinstance(x, np.ndarray):
        if x.ndim == 2:
            product = x.dot(weight.T)
        elif len(weight) == 1:
            product = x @ weight.T
        else:  # many rows at once are PyTorch's field; into memory of ours it writes in full, under autocast too
            product = np.empty((*x.shape[:-1], len(weight)), x.dtype)
            torch.matmul(torch.from_numpy(x), torch.from_numpy(weight.T), out=torch.from_numpy(product))
        return product if bias is None else product + bias
    return F.linear(x, weight, bias)


def dots(vectors: Array, x: Array) -> Array:
    """Of each sentence the products of its vectors with one: [batch, m, n] and [batch, n] give [batch, m]."""
    if isinstance(x, np.ndarray):
        return x.dot(vectors[0].T) if len(x) == 1 else (vectors @ x[:, :, None])[:, :, 0]
    return torch.bmm(vectors, x.unsqueeze(2).to(vectors.dtype)).squeeze(2)


def weighted_sum(weights: Array, vectors: Array) -> Array:
    """Of each sentence's vectors: [batch, m] and [batch, m, n] give [batch, n]."""
    if isinstance(weights, np.ndarray):
        return weights.dot(vectors[0]) if len(weights) == 1 else (weights[:, None] @ vectors)[:, 0]
    return torch.bmm(weights.unsqueeze(1).to(vectors.dtype), vectors).squeeze(1)


def sigmoid(x: Array) -> Array:
    """σ(x) = 1 / (1 + exp -x), element by element."""
    if isinstance(x, np.ndarray):
        y = np.exp(-x)
        y += ONE
        return np.reciprocal(y, out=y)
    return torch.sigmoid(x)


def tanh(x: Array) -> Array:
    """The hyperbolic tangent, element by element."""
    return np.tanh(x) if isinstance(x, np.ndarray) else torch.tanh(x)


def relu(x: Array) -> Array:
    """The larger of x and 0, element by element."""
    return np.maximum(x, 0) if isinstance(x, np.ndarray) else torch.relu(x)


def softmax(x: Array) -> Array:
    """exp x, as shares of their sum over the last dimension."""
    if isinstance(x, np.ndarray):
        y = np.exp(x - np.maximum.reduce(x, axis=-1, keepdims=True))
        y /= np.add.reduce(y, axis=-1, keepdims=True)
        return y
    return torch.softmax(x, dim=-1)


def log_softmax(x: Array) -> Array:
    """The logarithm of `softmax`, at least in float32."""
    if isinstance(x, np.ndarray):
        y = x - np.maximum.reduce(x, axis=-1, keepdims=True)
        y -= np.log(np.add.reduce(np.exp(y), axis=-1, keepdims=True))
        return y
    return torch.log_softmax(x.float(), dim=-1)


def argmax(x: Array) -> Array:
    """Where each row of [rows, n] is largest."""
    if isinstance(x, np.ndarray):
        return x.argmax(axis=-1)
    if x.is_cpu and x.dtype != torch.bfloat16:  # NumPy, which lacks that type, takes a tenth of PyTorch's time there
        return torch.from_numpy(x.detach().numpy().argmax(axis=-1))
    return x.argmax(dim=-1)


def pick(x: Array, index: Array) -> Array:
    """Of each row of x the element at its index: [rows, n] and [rows] give [rows]."""
    if isinstance(x, np.ndarray):
        return x[0, index] if len(x) == 1 else x[np.arange(len(x)), index]
    return x.gather(1, index.unsqueeze(1)).squeeze(1)


def log_softmax_at(x: Array, index: Array) -> Array:
    """Of each row of x the element of its `log_softmax` at its index."""
    if isinstance(x, np.ndarray):
        y = x - np.maximum.reduce(x, axis=-1, keepdims=True)
        return pick(y, index) - np.log(np.add.reduce(np.exp(y, out=y), axis=-1))
    return pick(log_softmax(x), index)


def masked(x: Array, mask: Array) -> Array:
    """x where the mask is true, elsewhere -inf."""
    return np.where(mask, x, MINUS_INFINITY) if isinstance(x, np.ndarray) else x.masked_fill(~mask, -torch.inf)


def amax(x: Array) -> Array:
    """The largest over the second dimension, which stays as one."""
    return x.max(axis=1, keepdims=True) if isinstance(x, np.ndarray) else x.amax(dim=1, keepdim=True)


def cat(arrays: Sequence[Array], dim: int = 0) -> Array:
    """One after the other along a dimension they have."""
    return np.concatenate(arrays, dim) if isinstance(arrays[0], np.ndarray) else torch.cat(tuple(arrays), dim)


def in_a_row(arrays: Sequence[Array]) -> Array:
    """All numbers of arrays [1, n] of one type in one row, which is not to be written into."""
    if isinstance(arrays[0], np.ndarray):  # many small ones go as bytes sooner than through NumPy's concatenate
        buffers: Any = arrays
        return np.frombuffer(b"".join(buffers), arrays[0].dtype)[None]
    return torch.cat(tuple(arrays), dim=-1)


def stack(arrays: Sequence[Array], dim: int = 0) -> Array:
    """Side by side along a new dimension."""
    return np.stack(arrays, dim) if isinstance(arrays[0], np.ndarray) else torch.stack(tuple(arrays), dim)


def chunk(x: Array, count: int) -> Sequence[Array]:
    """The columns of [rows, n] in ``count`` equal parts, as views."""
    if isinstance(x, np.ndarray):
        return [x[columns] for columns in _parts(x.shape[1], count)]
    return x.chunk(count, dim=-1)


@cache
def _parts(width: int, count: int) -> list[tuple[slice, slice]]:
    size = width // count
    return [(slice(None), slice(first, first + size)) for first in range(0, count * size, size)]


def unbind(x: Array) -> Sequence[Array]:
    """The columns of the second dimension: a sentence's steps."""
    return [x[:, t] for t in range(x.shape[1])] if isinstance(x, np.ndarray) else x.unbind(dim=1)


def expand(x: Array, *shape: int) -> Array:
    """x repeated to a shape, as a view."""
    return np.broadcast_to(x, shape) if isinstance(x, np.ndarray) else x.expand(shape)


def zeros(like: Array, *shape: int) -> Array:
    """Zeros of the kind, type and place of ``like``."""
    return np.zeros(shape, like.dtype) if isinstance(like, np.ndarray) else like.new_zeros(shape)


def ids(like: Array, values: Sequence[int]) -> Array:
    """Whole numbers, of the kind and at the place of ``like``."""
    return np.array(values) if isinstance(like, np.ndarray) else torch.tensor(values, device=like.device)


def as_tensor(x: Array) -> Tensor:
    """The same numbers as a tensor, on the same memory."""
    return torch.from_numpy(x) if isinstance(x, np.ndarray) else x


def as_numpy(x: Array) -> Array:
    """The same numbers as an array of NumPy; on a processor on the same memory."""
    array: Any = x if isinstance(x, np.ndarray) else x.numpy(force=True)
    return array


def in_numpy(module: AnyModule) -> AnyModule | None:
    """The module with its weights as NumPy's arrays: its methods take arrays and give arrays, without dropout.

    The arrays are the weights' own memory, which has to be the processor's: what training changes, they see. None where
    the module computes anything else than its class says (see `plain`), or its weights are not all of one float type.
    Kept for the next time, as long as nothing in the module has changed.
    """
    if changed_everywhere():
        return None
    kept = _TWINS.get(module)
    if kept is None or not kept.is_current():
        kept = _TWINS[module] = _Twin(module)
    twin: AnyModule | None = kept.twin
    return twin


_VALUES = methodcaller("values")
_FLOATS = (torch.float32, torch.float64)


class _Twin:
    """What stands for a module in NumPy, and everything that it was made from."""

    def __init__(self, module: nn.Module) -> None:
        self.twin: Any = None
        modules, self._weights = list(module.modules()), list(module.parameters())
        kinds = {base for part in modules for base in type(part).__mro__ if issubclass(base, nn.Module)} - {nn.Module}
        self._modules = modules
        self._dicts = [
            *(vars(kind) for kind in kinds),
            *(vars(part) for part in modules),
            *(held for part in modules for held in vars(part).values() if isinstance(held, dict)),
        ]
        self._held, self._places = self._content(), self._memory()
        changed = next((part for part in modules if not is_plain(part)), None)
        usable = changed is None and all(weight.is_cpu and weight.dtype in _FLOATS for weight in self._weights)
        if changed is not None:
            LOG.info("NumPy has no way for %s as it is: it takes its steps with tensors", type(changed).__name__)
        elif usable and len({weight.dtype for weight in self._weights}) == 1:
            self.twin = _twin(module)

    def is_current(self) -> bool:
        """Whether every object in the module is the one it was and of its class, and every weight is where it was."""
        content = self._content()
        same = len(content) == len(self._held) and all(map(is_, content, self._held))
        return same and self._memory() == self._places

    def _content(self) -> list[object]:
        return [*map(type, self._modules), *chain.from_iterable(map(_VALUES, self._dicts))]

    def _memory(self) -> list[object]:
        return [
            is_plain_weight(weight) and (weight.data_ptr(), weight.dtype, weight.shape, weight.stride())
            for weight in self._weights
        ]


_TWINS: WeakKeyDictionary[nn.Module, _Twin] = WeakKeyDictionary()


def _twin(module: nn.Module) -> Any:
    """What stands for a module: a plain function where it is one of PyTorch's, else an object of the same class."""
    own = module._parameters.items()
    weights: Any = {name: None if weight is None else weight.detach().numpy() for name, weight in own}
    match module:
        case nn.Linear():
            return lambda x: linear(x, weights["weight"], weights["bias"])
        case nn.Embedding():
            return weights["weight"].__getitem__
        case nn.Dropout():
            return lambda x: x
        case nn.ParameterDict():
            return weights
        case nn.ModuleList():
            return [_twin(child) for child in module]
    twin = object.__new__(type(module))
    parts = {name: _twin(child) for name, child in module._modules.items() if child is not None}
    twin.__dict__.update(module.__dict__, **weights, **parts)
    return twin
