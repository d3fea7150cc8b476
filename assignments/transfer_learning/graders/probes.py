"""Probes of loading: load the student's models, feed the transform, and report."""

from __future__ import annotations

from typing import Any

import torch
from PIL import Image
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from autograder.checks.in_worker import requested_weights

MAX_REQUESTED_FILES = 16  # the last ones
MIN_SHARED_ELEMENTS = 1 << 14  # elements; a smaller tensor costs nothing
# What torch.nn.init draws with.
FILL_METHODS = {"uniform_", "normal_", "trunc_normal_", "kaiming_uniform_", "erfinv_"}

loaded: list[nn.Module] = []  # the model under examination


class Sparing(TorchFunctionMode):
    """A mode in which loading is cheap: large tensors are neither filled nor copied, but shared.

    A tensor that is filled after something was loaded into it loses that, as it would otherwise.
    """

    def __init__(self) -> None:
        super().__init__()
        self.lent: list[Tensor] = []  # kept alive, so that their identity is theirs alone

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Replace what torch does where a tensor is written."""
        kwargs = kwargs or {}
        name = getattr(func, "__name__", "")
        if name in FILL_METHODS:
            target = args[0] if args else kwargs["tensor"]
            if target.numel() > MIN_SHARED_ELEMENTS:
                if any(target is tensor for tensor in self.lent):
                    target.data = torch.empty(target.shape)
                return target
        if name == "copy_" and isinstance(args[0], nn.Parameter) and is_lendable(*args[:2]):
            args[0].data = args[1].detach()
            self.lent.append(args[0])
            return args[0]
        return func(*args, **kwargs)


def is_lendable(target: Tensor, source: Any) -> bool:
    """Return whether `target` may have the memory of `source`."""
    return (
        isinstance(source, Tensor)
        and target.numel() > MIN_SHARED_ELEMENTS
        and (target.shape, target.dtype, target.device)
        == (source.shape, source.dtype, source.device)
    )


# ---------------------------------------------------------------- a pretrained model


def load(student: Any, name: str | None) -> Any:
    """Return the shapes of the loaded model's tensors, and the files asked for.

    None where it is no module.
    """
    loaded.clear()
    with Sparing():
        model = student.load_pretrained() if name is None else student.load_pretrained(name)
    if not isinstance(model, nn.Module):
        return None
    loaded.append(model)
    return {
        "shapes": [tuple(tensor.shape) for tensor in held(model)],
        "asked": requested_weights()[-MAX_REQUESTED_FILES:],
    }


def held(model: nn.Module) -> list[Tensor]:
    """Return the parameters and statistics of a model, in the order of its state dict."""
    return [tensor for tensor in model.state_dict().values() if tensor.is_floating_point()]


def values_at(student: Any, positions: list[int]) -> Tensor:
    """Return one number of each tensor of the loaded model; 0 in place of NaN and infinity.

    A tensor whose filling was spared holds what its memory held before, which may be no number.
    """
    values = [at(tensor, p).float() for tensor, p in zip(held(loaded[0]), positions, strict=True)]
    return torch.stack(values).nan_to_num(nan=0.0, posinf=0.0, neginf=0.0)


def at(tensor: Tensor, position: int) -> Tensor:
    """Return the number at a position of the flattened tensor, which need not be contiguous."""
    index = []
    for size in reversed(tensor.shape):
        position, rest = divmod(position, size)
        index.insert(0, rest)
    return tensor[tuple(index)]


def answers(student: Any, images: Tensor) -> Any:
    """Return the loaded model's logits in eval mode."""
    with torch.no_grad():
        return loaded[0].eval()(images)


# ---------------------------------------------------------------- the transform


def transformed(student: Any, pictures: list[Tensor]) -> list[Any]:
    """Return each picture (H, W, 3) as the transform gives it; a type's name for no tensor."""
    transform = student.imagenet_transform()
    return [plain(transform(Image.fromarray(picture.numpy()))) for picture in pictures]


def plain(value: Any) -> Any:
    """Return a tensor without its subclass (v2 has one for images)."""
    return value.as_subclass(Tensor) if isinstance(value, Tensor) else type(value).__name__
