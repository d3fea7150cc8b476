"""What every kind of block has to do, as the judge asks and decides it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NoReturn

import probes
import torch
from probes import Size, first_weight
from reference import (
    EXPANSIONS,
    Layer,
    block_size,
    conv_norm,
    draw_layer,
    layer_shapes,
    placements,
)
from roles import (
    Role,
    State,
    conv_biases,
    conv_shapes,
    count_without_biases,
    draw_state,
    given_role,
    own_names,
    registered_counts,
    roles_of,
)
from torch import Tensor

from autograder.checks import (
    CodeRaised,
    LayerKind,
    Program,
    StudentError,
    Submission,
    expect_tensor,
    fail,
    is_close,
)

SUMMATION_TOLERANCE = {"rtol": 1e-3, "atol": 1e-4}  # of other orders of summation


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """A block, as it is made and fed."""

    name: str
    size: Size
    projected: bool  # whether it gets a downsample
    factor: float  # of the downsample
    train: bool  # the mode
    images: tuple[int, int, int]  # batch, and sides

    @property
    def width(self) -> int:
        """The channels of the output."""
        return self.size[1] * EXPANSIONS[self.name]

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the input."""
        batch, *sides = self.images
        return (batch, self.size[0], *sides)

    @property
    def output_shape(self) -> tuple[int, ...]:
        """The shape of the output: its sides are ⌈side / stride⌉."""
        batch, *sides = self.images
        return (batch, self.width, *(-(-side // self.size[2]) for side in sides))


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The ways in which a block is made; sizes are drawn, so that none can be known."""

    straight: Setting  # stride 1, as many channels as before, no downsample; train mode
    strided: Setting  # stride 2, other channels; eval mode
    widened: Setting  # stride 1, other channels; eval mode


def draw_settings(name: str) -> Settings:
    """Draw the settings of a block."""

    def number(low: int, high: int) -> int:
        return int(torch.randint(low, high + 1, ()))

    def setting(in_channels: int, out_channels: int, stride: int, train: bool) -> Setting:
        return Setting(
            name=name,
            size=(in_channels, out_channels, stride),
            projected=name != "PlainBlock" and in_channels != out_channels * EXPANSIONS[name],
            factor=1 + float(torch.rand(())),
            train=train,
            images=(3 if train else 2, number(5, 6), number(7, 8)),
        )

    out_channels = number(3, 5)
    return Settings(
        straight=setting(out_channels * EXPANSIONS[name], out_channels, 1, train=True),
        strided=setting(number(6, 8), number(3, 5), 2, train=False),
        widened=setting(number(6, 8), number(3, 5), 1, train=False),
    )


def settings_of(submission: Submission, name: str) -> Settings:
    """Return the settings of a block, drawn once for the submission."""
    return submission.once(f"settings of {name}", lambda: draw_settings(name))


def once(submission: Submission, judge: Callable[..., None], name: str) -> None:
    """Let `judge` decide about the block `name` once; whoever asks again gets the same answer."""
    submission.once(f"{judge.__name__} {name}", lambda: judge(submission, name))


def is_right(submission: Submission, name: str) -> bool:
    """Return whether the program of the block `name` computes what a right one does, in both modes.

    Whatever else follows from this need not be measured. A block that is not recorded may compute
    something else for other values: of it nothing follows.
    """
    if not all(passes(submission, judge, name) for judge in (judge_straight, judge_strided)):
        return False
    settings = settings_of(submission, name)
    return all(
        any_program_of(submission, setting).recorded
        for setting in (settings.straight, settings.strided)
    )


def evaluated(submission: Submission, name: str) -> Setting:
    """Return the setting in which a block that is not right is looked at: straight, in eval mode.

    A right one has been looked at with a downsample.
    """
    settings = settings_of(submission, name)
    if is_right(submission, name):
        return settings.strided
    return replace(settings.straight, train=False)


def passes(submission: Submission, judge: Callable[..., None], name: str) -> bool:
    """Return whether `judge` finds nothing wrong with the block `name`."""
    try:
        once(submission, judge, name)
    except (AssertionError, StudentError):
        return False
    return True


def program_of(submission: Submission, setting: Setting) -> Program:
    """Return the program of a block; fail where it takes no downsample, or returns no tensor."""
    program = any_program_of(submission, setting)
    if program.data is not None and program.data.result is None:
        fail("returns_no_tensor", block=setting.name)
    return program


def any_program_of(submission: Submission, setting: Setting) -> Program:
    """Return the program of a block, whatever it returns; fail where it takes no downsample."""
    program = submission.program(
        probes.block,
        setting.name,
        setting.size,
        setting.width if setting.projected else 0,
        setting.factor,
        example=setting.shape,
        train=setting.train,
    )
    if probes.NO_DOWNSAMPLE in program.parameters:
        fail("takes_no_downsample", block=setting.name)
    return program


def draw(setting: Setting) -> tuple[Tensor, Tensor]:
    """Draw an input, and weights of the output."""
    return torch.randn(setting.shape), torch.randn(setting.output_shape)


# ---------------------------------------------------------------- shapes


def judge_shape(submission: Submission, name: str, setting: Setting) -> None:
    """Check the output: out_channels · expansion channels, and sides of ⌈side / stride⌉."""
    program = program_of(submission, setting)
    got = shape_of(program, setting)
    expected = setting.output_shape
    if got != expected:
        stride, given = setting.size[2], setting.shape
        fail("wrong_shape", block=name, given=given, stride=stride, got=got, expected=expected)


def shape_of(program: Program, setting: Setting) -> tuple[int, ...]:
    """Return the shape of a program's output."""
    if program.data is not None and program.data.result is not None:
        return program.data.specs[program.data.result].shape
    return tuple(program(torch.randn(setting.shape), parameters=draw_state(program)).shape)


# ---------------------------------------------------------------- with the branch at zero


def silent_state(program: Program) -> State:
    """Return a state in which the block's own parameters are zero."""
    state = draw_state(program)
    return {**state, **{name: torch.zeros_like(state[name]) for name in own_names(program)}}


def judge_silent(submission: Submission, name: str) -> None:
    """Check that a block with zero parameters answers ReLU(input).

    The gradient passes where the input is positive. A recorded block that computes what a right
    one does with any weights does so with these.
    """
    setting = settings_of(submission, name).straight
    program = program_of(submission, setting)
    if program.recorded and passes(submission, judge_straight, name):
        return
    x, g = draw(setting)
    response = program.respond(x, weights=g, parameters=silent_state(program))
    judge_shortcut(response.output, x)
    (at_x,) = response.at_inputs
    if at_x is None or not is_close(at_x, g * (x > 0)):
        fail("gradient_altered", block=name)


def judge_shortcut(y: Tensor, shortcut: Tensor) -> None:
    """Check that the output of a silent branch is ReLU(shortcut); name what it is instead."""
    expected = shortcut.relu()
    if y.shape != expected.shape:
        fail("shortcut_of_other_shape", got=tuple(y.shape), expected=tuple(expected.shape))
    if is_close(y, expected):
        return
    if bool((y == 0).all()):
        fail("no_skip")
    if is_close(y, shortcut):
        fail("no_last_relu")
    factor = float((y * expected).sum() / (expected * expected).sum())
    if is_close(y, factor * expected):
        fail("output_scaled", factor=f"{factor:.3g}")
    fail("shortcut_altered")


def judge_downsample(submission: Submission, name: str) -> None:
    """Check the downsample.

    It is called once, on the block's own input; its output is added unchanged, and the gradient
    reaches it.
    """
    setting = settings_of(submission, name).strided
    program = program_of(submission, setting)
    role = given_role(program)
    if role is None:
        fail("state_lost" if program.constants else "downsample_calls", block=name, calls=0)
    seen = inputs_of(program, role)
    if program.recorded and len(seen) != 1:
        fail("downsample_calls", calls=len(seen))
    first = first_weight(setting.width, setting.size[0])
    if not is_close(program.initial(role.weight)[role.weight], first, rtol=0, atol=0):
        fail("downsample_changed")
    if not program.recorded or not passes(submission, judge_strided, name):
        judge_silent_downsample(program, setting, role, seen)
        return
    gradient = gradients_of(submission, setting)[role.weight]
    if gradient is None or not float(gradient.abs().sum()) > 0:
        fail("downsample_gradient")


def inputs_of(program: Program, role: Role) -> list[int]:
    """Return the numbers of the tensors that the downsample of a recorded block was called with."""
    convs = (layer for layer in program.layers if layer.kind is LayerKind.CONVOLUTION)
    return [layer.input for layer in convs if layer.weight == role.weight]


def judge_silent_downsample(
    program: Program, setting: Setting, role: Role, seen: Sequence[int]
) -> None:
    """Check that a block with zero parameters answers ReLU of its downsample's output."""
    x, g = draw(setting)
    state = silent_state(program)
    response = program.respond(x, weights=g, parameters=state)
    layer, leaf = layer_with(role, state)
    shortcut = setting.factor * conv_norm(x, layer, setting.size[2])
    if seen and seen[0] != 0 and not is_close(response.output, shortcut.detach().relu()):
        fail("downsample_input")
    judge_shortcut(response.output, shortcut.detach())
    (right,) = torch.autograd.grad((shortcut.relu() * g).sum(), leaf)
    got = response.at.get(role.weight)
    if got is None or not is_close(got, right, **SUMMATION_TOLERANCE):
        fail("downsample_gradient")


def layer_with(role: Role, state: State) -> tuple[Layer, Tensor]:
    """Return the layer of a role in a state, and its weight, which asks for a gradient."""
    weight = state[role.weight].clone().requires_grad_()
    layer = Layer(
        weight=weight,
        gamma=state[role.gamma],
        beta=state[role.beta],
        mean=state[role.mean],
        variance=state[role.variance],
    )
    return layer, weight


# ---------------------------------------------------------------- against a right block


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A block with drawn weights."""

    setting: Setting
    roles: list[Role]
    layers: list[Layer]
    given: Role | None
    projection: Layer | None

    def state(self, program: Program) -> State:
        """Return the drawn values by name; what has no role in a right block is drawn, too."""
        # Biases of convolutions are free, and say nothing.
        known = {n: torch.zeros(program.parameters[n].shape) for n in conv_biases(program)}
        pairs = list(zip(self.roles, self.layers, strict=True))
        if self.given is not None and self.projection is not None:
            pairs.append((self.given, self.projection))
        for role, layer in pairs:
            known.update(role.values(layer))
        return draw_state(program, known=known)

    def right(self, x: Tensor, g: Tensor, strides: Sequence[int]) -> list[Tensor]:
        """Return the output of a right block, and the gradient at its input."""
        leaf, train = x.clone().requires_grad_(), self.setting.train
        y = leaf
        pairs = list(zip(self.layers, self.roles, strides, strict=True))
        for index, (layer, role, stride) in enumerate(pairs, start=1):
            y = conv_norm(y, layer, stride, train=train, eps=role.eps)
            y = y.relu() if index < len(pairs) else y
        if self.projection is not None:
            shortcut = conv_norm(leaf, self.projection, self.setting.size[2], train=train)
            y = y + self.setting.factor * shortcut
        elif self.setting.name != "PlainBlock":
            y = y + leaf
        y = y.relu()
        (gradient,) = torch.autograd.grad((y * g).sum(), leaf)
        return [y.detach(), gradient]


def judge_strided(submission: Submission, name: str) -> None:
    """Check a block at stride 2, with a downsample, in eval mode against a right one."""
    judge_forward(submission, settings_of(submission, name).strided)


def judge_straight(submission: Submission, name: str) -> None:
    """Check a block at stride 1, without a downsample, in train mode against a right one."""
    judge_forward(submission, settings_of(submission, name).straight)


def judge_promise(submission: Submission, name: str) -> None:
    """Check that the block computes what a right one does, with and without a downsample."""
    for judge in (judge_silent, judge_downsample, judge_straight, judge_strided):
        once(submission, judge, name)


def judge_forward(submission: Submission, setting: Setting) -> None:
    """Check output and input gradient against a block with the same weights."""
    program = program_of(submission, setting)
    shapes = layer_shapes(setting.name, *setting.size[:2])
    roles, given = roles_of(program, shapes), given_role(program)
    if roles is None:
        explain_layers(program, setting, len(shapes))
    if setting.projected and given is None:
        fail("other_numbers", block=setting.name, stride=setting.size[2])
    projection = (setting.width, setting.size[0], 1, 1)
    trial = Trial(
        setting=setting,
        roles=roles,
        layers=[draw_layer(shape) for shape in shapes],
        given=given,
        projection=draw_layer(projection) if setting.projected else None,
    )
    if not agrees(submission, program, trial):
        fail("other_numbers", block=setting.name, stride=setting.size[2])


def explain_layers(program: Program, setting: Setting, expected: int) -> NoReturn:
    """Fail over a block whose layers are others, or are used otherwise."""
    convs, norms = registered_counts(program)
    if (convs, norms) != (expected, expected):
        fail("other_layers", block=setting.name, expected=expected, convs=convs, norms=norms)
    if len(own_names(program)) and not has_shapes(program, setting):
        fail("layers_of_other_widths", block=setting.name, expected=expected)
    fail("other_numbers", block=setting.name, stride=setting.size[2])


def has_shapes(program: Program, setting: Setting) -> bool:
    """Return whether a block holds parameters of the shapes of a right one."""
    shapes = layer_shapes(setting.name, *setting.size[:2])
    wanted = sorted([*shapes, *((shape[0],) for shape in shapes for _ in ("weight", "bias"))])
    biases = conv_biases(program)
    held = [program.parameters[name].shape for name in own_names(program) if name not in biases]
    return sorted(held) == wanted


def agrees(submission: Submission, program: Program, trial: Trial) -> bool:
    """Return whether output and gradient equal a right block's, up to rounding."""
    setting = trial.setting
    x, g = draw(setting)
    response = program.respond(x, weights=g, parameters=trial.state(program))
    submission.once(gradients_key(setting), lambda: response.at)
    (at_x,) = response.at_inputs
    if at_x is None:
        return False
    got = (response.output, at_x)
    for strides in placements(setting.name, setting.size[2]):
        expected = trial.right(x, g, strides)
        if all(
            is_close(mine, right, **SUMMATION_TOLERANCE)
            for mine, right in zip(got, expected, strict=True)
        ):
            return True
    return False


# ---------------------------------------------------------------- parameters and state


def judge_widths(submission: Submission, name: str) -> None:
    """Check the widths and kernel sizes of the convolutions that the block uses."""
    setting = settings_of(submission, name).strided
    parts = parts_of(submission, setting)
    if sorted(parts.convs) != sorted(layer_shapes(name, *setting.size[:2])):
        fail("other_widths")


def judge_parameters(submission: Submission, name: str) -> None:
    """Check the number of parameters, and that the block uses them.

    Those of the downsample and of convolution biases are not counted.
    """
    settings = settings_of(submission, name)
    for setting in (settings.strided, settings.straight):
        parts = parts_of(submission, setting)
        more = parts.parameters - block_size(name, *setting.size[:2])
        if more:
            fail("more_parameters" if more > 0 else "fewer_parameters", block=name)
        if not parts.convs:
            fail("idle_parameters", block=name, count=parts.count, idle=parts.count)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What a block holds besides its downsample."""

    count: int  # of parameters as tensors
    parameters: int  # without biases of convolutions
    convs: Sequence[tuple[int, ...]]  # shapes of the weights of the convolutions that it uses


def parts_of(submission: Submission, setting: Setting) -> Parts:
    """Return what a block holds; where it does not run, as it reports."""
    try:
        program = any_program_of(submission, setting)
    except CodeRaised:
        width = setting.width if setting.projected else 0
        return Parts(**submission.run(probes.parts, setting.name, setting.size, width))
    names = own_names(program)
    return Parts(
        count=len(names),
        parameters=count_without_biases(program, names),
        convs=conv_shapes(program),
    )


def gradients_key(setting: Setting) -> str:
    """Return the key by which the gradients of a block at its parameters are kept."""
    return f"gradients of {setting}"


def gradients_of(submission: Submission, setting: Setting) -> dict[str, Tensor | None]:
    """Return the gradients of a block at its parameters, in eval mode, with drawn weights."""

    return submission.once(
        gradients_key(setting), lambda: drawn_gradients(program_of(submission, setting), setting)
    )


def drawn_gradients(program: Program, setting: Setting) -> dict[str, Tensor | None]:
    """Return the gradients of a block at its parameters, with weights that are drawn anew."""
    x, g = draw(setting)
    return program.respond(x, weights=g, parameters=draw_state(program)).at


def judge_learning(submission: Submission, name: str) -> None:
    """Check that every parameter gets a finite gradient that is not zero."""
    setting = evaluated(submission, name)
    program = program_of(submission, setting)
    names = own_names(program)
    idle = idle_among(names, gradients_of(submission, setting))
    if idle:  # by chance, a ReLU may let nothing of a narrow layer through
        idle = idle_among(idle, drawn_gradients(program, setting))
    if not names or idle:
        fail("idle_parameters", block=name, count=len(names), idle=len(idle))


def idle_among(names: Iterable[str], gradients: Mapping[str, Tensor | None]) -> list[str]:
    """Return the parameters whose gradient is missing, zero or not finite."""
    found = {name: gradients.get(name) for name in names}
    return [
        name
        for name, gradient in found.items()
        if gradient is None or not 0 < float(gradient.abs().sum()) < float("inf")
    ]


def judge_repeats(submission: Submission, name: str) -> None:
    """Check that in eval mode an image gives the same output again, whatever its batch.

    A block that computes what a right one does gives the same.
    """
    if is_right(submission, name):
        return
    setting = evaluated(submission, name)
    program = program_of(submission, setting)
    state = draw_state(program)

    def output(x: Tensor) -> Tensor:
        return program(x, parameters=state)

    x = torch.randn(setting.shape)
    first = expect_tensor(output(x))
    if not is_close(output(x), first):
        fail("eval_varies")
    in_company = output(torch.cat([x[:1], torch.randn_like(x[1:])]))
    if not is_close(in_company[:1], first[:1]):
        fail("batch_matters")


def judge_state(submission: Submission, name: str) -> None:
    """Check that a block restored from a state dict answers as the original.

    It does where all that the output depends on has a name; other tensors must be alike in every
    block.
    """
    setting = evaluated(submission, name)
    program = program_of(submission, setting)
    if is_right(submission, name) and program.recorded and not program.constants:
        return
    state = draw_state(program)
    # Of a block without downsample the factor changes nothing, but it is made once more.
    other = program_of(submission, replace(setting, factor=2 * setting.factor))
    x = torch.randn(setting.shape)
    if not is_close(other(x, parameters=state), program(x, parameters=state)):
        judge_repeats(submission, name)  # where the block never answers alike, nothing was lost
        fail("state_lost", block=name)


def judge_expansion(submission: Submission, name: str) -> None:
    """Check the class attribute `expansion`: how much wider the output is than out_channels."""
    size = settings_of(submission, name).straight.size
    got: Any = submission.run(probes.expansion, name, size)
    if got == probes.NO_DOWNSAMPLE:
        fail("takes_no_downsample", block=name)
    if got != EXPANSIONS[name]:
        fail("wrong_expansion", block=name, expected=EXPANSIONS[name])
