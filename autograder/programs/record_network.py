"""The recording of a network (runs inside): once, and again where the first leaves a doubt."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from autograder.programs.program_data import Argument, ProgramData, Recording, Ref
from autograder.programs.recorder import Recorder, Unrecordable, spec_of, tensors_of
from autograder.programs.value_watch import ExitWatch, ModuleWatch


def record_network(module: nn.Module, inputs: Sequence[Tensor]) -> Recording:
    """Return what a module computes for `inputs`, in the mode (train or eval) that it is in.

    What depends on values cannot be recorded. Where values may have left torch, or the module may
    compute something else the next time, it is run again with other values, and compared.
    """
    exits, memory = ExitWatch(), ModuleWatch(module)
    with exits:
        recorder, first = _record_once(module, inputs)
    has_left = exits.has_left or recorder.has_open_shapes or bool(first.constants)
    if (has_left or memory.has_changed()) and all(
        tensor.device.type != "meta" for tensor in inputs
    ):
        others = [_with_gradient(_other_values(tensor)) for tensor in inputs]
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                _, second = _record_once(module, others)
        except RuntimeError as error:  # as NumPy's, of a tensor with a gradient
            raise Unrecordable(f"it does not run again: {error}") from None
        require_same(first, second)
    return first


def _record_once(module: nn.Module, inputs: Sequence[Tensor]) -> tuple[Recorder, Recording]:
    named = [(spec_of(tensor), tensor) for tensor in inputs]
    recorder = Recorder(named, tensors_of(module))
    with recorder:
        result = module(*inputs)
    if recorder.reads_values:
        raise Unrecordable("it reads the values of its tensors")
    if recorder.has_hooks() or has_own_gradient(result):
        raise Unrecordable("it computes gradients of its own")
    return recorder, recorder.program(result)


def has_own_gradient(result: object) -> bool:
    """Return whether Python code of its own takes part in the backward pass of a result.

    What an `autograd.Function` computes is recorded without a graph, and its gradient is not seen.
    """
    waiting = [result.grad_fn] if isinstance(result, Tensor) else []
    seen = set()
    while waiting:
        node = waiting.pop()
        if node is None or node in seen:
            continue
        if isinstance(node, torch.autograd.function.BackwardCFunction):
            return True
        seen.add(node)
        waiting += [following for following, _ in node.next_functions]
    return False


def _other_values(tensor: Tensor) -> Tensor:
    return torch.randn_like(tensor) if tensor.is_floating_point() else torch.zeros_like(tensor)


def _with_gradient(tensor: Tensor) -> Tensor:
    """Return an input with a gradient; it is no leaf, so it may be changed in place."""
    return tensor.requires_grad_() * 1 if tensor.is_floating_point() else tensor


def require_same(first: Recording, second: Recording) -> None:
    """Raise Unrecordable where two recordings of the same code differ."""
    if _steps(first.data) != _steps(second.data):
        raise Unrecordable("it computes something else for other values")
    if len(first.constants) != len(second.constants):
        raise Unrecordable("it computes something else for other values")
    for mine, theirs in zip(first.constants, second.constants, strict=True):
        if not torch.equal(mine, theirs):
            raise Unrecordable("it computes with numbers that torch does not see")


def _steps(data: ProgramData) -> list[tuple[object, ...]]:
    """Return the operations of a program without the numbers of its tensors.

    Autograd detaches what it saves where an input has a gradient: that is left out.
    """
    steps: list[tuple[object, ...]] = []
    for operation in data.operations:
        if operation.kind != "detach":
            shapes = [data.specs[number].shape for number in operation.outputs]
            arguments = [_without_numbers(value) for value in operation.args]
            options = {name: _without_numbers(v) for name, v in operation.kwargs.items()}
            steps.append((operation.name, shapes, arguments, options))
    return steps


def _without_numbers(value: Argument) -> object:
    if isinstance(value, Ref):
        return Ref
    if isinstance(value, list):
        return [_without_numbers(item) for item in value]
    return value
