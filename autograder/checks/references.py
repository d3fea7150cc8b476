"""Right networks of graders, recorded in the judge: for drawings beside a student's network."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import partial
from typing import TypeAlias

from torch import Tensor, nn

from autograder.checks.digests import digest_of
from autograder.programs.program_data import ProgramData
from autograder.programs.record_network import record_network
from autograder.programs.recorder import Recorder, spec_of

MAX_KEPT_PROGRAMS = 256  # of right networks, in one judge
PLAIN_TYPES = (type(None), bool, int, float, str, bytes, Tensor)
Right: TypeAlias = Callable[[], ProgramData]
_kept: dict[str, ProgramData] = {}  # by what they are made from


def right_once(right: Right) -> ProgramData:
    """Return the program of a right network, which a judge makes once for all its students.

    That is so where `right` is a `partial` of a module's function with plain arguments: these are
    then all that it depends on.
    """
    key = _key_of(right)
    if key is None:
        return right()
    if key not in _kept:
        if len(_kept) >= MAX_KEPT_PROGRAMS:
            _kept.clear()
        _kept[key] = right()
    return _kept[key]


def _key_of(right: Right) -> str | None:
    """Return what stands for a function and its arguments; None where these are not all."""
    if not isinstance(right, partial) or not inspect.isfunction(right.func):
        return None
    arguments = (list(right.args), right.keywords)
    if right.func.__closure__ is not None or not _is_plain(arguments):
        return None
    code = right.func.__code__
    return digest_of([code.co_filename, code.co_qualname, *arguments])


def _is_plain(value: object) -> bool:
    if isinstance(value, (list, tuple)):
        return all(map(_is_plain, value))
    if isinstance(value, dict):
        return _is_plain([*value.keys(), *value.values()])
    return type(value) in PLAIN_TYPES


def record_reference(network: nn.Module | Callable[..., object], *inputs: Tensor) -> ProgramData:
    """Return the program of a right network for `inputs`, to compare a student's network with.

    `network` is a module, or a function of the inputs that holds its weights.
    """
    if isinstance(network, nn.Module):
        return record_network(network, list(inputs)).data
    recorder = Recorder([(spec_of(tensor), tensor) for tensor in inputs], [])
    with recorder:
        result = network(*inputs)
    return recorder.program(result).data
