"""Probes of a checkpoint: open it, and ask the student's model about images."""

from __future__ import annotations

import importlib
import inspect
import io
import pickle
import types
from collections import OrderedDict, deque
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn
from torch.fx.experimental.optimization import fuse

from autograder.checks.in_worker import kept

WEIGHTS_KEYS = (  # keys under which a checkpoint usually holds its weights, the likeliest first
    *(
        "model_state_dict",
        "state_dict",
        "model",
        "net",
        "weights",
        "model_state",
        "best_model_state",
        "network",
    ),
    *("params", "best_state_dict", "best_model", "module"),
)
MAX_DEPTH, MAX_CONTAINERS = 5, 4096  # of what is looked through
MAX_STATES = 8  # dicts of tensors that are told of, the largest ones
BATCH_SIZE = 8  # images at a time: the fastest on a processor
MAX_CROPS = 16  # of one image

MODEL = "model of the checkpoint"  # under which `opened` leaves it

Report = dict[str, Any]
State = dict[str, Tensor]


# ---------------------------------------------------------------- reading without running


class Skipped(dict[Any, Any]):
    """A replacement for an object of a class that is no part of a state dict.

    Nothing of that class is imported.
    """

    kind = ""

    def __new__(cls, *_args: Any, **_named: Any) -> Skipped:
        """Make an empty one, whatever the class was to be given."""
        return super().__new__(cls)

    def __init__(self, *_args: Any, **_named: Any) -> None:
        super().__init__()
        self.state: Any = None

    def __setstate__(self, state: Any) -> None:
        """Keep what the object was made of: it may be a whole model."""
        self.state = state

    def __hash__(self) -> int:  # type: ignore[override]
        """Return its identity, because it may be a key."""
        return id(self)

    def __call__(self, *_args: Any, **_named: Any) -> Skipped:
        """Return another replacement for what a call would give."""
        return Skipped()

    def append(self, _value: Any) -> None:
        """Take an entry of a list."""

    extend = add = append


def without_type(function: Any, _type: Any, args: Any, _state: Any) -> Any:
    """Return a tensor without the class of its own that it had."""
    return function(*args)


STATE_DICT_GLOBALS = {  # functions and classes that a state dict is made of
    "collections": {"OrderedDict": OrderedDict},
    "builtins": {"set": set, "frozenset": frozenset, "complex": complex, "bytearray": bytearray},
    "_codecs": {
        "encode": lambda text, code: str(text).encode("latin1" if code == "latin1" else "utf-8")
    },
    "torch._tensor": {"_rebuild_from_type_v2": without_type},
}
TORCH_GLOBALS = {
    "torch": ("Size", "device", "Tensor"),
    "torch._utils": (
        *("_rebuild_tensor", "_rebuild_tensor_v2", "_rebuild_tensor_v3", "_rebuild_qtensor"),
        *("_rebuild_parameter", "_rebuild_parameter_with_state", "_rebuild_sparse_tensor"),
    ),
    "torch.serialization": ("_get_layout",),
    "torch.storage": ("TypedStorage", "UntypedStorage"),
    "numpy": ("dtype", "ndarray"),
    "numpy.core.multiarray": ("_reconstruct", "scalar"),
    "numpy._core.multiarray": ("_reconstruct", "scalar"),
}


class Unpickler(pickle.Unpickler):
    """A reader of tensors, numbers, texts and containers; of all else it makes a `Skipped`."""

    def find_class(self, module: str, name: str) -> Any:
        """Return what a state dict is made of, or a replacement."""
        module = {"__builtin__": "builtins"}.get(module, module)
        if name in STATE_DICT_GLOBALS.get(module, {}):
            return STATE_DICT_GLOBALS[module][name]
        found = getattr(torch, name, None) if module == "torch" else None
        if isinstance(found, (torch.dtype, torch.layout, torch.memory_format)):
            return found
        if name in TORCH_GLOBALS.get(module, ()):
            return getattr(importlib.import_module(module), name)
        return type("Skipped", (Skipped,), {"kind": f"{module}.{name}"})


