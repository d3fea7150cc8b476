"""Gradients in a recorded training: which it computes, and what was computed from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from autograder.programs.dependence import Spread
from autograder.programs.layers import origins_of
from autograder.programs.program_data import Operation, ProgramData, Ref

# Of layers whose backward pass says of which parameters it computes the gradient: the place of the
# weight among its arguments, and that of the answers for input, weight and bias.
MASKED_KINDS = {
    "convolution_backward": (2, 10),
    "native_batch_norm_backward": (2, 9),
    "batch_norm_backward": (2, 9),
    "native_layer_norm_backward": (5, 7),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Gradients:
    """What a training computes by differentiation."""

    computed: frozenset[str]  # weights of convolutions and norms whose gradients it computes
    moved: frozenset[str]  # parameters and buffers whose last values were computed from gradients
    from_inputs: bool  # whether it differentiates anything that depends on the inputs


def gradients_of(data: ProgramData, numbers: Mapping[str, int]) -> Gradients:
    """Return the gradients in a training, at whose end the model has the tensors `numbers`."""
    origins = origins_of(data)
    from_inputs, after = Spread(range(len(data.inputs))), Spread(())
    computed: set[str] = set()
    is_differentiated = False
    for operation in data.operations:
        depends = from_inputs.follow(operation)
        is_backward = "backward" in operation.kind and depends
        is_differentiated |= is_backward
        after.follow(operation, starts=is_backward)
        if is_backward and operation.kind in MASKED_KINDS:
            computed |= _weight_of(operation, origins)
    return Gradients(
        computed=frozenset(computed),
        moved=frozenset(name for name, number in numbers.items() if after.reaches(number)),
        from_inputs=is_differentiated,
    )


def _weight_of(operation: Operation, origins: Mapping[int, str]) -> set[str]:
    """Return the name of the weight whose gradient a backward pass computes; none: it does not."""
    place, mask_place = MASKED_KINDS[operation.kind]
    if len(operation.args) <= mask_place:
        return set()
    weight, mask = operation.args[place], operation.args[mask_place]
    is_wanted = isinstance(mask, list) and len(mask) > 1 and mask[1] is True
    if not is_wanted or not isinstance(weight, Ref) or weight.number not in origins:
        return set()
    return {origins[weight.number]}
