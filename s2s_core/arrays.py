"""The operations of a step, for PyTorch tensors and for NumPy arrays, so that each equation is written only once.

PyTorch is needed for gradients, batches and GPUs. A single sentence on a CPU takes many small operations and
vector-matrix products, and NumPy does these in a fraction of the time. `in_numpy` makes a NumPy version of a model; it
shares memory with the model's weights.
"""

import logging
from collections.abc import Sequence
from functools import cache
from itertools import chain
from operator import is_, methodcaller
from typing import TYPE_CHECKING, Any, TypeVar
from weakref import WeakKeyDictionary, ref

import numpy
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from s2s_core.plain import changed_everywhere, is_plain, is_plain_weight

LOG = logging.getLogger(__name__)

np: Any = numpy  # for the type checker NumPy arrays are tensors too: both have the same operators
if TYPE_CHECKING:
    Array = Tensor
else:
    Array = Tensor | np.ndarray

ONE = np.ones((), np.float32)  # adding it is faster than adding a Python number
MINUS_INFINITY = np.full((), -np.inf, np.float32)
AnyModule = TypeVar("AnyModule", bound=nn.Module)


def is_tensor(x: Array) -> bool:
    """Whether x is a PyTorch tensor (otherwise it is a NumPy array)."""
    return not isinstance(x, np.ndarray)


def linear(x: Array, weight: Array, bias: Array | None = None) -> Array:
    """W x + b: [..., inputs] with weight [outputs, inputs] and bias [outputs] give [..., outputs]."""
    if isinstance(x, np.ndarray):
        if x.ndim == 2:
            product = x.dot(weight.T)
        elif len(weight) == 1:
            product = x @ weight.T
        else:  # PyTorch is faster for many rows; with `out` it keeps float32 even under autocast
            product = np.empty((*x.shape[:-1], len(weight)), x.dtype)
            torch.matmul(torch.from_numpy(x), torch.from_numpy(weight.T), out=torch.from_numpy(product))
        return product if bias is None else product + bias
    return F.linear(x, weight, bias)


def dots(vectors: Array, x: Array) -> Array:
    """For each sentence, the dot products of its m vectors with one vector: [batch, m, n], [batch, n] -> [batch, m]."""
    if isinstance(x, np.ndarray):
        return x.dot(vectors[0].T) if len(x) == 1 else (vectors @ x[:, :, None])[:, :, 0]
    return torch.bmm(vectors, x.unsqueeze(2).to(vectors.dtype)).squeeze(2)


def weighted_sum(weights: Array, vectors: Array) -> Array:
    """For each sentence, the weighted sum of its m vectors: [batch, m], [batch, m, n] -> [batch, n]."""
    if isinstance(weights, np.ndarray):
        return weights.dot(vectors[0]) if len(weights) == 1 else (weights[:, None] @ vectors)[:, 0]
    return torch.bmm(weights.unsqueeze(1).to(vectors.dtype), vectors).squeeze(1)


def sigmoid(x: Array) -> Array:
    """σ(x) = 1 / (1 + exp(-x)), element by element."""
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
    """exp(x), divided by its sum over the last dimension."""
    if isinstance(x, np.ndarray):
        y = np.exp(x - np.maximum.reduce(x, axis=-1, keepdims=True))
        y /= np.add.reduce(y, axis=-1, keepdims=True)
        return y
    return torch.softmax(x, dim=-1)


def log_softmax(x: Array) -> Array:
    """The logarithm of `softmax` over the last dimension, in float32 or float64."""
    if isinstance(x, np.ndarray):
        y = x - np.maximum.reduce(x, axis=-1, keepdims=True)
        y -= np.log(np.add.reduce(np.exp(y), axis=-1, keepdims=True))
        return y
    return torch.log_softmax(x.float(), dim=-1)


def argmax(x: Array) -> Array:
    """For each row, the index of its largest element: [rows, n] -> [rows]."""
    if isinstance(x, np.ndarray):
        return x.argmax(axis=-1)
    if x.is_cpu and x.dtype != torch.bfloat16:  # NumPy is ten times as fast on a CPU, but has no bfloat16
        return torch.from_numpy(x.detach().numpy().argmax(axis=-1))
    return x.argmax(dim=-1)


def pick(x: Array, index: Array) -> Array:
    """For each row of x, the element at the row's index: [rows, n], [rows] -> [rows]."""
    if isinstance(x, np.ndarray):
        return x[0, index] if len(x) == 1 else x[np.arange(len(x)), index]
    return x.gather(1, index.unsqueeze(1)).squeeze(1)


def log_softmax_at(x: Array, index: Array) -> Array:
    """For each row of x, its `log_softmax` at the row's index: [rows, n], [rows] -> [rows]."""
    if isinstance(x, np.ndarray):
        y = x - np.maximum.reduce(x, axis=-1, keepdims=True)
        return pick(y, index) - np.log(np.add.reduce(np.exp(y, out=y), axis=-1))
    return pick(log_softmax(x), index)


def masked(x: Array, mask: Array) -> Array:
    """x where the mask is true, -inf elsewhere."""
    return np.where(mask, x, MINUS_INFINITY) if isinstance(x, np.ndarray) else x.masked_fill(~mask, -torch.inf)


def amax(x: Array) -> Array:
    """The maximum over the second dimension: [batch, m, ...] -> [batch, 1, ...]."""
    return x.max(axis=1, keepdims=True) if isinstance(x, np.ndarray) else x.amax(dim=1, keepdim=True)


def cat(arrays: Sequence[Array], dim: int = 0) -> Array:
    """The arrays concatenated along an existing dimension."""
    return np.concatenate(arrays, dim) if isinstance(arrays[0], np.ndarray) else torch.cat(tuple(arrays), dim)


