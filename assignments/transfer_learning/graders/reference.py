"""The reference's small models: their weights are drawn here, and the right answers computed."""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping
from typing import Any

import small_model_probes as probes
import torch
from torch import Tensor, nn

from autograder.checks import (
    Part,
    Program,
    Submission,
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


def old_logits(family: str, state: State, images: Tensor) -> Tensor:
    """Return the logits (B, 1000) of the small model."""
    model = small_model(family)
    model.load_state_dict(state)
    with torch.no_grad():
        logits: Tensor = model(images)
    return logits


class TransferModel:
    """A student's model that was made of a small model, as a program.

    What it holds is told by value: every tensor of the small model has values of its own.
    """

    def __init__(self, family: str, state: State, program: Program) -> None:
        head = HEAD_NAMES.get(family, "classifier") + "."
        self.family, self.state, self.program = family, state, program
        self.backbone = {name: value for name, value in state.items() if not name.startswith(head)}
        self.values = program.initial()
        self.small_names = small_names(self.values, state)

    @property
    def parameters(self) -> dict[str, bool]:
        """The parameters, and whether each is trainable."""
        return {name: spec.trainable for name, spec in self.program.parameters.items()}

    def unfrozen(self) -> list[str]:
        """Return the backbone's trainable parameters by the small model's names, in its order."""
        trainable = {self.small_names[name] for name, wants in self.old().items() if wants}
        return [name for name in self.backbone if name in trainable]

    def old(self) -> dict[str, bool]:
        """Return the parameters of the small model's backbone: whether each is trainable."""
        return {
            name: trainable
            for name, trainable in self.parameters.items()
            if self.small_names.get(name) in self.backbone
        }

    def new(self) -> dict[str, bool]:
        """Return the parameters that the small model lacks: name, and whether it is trainable."""
        return {
            name: trainable
            for name, trainable in self.parameters.items()
            if name not in self.small_names
        }

    def statistics(self) -> list[str]:
        """Return the names of the small model's running means and variances.

        Counts of batches are left out.
        """
        return [
            name
            for name, spec in self.program.buffers.items()
            if spec.dtype.is_floating_point and self.small_names.get(name) in self.backbone
        ]

    def lost(self) -> int:
        """Return how many tensors of the small model's backbone are missing or changed."""
        return sum(not same(value, self.values.values()) for value in self.backbone.values())

    def expect_backbone(self) -> None:
        """Check that the small model's backbone is in the model, every value to the bit."""
        lost = self.lost()
        if lost == len(self.backbone):
            fail("another_backbone", family=shown(self.family))
        if lost:
            fail("backbone_changed", family=shown(self.family), lost=lost)

    def part(self) -> Part:
        """Return the part of the program that computes with the new parameters."""
        buffers = [name for name in self.program.buffers if name not in self.small_names]
        return self.program.part([*self.new(), *buffers])

    def expect_part(self) -> Part | None:
        """Check that the output comes from the new layers, and what they take from the backbone.

        None where the model was not recorded: then nobody knows.
        """
        if not self.program.recorded:
            return None
        if not self.new():
            fail("no_new_layer", family=shown(self.family))
        part = self.part()
        is_connected = self.program.used.issuperset(self.old())
        if not part.is_last or not part.entrances or not is_connected:
            fail("head_unused", family=shown(self.family))
        return part

    def values_for(self, state: State) -> State:
        """Return values for every tensor: those of another small model, and drawn new ones."""
        return {
            name: state[self.small_names[name]]
            if name in self.small_names
            else (draw(name, value) if name in self.parameters else value)
            for name, value in self.values.items()
        }

    def logits(self, images: Tensor, values: Mapping[str, Tensor]) -> Any:
        """Return what the program answers with these values; None where it gives no tensor."""
        data = self.program.data
        if data is not None and data.result is None:
            return None
        return self.program(images, parameters=values)


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


def transferred(
    submission: Submission,
    family: str,
    state: State,
    num_classes: int,
    *,
    freeze: bool,
    count: int = COUNT,
) -> TransferModel:
    """Let the student make a model of a small model; its program, for so many images."""
    args = (family, state, num_classes, freeze)
    example = (count, *probes.IMAGE_SHAPE)
    try:
        program = submission.program(probes.transferred, *args, example=example)
    except AssertionError:
        fail("makes_no_module")
    return TransferModel(family, state, program)


def expect_logits(logits: Any, count: int, num_classes: int, family: str) -> Tensor:
    """Check that logits are (count, num_classes) and return them; name what they are instead."""
    if not isinstance(logits, Tensor):
        fail("no_tensor", family=shown(family))
    if logits.dim() != 2 or len(logits) != count:
        fail("no_logits", family=shown(family), images=count, got=tuple(logits.shape))
    if logits.shape[1] != num_classes:
        fail("other_width", family=shown(family), got=logits.shape[1], expected=num_classes)
    return expect_tensor(logits)


def judge_own_answers(
    model: TransferModel,
    state: State,
    values: Mapping[str, Tensor],
    images: Tensor,
    logits: Tensor,
    finding: str,
) -> None:
    """Check that a model answers what follows from its tensors.

    The expected logits are the features of the small model with `state`, through the new layer. Of
    heads of more layers than one, other checks look at what enters them. A softmax behind the layer
    is charged elsewhere.
    """
    head = [values[name] for name in model.new()]
    weights, biases = ([p for p in head if p.dim() == dim] for dim in (2, 1))
    if (len(weights), len(biases)) not in ((1, 0), (1, 1)) or len(head) > 2:
        return
    inputs = [
        x for x in features(model.family, state, images) if x.shape[1:] == weights[0].shape[1:]
    ]
    expected = [
        torch.nn.functional.linear(x, weights[0], *biases).log_softmax(dim=1) for x in inputs
    ]
    readings = (logits.log_softmax(dim=1), logits.clamp(min=1e-12).log())
    if expected and not any(
        is_close(got, y, rtol=1e-3, atol=1e-2) for got in readings for y in expected
    ):
        fail(finding, family=shown(model.family))


def enters(got: Tensor, candidates: list[Tensor]) -> bool:
    """Return whether what a layer takes is one of `candidates`, flattened or not."""
    if not got.dim():
        return False
    return any(
        is_close(got.flatten(1) if got.dim() > 1 else got, c, rtol=1e-3, atol=1e-4)
        for c in candidates
    )
