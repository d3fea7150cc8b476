"""What a ResNet has to be, on stub blocks, as the judge asks and decides it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import network_probes
from network_probes import GAIN
from reference import STAGE_CHANNELS, network_plan, network_size_without_blocks

from autograder.checks import CodeRaised, LayerKind, Program, Submission, fail

# A network that pools by a fixed 7×7 needs the larger one.
TINY_IMAGE, LARGE_IMAGE = (9, 9), (224, 224)

CLASSES = 5  # of a network whose numbers are not computed

Image = tuple[int, int]
Plan = tuple[int, int, int, bool]  # see reference.network_plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Stub:
    """A stub block as a network used it."""

    gain: str  # the name of its parameter
    map: tuple[int, ...]  # the shape of what it was fed


def plan_of(gain: str) -> Plan:
    """Return the arguments of a stub block, which the name of its gain has."""
    *numbers, projected = gain.rpartition(f"{GAIN}_")[2].split("_")
    in_channels, out_channels, stride = (int(number) for number in numbers)
    return in_channels, out_channels, stride, projected == "1"


def is_gain(name: str) -> bool:
    """Return whether a parameter is that of a stub block."""
    return name.rpartition(".")[2].startswith(f"{GAIN}_")


def stub_program(
    submission: Submission, expansion: int, layers: Sequence[int], num_classes: int, image: Image
) -> tuple[Program, Image]:
    """Return the program of a ResNet of stub blocks, and the size of the images that it takes."""
    question = (expansion, list(layers), num_classes)
    for sides in (image, LARGE_IMAGE):
        try:
            example = (1, 3, *sides)
            return submission.program(network_probes.of_stubs, *question, example=example), sides
        except CodeRaised:
            if sides == LARGE_IMAGE:
                raise
    raise AssertionError


def judge_assembly(submission: Submission, expansion: int, depths: dict[str, list[int]]) -> None:
    """Check that every network has the right blocks in order, and the right other parameters.

    What networks of published depth hold is a report. That a network works is proven by its
    program, see `judge_blocks`.
    """
    answers = submission.run(network_probes.assembled, expansion, list(depths.values()))
    for (network, layers), answer in zip(depths.items(), answers, strict=True):
        plans = [plan_of(gain) for gain in answer["gains"]]
        judge_plan(network, plans, network_plan(expansion, layers))
        if answer["parameters"] != network_size_without_blocks(expansion):
            fail("other_network_size", network=network)


def judge_blocks(network: str, program: Program, expected: Sequence[Plan]) -> None:
    """Check the blocks of a network: all that it holds, in the order in which it uses them."""
    held = [name for name in program.parameters if is_gain(name)]
    if len(held) != len(expected) or not program.recorded:
        judge_plan(network, [plan_of(gain) for gain in held], expected)
    used = [stub.gain for stub in stubs_of(program)]
    for number, gain in enumerate(held, start=1):
        if program.recorded and gain not in used:
            fail("block_not_called", number=number)
    if program.recorded:
        judge_plan(network, [plan_of(gain) for gain in used], expected)


def judge_plan(network: str, got: Sequence[Plan], expected: Sequence[Plan]) -> None:
    """Check that every block is built with the right channels, stride and downsample."""
    if len(got) != len(expected):
        fail("other_number_of_blocks", network=network, got=len(got), expected=len(expected))
    for number, (mine, right) in enumerate(zip(got, expected, strict=True), start=1):
        if mine[:2] != right[:2]:
            fail("other_channels", network=network, number=number)
        if mine[2] != right[2]:
            fail("other_stride", network=network, number=number)
        if mine[3] != right[3]:
            finding = "downsample_missing" if right[3] else "downsample_needless"
            fail(finding, network=network, number=number)


def stubs_of(program: Program) -> list[Stub]:
    """Return the stub blocks of a recorded network, in the order of use; none of another one."""
    data = program.data
    if data is None:
        return []
    names = dict(enumerate((spec.name for spec in data.tensors), start=len(data.inputs)))
    convs = [layer for layer in program.layers if layer.kind is LayerKind.CONVOLUTION]
    stubs: list[Stub] = []
    before = 0
    for index, operation in enumerate(data.operations):
        gain = names.get(operation.tensors[0], "") if operation.tensors else ""
        if operation.kind != "addcmul" or not is_gain(gain):
            continue
        projections = [layer for layer in convs if before <= layer.index < index]
        is_projected = plan_of(gain)[3] and projections
        fed = projections[-1].input if is_projected else operation.tensors[1]
        stubs.append(Stub(gain=gain, map=data.specs[fed].shape))
        before = index
    return stubs


def judge_maps(stubs: Sequence[Stub], expansion: int, layers: Sequence[int], image: Image) -> None:
    """Check the maps: a quarter of the image first, and smaller from the second stage on."""
    stage_of = {channels: stage for stage, channels in enumerate(STAGE_CHANNELS)}
    for number, (stub, plan) in enumerate(
        zip(stubs, network_plan(expansion, layers), strict=True), start=1
    ):
        stage = stage_of[plan[1]]
        scale = 4 * 2 ** (stage - 1 if plan[2] > 1 else stage)
        expected = (1, plan[0], *(-(-side // scale) for side in image))
        if stub.map != expected:
            fail("other_map", number=number, image=image, expected=expected[2:])
