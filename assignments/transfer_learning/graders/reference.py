"""The reference's small models: their weights are drawn here, and the right answers computed."""

from __future__ import annotations

import functools
import math
from typing import Any

import small_model_probes as probes
import torch
from torch import Tensor, nn

from autograder.checks import Submission, expect_tensor, fail, import_torchvision, is_close

State = dict[str, Tensor]

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
    model = small_model(family)
    model.load_state_dict(state)
    head: nn.Module = getattr(model, HEAD_NAMES.get(family, "classifier"))
    seen: list[Tensor] = []
    handles = [
        module.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0].flatten(1)))
        for module in head.modules()
    ]
    with torch.no_grad():
        model(images)
    for handle in handles:
        handle.remove()
    return seen


class ModelTensors:
    """What a student's model holds, held against the small model that it was made of."""

    def __init__(self, family: str, state: State, claim: Any) -> None:
        head = HEAD_NAMES.get(family, "classifier") + "."
        self.backbone = {name: value for name, value in state.items() if not name.startswith(head)}
        self.parameters = {
            name: (bool(trainable), expect_tensor(p)) for name, trainable, p in claim["parameters"]
        }
        self.buffers = {name: expect_tensor(b, dtype=None) for name, b in claim["buffers"]}
        self.state = state

    def unfrozen(self) -> list[str]:
        """Return the backbone's trainable parameters by the small model's names, in its order."""
        trainable = [p for wants, p in self.parameters.values() if wants]
        return [name for name, value in self.backbone.items() if same(value, trainable)]

    def old(self) -> dict[str, bool]:
        """Return the parameters of the small model's backbone: whether each is trainable."""
        return {
            name: trainable
            for name, (trainable, p) in self.parameters.items()
            if same(p, self.backbone.values())
        }

    def new(self) -> dict[str, bool]:
        """Return the parameters that the small model lacks: name, and whether it is trainable."""
        return {
            name: trainable
            for name, (trainable, p) in self.parameters.items()
            if not same(p, self.state.values())
        }

    def statistics(self) -> dict[str, Tensor]:
        """Return the small model's running means and variances by name.

        Counts of batches are left out.
        """
        mine = {name: b for name, b in self.buffers.items() if b.is_floating_point()}
        return {name: b for name, b in mine.items() if same(b, self.backbone.values())}

    def lost(self) -> int:
        """Return how many tensors of the small model's backbone are missing or changed."""
        mine = [p for _, p in self.parameters.values()] + list(self.buffers.values())
        return sum(not same(value, mine) for value in self.backbone.values())


def same(tensor: Tensor, others: Any) -> bool:
    """Return whether one of `others` has the shape, dtype and, to the bit, values of `tensor`."""
    alike = (
        other for other in others if (other.shape, other.dtype) == (tensor.shape, tensor.dtype)
    )
    return any(torch.equal(tensor, other) for other in alike)


def transferred(
    submission: Submission, family: str, state: State, num_classes: int, *, freeze: bool
) -> ModelTensors:
    """Let the student make a model of a small model; what it holds."""
    claim = submission.run(probes.transfer, family, state, num_classes, freeze)
    if claim is None:
        fail("makes_no_module")
    return ModelTensors(family, state, claim)


def expect_logits(logits: Any, count: int, num_classes: int, family: str) -> Tensor:
    """Check that logits are (count, num_classes) and return them; name what they are instead."""
    if not isinstance(logits, Tensor):
        fail("no_tensor", family=family)
    if logits.dim() != 2 or len(logits) != count:
        fail("no_logits", family=family, images=count, got=tuple(logits.shape))
    if logits.shape[1] != num_classes:
        fail("other_width", family=family, got=logits.shape[1], expected=num_classes)
    return expect_tensor(logits)


def judge_own_answers(
    tensors: ModelTensors, family: str, state: State, images: Tensor, logits: Tensor, finding: str
) -> None:
    """Check that a model answers what follows from its tensors.

    The expected logits are the small model's features, through the new layer. The layer was shown
    before the images were drawn. Heads of more layers than one are left to other checks, and a
    softmax behind the layer is charged elsewhere.
    """
    head = [tensors.parameters[name][1] for name in tensors.new()]
    weights, biases = ([p for p in head if p.dim() == dim] for dim in (2, 1))
    if (len(weights), len(biases)) not in ((1, 0), (1, 1)) or len(head) > 2:
        return
    inputs = [x for x in features(family, state, images) if x.shape[1:] == weights[0].shape[1:]]
    expected = [
        torch.nn.functional.linear(x, weights[0], *biases).log_softmax(dim=1) for x in inputs
    ]
    readings = (logits.log_softmax(dim=1), logits.clamp(min=1e-12).log())
    if expected and not any(
        is_close(got, y, rtol=1e-3, atol=1e-2) for got in readings for y in expected
    ):
        fail(finding, family=family)


def enters(got: Any, candidates: list[Tensor]) -> bool:
    """Return whether a layer was given one of `candidates`, flattened or not."""
    if not isinstance(got, Tensor) or not got.dim():
        return False
    return any(
        is_close(got.flatten(1) if got.dim() > 1 else got, c, rtol=1e-3, atol=1e-4)
        for c in candidates
    )