# What torch.load takes for the module `pickle`.
PICKLE_MODULE: Any = types.ModuleType("checkpoint_reader")
PICKLE_MODULE.Unpickler = Unpickler
PICKLE_MODULE.load = lambda file, **named: Unpickler(file, **named).load()


def read(content: bytes, is_safetensors: bool) -> Any:
    """Return what a file holds, its tensors on the processor."""
    if is_safetensors:
        return importlib.import_module("safetensors.torch").load(content)
    return torch.load(
        io.BytesIO(content), map_location="cpu", weights_only=False, pickle_module=PICKLE_MODULE
    )


# ---------------------------------------------------------------- finding the weights


def containers_in(loaded: Any) -> Iterator[Any]:
    """Yield nested dicts and lists, the outer ones first.

    Of each dict, what is under a usual key comes first.
    """
    waiting = deque([(loaded, 0)])
    for _ in range(MAX_CONTAINERS):
        if not waiting:
            return
        value, depth = waiting.popleft()
        if not isinstance(value, (Mapping, list, tuple)):
            continue
        yield value
        if isinstance(value, Mapping):
            usual = [key for key in WEIGHTS_KEYS if key in value]
            inner = [value[key] for key in (*usual, *(key for key in value if key not in usual))]
        else:
            inner = list(value[:100])
        waiting += [(each, depth + 1) for each in inner if depth < MAX_DEPTH]


def states_in(loaded: Any) -> list[State]:
    """Return the tensors of each dict by name, or its arrays where it has none."""
    states: list[State] = []
    for value in containers_in(loaded):
        if isinstance(value, Mapping):
            states.append(tensors_in(value))
    most = sorted((len(state) for state in states), reverse=True)[:MAX_STATES]
    return [state for state in states if state and len(state) >= most[-1]][:MAX_STATES]


def tensors_in(value: Mapping[Any, Any]) -> State:
    """Return the tensors of one dict by name, or its arrays as tensors where it has none."""
    tensors: State = {}
    arrays: dict[str, Any] = {}
    for key, item in value.items():
        if type(key) is str and isinstance(item, Tensor):
            tensors[key] = item.detach()
        elif type(key) is str and isinstance(item, np.ndarray):
            arrays[key] = item
    if tensors or not all(array.dtype.kind in "fiub" for array in arrays.values()):
        return tensors
    return {key: torch.from_numpy(array.copy()) for key, array in arrays.items()}


def whole_model(loaded: Any) -> str:
    """Return the class of a model that was saved whole; "" where there is none."""
    for value in containers_in(loaded):
        if (
            isinstance(value, Skipped)
            and isinstance(value.state, dict)
            and "_modules" in value.state
        ):
            return value.kind
    return ""


def is_odd(tensor: Tensor) -> bool:
    """Return whether a tensor holds no plain numbers."""
    return tensor.layout != torch.strided or tensor.is_complex() or tensor.is_quantized


def opened(
    student: Any, content: bytes, is_safetensors: bool, max_bytes: int, max_tensors: int
) -> Report:
    """Find the weights in a checkpoint and build the student's model.

    Return names and shapes, or what prevents that.
    """
    try:
        states = states_in(loaded := read(content, is_safetensors))
    except Exception:  # torch raises whatever the damage leads it to
        return {"state": "damaged"}
    if not states:
        kind = whole_model(loaded)
        return {"state": "objects", "kind": kind} if kind else {"state": "no_weights"}
    for state in states:
        size = sum(tensor.numel() * tensor.element_size() for tensor in state.values())
        if len(state) > max_tensors or size > max_bytes:
            return {"state": "too_large"}
        if odd := [key for key, tensor in state.items() if is_odd(tensor)]:
            return {"state": "odd_tensor", "key": odd[0]}
    options = {"pretrained": False} if takes_pretrained(student) else {}
    model = student.create_model(102, **options)
    if not isinstance(model, nn.Module):
        return {"state": "no_module"}
    kept()[MODEL] = {"eager": model, "states": states}
    return {
        "state": "opened",
        "own": shapes_of(model.state_dict()),
        "given": [shapes_of(s) for s in states],
    }


def shapes_of(state: Mapping[str, Tensor]) -> dict[str, list[int]]:
    """Return the shape of each tensor."""
    return {key: list(tensor.shape) for key, tensor in state.items()}


