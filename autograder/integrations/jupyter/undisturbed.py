"""A kernel left as it was: what a run of the checks changes of it is undone."""

from __future__ import annotations

import builtins
import os
import random
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn

import torch

from autograder.sandbox.execution.global_state import GlobalState
from autograder.sandbox.execution.written_modules import WrittenModules


@contextmanager
def undisturbed(folder: Path, module: str) -> Iterator[None]:
    """Run the block as `autograder check` would, and put back what the notebook had.

    Random numbers, torch's settings, figures and modules of the student's `folder` are kept from
    the block, and kept for the notebook. Meanwhile nothing can be asked of a person. `module` is
    the name under which the block imports the notebook.
    """
    with ExitStack() as stack:
        stack.enter_context(_same_random_numbers())
        stack.enter_context(_default_settings())
        stack.enter_context(_without_own_modules(folder, module))
        stack.enter_context(_without_input())
        stack.enter_context(_without_new_figures())
        yield


@contextmanager
def _same_random_numbers() -> Iterator[None]:
    states = random.getstate(), _numpy_random().get_state() if _numpy_random() else None
    with torch.random.fork_rng():
        try:
            yield
        finally:
            random.setstate(states[0])
            if states[1] is not None:
                _numpy_random().set_state(states[1])


def _numpy_random() -> Any:
    """Return numpy's module of random numbers; None where it is not imported."""
    return getattr(sys.modules.get("numpy"), "random", None)


@contextmanager
def _default_settings() -> Iterator[None]:
    """Use torch's own settings, and put back those that the notebook chose."""
    chosen = GlobalState()
    torch.set_default_dtype(torch.float32)
    torch.set_default_device(None)
    torch.autograd.set_detect_anomaly(False)
    torch.use_deterministic_algorithms(False)
    try:
        with torch.inference_mode(False), torch.enable_grad():
            yield
    finally:
        chosen.put_back()


@contextmanager
def _without_own_modules(folder: Path, module: str) -> Iterator[None]:
    """Import modules of the student's folder anew, and give the notebook its own again."""
    place = str(folder.absolute())
    own = {name: found for name, found in sys.modules.items() if _is_own(found, place, module)}
    for name in own:
        del sys.modules[name]
    try:
        yield
    finally:
        for name, found in list(sys.modules.items()):
            if _is_own(found, place, module):
                del sys.modules[name]
        sys.modules.update(own)


def _is_own(found: ModuleType | None, folder: str, module: str) -> bool:
    loader = getattr(getattr(found, "__spec__", None), "loader", None)
    file = getattr(found, "__file__", None) or ""
    is_named = getattr(found, "__name__", "") == module
    return is_named or isinstance(loader, WrittenModules) or file.startswith(folder + os.sep)


@contextmanager
def _without_input() -> Iterator[None]:
    """Let `input` find nobody, as in `autograder check`: a kernel would ask the front end."""
    before = builtins.input
    builtins.input = _no_answer
    try:
        yield
    finally:
        builtins.input = before


def _no_answer(prompt: object = "", /) -> NoReturn:
    raise EOFError("EOF when reading a line")


@contextmanager
def _without_new_figures() -> Iterator[None]:
    """Close the figures that the block draws: the notebook would show them below the result."""
    before = _figures()
    try:
        yield
    finally:
        for number in _figures() - before:
            sys.modules["matplotlib.pyplot"].close(number)


def _figures() -> set[int]:
    pyplot = sys.modules.get("matplotlib.pyplot")
    return set(pyplot.get_fignums()) if pyplot is not None else set()
