"""The reference's small models: their weights are drawn here, and the right answers computed."""

from __future__ import annotations

import functools
import math
from typing import Any

import small_model_probes as probes
import torch
from torch import Tensor, nn

from autograder.checks import (
    expect_tensor,
    fail,
    import_torchvision,
    is_close,
)

State = dict[str, Tensor]

COUNT = 4  # images, where nothing else is said
# Others: classifier.
HEAD_NAMES = {"ResNet": "fc", "ResNet with dropout": "fc", "ViT": "heads", "Swin": "head"}

import_torchvision()


@functools.cache
def small_model(family: str) -> Any:
    """Return the judge's own small model, in eval mode."""
    return probes.SMALL_MODELS[family]().eval()


def draw_state(family: str) -> State:
    """Draw values for every tensor of a small model; no two tensors are alike."""
    return {name: draw(name, tensor) for name, tensor in small_model(family).state_dict().items()}


def draw(name: str, like: Tensor) -> Tensor:
    """Draw values that suit a tensor's role: signals keep their size through the network."""
    if not like.is_floating_point():
        return like.clone() if like.dim() else torch.randint(1, 1_000_000, ())
    x = torch.randn(like.shape)
    if like.dim() > 1:
        return x * math.sqrt(2 / like[0].numel())
    if name.endswith("running_var"):
        return 0.5 + torch.rand(like.shape)
    return 1 + 0.1 * x if name.endswith("weight") else 0.1 * x


def settle(family: str, state: State, images: Tensor) -> State:
    """Return the values with the batch norms' statistics of these images.

    Features are then of ordinary size.
    """
    model = probes.small_model_with(family, state)
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.momentum = None  # the average of all batches, and there is one
            module.reset_running_stats()
    model.train()(images)
    return {name: tensor.detach() for name, tensor in model.state_dict().items()}


def draw_images(count: int) -> Tensor:
    """Draw images of noise, of the small models' size."""
    return torch.randn(count, *probes.IMAGE_SHAPE)


def features(family: str, state: State, images: Tensor) -> list[Tensor]:
    """Return the input (B, C) of each layer of the small model's head, and of the head itself."""
    return features_and_logits(family, state, images)[0]


def features_and_logits(
    family: str, state: State, images: Tensor
) -> tuple[list[Tensor], list[Tensor]]:
    """Return the features, and the small model's logits with what is often made of them."""
    model = small_model(family)
    model.load_state_dict(state)
    head: nn.Module = getattr(model, HEAD_NAMES.get(family, "classifier"))
    seen: list[Tensor] = []
    handles = [
        module.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0].flatten(1)))
        for module in head.modules()
    ]
    with torch.no_grad():
        logits: Tensor = model(images)
    for handle in handles:
        handle.remove()
    return seen, [logits, logits.relu(), logits.softmax(dim=1)]


def shown(family: str) -> str:
    """Return the name of a family as students read it."""
    return family.removesuffix(" with dropout")


def small_names(values: State, state: State) -> dict[str, str]:
    """Return the name in `state` of each of the values that is there too, to the bit."""
    found = {}
    for name, value in values.items():
        small_name = next((each for each, old in state.items() if same(value, [old])), None)
        if small_name is not None:
            found[name] = small_name
    return found


def same(tensor: Tensor, others: Any) -> bool:
    """Return whether one of `others` has the shape, dtype and, to the bit, values of `tensor`."""
    alike = (
        other for other in others if (other.shape, other.dtype) == (tensor.shape, tensor.dtype)
    )
    return any(torch.equal(tensor, other) for other in alike)


def expect_logits(logits: Any, count: int, num_classes: int, family: str) -> Tensor:
    """Check that logits are (count, num_classes) and return them; name what they are instead."""
    if not isinstance(logits, Tensor):
        fail("no_tensor", family=shown(family))
    if logits.dim() != 2 or len(logits) != count:
        fail("no_logits", family=shown(family), images=count, got=tuple(logits.shape))
    if logits.shape[1] != num_classes:
        fail("other_width", family=shown(family), got=logits.shape[1], expected=num_classes)
    return expect_tensor(logits)


def enters(got: Tensor, candidates: list[Tensor]) -> bool:
    """Return whether what a layer takes is one of `candidates`, flattened or not."""
    if not got.dim():
        return False
    return any(
        is_close(got.flatten(1) if got.dim() > 1 else got, c, rtol=1e-3, atol=1e-4)
        for c in candidates
    )


def sensitivities(family: str, state: State, image: Tensor, names: list[str]) -> list[Tensor]:
    """Return how the input of each layer of a head changes with an image and with parameters.

    Each is a matrix (C, M) of derivatives, one row per feature; `names` are of the small model.
    """
    model = small_model(family)
    model.load_state_dict(state)
    head: nn.Module = getattr(model, HEAD_NAMES.get(family, "classifier"))
    seen: list[Tensor] = []
    handles = [
        module.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0].flatten(1)))
        for module in head.modules()
    ]
    x = image.clone().requires_grad_()
    model(x)
    for handle in handles:
        handle.remove()
    at = [x, *(dict(model.named_parameters())[name] for name in names)]
    return [torch.stack([slopes(feature, at) for feature in each[0]]) for each in seen]


def slopes(output: Tensor, at: list[Tensor]) -> Tensor:
    """Return the derivatives of a number with respect to all elements of tensors, in a row."""
    found = torch.autograd.grad(output, at, retain_graph=True, allow_unused=True)
    pairs = zip(found, at, strict=True)
    return torch.cat([(torch.zeros_like(t) if f is None else f).flatten() for f, t in pairs])
