"""Right networks of graders, recorded in the judge: for drawings beside a student's network."""

from __future__ import annotations

from collections.abc import Callable

from torch import Tensor, nn

from autograder.programs.program_data import ProgramData
from autograder.programs.record_network import record_network
from autograder.programs.recorder import Recorder, spec_of


def record_reference(network: nn.Module | Callable[..., object], *inputs: Tensor) -> ProgramData:
    """Return the program of a right network for `inputs`, to compare a student's network with.

    `network` is a module, or a function of the inputs that holds its weights.
    """
    if isinstance(network, nn.Module):
        return record_network(network, list(inputs)).data
    recorder = Recorder([(spec_of(tensor), tensor) for tensor in inputs], [])
    with recorder:
        result = network(*inputs)
    return recorder.program(result).data
