"""What opens the files that were handed in, beside the student's code: checkpoint and pictures; judges nothing."""

from __future__ import annotations

import inspect
import io
import pickle
from typing import Any

import torch
from PIL import Image
from torch import Tensor, nn
from torch.fx.experimental.optimization import fuse

WRAPPERS = ("model_state_dict", "state_dict", "model")  # keys under which a checkpoint may hold its weights
PARALLEL = "module."  # what DataParallel puts before each name
BATCH = 8  # images at a time: the fastest on a processor
PIXELS = 50_000_000  # of a picture, at most

MODEL: dict[str, Any] = {}  # what `opened` leaves for `logits`

Report = dict[str, Any]


# ---------------------------------------------------------------- the checkpoint


def opened(student: Any, content: bytes, most_bytes: int, most_tensors: int) -> Report:
    """Build the student's model and give it the checkpoint's weights; else what is in the way."""
    try:
        loaded = torch.load(io.BytesIO(content), weights_only=True, map_location="cpu")
    except pickle.UnpicklingError as error:
        return {"state": "pickle" if "Unsupported" in str(error) or "GLOBAL" in str(error) else "unreadable"}
    except (RuntimeError, ValueError, EOFError, KeyError, OSError, AttributeError) as error:
        return {"state": "pickle" if "TorchScript" in str(error) else "unreadable"}
    state = unwrapped(loaded)
    if state is None:
        return {"state": "no_weights"}
    size = sum(t.numel() * t.element_size() for t in state.values())
    if len(state) > most_tensors or size > most_bytes:
        return {"state": "too_large", "tensors": len(state), "bytes": size}
    model = student.create_model(102, pretrained=False) if takes_pretrained(student) else student.create_model(102)
    if not isinstance(model, nn.Module):
        return {"state": "no_module"}
    differences = compared({key: t.shape for key, t in model.state_dict().items()}, state)
    if any(differences.values()):
        return {"state": "other_architecture", **differences}
    model.load_state_dict(state)
    MODEL.clear()
    MODEL["eager"] = model.eval().requires_grad_(False).to(memory_format=torch.channels_last)
    return {"state": "opened"}


def takes_pretrained(student: Any) -> bool:
    """Whether `create_model` can be told to leave the pretrained weights out."""
    try:
        inspect.signature(student.create_model).bind(102, pretrained=False)
    except TypeError:
        return False
    return True


def unwrapped(loaded: Any) -> dict[str, Tensor] | None:
    """The plain tensors of a state dict, which may lie in a larger dict; None where there is none."""
    for key in WRAPPERS:
        if isinstance(loaded, dict) and isinstance(loaded.get(key), dict):
            loaded = loaded[key]
    if not isinstance(loaded, dict) or not loaded:
        return None
    for key, value in loaded.items():
        if not isinstance(key, str) or not isinstance(value, Tensor):
            return None
        if value.layout != torch.strided or value.is_complex() or value.is_quantized:
            return None
    prefix = PARALLEL if all(key.startswith(PARALLEL) for key in loaded) else ""
    return {key.removeprefix(prefix): value.detach() for key, value in loaded.items()}


def compared(mine: dict[str, torch.Size], given: dict[str, Tensor]) -> dict[str, int]:
    """How many tensors are missing, are too many, or have another shape."""
    return {
        "missing": len(mine.keys() - given.keys()),
        "unexpected": len(given.keys() - mine.keys()),
        "reshaped": sum(given[key].shape != mine[key] for key in mine.keys() & given.keys()),
    }


def logits(student: Any, images: list[bytes]) -> Any:
    """What the opened model says of JPEGs, through the student's evaluation transform: (n, 102)."""
    evaluation = student.get_transforms()[1]
    batches = []
    for start in range(0, len(images), BATCH):
        pictures = [Image.open(io.BytesIO(image)).convert("RGB") for image in images[start : start + BATCH]]
        x = torch.stack([evaluation(picture).as_subclass(Tensor) for picture in pictures])
        with torch.inference_mode():
            batches.append(answer(x.contiguous(memory_format=torch.channels_last)))
    return torch.cat(batches) if all(isinstance(b, Tensor) for b in batches) else type(batches[0]).__name__


def answer(x: Tensor) -> Any:
    """The model's logits; with its norms folded into its convolutions, where that says the same and is faster."""
    if "fast" not in MODEL:
        expected = MODEL["eager"](x)
        MODEL["fast"] = folded(MODEL["eager"], x, expected)
        return expected
    return MODEL["fast"](x)


def folded(model: nn.Module, x: Tensor, expected: Any) -> Any:
    """The model with its norms folded in, if it can be had; else the model itself."""
    try:
        faster = fuse(model).to(memory_format=torch.channels_last)
        same = torch.allclose(faster(x), expected, rtol=1e-3, atol=1e-3)
    except Exception:  # any model that cannot be traced
        return model
    return faster if same else model


# ---------------------------------------------------------------- pictures


def looked_at(student: Any, content: bytes) -> Report | None:
    """The size of a picture, how many colours it has and how much they vary; None where it is no picture."""
    try:
        with Image.open(io.BytesIO(content), formats=["PNG", "JPEG"]) as picture:
            if picture.width * picture.height > PIXELS:
                return {"width": picture.width, "height": picture.height, "colours": 0, "deviation": 0.0}
            size = picture.size
            picture = picture.convert("RGB")
            picture.thumbnail((800, 800), Image.Resampling.NEAREST)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    values = torch.frombuffer(bytearray(picture.tobytes()), dtype=torch.uint8).view(-1, 3)  # (pixels, RGB)
    codes = values.int() @ torch.tensor([65536, 256, 1], dtype=torch.int32)
    return {
        "width": size[0],
        "height": size[1],
        "colours": len(codes.unique()),
        "deviation": float(values.double().std(dim=0).max()),
    }
