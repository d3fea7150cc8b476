"""The tape of a training (runs inside): it records all that a student's loop does to tensors."""

from __future__ import annotations

import contextlib
import copy
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.utils._python_dispatch import _disable_current_modes

from autograder.programs.program_data import Recording
from autograder.programs.recorder import Recorder, Unrecordable, spec_of

END = "end"  # the label of the last mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A moment of a training, between two operations, and the tensors of the model then."""

    label: str
    index: int  # of the operation that comes next
    state: Mapping[str, int]  # numbers of parameters and buffers, by name


@dataclass(slots=True)
class Tape:
    """What a probe uses to have a training recorded.

    The probe takes the inputs of the program by name, registers the model with `watch`, and runs
    the student's function in `record`. Whatever the loop does to tensors meanwhile is recorded.
    """

    inputs: dict[str, Tensor]
    is_live: bool = False  # whether the run is only reported, not recorded
    seed: int = 0
    given: Mapping[str, Tensor] = field(default_factory=dict)  # values for the model; else its own
    named: dict[str, Tensor] = field(default_factory=dict)
    first: dict[str, Tensor] = field(default_factory=dict)  # the values with which it began
    marks: list[Mark] = field(default_factory=list)
    states: list[tuple[str, dict[str, Tensor]]] = field(default_factory=list)  # of a live run
    recorder: Recorder | None = None
    model: nn.Module | None = None
    has_ended: bool = False

    def __getitem__(self, name: str) -> Tensor:
        """Return an input of the program."""
        return self.inputs[name]

    def watch(self, model: nn.Module) -> nn.Module:
        """Register the parameters and buffers of a model, whose values the judge may replace."""
        if self.model is not None:
            raise ValueError("a tape watches one model")
        self.model = model
        for name, tensor in named_tensors(model).items():
            if name in self.given:
                with torch.no_grad():
                    tensor.copy_(self.given[name])
            self.named[name] = tensor
            self.first[name] = tensor.detach().clone()
        return model

    def record(self, train: Callable[[], Any]) -> Any:
        """Return what `train()` returns; what it does to tensors is recorded."""
        torch.default_generator.manual_seed(self.seed)
        value = train() if self.is_live else self._record(train)
        self.mark(END)
        self.has_ended = True
        return value

    def _record(self, train: Callable[[], Any]) -> Any:
        inputs = [(spec_of(tensor, name), tensor) for name, tensor in self.inputs.items()]
        tensors = [(spec_of(tensor, name), tensor) for name, tensor in self.named.items()]
        self.recorder = Recorder(inputs, tensors, differentiates=False)
        with _recordable(self.recorder), self.recorder:
            return train()

    def mark(self, label: str) -> None:
        """Remember the state of the model at this moment of the training."""
        if self.model is None or self.has_ended:  # a loop that is left behind may still call this
            return
        tensors = named_tensors(self.model)
        if self.recorder is None:
            state = {name: tensor.detach().clone() for name, tensor in tensors.items()}
            self.states.append((label, state))
            return
        with _disable_current_modes():
            numbers = {name: self.recorder.require_number(t) for name, t in tensors.items()}
        mark = Mark(label=label, index=len(self.recorder.operations), state=numbers)
        self.marks.append(mark)

    def recording(self) -> Recording:
        """Return the program of the training; Unrecordable where nothing was recorded."""
        if self.recorder is None:
            raise Unrecordable("nothing was recorded")
        return self.recorder.program(None)


def named_tensors(model: nn.Module) -> dict[str, Tensor]:
    """Return parameters and buffers as `forward` finds them, whatever the model says of itself."""
    named: dict[str, Tensor] = {}
    seen: set[int] = set()
    pending = [("", model)]
    while pending:
        prefix, module = pending.pop()
        own = vars(module)
        for name, tensor in (*own["_parameters"].items(), *own["_buffers"].items()):
            if isinstance(tensor, Tensor) and id(tensor) not in seen:
                seen.add(id(tensor))
                named[prefix + name] = tensor
        children = [(f"{prefix}{name}.", child) for name, child in own["_modules"].items()]
        pending += [(place, child) for place, child in reversed(children) if child is not None]
    return named


@contextlib.contextmanager
def _recordable(recorder: Recorder) -> Iterator[None]:
    """Let what copies tensors past torch's operations copy them by operations meanwhile."""
    saved: dict[object, object] = {}

    def copy_tensor(tensor: Tensor, memo: dict[int, object]) -> Tensor:
        result = tensor.detach().clone().requires_grad_(tensor.requires_grad)
        memo[id(tensor)] = result
        return result

    def save(obj: object, f: object, *args: Any, **kwargs: Any) -> None:
        originals["save"](obj, f, *args, **kwargs)
        saved[_file_key(f)] = copy.deepcopy(obj)

    def load(f: object, *args: Any, **kwargs: Any) -> object:
        key = _file_key(f)
        return copy.deepcopy(saved[key]) if key in saved else originals["load"](f, *args, **kwargs)

    def manual_seed(seed: int) -> torch.Generator:
        recorder.note_seed(int(seed))
        return cast(torch.Generator, originals["seed"](seed))

    originals: dict[str, Callable[..., Any]] = {
        "save": torch.save,
        "load": torch.load,
        "seed": torch.manual_seed,
    }
    original_copy = Tensor.__deepcopy__
    Tensor.__deepcopy__ = copy_tensor  # type: ignore[method-assign]
    torch.save, torch.load, torch.manual_seed = save, load, manual_seed
    torch.random.manual_seed = manual_seed
    try:
        yield
    finally:
        Tensor.__deepcopy__ = original_copy  # type: ignore[method-assign]
        torch.save, torch.load = originals["save"], originals["load"]
        torch.manual_seed = torch.random.manual_seed = originals["seed"]


def _file_key(file: object) -> object:
    return str(file) if isinstance(file, (str, os.PathLike)) else id(file)
