"""The assignment of a checkpoint's tensors to a model's, by names and shapes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

WRAPPER_PARTS = {"_orig_mod", "module"}  # parts of names that torch.compile and DataParallel put in
# Counters that are no weights.
TOOL_SUFFIXES = ("num_batches_tracked", "n_averaged", "total_ops", "total_params")
OPTIONAL_TENSOR = "num_batches_tracked"  # files of old versions of torch have none
MAX_PREFIXES = 64

Shapes = Mapping[str, list[int]]  # by name
Reading = dict[str, str]  # the names that stand in a file or a model, by what they are read as


@dataclass(frozen=True, slots=True, kw_only=True)
class Differences:
    """What of a checkpoint does not fit: the names in one reading."""

    missing: tuple[str, ...]
    unexpected: tuple[str, ...]
    # Name, shape in the file, shape in the model.
    reshaped: tuple[tuple[str, list[int], list[int]], ...]

    @property
    def count(self) -> int:
        """How many tensors do not fit."""
        return len(self.missing) + len(self.unexpected) + len(self.reshaped)


def fit(own: Shapes, given: Shapes) -> Reading | Differences:
    """Return the file's name for each of the model's names, or the differences.

    The differences are those of the best reading, where none fits.
    """
    closest: Differences | None = None
    whole = [mine for mine in readings(own) if len(mine) == len(own)]
    for theirs in readings(given):
        for mine in whole:
            found = differences(mine, theirs, own, given)
            if not found.count:
                return {mine[name]: theirs[name] for name in mine if name in theirs}
            if closest is None or found.count < closest.count:
                closest = found
    assert closest is not None
    return closest


def readings(names: Iterable[str]) -> Iterator[Reading]:
    """Yield the ways to read names: unchanged, without wrappers, and without a common prefix."""
    names = list(names)
    yield {name: name for name in names}
    plain = renamed(names, bare)
    yield plain
    prefixes: dict[str, None] = {}
    for name in plain:
        parts = name.split(".")
        prefixes.update(
            dict.fromkeys(".".join(parts[:depth]) + "." for depth in range(1, len(parts)))
        )
    for prefix in sorted(prefixes, key=lambda p: p.count("."))[:MAX_PREFIXES]:
        yield {
            name.removeprefix(prefix): at for name, at in plain.items() if name.startswith(prefix)
        }


def bare(name: str) -> str:
    """Return a name without the parts that torch.compile and DataParallel put in."""
    return ".".join(part for part in name.split(".") if part not in WRAPPER_PARTS)


def renamed(names: list[str], change: Callable[[str], str]) -> Reading:
    """Return the names by their changed form; unchanged where two would become one."""
    changed = {change(name): name for name in names}
    return changed if len(changed) == len(names) else {name: name for name in names}


def differences(mine: Reading, theirs: Reading, own: Shapes, given: Shapes) -> Differences:
    """Return what one reading of a file lacks, has too much of, or has in another shape."""
    shapes = [(name, given[theirs[name]], own[mine[name]]) for name in mine if name in theirs]
    return Differences(
        missing=tuple(
            name for name in mine if name not in theirs and not name.endswith(OPTIONAL_TENSOR)
        ),
        unexpected=tuple(
            name for name in theirs if name not in mine and not name.endswith(TOOL_SUFFIXES)
        ),
        reshaped=tuple((name, got, expected) for name, got, expected in shapes if got != expected),
    )
