"""torch as code for a GPU machine expects it (runs inside): what cannot work here does nothing, and
is remarked.

Installed once, before workers are forked; a student's own run takes it away again.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from typing import Any

import torch
import torch.utils.data

Place = tuple[str, int]  # a file and a line of it
MAX_FRAMES = 40  # that are searched for the student's line
IN_PROCESS: dict[str, Any] = {  # how a DataLoader is made here
    "num_workers": 0,
    "pin_memory": False,
    "timeout": 0,
    "worker_init_fn": None,
    "multiprocessing_context": None,
    "prefetch_factor": None,
    "persistent_workers": False,
}
LOADER_ORDER = (  # its positional parameters behind the data set
    *(
        "batch_size",
        "shuffle",
        "sampler",
        "batch_sampler",
        "num_workers",
        "collate_fn",
        "pin_memory",
    ),
    *("drop_last", "timeout", "worker_init_fn"),
)
remarks: dict[
    str, Place
] = {}  # by what was done instead, and where the student's code first asked for it
ELSEWHERE = (
    "xpu",
    "hpu",
    "npu",
    "xla",
    "ipu",
    "mtia",
    "privateuseone",
)  # devices that no machine of ours has
student_files: set[str] = set()  # whose lines are the student's


def remark(key: str) -> None:
    """Note that something was done in another way, and which line of the student asked for it."""
    if key in remarks:
        return
    frame: Any = sys._getframe(1)
    for _ in range(MAX_FRAMES):
        if frame is None:
            return
        if frame.f_code.co_filename in student_files:
            remarks[key] = frame.f_code.co_filename, frame.f_lineno
            return
        frame = frame.f_back


def compile_nothing(model: Any = None, *_: Any, **__: Any) -> Any:
    """Stand for torch.compile: the model itself, for there is no C++ compiler here."""
    remark("torch_compile")
    return model if model is not None else lambda function: function


def _compile_in_place(self: torch.nn.Module, *_: Any, **__: Any) -> None:
    """Stand for Module.compile."""
    remark("torch_compile")


def _loading_in_process(begin: Callable[..., None]) -> Callable[..., None]:
    @functools.wraps(begin)
    def __init__(self: Any, dataset: Any, *args: Any, **kwargs: Any) -> None:  # noqa: N807
        kwargs |= dict(zip(LOADER_ORDER, args, strict=False))
        if kwargs.get("num_workers"):
            remark("loader_processes")
            kwargs |= {name: value for name, value in IN_PROCESS.items() if name in kwargs}
        if kwargs.get("pin_memory"):
            kwargs["pin_memory"] = False
        kwargs.pop("pin_memory_device", None)
        begin(self, dataset, **kwargs)

    return __init__


def is_there(device: Any) -> bool:
    """Return whether a kind of device can compute here."""
    kind = str(device).partition(":")[0]
    if kind == "cuda":
        return torch.cuda.is_available()
    if kind == "mps":
        return torch.backends.mps.is_available()
    return kind not in ELSEWHERE


def _off_where_absent(begin: Callable[..., None]) -> Callable[..., None]:
    """Let GradScaler and autocast do nothing for a device that is not there."""

    @functools.wraps(begin)
    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:  # noqa: N807
        device = args[0] if args else kwargs.get("device_type", kwargs.get("device", "cuda"))
        if is_there(device):
            begin(self, *args, **kwargs)
            return
        remark("mixed_precision")
        begin(self, "cpu", enabled=False)

    return __init__


def _patches() -> list[tuple[Any, str, Any]]:
    """What is replaced: where, by which name, and by what."""
    return [
        (torch, "compile", compile_nothing),
        (torch.nn.Module, "compile", _compile_in_place),
        *(
            (kind, "__init__", change(vars(kind)["__init__"]))
            for kind, change in (
                (torch.utils.data.DataLoader, _loading_in_process),
                (torch.amp.GradScaler, _off_where_absent),
                (torch.autocast, _off_where_absent),
            )
        ),
    ]


def install() -> Callable[[], None]:
    """Replace what cannot work here; the function that undoes it."""
    patches = _patches()
    before = [(owner, name, vars(owner)[name]) for owner, name, _ in patches]
    for owner, name, value in patches:
        setattr(owner, name, value)

    def undo() -> None:
        for owner, name, value in before:
            setattr(owner, name, value)

    return undo
