"""Which modules compute exactly what their class says, so that another way to the same numbers may take their place.

A sentence's steps in NumPy (`arrays`) and training's without records (`fused`) read the weights of a module and leave
its methods aside. That is right only where nobody has changed what the module computes: by a subclass, by a hook, by a
method of one object or of PyTorch's own class, by a weight that is made anew at every call or that multiplies in a way
of its own. Whatever is not plain is stepped with tensors.
"""

from collections.abc import Iterable
from typing import Any, TypeVar

import torch
from torch import Tensor, nn
from torch.nn.modules import module as torch_module

Kind = TypeVar("Kind", bound=type[nn.Module])

_OF_ANY_MODULE = frozenset(vars(nn.Module()))
_HOOKS = ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks")
_WEIGHTS: dict[type[nn.Module], set[str]] = {  # the modules of PyTorch that have another way, and their weights
    nn.Linear: {"weight", "bias"},
    nn.Embedding: {"weight"},
    nn.Dropout: set(),
    nn.ParameterDict: set(),
    nn.ModuleList: set(),
}
_CALLED = ("__call__", "forward", "__getattr__")  # what a call of a module of PyTorch goes through
_WRITTEN = {kind: [getattr(kind, name) for name in _CALLED] for kind in _WEIGHTS}
_CALL = nn.Module.__call__
_CLASSES: dict[type[nn.Module], dict[str, Any]] = {}  # ours, with what stood in them when they were written


def on_arrays(kind: Kind) -> Kind:
    """Class decorator: the methods of this module use the operations of `arrays` alone, so NumPy's arrays may come too.

    It speaks of this class alone: a subclass without it takes its steps with tensors.
    """
    _CLASSES[kind] = _content(kind)
    return kind


def is_plain(module: nn.Module) -> bool:
    """Whether this module, leaving its children aside, computes what its class says, with the weights it holds."""
    kind, own = type(module), vars(module)
    if kind not in _CLASSES and kind not in _WEIGHTS:
        return False
    if kind in _WRITTEN and [getattr(kind, name) for name in _CALLED] != _WRITTEN[kind]:
        return False
    if module._buffers or any(own[hooks] for hooks in _HOOKS):
        return False
    if not all(weight is None or is_plain_weight(weight) for weight in module._parameters.values()):
        return False
    if not module._parameters.keys() >= _WEIGHTS.get(kind, set()) or not _is_usual(module):
        return False
    if any(base in _CLASSES and _content(base) != _CLASSES[base] for base in kind.__mro__):  # a method was replaced
        return False
    added = own.keys() - _OF_ANY_MODULE
    return not any(isinstance(own[name], Tensor) or (callable(own[name]) and hasattr(kind, name)) for name in added)


def is_plain_weight(weight: Tensor) -> bool:
    """Whether a weight is numbers in memory: no kind of tensor with operations of its own, not sparse, not negated."""
    return type(weight) in (nn.Parameter, Tensor) and weight.layout is torch.strided and not weight.is_neg()


def all_plain(modules: Iterable[nn.Module]) -> bool:
    """Whether each of these modules is plain, and all modules of the process are called as usual."""
    return not changed_everywhere() and all(map(is_plain, modules))


def changed_everywhere() -> bool:
    """Whether a hook is set for all modules of the process, or the way all of them are called is another."""
    return bool(torch_module._has_any_global_hook()) or nn.Module.__call__ is not _CALL  # type: ignore[no-untyped-call]


def _is_usual(module: nn.Module) -> bool:
    """Not an embedding that renormalises its rows, nor a dropout that drops, nor a module without its weight."""
    if isinstance(module, nn.Embedding) and module.max_norm is not None:
        return False
    if isinstance(module, nn.Dropout) and module.training and module.p > 0:
        return False
    return module._parameters.get("weight", module) is not None


def _content(kind: type[nn.Module]) -> dict[str, Any]:
    return {name: value for name, value in vars(kind).items() if name != "__annotations__"}  # made when it is asked for