def filled(_student: Any, which: int, names: dict[str, str]) -> None:
    """Give the model the tensors of one of the dicts; `names` maps its names to the file's."""
    given: State = kept()[MODEL].pop("states")[which]
    model: nn.Module = kept()[MODEL]["eager"]
    model.load_state_dict({own: given[name] for own, name in names.items()}, strict=False)
    kept()[MODEL]["eager"] = model.eval().requires_grad_(False)


def model_of_the_checkpoint(_student: Any) -> Any:
    """Return the model that `filled` left."""
    return kept()[MODEL]["eager"]


def takes_pretrained(student: Any) -> bool:
    """Return whether `create_model` can be told to leave the pretrained weights out."""
    try:
        inspect.signature(student.create_model).bind(102, pretrained=False)
    except TypeError:
        return False
    return True


# ---------------------------------------------------------------- asking the model


def transformed(student: Any, images: list[bytes]) -> Any:
    """Return what the student's evaluation transform makes of JPEGs: (n, 3, H, W), or crops.

    Crops of each image are (n, crops, 3, H, W). Where it gives something that is no image, or
    images of different sizes, the answer is a dict that says what.
    """
    evaluation = student.get_transforms()[1]
    pictures = [Image.open(io.BytesIO(image)).convert("RGB") for image in images]
    inputs = [evaluation(picture) for picture in pictures]
    misfit = misfit_of(inputs)
    return misfit or torch.stack([each.as_subclass(Tensor) for each in inputs])


def logits(student: Any, images: list[bytes]) -> Any:
    """Return the logits for JPEGs of a model that cannot be recorded: (n, 102).

    Where the transform gives several crops of an image, their mean is the answer.
    """
    batches = []
    for start in range(0, len(images), BATCH_SIZE):
        x = transformed(student, images[start : start + BATCH_SIZE])
        if isinstance(x, dict):
            return x
        with torch.inference_mode():
            batches.append(mean_over_crops(x))
    if not all(isinstance(batch, Tensor) for batch in batches):
        return type(batches[0]).__name__
    return torch.cat(batches)


def misfit_of(inputs: list[Any]) -> dict[str, Any]:
    """Return what keeps a transform's answers from being one batch; {} where nothing does."""
    for x in inputs:
        if not isinstance(x, Tensor):
            return {"type": type(x).__name__}
        if not 3 <= x.dim() <= 4 or len(x) > MAX_CROPS:
            return {"shapes": [list(x.shape)]}
    for x in inputs:
        if x.shape != inputs[0].shape:
            return {"shapes": [list(inputs[0].shape), list(x.shape)]}
    return {}


def mean_over_crops(x: Tensor) -> Any:
    """Return the logits for images (B, 3, H, W), or their mean over crops (B, crops, 3, H, W)."""
    if x.dim() == 4:
        return answer(x.contiguous(memory_format=torch.channels_last))
    said = answer(x.flatten(0, 1).contiguous(memory_format=torch.channels_last))
    return said.unflatten(0, x.shape[:2]).mean(dim=1) if isinstance(said, Tensor) else said


def answer(x: Tensor) -> Any:
    """Return the model's logits.

    Norms are folded into convolutions where the result is the same and faster.
    """
    models: dict[str, Any] = kept()[MODEL]
    if "fast" not in models:
        models["eager"] = models["eager"].to(memory_format=torch.channels_last)
        expected = models["eager"](x)
        models["fast"] = folded(models["eager"], x, expected)
        return expected
    return models["fast"](x)


def folded(model: nn.Module, x: Tensor, expected: Any) -> Any:
    """Return the model with its norms folded in, or the model itself where that fails."""
    if not any(isinstance(layer, nn.modules.batchnorm._BatchNorm) for layer in model.modules()):
        return model  # nothing to fold, and a copy would take the memory of the weights once more
    try:
        faster = fuse(model).to(memory_format=torch.channels_last)
        same = torch.allclose(faster(x), expected, rtol=1e-3, atol=1e-3)
    except Exception:  # any model that cannot be traced
        return model
    return faster if same else model