def in_a_row(arrays: Sequence[Array]) -> Array:
    """All numbers of arrays [1, n] of one type, concatenated into one row [1, sum of n]. The row may be read-only."""
    if isinstance(arrays[0], np.ndarray):  # for many small arrays, joining bytes is faster than NumPy's concatenate
        buffers: Any = arrays
        return np.frombuffer(b"".join(buffers), arrays[0].dtype)[None]
    return torch.cat(tuple(arrays), dim=-1)


def stack(arrays: Sequence[Array], dim: int = 0) -> Array:
    """The arrays stacked along a new dimension."""
    return np.stack(arrays, dim) if isinstance(arrays[0], np.ndarray) else torch.stack(tuple(arrays), dim)


def chunk(x: Array, count: int) -> Sequence[Array]:
    """``count`` views of [rows, n], each with n / count of its columns."""
    if isinstance(x, np.ndarray):
        return [x[columns] for columns in _parts(x.shape[1], count)]
    return x.chunk(count, dim=-1)


@cache
def _parts(width: int, count: int) -> list[tuple[slice, slice]]:
    size = width // count
    return [(slice(None), slice(first, first + size)) for first in range(0, count * size, size)]


def unbind(x: Array) -> Sequence[Array]:
    """A view of x for each index of its second dimension, that is, for each time step."""
    return [x[:, t] for t in range(x.shape[1])] if isinstance(x, np.ndarray) else x.unbind(dim=1)


def expand(x: Array, *shape: int) -> Array:
    """x broadcast to a shape, as a view."""
    return np.broadcast_to(x, shape) if isinstance(x, np.ndarray) else x.expand(shape)


def zeros(like: Array, *shape: int) -> Array:
    """Zeros with the library, dtype and device of ``like``."""
    return np.zeros(shape, like.dtype) if isinstance(like, np.ndarray) else like.new_zeros(shape)


def ids(like: Array, values: Sequence[int]) -> Array:
    """Integers, with the library and device of ``like``."""
    return np.array(values) if isinstance(like, np.ndarray) else torch.tensor(values, device=like.device)


def as_tensor(x: Array) -> Tensor:
    """The same numbers as a tensor, which shares x's memory."""
    return torch.from_numpy(x) if isinstance(x, np.ndarray) else x


def as_numpy(x: Array) -> Array:
    """The same numbers as a NumPy array; it shares x's memory if x is on a CPU."""
    array: Any = x if isinstance(x, np.ndarray) else x.numpy(force=True)
    return array


def in_numpy(module: AnyModule) -> AnyModule | None:
    """A NumPy version of the module: its methods take and return arrays, and it applies no dropout.

    Its arrays share the memory of the module's weights, so a change of the weights by training is a change of the
    arrays too. The result is cached and used again until something in the module changes.

    Returns None if a hook or a patch changes what the module computes (see `plain`), if a weight is not on the CPU, or
    if the weights are not all float32 or all float64.
    """
    if changed_everywhere():
        return None
    cached = _TWINS.get(module)
    if cached is None or not cached.is_current():
        cached = _TWINS[module] = _Twin(module)
    twin: AnyModule | None = cached.twin
    return twin


_VALUES = methodcaller("values")
_FLOATS = (torch.float32, torch.float64)


class _Twin:
    """The NumPy version of a module, with everything that it was made from, to see later whether that has changed."""

    def __init__(self, module: nn.Module) -> None:
        self.twin: Any = None
        modules, self._weights = list(module.modules()), list(module.parameters())
        kinds = {base for part in modules for base in type(part).__mro__ if issubclass(base, nn.Module)} - {nn.Module}
        self._whole, self._parts = ref(module), modules[1:]  # a cached twin must not keep its module alive
        self._dicts = [
            *(vars(kind) for kind in kinds),
            *(vars(part) for part in modules),
            *(value for part in modules for value in vars(part).values() if isinstance(value, dict)),
        ]
        self._old_content, self._old_memory = self._content(), self._memory()
        changed = next((part for part in modules if not is_plain(part)), None)
        usable = changed is None and all(weight.is_cpu and weight.dtype in _FLOATS for weight in self._weights)
        if changed is not None:
            LOG.info("NumPy has no way for %s, which was changed: tensors compute its steps", type(changed).__name__)
        elif usable and len({weight.dtype for weight in self._weights}) == 1:
            self.twin = _twin(module)

    def is_current(self) -> bool:
        """Whether the module still has the same objects and classes, and each weight the same place in memory."""
        content = self._content()
        same = len(content) == len(self._old_content) and all(map(is_, content, self._old_content))
        return same and self._memory() == self._old_memory

    def _content(self) -> list[object]:
        """The classes of all submodules, and all values in their attributes and in those of their classes."""
        return [type(self._whole()), *map(type, self._parts), *chain.from_iterable(map(_VALUES, self._dicts))]

    def _memory(self) -> list[object]:
        """For each weight its address, dtype, shape and strides; False for a weight that is not a plain tensor."""
        return [
            is_plain_weight(weight) and (weight.data_ptr(), weight.dtype, weight.shape, weight.stride())
            for weight in self._weights
        ]


_TWINS: WeakKeyDictionary[nn.Module, _Twin] = WeakKeyDictionary()


def _twin(module: nn.Module) -> Any:
    """A function for a layer of PyTorch (`nn.Linear` and so on); for other modules an object of the same class."""
    parameters = module._parameters.items()
    weights: Any = {name: None if weight is None else weight.detach().numpy() for name, weight in parameters}
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
