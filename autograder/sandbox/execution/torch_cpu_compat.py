"""Patches of torch for code that expects a GPU machine (runs inside): with remarks on what they do.

They are installed once, before workers are forked; a student's own run removes them again.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from types import FrameType

import torch
import torch.utils.data

from autograder.sandbox.protocol import Remark

Place = tuple[str, int]  # a file and a line of it
Init = Callable[..., None]  # an `__init__`, with whatever arguments

MAX_SEARCHED_FRAMES = 40  # of the stack, for the student's line
IN_PROCESS_OPTIONS: dict[str, object] = {  # of a DataLoader without processes of its own
    "num_workers": 0,
    "pin_memory": False,
    "timeout": 0,
    "worker_init_fn": None,
    "multiprocessing_context": None,
    "prefetch_factor": None,
    "persistent_workers": False,
}
LOADER_PARAMETERS = (  # the positional parameters of DataLoader behind the data set
    *("batch_size", "shuffle", "sampler", "batch_sampler", "num_workers", "collate_fn"),
    *("pin_memory", "drop_last", "timeout", "worker_init_fn"),
)
ABSENT_DEVICES = ("xpu", "hpu", "npu", "xla", "ipu", "mtia", "privateuseone")  # never here

remarks: dict[Remark, Place] = {}  # where the student's code first asked for what was replaced
student_files: set[str] = set()  # whose lines are the student's


def remark(key: Remark) -> None:
    """Record that something was done in another way, and which line of the student asked for it."""
    if key in remarks:
        return
    frame: FrameType | None = sys._getframe(1)
    for _ in range(MAX_SEARCHED_FRAMES):
        if frame is None:
            return
        if frame.f_code.co_filename in student_files:
            remarks[key] = frame.f_code.co_filename, frame.f_lineno
            return
        frame = frame.f_back


def compile_nothing(model: object = None, *_: object, **__: object) -> object:
    """Stand for torch.compile: return the model itself, for there is no C++ compiler here."""
    remark(Remark.TORCH_COMPILE)
    return model if model is not None else lambda function: function


def _compile_in_place(self: torch.nn.Module, *_: object, **__: object) -> None:
    """Stand for Module.compile."""
    remark(Remark.TORCH_COMPILE)


def _loading_in_process(init: Init) -> Init:
    """Return the `__init__` of a DataLoader that starts no processes."""

    @functools.wraps(init)
    def __init__(self: object, dataset: object, *args: object, **kwargs: object) -> None:  # noqa: N807
        kwargs |= dict(zip(LOADER_PARAMETERS, args, strict=False))
        if kwargs.get("num_workers"):
            remark(Remark.LOADER_PROCESSES)
            for name, value in IN_PROCESS_OPTIONS.items():
                if name in kwargs:
                    kwargs[name] = value
        if kwargs.get("pin_memory"):
            kwargs["pin_memory"] = False
        kwargs.pop("pin_memory_device", None)
        init(self, dataset, **kwargs)

    return __init__


def can_compute_on(device: object) -> bool:
    """Return whether a kind of device can compute here."""
    kind = str(device).partition(":")[0]
    if kind == "cuda":
        return torch.cuda.is_available()
    if kind == "mps":
        return torch.backends.mps.is_available()
    return kind not in ABSENT_DEVICES


def _disabled_without_device(init: Init) -> Init:
    """Return the `__init__` of GradScaler or autocast that disables it without its device."""

    @functools.wraps(init)
    def __init__(self: object, *args: object, **kwargs: object) -> None:  # noqa: N807
        device = args[0] if args else kwargs.get("device_type", kwargs.get("device", "cuda"))
        if can_compute_on(device):
            init(self, *args, **kwargs)
            return
        remark(Remark.MIXED_PRECISION)
        init(self, "cpu", enabled=False)

    return __init__


def _patches() -> list[tuple[object, str, object]]:
    """Return what is replaced: the owner, the name, and the new value."""
    patches: list[tuple[object, str, object]] = [
        (torch, "compile", compile_nothing),
        (torch.nn.Module, "compile", _compile_in_place),
    ]
    for owner, change in (
        (torch.utils.data.DataLoader, _loading_in_process),
        (torch.amp.GradScaler, _disabled_without_device),
        (torch.autocast, _disabled_without_device),
    ):
        patches.append((owner, "__init__", change(vars(owner)["__init__"])))
    return patches


def install() -> Callable[[], None]:
    """Apply the patches, and return the function that removes them."""
    patches = _patches()
    before = [(owner, name, vars(owner)[name]) for owner, name, _ in patches]
    for owner, name, value in patches:
        setattr(owner, name, value)

    def undo() -> None:
        for owner, name, value in before:
            setattr(owner, name, value)

    return undo
