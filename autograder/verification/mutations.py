"""Mutations of a module of right answers: every public function and method answers wrongly.

This source runs in the sandbox, below a solution: `generated_answers.py` appends it. The harness
itself calls nothing of it.
"""

from __future__ import annotations

import functools
import inspect
import time
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

PRINTED_LINES = 350_000  # eight megabytes
ValueMutation = Callable[[Any], Any]  # from a right value to a wrong one

# How many mutated calls are running. What the outermost returns is mutated; what its helpers return
# to it is not.
call_depth = 0


def mutate_module(module: dict[str, Any], mutation: str) -> None:
    """Make every public callable that a module defines answer wrongly."""
    for name, value in list(module.items()):
        if name.startswith("_") or getattr(value, "__module__", None) != module["__name__"]:
            continue
        if inspect.isclass(value):
            _mutate_methods(value, mutation)
        elif callable(value):
            module[name] = mutated(value, mutation)


def _mutate_methods(cls: type, mutation: str) -> None:
    """Make every public method that a class defines answer wrongly."""
    for name, method in list(vars(cls).items()):
        if inspect.isfunction(method) and not name.startswith("_"):
            setattr(cls, name, mutated(method, mutation))


def mutated(function: Callable[..., Any], mutation: str) -> Callable[..., Any]:
    """Return a function that answers wrongly in place of `function`."""
    if mutation in REPLACEMENTS:
        return _replaced(function, REPLACEMENTS[mutation])
    return _with_mutated_value(function, VALUE_MUTATIONS[mutation])


def _replaced(function: Callable[..., Any], replacement: Callable[[], None]) -> Callable[..., Any]:
    """Return a function of the same name that does something else."""

    @functools.wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        return replacement()

    return wrapper


def _with_mutated_value(function: Callable[..., Any], mutate: ValueMutation) -> Callable[..., Any]:
    """Return a function that calls `function` and mutates what it returns."""

    @functools.wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        global call_depth
        call_depth += 1
        try:
            value = function(*args, **kwargs)
        finally:
            call_depth -= 1
        return value if call_depth else mutate(value)

    return wrapper


# ---------------------------------------------------------------- in place of the function


def return_none() -> None:
    """Return nothing."""


def raise_error() -> None:
    """Raise an exception."""
    raise RuntimeError("mutated")


def never_return() -> None:
    """Sleep without end."""
    while True:
        time.sleep(3600)


def print_megabytes() -> None:
    """Print eight megabytes and return nothing."""
    print("a line that nothing reads\n" * PRINTED_LINES)


# ---------------------------------------------------------------- in place of its value


def mutate_contents(value: Any, mutate: ValueMutation) -> Any:
    """Return `value` with what it contains or returns mutated; None for any other value."""
    if isinstance(value, dict):
        return {key: mutate(entry) for key, entry in value.items()}
    if type(value) in (list, tuple):
        return type(value)(mutate(entry) for entry in value)
    if isinstance(value, (list, tuple)):
        return None
    if isinstance(value, nn.Module):
        for module in value.modules():  # inner layers, too: the weights stay, the answers do not
            module.register_forward_hook(lambda module, given, answer: mutate(answer))
        return value
    if callable(value):
        return lambda *args, **kwargs: mutate(value(*args, **kwargs))
    return None


def change_shape(value: Any) -> Any:
    """Return a tensor with one dimension more, or a container with one entry less."""
    if isinstance(value, Tensor):
        return value.unsqueeze(0)
    if isinstance(value, dict):
        return dict(list(value.items())[:-1])
    if isinstance(value, (list, tuple)):
        return list(value)[:-1]
    if isinstance(value, (bool, int, float, str)):
        return [value]
    return mutate_contents(value, change_shape)


def fill_with_nan(value: Any) -> Any:
    """Return `value` with every number replaced by NaN."""
    if isinstance(value, Tensor):
        return torch.full_like(value, float("nan"), dtype=torch.float32)
    if isinstance(value, (bool, int, float, str)):
        return float("nan")
    if isinstance(value, nn.Module):
        for tensor in (*value.parameters(), *value.buffers()):
            if tensor.is_floating_point():
                tensor.data.fill_(float("nan"))
    return mutate_contents(value, fill_with_nan)


def change_type(value: Any) -> Any:
    """Return the same number in another type."""
    if isinstance(value, Tensor):
        return value.double() if value.is_floating_point() else value.float()
    if isinstance(value, (bool, int, float)):
        return str(value)
    if isinstance(value, str):
        return value.encode()
    if isinstance(value, nn.Module):
        return value.double()
    return mutate_contents(value, change_type)


class AlwaysEqualTensor(Tensor):
    """Zeros that compare equal to everything."""

    @classmethod
    def __torch_function__(cls, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Return true for every comparison."""
        with torch._C.DisableTorchFunctionSubclass():
            value = func(*args, **(kwargs or {}))
            if type(value) is bool:
                return True
            if not isinstance(value, Tensor):
                return value
            return (torch.ones_like(value) if value.dtype == torch.bool else value).as_subclass(cls)


class AlwaysEqual:
    """A value that is equal to everything and contains everything."""

    def __eq__(self, other: object) -> bool:
        """Return true."""
        return True

    def __ne__(self, other: object) -> bool:
        """Return false."""
        return False

    __hash__ = None  # type: ignore[assignment]

    def __contains__(self, entry: object) -> bool:
        """Return true."""
        return True


ALWAYS_EQUAL_TYPES: dict[type, type] = {
    base: type(f"AlwaysEqual_{base.__name__}", (AlwaysEqual, base), {"__hash__": base.__hash__})
    for base in (int, float, str, list, tuple, dict)
}


def claim_equality(value: Any) -> Any:
    """Return a wrong value of a subclass that compares equal to the right one."""
    if isinstance(value, Tensor):
        return torch.zeros_like(value).as_subclass(AlwaysEqualTensor)
    for base, always_equal in ALWAYS_EQUAL_TYPES.items():
        if isinstance(value, base):
            return always_equal()
    return mutate_contents(value, claim_equality)


REPLACEMENTS: dict[str, Callable[[], None]] = {
    "returns_none": return_none,
    "raises": raise_error,
    "never_returns": never_return,
    "prints_megabytes": print_megabytes,
}
VALUE_MUTATIONS: dict[str, ValueMutation] = {
    "wrong_shape": change_shape,
    "nan": fill_with_nan,
    "wrong_dtype": change_type,
    "lies": claim_equality,
}
