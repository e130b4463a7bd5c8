"""Which modules are plain: they compute exactly what their class says, so a faster implementation can replace them.

The NumPy version of a model (`arrays`) and the steps without records (`fused`) read the weights of a module, but do not
call its methods. This is only right if the module's computation was not changed: by a subclass, a hook, a replaced
method of an object or of a PyTorch class, a weight that is computed at every call, or a tensor subclass with its own
operations. Modules that are not plain use the ordinary steps with tensors.
"""

from collections.abc import Iterable
from typing import Any, TypeVar

import torch
from torch import Tensor, nn
from torch.nn.modules import module as torch_module

Kind = TypeVar("Kind", bound=type[nn.Module])

_OF_ANY_MODULE = frozenset(vars(nn.Module()))
_HOOKS = ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks")
_WEIGHTS: dict[type[nn.Module], set[str]] = {  # the supported PyTorch modules, and their weights
    nn.Linear: {"weight", "bias"},
    nn.Embedding: {"weight"},
    nn.Dropout: set(),
    nn.ParameterDict: set(),
    nn.ModuleList: set(),
}
_CALLED = ("__call__", "forward", "__getattr__")  # the methods that are used when a PyTorch module is called
_ORIGINAL = {kind: [getattr(kind, name) for name in _CALLED] for kind in _WEIGHTS}
_CALL = nn.Module.__call__
_CLASSES: dict[type[nn.Module], dict[str, Any]] = {}  # our classes, with their attributes at definition


def on_arrays(kind: Kind) -> Kind:
    """Class decorator: the methods of this module only use the operations of `arrays`, so they work on NumPy arrays.

    It does not apply to subclasses: a subclass without the decorator uses tensors.
    """
    _CLASSES[kind] = _content(kind)
    return kind


def is_plain(module: nn.Module) -> bool:
    """Whether this module (without its children) computes what its class says, with its own weights."""
    kind, attributes = type(module), vars(module)
    if kind not in _CLASSES and kind not in _WEIGHTS:
        return False
    if kind in _ORIGINAL and [getattr(kind, name) for name in _CALLED] != _ORIGINAL[kind]:
        return False
    if module._buffers or any(attributes[hooks] for hooks in _HOOKS):
        return False
    if not all(weight is None or is_plain_weight(weight) for weight in module._parameters.values()):
        return False
    if not module._parameters.keys() >= _WEIGHTS.get(kind, set()) or not _is_usual(module):
        return False
    if any(base in _CLASSES and _content(base) != _CLASSES[base] for base in kind.__mro__):  # a method was replaced
        return False
    added = ((name, attributes[name]) for name in attributes.keys() - _OF_ANY_MODULE)
    return not any(isinstance(value, Tensor) or (callable(value) and hasattr(kind, name)) for name, value in added)


def is_plain_weight(weight: Tensor) -> bool:
    """Whether a weight is an ordinary tensor in memory: not a subclass with its own operations, sparse or negated."""
    return type(weight) in (nn.Parameter, Tensor) and weight.layout is torch.strided and not weight.is_neg()


def all_plain(modules: Iterable[nn.Module]) -> bool:
    """Whether each of these modules is plain, and no change applies to all modules of the process."""
    return not changed_everywhere() and all(map(is_plain, modules))


def changed_everywhere() -> bool:
    """Whether a global hook is set for all modules of the process, or `nn.Module.__call__` was replaced."""
    return bool(torch_module._has_any_global_hook()) or nn.Module.__call__ is not _CALL  # type: ignore[no-untyped-call]


def _is_usual(module: nn.Module) -> bool:
    """False for an embedding that renormalises its rows, an active dropout, and a module whose weight is None."""
    if isinstance(module, nn.Embedding) and module.max_norm is not None:
        return False
    if isinstance(module, nn.Dropout) and module.training and module.p > 0:
        return False
    return module._parameters.get("weight", module) is not None


def _content(kind: type[nn.Module]) -> dict[str, Any]:
    return {name: value for name, value in vars(kind).items() if name != "__annotations__"}  # made when it is asked for
