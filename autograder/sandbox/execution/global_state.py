"""What code may change of the whole process (runs inside): kept, and put back before every
question.

Code that is imported may switch gradients off, ask for other numbers or turn warnings into errors;
what is asked of its functions later is asked as it would be in a process of its own.
"""

from __future__ import annotations

import random
import sys
import warnings
from typing import Any

import torch

STEP = 0x9E3779B97F4A7C15  # odd: consecutive questions get seeds that have nothing in common
SEEDS = 1 << 63


class GlobalState:
    """The state of torch, numpy, warnings and random numbers as it was."""

    def __init__(self, seed: int | None = None) -> None:
        """Keep it; `seed` is what every question's random numbers come from, None leaves them
        alone.
        """
        self._seed = seed
        self._questions = 0
        self._guards: list[torch.inference_mode] = []  # what they guard ends with them
        self._filters = list(warnings.filters)
        self._showing = warnings.showwarning
        self._grad = torch.is_grad_enabled()
        self._dtype = torch.get_default_dtype()
        self._device = _default_device()
        self._threads = torch.get_num_threads()
        self._precision = torch.get_float32_matmul_precision()
        self._anomaly = torch.is_anomaly_enabled(), torch.is_anomaly_check_nan_enabled()
        self._deterministic = (
            torch.are_deterministic_algorithms_enabled(),
            torch.is_deterministic_algorithms_warn_only_enabled(),
        )
        self._recursion = sys.getrecursionlimit()

    def put_back(self) -> None:
        """Put back what was changed, and draw fresh random numbers."""
        if warnings.filters != self._filters:
            warnings.filters[:] = self._filters  # type: ignore[index]
            warnings._filters_mutated()  # type: ignore[attr-defined]
        warnings.showwarning = self._showing
        torch.set_grad_enabled(self._grad)
        if torch.is_inference_mode_enabled():
            self._guards.append(torch.inference_mode(mode=False))
            self._guards[-1].__enter__()
        if torch.get_default_dtype() != self._dtype:
            torch.set_default_dtype(self._dtype)
        if _default_device() != self._device:
            torch.set_default_device(self._device)
        if torch.get_num_threads() != self._threads:
            torch.set_num_threads(self._threads)
        if torch.get_float32_matmul_precision() != self._precision:
            torch.set_float32_matmul_precision(self._precision)
        if torch.is_anomaly_enabled() != self._anomaly[0]:
            torch.autograd.set_detect_anomaly(*self._anomaly)
        enabled, only_warn = self._deterministic
        if torch.are_deterministic_algorithms_enabled() != enabled:
            torch.use_deterministic_algorithms(enabled, warn_only=only_warn)
        if sys.getrecursionlimit() != self._recursion:
            sys.setrecursionlimit(self._recursion)
        if "numpy" in sys.modules:
            sys.modules["numpy"].seterr(divide="warn", over="warn", under="ignore", invalid="warn")
        if self._seed is not None:
            self._draw(self._seed)

    def _draw(self, seed: int) -> None:
        """Seed the generators afresh for the next question."""
        self._questions += 1
        fresh = (seed + self._questions * STEP) % SEEDS
        random.seed(fresh)
        torch.default_generator.manual_seed(fresh)
        if "numpy" in sys.modules:
            sys.modules["numpy"].random.seed(fresh % 2**32)


def _default_device() -> Any:
    """Return the device of new tensors where one was set; None otherwise."""
    context = getattr(torch._GLOBAL_DEVICE_CONTEXT, "device_context", None)
    return None if context is None else context.device
