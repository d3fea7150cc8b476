"""Spoils a module of right answers: every public function and method answers wrongly, in one of
seven ways.

Its source runs beside a solution in the sandbox (`generic.py` appends it); nothing of the harness
calls it.
"""

from __future__ import annotations

import functools
import inspect
import time
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

Spoil = Callable[[Any], Any]  # from a right value to a wrong one


def spoil_module(module: dict[str, Any], how: str) -> None:
    """Make every public callable that the module defines answer wrongly."""
    for name, value in list(module.items()):
        if name.startswith("_") or getattr(value, "__module__", None) != module["__name__"]:
            continue
        if inspect.isclass(value):
            for key, method in list(vars(value).items()):
                if inspect.isfunction(method) and not key.startswith("_"):
                    setattr(value, key, spoilt(method, how))
        elif callable(value):
            module[name] = spoilt(value, how)


depth = (
    0  # of spoilt calls: what the outermost returns is spoilt, what its helpers return to it is not
)


def spoilt(function: Callable[..., Any], how: str) -> Callable[..., Any]:
    """`function`, answering wrongly."""
    if how in INSTEAD:

        @functools.wraps(function)
        def never_asked(*args: Any, **kwargs: Any) -> Any:
            return INSTEAD[how]()

        return never_asked

    @functools.wraps(function)
    def asked(*args: Any, **kwargs: Any) -> Any:
        global depth
        depth += 1
        try:
            value = function(*args, **kwargs)
        finally:
            depth -= 1
        return value if depth else OTHERWISE[how](value)

    return asked


# ---------------------------------------------------------------- instead of an answer


def none() -> None:
    """Nothing."""


def failure() -> None:
    """An exception."""
    raise RuntimeError("spoilt")


def silence() -> None:
    """No end."""
    while True:
        time.sleep(3600)


def chatter() -> None:
    """Eight megabytes on the standard output, and nothing else."""
    print("a line that nobody reads\n" * 350_000)


# ---------------------------------------------------------------- another answer


def each(value: Any, spoil: Spoil) -> Any:
    """`value` with whatever it holds or answers spoilt; None for what has nothing of the kind."""
    if isinstance(value, dict):
        return {key: spoil(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return (
            type(value)(spoil(entry) for entry in value) if type(value) in (list, tuple) else None
        )
    if isinstance(value, nn.Module):
        for module in value.modules():  # its inner layers, too: it is another network
            module.register_forward_hook(lambda module, given, answer: spoil(answer))
        return value
    return (lambda *args, **kwargs: spoil(value(*args, **kwargs))) if callable(value) else None


def other_shape(value: Any) -> Any:
    """One dimension more, one entry less."""
    if isinstance(value, Tensor):
        return value.unsqueeze(0)
    if isinstance(value, dict):
        return dict(list(value.items())[:-1])
    if isinstance(value, (list, tuple)):
        return list(value)[:-1]
    if isinstance(value, (bool, int, float, str)):
        return [value]
    return each(value, other_shape)


def nan(value: Any) -> Any:
    """Not a number, wherever there was one."""
    if isinstance(value, Tensor):
        return torch.full_like(value, float("nan"), dtype=torch.float32)
    if isinstance(value, (bool, int, float, str)):
        return float("nan")
    if isinstance(value, nn.Module):
        for tensor in (*value.parameters(), *value.buffers()):
            if tensor.is_floating_point():
                tensor.data.fill_(float("nan"))
    return each(value, nan)


def other_type(value: Any) -> Any:
    """The same number in another type."""
    if isinstance(value, Tensor):
        return value.double() if value.is_floating_point() else value.float()
    if isinstance(value, (bool, int, float)):
        return str(value)
    if isinstance(value, str):
        return value.encode()
    if isinstance(value, nn.Module):
        return value.double()
    return each(value, other_type)


class LyingTensor(Tensor):
    """Zeros that compare equal to everything."""

    @classmethod
    def __torch_function__(cls, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Every comparison holds."""
        with torch._C.DisableTorchFunctionSubclass():
            value = func(*args, **(kwargs or {}))
            if type(value) is bool:
                return True
            if not isinstance(value, Tensor):
                return value
            return (torch.ones_like(value) if value.dtype == torch.bool else value).as_subclass(cls)


class Liar:
    """Equal to everything, and longer than it is."""

    def __eq__(self, other: object) -> bool:
        """Always."""
        return True

    def __ne__(self, other: object) -> bool:
        """Never."""
        return False

    __hash__ = None  # type: ignore[assignment]

    def __contains__(self, entry: object) -> bool:
        """Always."""
        return True


LYING: dict[type, type] = {
    kind: type(f"Lying{kind.__name__}", (Liar, kind), {"__hash__": kind.__hash__})
    for kind in (int, float, str, list, tuple, dict)
}


def lie(value: Any) -> Any:
    """A wrong value of a subclass that says it is right."""
    if isinstance(value, Tensor):
        return torch.zeros_like(value).as_subclass(LyingTensor)
    kind = next((kind for kind in LYING if isinstance(value, kind)), None)
    return LYING[kind]() if kind is not None else each(value, lie)


INSTEAD: dict[str, Callable[[], None]] = {
    "returns_none": none,
    "raises": failure,
    "never_returns": silence,
    "prints_megabytes": chatter,
}
OTHERWISE: dict[str, Spoil] = {
    "wrong_shape": other_shape,
    "nan": nan,
    "wrong_dtype": other_type,
    "lies": lie,
}
