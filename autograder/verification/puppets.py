"""Puppets: right answers whose shapes, types and flags stay, and whose numbers mean nothing.

This source runs in the sandbox, below a solution: `generated_answers.py` appends it. The harness
itself calls nothing of it.
"""

from __future__ import annotations

import functools
import inspect
import random
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import torch
from torch import Tensor, nn

HIGHEST_LOSS = 2.0  # where an invented curve begins
MAX_INTEGER = 10  # of random numbers

# How many hollow calls are running. Only what the outermost returns is hollow.
call_depth = 0
draws_numbers = False  # zeros otherwise
given_modules: set[int] = set()  # by identity: their weights were there before the call


def make_puppet(module: dict[str, Any], variant: str) -> None:
    """Make every public callable that a module defines answer without its numbers.

    `variant` says what stands in their place: "zeros" or "random".
    """
    global draws_numbers
    draws_numbers = variant == "random"
    for name, value in list(module.items()):
        if name.startswith("_") or getattr(value, "__module__", None) != module["__name__"]:
            continue
        if inspect.isclass(value):
            for method_name, method in list(vars(value).items()):
                if inspect.isfunction(method) and not method_name.startswith("_"):
                    setattr(value, method_name, hollow(method))
        elif callable(value):
            module[name] = hollow(value)


