"""Which operations of a program compute something of each image that depends on that image alone.

Where all operations up to a tensor do, the rows of the tensor are the same whichever images are in
the batch, but for how kernels round. An operation that is not known here counts as one that mixes
images: attention, statistics of a batch, and whatever torch adds.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from autograder.programs.modes import is_training_norm
from autograder.programs.operators import RANDOM_KINDS
from autograder.programs.program_data import SEED_OPERATION, Operation, ProgramData, Ref

# Operations of one tensor, element by element; other arguments are numbers.
ELEMENTWISE_KINDS = frozenset(
    {
        *("relu", "relu6", "silu", "sigmoid", "hardswish", "hardsigmoid", "hardtanh", "gelu"),
        *(
            "elu",
            "selu",
            "celu",
            "mish",
            "softplus",
            "tanh",
            "leaky_relu",
            "clamp",
            "clamp_min",
            "neg",
        ),
        *("exp", "square", "sqrt", "abs", "clone", "detach", "alias", "contiguous"),
    }
)
ARITHMETIC_KINDS = frozenset({"add", "sub", "mul", "div"})
LAYER_KINDS = frozenset(
    {
        *("convolution", "conv2d", "native_batch_norm", "_native_batch_norm_legit_no_training"),
        *("max_pool2d_with_indices", "max_pool2d", "avg_pool2d", "_adaptive_avg_pool2d"),
        *("adaptive_avg_pool2d", "adaptive_max_pool2d"),
    }
)
LAYER_DIMENSIONS = 4  # of what such a layer takes: without a batch, the first ones are channels
RESHAPING_KINDS = frozenset({"view", "reshape", "_unsafe_view", "flatten"})
MATRIX_POSITIONS = {"addmm": 1, "mm": 0, "linear": 0}  # of the images among the arguments


class Rows:
    """Which tensors have a row for each image, while the operations are gone through in order."""

    def __init__(self, data: ProgramData) -> None:
        """Begin with the one input of a program."""
        self.data = data
        self.size = data.inputs[0].shape[0]  # images of a batch
        self.numbers = set(range(len(data.inputs)))  # of the tensors that have such rows
        self._spoilt: set[int] = set()  # outputs of which nothing is known

    def follow(self, operation: Operation) -> bool:
        """Go on past an operation; return whether it keeps images apart."""
        if operation.name == SEED_OPERATION or operation.kind.rstrip("_") in RANDOM_KINDS:
            return False
        if self._spoilt.intersection(operation.sources):
            return False
        if self.numbers.isdisjoint(operation.sources):
            return self.numbers.isdisjoint(operation.outputs)
        test = _TESTS.get(operation.kind) or _TESTS.get(operation.kind.removesuffix("_"))
        if test is None or operation.kwargs or not test(operation, self):
            return False
        first, *others = operation.outputs
        if not self.starts_with_batch(first):
            return False
        self.numbers.add(first)
        self._spoilt.update(others)  # indices of a pooling, statistics of a norm
        return True

    def starts_with_batch(self, number: int) -> bool:
        """Return whether the first dimension of a tensor is as long as the batch."""
        return self.shape(number)[:1] == (self.size,)

    def shape(self, number: int) -> tuple[int, ...]:
        """Return the shape of a tensor."""
        return self.data.specs[number].shape

    def has(self, argument: object) -> bool:
        """Return whether an argument is a tensor with a row for each image."""
        return isinstance(argument, Ref) and argument.number in self.numbers

    def only_at(self, operation: Operation, position: int) -> bool:
        """Return whether the images are at this position of the arguments and nowhere else."""
        is_there = len(operation.args) > position and self.has(operation.args[position])
        others = (value for i, value in enumerate(operation.args) if i != position)
        return is_there and not any(_holds(value, self.numbers) for value in others)

    def dimensions(self, operation: Operation, position: int = 0) -> int:
        """Return how many dimensions an argument has."""
        value = operation.args[position]
        assert isinstance(value, Ref)
        return len(self.shape(value.number))


def _holds(value: object, numbers: Collection[int]) -> bool:
    if isinstance(value, list):
        return any(_holds(item, numbers) for item in value)
    return isinstance(value, Ref) and value.number in numbers


def _elementwise(operation: Operation, rows: Rows) -> bool:
    return rows.has(operation.args[0]) and not any(
        isinstance(value, (Ref, list)) for value in operation.args[1:]
    )


def _arithmetic(operation: Operation, rows: Rows) -> bool:
    """Return whether each tensor has rows of images, or is the same for all of them."""
    length = len(rows.shape(operation.outputs[0]))
    for value in operation.args[:2]:
        if not isinstance(value, Ref):
            continue
        shape = rows.shape(value.number)
        is_constant = len(shape) < length or shape[:1] == (1,)
        if not (len(shape) == length if rows.has(value) else is_constant):
            return False
    return rows.has(operation.args[0]) or not operation.kind.endswith("_")


def _layer(operation: Operation, rows: Rows) -> bool:
    return (
        not is_training_norm(operation)
        and rows.only_at(operation, 0)
        and rows.dimensions(operation) == LAYER_DIMENSIONS
    )


def _mean(operation: Operation, rows: Rows) -> bool:
    args = operation.args
    if not rows.only_at(operation, 0) or len(args) < 2:
        return False
    count = rows.dimensions(operation)
    return isinstance(args[1], list) and bool(args[1]) and _spares_first(args[1], count)


def _spares_first(dimensions: Sequence[object], count: int) -> bool:
    return all(isinstance(each, int) and each % count != 0 for each in dimensions)


def _reshaping(operation: Operation, rows: Rows) -> bool:
    return rows.only_at(operation, 0)  # row by row, as long as the first dimension stays


def _permute(operation: Operation, rows: Rows) -> bool:
    order = operation.args[1]
    count = rows.dimensions(operation)
    is_first = isinstance(order, list) and isinstance(order[0], int) and order[0] % count == 0
    return rows.only_at(operation, 0) and is_first


def _along(operation: Operation, rows: Rows) -> bool:
    """Return whether an operation along one dimension leaves the first one alone."""
    count = rows.dimensions(operation) if rows.has(operation.args[0]) else 0
    return (
        count > 0 and rows.only_at(operation, 0) and _spares_first(list(operation.args[1:2]), count)
    )


def _concatenation(operation: Operation, rows: Rows) -> bool:
    tensors, count = operation.args[0], len(rows.shape(operation.outputs[0]))
    are_rows = isinstance(tensors, list) and all(map(rows.has, tensors))
    return are_rows and len(operation.args) > 1 and _spares_first(list(operation.args[1:2]), count)


def _matrix(operation: Operation, rows: Rows) -> bool:
    position = MATRIX_POSITIONS[operation.kind]
    if not rows.only_at(operation, position):
        return False
    others = [value for i, value in enumerate(operation.args) if i < position]
    # What is added is the same for all rows.
    are_vectors = all(
        isinstance(value, Ref) and len(rows.shape(value.number)) == 1 for value in others
    )
    return are_vectors and rows.dimensions(operation, position) > 1


def _layer_norm(operation: Operation, rows: Rows) -> bool:
    shape = operation.args[1]
    is_inner = isinstance(shape, list) and len(shape) < rows.dimensions(operation)
    return rows.only_at(operation, 0) and is_inner


_TESTS: dict[str, Callable[[Operation, Rows], bool]] = {
    **dict.fromkeys(ELEMENTWISE_KINDS, _elementwise),
    **dict.fromkeys(ARITHMETIC_KINDS, _arithmetic),
    **dict.fromkeys(LAYER_KINDS, _layer),
    **dict.fromkeys(RESHAPING_KINDS, _reshaping),
    **dict.fromkeys(MATRIX_POSITIONS, _matrix),
    **dict.fromkeys(("select", "slice", "softmax", "_softmax", "log_softmax"), _along),
    **dict.fromkeys(("_log_softmax", "squeeze"), _along),
    "mean": _mean,
    "permute": _permute,
    "cat": _concatenation,
    "native_layer_norm": _layer_norm,
}
