"""Kernels that do many steps at once and give the numbers of the steps."""

from s2s_core.fused.lstm import recurrence, serves

__all__ = ["recurrence", "serves"]
