"""What may make a network compute something else the next time (runs inside).

It is values of tensors that leave torch, random numbers of Python and NumPy, and what the module
remembers.
"""

from __future__ import annotations

import functools
import random
from collections.abc import Callable
from typing import Any

import numpy as np
from torch import Tensor, nn
from torch.autograd import Function

# The methods by which values leave a tensor without an operation.
EXITS = (
    *("numpy", "__array__", "tolist", "data_ptr", "untyped_storage", "storage"),
    *("_typed_storage", "__dlpack__", "__reduce_ex__"),
)


class ExitWatch:
    """A watch over the methods of tensors by which values leave, and over functions of Python.

    These compute outside the list: an `autograd.Function` has a gradient of its own.
    """

    def __init__(self) -> None:
        """Watch nothing yet."""
        self.has_left = False  # whether one of them was called
        self._originals: dict[str, object] = {}

    def __enter__(self) -> None:
        """Begin to watch."""
        for name in EXITS:
            method = getattr(Tensor, name)
            self._originals[name] = vars(Tensor).get(name)
            setattr(Tensor, name, self._noting(method))
        apply = self._apply = vars(Function)["apply"]
        Function.apply = classmethod(self._noting(apply.__func__))  # type: ignore[assignment]

    def __exit__(self, *_: object) -> None:
        """Give the methods back."""
        for name, method in self._originals.items():
            if method is None:  # it is inherited
                delattr(Tensor, name)
            else:
                setattr(Tensor, name, method)
        Function.apply = self._apply  # type: ignore[method-assign]

    def _noting(self, method: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(method)
        def noted(*args: Any, **kwargs: Any) -> Any:
            self.has_left = True
            return method(*args, **kwargs)

        return noted


class ModuleWatch:
    """A watch over what a module remembers of a run, and over random numbers."""

    def __init__(self, module: nn.Module) -> None:
        """Take the module as it is."""
        self._module = module
        self._state = _state_of(module)
        self._random_state = _random_state()

    def has_changed(self) -> bool:
        """Return whether random numbers were drawn, or the module has changed."""
        if self._random_state != _random_state():
            return True
        before, now = self._state, _state_of(self._module)
        return len(before) != len(now) or any(
            one is not other for one, other in zip(before, now, strict=True)
        )


def _state_of(module: nn.Module) -> list[object]:
    """Return what a module and its parts hold, one after the other."""
    held: list[object] = []
    for part in module.modules():
        for value in vars(part).values():
            held += value.values() if type(value) is dict else [value]
    return held


def _random_state() -> tuple[object, ...]:
    """Return the state of the generators of Python and NumPy."""
    state: dict[str, Any] = np.random.get_state(legacy=False)
    words, position = state["state"]["key"], state["state"]["pos"]
    return random.getstate(), words.tobytes(), position, state["has_gauss"]
