"""Whether there is a GPU that torch can use, without importing torch where there is none."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from catalog.errors import MissingExtra, UsageError


@cache
def has_gpu() -> bool:
    """Say whether torch is installed and sees an NVIDIA GPU."""
    if not Path("/dev/nvidiactl").exists() or find_spec("torch") is None:
        return False
    import torch

    return bool(torch.cuda.is_available())


def torch_device(device: str) -> Any:
    """Return torch's device of that name; ``auto`` is the GPU where there is one, else the CPU.

    Raises MissingExtra without torch and UsageError for a device that is not there.
    """
    try:
        import torch
    except ImportError:
        raise MissingExtra("the engine torch", "models") from None
    if device == "auto":
        return torch.device("cuda" if has_gpu() else "cpu")
    try:
        torch.empty(1, device=device)
        return torch.device(device)
    except (RuntimeError, AssertionError) as error:
        reason = str(error).splitlines()[0]
        raise UsageError(f"torch cannot use the device {device!r}: {reason}") from None