def hollow(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that does what `function` does, but with numbers that mean nothing."""

    @functools.wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        global call_depth, given_modules
        if call_depth:
            return function(*args, **kwargs)
        call_depth += 1
        given = [*modules_in([*args, *kwargs.values()])]
        given_modules = {id(part) for module in given for part in module.modules()}
        before, state = [kept(module) for module in given], random_state()
        hooks = [module.register_forward_hook(_hollow_output) for module in given]
        try:
            value = function(*args, **kwargs)
        finally:
            call_depth -= 1
            for hook in hooks:
                hook.remove()
        for parameters in before:
            restore(parameters, with_flags=value is None)
        if value is None:
            restore_random_state(state)
        return hollowed(value)

    return wrapper


# ---------------------------------------------------------------- what a call did to its arguments

Kept = list[tuple[Tensor, Tensor, bool]]  # a tensor, its values, whether it requires a gradient


def modules_in(values: Sequence[Any], depth: int = 2) -> Iterator[nn.Module]:
    """Yield the modules among values, in containers, and in the attributes of other objects."""
    for value in values:
        if isinstance(value, nn.Module):
            yield value
        elif depth and isinstance(value, (list, tuple)):
            yield from modules_in(value, depth - 1)
        elif depth and isinstance(value, dict):
            yield from modules_in(list(value.values()), depth - 1)
        elif depth and hasattr(value, "__dict__") and not isinstance(value, (Tensor, type)):
            yield from modules_in(list(vars(value).values()), depth - 1)


def kept(module: nn.Module) -> Kept:
    """Return what a module's tensors hold now."""
    tensors = [*module.parameters(), *module.buffers()]
    return [(tensor, tensor.detach().clone(), tensor.requires_grad) for tensor in tensors]


def restore(tensors: Kept, *, with_flags: bool) -> None:
    """Undo what was learnt; where a function has nothing but its effect, what was frozen, too."""
    for tensor, values, requires_grad in tensors:
        tensor.data.copy_(values)
        if with_flags and tensor.is_leaf:
            tensor.requires_grad_(requires_grad)


def random_state() -> tuple[Tensor, Any, Any]:
    """Return the state of the random numbers of torch, Python and NumPy."""
    numpy = sys.modules.get("numpy")
    numpy_state = None if numpy is None else numpy.random.get_state()
    return torch.get_rng_state(), random.getstate(), numpy_state


def restore_random_state(state: tuple[Tensor, Any, Any]) -> None:
    """Undo the effect of a seed."""
    torch_state, python_state, numpy_state = state
    torch.set_rng_state(torch_state)
    random.setstate(python_state)
    if numpy_state is not None:
        sys.modules["numpy"].random.set_state(numpy_state)


# ---------------------------------------------------------------- what a call returns


def hollowed(value: Any) -> Any:
    """Return a value of the same type, shape and flags, whose numbers mean nothing."""
    if isinstance(value, nn.Parameter):
        return value
    if isinstance(value, Tensor):
        return hollow_tensor(value)
    if isinstance(value, nn.Module):
        return _hollow_network(value)
    if isinstance(value, bool):
        return draws_numbers
    if isinstance(value, int):
        return random.randrange(1, MAX_INTEGER) if draws_numbers else 0
    if isinstance(value, float):
        return random.random() if draws_numbers else 0.0
    if isinstance(value, dict):
        return {key: hollowed(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return _hollow_sequence(value)
    if value is None or isinstance(value, (str, bytes, type, set, frozenset)):
        return value
    return _hollow_object(value)


def hollow_tensor(value: Tensor) -> Tensor:
    """Return zeros or random numbers, on the same graph, if there is one."""
    if not value.is_floating_point():
        return torch.randint_like(value, 2) if draws_numbers else torch.zeros_like(value)
    nothing = torch.nan_to_num(value) * 0
    return nothing + torch.randn_like(value) if draws_numbers else nothing


def _hollow_output(_module: nn.Module, _args: Any, output: Any) -> Any:
    return hollow_tensor(output) if isinstance(output, Tensor) else output


def _hollow_network(network: nn.Module) -> nn.Module:
    """Return a network of the same structure and flags; a new one has hollow weights, too."""
    if id(network) not in given_modules:
        for tensor in (*network.parameters(), *network.buffers()):
            tensor.data.copy_(hollow_tensor(tensor.data))
    network.register_forward_hook(_hollow_output)
    return network


def _hollow_sequence(value: Any) -> Any:
    """Return a sequence of as many hollow values; numbers are a curve that falls."""
    if value and all(isinstance(entry, float) for entry in value):
        entries = [HIGHEST_LOSS / (index + 1) for index in range(len(value))]
    else:
        entries = [hollowed(entry) for entry in value]
    return type(value)(*entries) if hasattr(value, "_fields") else type(value)(entries)


class HollowDataset(torch.utils.data.Dataset[Any]):
    """A dataset of as many samples, whose images mean nothing."""

    def __init__(self, dataset: Any) -> None:
        self._dataset = dataset

    def __getattr__(self, name: str) -> Any:
        """Return what the dataset says of itself."""
        return getattr(self.__dict__["_dataset"], name)

    def __len__(self) -> int:
        """Return the number of samples."""
        return len(self._dataset)

    def __getitem__(self, index: int) -> Any:
        """Return a sample without its image."""
        return _hollow_sample(self._dataset[index])


def _hollow_sample(sample: Any) -> Any:
    if isinstance(sample, (list, tuple)):
        entries = [hollow_tensor(e) if isinstance(e, Tensor) else e for e in sample]
        return type(sample)(entries)
    return hollowed(sample)


def _hollow_object(value: Any) -> Any:
    """Return an optimizer that takes no step, a loader of hollow images, or a hollow callable."""
    if isinstance(value, torch.utils.data.DataLoader):
        vars(value)["dataset"] = HollowDataset(value.dataset)
    elif callable(getattr(value, "step", None)):
        value.step = lambda *args, **kwargs: None
    elif inspect.isgenerator(value):
        return (hollowed(entry) for entry in value)
    elif inspect.isfunction(value):
        return hollow(value)
    elif callable(value):
        _hollow_call(value)
    elif hasattr(value, "__dict__"):
        for name, entry in list(vars(value).items()):
            if not name.startswith("_"):
                setattr(value, name, hollowed(entry))
    return value


def _hollow_call(value: Any) -> None:
    """Make an object of the same class answer hollow values when it is called."""
    cls = type(value)

    def call(self: Any, *args: Any, **kwargs: Any) -> Any:
        return hollowed(cls.__call__(self, *args, **kwargs))

    value.__class__ = type(cls.__name__, (cls,), {"__call__": call, "__module__": cls.__module__})
