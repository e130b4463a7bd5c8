"""The device for a computation: ``auto`` is CUDA if there is one, else MPS, else the CPU."""

import torch

from s2s_core.errors import InvalidConfig, UnknownName

DEVICES = ("auto", "cpu", "cuda", "mps")


def resolve_device(name: str) -> torch.device:
    """The device called ``name``.

    Raises:
        UnknownName: if the name is not in DEVICES.
        InvalidConfig: if this machine or this build of PyTorch does not have the device.
    """
    available = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if name == "auto":
        return torch.device(next(device for device in ("cuda", "mps", "cpu") if available[device]))
    if str(name) not in available:
        raise UnknownName("device", str(name), DEVICES)
    if not available[name]:
        found = ", ".join(device for device, there in available.items() if there)
        raise InvalidConfig(f"device {name!r} is not available here: PyTorch {torch.__version__} finds {found}")
    return torch.device(name)
