"""A student's model as a program, held against the small model that it was made of."""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping
from typing import Any

import small_model_probes as probes
import torch
from reference import (
    COUNT,
    HEAD_NAMES,
    State,
    draw,
    draw_state,
    features,
    same,
    sensitivities,
    shown,
    small_names,
)
from torch import Tensor

from autograder.checks import Part, Program, Submission, fail, is_close

MIN_PROBABILITY = 1e-12
MAX_REST = 1e-3  # of a derivative that need not follow from the features: rounding


class TransferModel:
    """A student's model that was made of a small model, as a program.

    What it holds is told by value: every tensor of the small model has values of its own.
    """

    def __init__(self, family: str, state: State, program: Program) -> None:
        head = HEAD_NAMES.get(family, "classifier") + "."
        self.family, self.state, self.program = family, state, program
        self.backbone = {name: value for name, value in state.items() if not name.startswith(head)}
        if not self._has_shapes():  # or a large network would cross for nothing
            fail("another_backbone", family=shown(family))
        self.values = program.initial()
        self.small_names = small_names(self.values, state)

    def _has_shapes(self) -> bool:
        """Return whether the model has a weight of the shape of one of the backbone's."""
        shapes = {spec.shape for spec in self.program.parameters.values()}
        return any(tuple(t.shape) in shapes for t in self.backbone.values() if t.dim() > 1)

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

    @functools.cached_property
    def part(self) -> Part:
        """The part of the program that computes with the new parameters."""
        buffers = [name for name in self.program.buffers if name not in self.small_names]
        return self.program.part([*self.new(), *buffers])

    def expect_part(self) -> Part | None:
        """Check that the output comes from the new layers, and these take what the backbone makes.

        None where the model was not recorded: then nobody knows.
        """
        if not self.new():
            fail("no_new_layer", family=shown(self.family))
        if not self.program.recorded:
            return None
        part = self.part
        if not part.is_last or not self._takes_the_backbone:
            fail("head_unused", family=shown(self.family))
        return part

    @functools.cached_property
    def _takes_the_backbone(self) -> bool:
        """Whether what the new layers take is another for another backbone."""
        part = self.part
        images = torch.randn(COUNT, *probes.IMAGE_SHAPE)
        one, other = (
            self.program.entering(part, images, parameters=self.values_for(draw_state(self.family)))
            for _ in range(2)
        )
        return any(not is_close(x, y, rtol=0.1) for x, y in zip(one, other, strict=True))

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
    least = math.log(MIN_PROBABILITY)  # softmax rounds what is less to zero
    readings = (logits.log_softmax(dim=1), logits.clamp(min=MIN_PROBABILITY).log())
    if expected and not any(
        is_close(got.clamp(min=least), y.clamp(min=least), rtol=1e-3, atol=1e-2)
        for got in readings
        for y in expected
    ):
        fail(finding, family=shown(model.family))


def judge_living(
    model: TransferModel, state: State, values: Mapping[str, Tensor], images: Tensor, finding: str
) -> None:
    """Check that a model that is not recorded answers by the features, whatever its head is.

    How its logits change with an image and with the backbone must follow from how the features
    change: a second network behind it changes otherwise.
    """
    if model.program.recorded:
        return
    old = [name for name in model.old() if values[name].is_floating_point()]
    leaves = {name: values[name].clone().requires_grad_() for name in old}
    x = images.clone().requires_grad_()
    logits = model.logits(x, {**values, **leaves})
    if not isinstance(logits, Tensor) or not logits.requires_grad:
        fail(finding, family=shown(model.family))
    direction = torch.randn(logits.shape[1:])
    found = torch.autograd.grad(
        (logits[0] * direction).sum(), [x, *leaves.values()], allow_unused=True
    )
    image, *others = [
        torch.zeros_like(t) if f is None else f
        for f, t in zip(found, [x, *leaves.values()], strict=True)
    ]
    got = torch.cat([image[0].flatten(), *(each.flatten() for each in others)]).double()
    names = [model.small_names[name] for name in old]
    for rows in sensitivities(model.family, state, images[:1], names):
        basis = rows.double().T  # (M, C)
        share = torch.linalg.lstsq(basis, got.unsqueeze(1), driver="gelsd").solution
        rest = got - (basis @ share).squeeze(1)
        if float(got.norm()) > 0 and float(rest.norm()) <= MAX_REST * float(got.norm()):
            return
    fail(finding, family=shown(model.family))
