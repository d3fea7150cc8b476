"""Right blocks, drawn beside the student's own in the report of a check that fails."""

from __future__ import annotations

from functools import partial
from typing import Any

import probes
import torch
from probes import Size
from reference import EXPANSIONS, layer_shapes, placements
from torch import Tensor, nn

from autograder.checks import Feedback, Submission, record_reference

# Sizes that are drawn, by block: without a downsample, then with a stride of 2.
DRAWN_SIZES: dict[str, tuple[Size, Size]] = {
    "PlainBlock": ((8, 8, 1), (8, 16, 2)),
    "BasicBlock": ((8, 8, 1), (8, 16, 2)),
    "Bottleneck": ((16, 4, 1), (8, 4, 2)),
}
SAMPLES, SIDE = 2, 8  # of the images that are drawn
PLAIN_FACTOR = 1.0  # of the downsample's output


class RightBlock(nn.Module):
    """A right block: its branch, the skip, and a ReLU at the end."""

    def __init__(self, name: str, size: Size, strides: tuple[int, ...]) -> None:
        super().__init__()
        in_channels, out_channels, stride = size
        width = out_channels * EXPANSIONS[name]
        layers: list[nn.Module] = []
        shapes = zip(layer_shapes(name, in_channels, out_channels), strides, strict=True)
        for (after, before, kernel, _), step in shapes:
            layers.append(nn.Conv2d(before, after, kernel, step, kernel // 2, bias=False))
            layers += [nn.BatchNorm2d(after), nn.ReLU()]
        self.branch = nn.Sequential(*layers[:-1])
        self.skip: nn.Module | None = None if name == "PlainBlock" else nn.Identity()
        if self.skip is not None and in_channels != width:
            projection = nn.Conv2d(in_channels, width, 1, stride, bias=False)
            self.skip = nn.Sequential(projection, nn.BatchNorm2d(width))

    def forward(self, x: Tensor) -> Tensor:
        """Return ReLU of the branch, plus the skip where there is one."""
        y: Tensor = self.branch(x)
        return (y if self.skip is None else y + self.skip(x)).relu()


def right_program(name: str, size: Size, strides: tuple[int, ...], image: Tensor) -> Any:
    """Return the program of a right block."""
    return record_reference(RightBlock(name, size, strides).eval(), image)


def compare_block(submission: Submission, feedback: Feedback, name: str) -> None:
    """Draw the block `name` beside a right one, if the check that runs fails."""
    for size in DRAWN_SIZES[name]:
        in_channels, out_channels, stride = size
        width = out_channels * EXPANSIONS[name]
        is_projected = name != "PlainBlock" and in_channels != width
        image = torch.zeros(SAMPLES, in_channels, SIDE, SIDE)
        args = (name, size, width if is_projected else 0, PLAIN_FACTOR)
        feedback.compare_networks(
            name,
            partial(submission.program, probes.block, *args, example=image),
            *(partial(right_program, name, size, way, image) for way in placements(name, stride)),
        )
