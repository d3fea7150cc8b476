"""The state of the whole process that code may change (runs inside): restored before each request.

Imported code may switch gradients off, ask for another dtype or turn warnings into errors. Later
requests run as they would in a process of their own.
"""

from __future__ import annotations

import random
import sys
import warnings

import torch

NUMPY_SEED_COUNT = 1 << 32


class GlobalState:
    """The state of torch, numpy, warnings and random numbers as it was."""

    def __init__(self) -> None:
        """Save the state."""
        self._guards: list[torch.inference_mode] = []  # freeing one would end its effect
        self._filters = list(warnings.filters)
        self._showwarning = warnings.showwarning
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
        self._recursion_limit = sys.getrecursionlimit()

    def put_back(self, seed: int | None = None) -> None:
        """Restore the state, and seed the generators for a request; None leaves them alone."""
        self._restore_warnings()
        self._restore_tensors()
        self._restore_numerics()
        if sys.getrecursionlimit() != self._recursion_limit:
            sys.setrecursionlimit(self._recursion_limit)
        if "numpy" in sys.modules:
            sys.modules["numpy"].seterr(divide="warn", over="warn", under="ignore", invalid="warn")
        if seed is not None:
            seed_generators(seed)

    def _restore_warnings(self) -> None:
        if warnings.filters != self._filters:
            warnings.filters[:] = self._filters  # type: ignore[index]
            warnings._filters_mutated()  # type: ignore[attr-defined]
        warnings.showwarning = self._showwarning

    def _restore_tensors(self) -> None:
        torch.set_grad_enabled(self._grad)
        if torch.is_inference_mode_enabled():
            self._guards.append(torch.inference_mode(mode=False))
            self._guards[-1].__enter__()
        if torch.get_default_dtype() != self._dtype:
            torch.set_default_dtype(self._dtype)
        if _default_device() != self._device:
            torch.set_default_device(self._device)

    def _restore_numerics(self) -> None:
        if torch.get_num_threads() != self._threads:
            torch.set_num_threads(self._threads)
        if torch.get_float32_matmul_precision() != self._precision:
            torch.set_float32_matmul_precision(self._precision)
        if torch.is_anomaly_enabled() != self._anomaly[0]:
            torch.autograd.set_detect_anomaly(*self._anomaly)
        enabled, only_warn = self._deterministic
        if torch.are_deterministic_algorithms_enabled() != enabled:
            torch.use_deterministic_algorithms(enabled, warn_only=only_warn)


def seed_generators(seed: int) -> None:
    """Seed the generators of Python, torch and, where it is imported, numpy."""
    random.seed(seed)
    torch.default_generator.manual_seed(seed)
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed(seed % NUMPY_SEED_COUNT)


def _default_device() -> torch.device | None:
    """Return the device of new tensors where one was set; None otherwise."""
    context = getattr(torch._GLOBAL_DEVICE_CONTEXT, "device_context", None)
    return None if context is None else context.device
