"""Random initialisation of tensors on the meta device, which hold nothing (runs inside).

torch computes the shape of the result by several Python functions, 50 times slower than it fills a
small tensor: half of the time in which a large model is made there.
"""

from __future__ import annotations

import torch
from torch import Tensor

_kept: list[torch.library.Library] = []  # a library's implementations end with the object


def install() -> None:
    """Let normal_ and uniform_ return such a tensor as it is."""
    if not _kept:
        library = torch.library.Library("aten", "IMPL")  # type: ignore[no-untyped-call]
        library.impl("normal_", fill_normal, "Meta")  # type: ignore[no-untyped-call]
        library.impl("uniform_", fill_uniform, "Meta")  # type: ignore[no-untyped-call]
        _kept.append(library)


def fill_normal(
    tensor: Tensor,
    mean: float = 0.0,
    std: float = 1.0,
    *,
    generator: torch.Generator | None = None,
) -> Tensor:
    """Return the tensor; RuntimeError for a deviation that no normal distribution has."""
    if not std >= 0:
        raise RuntimeError(f"normal_ expects std >= 0.0, but found std {std}")
    return tensor


def fill_uniform(
    tensor: Tensor,
    low: float = 0.0,
    high: float = 1.0,
    *,
    generator: torch.Generator | None = None,
) -> Tensor:
    """Return the tensor; RuntimeError for bounds in the wrong order."""
    if not low <= high:
        raise RuntimeError(
            f"uniform_ expects to return a [from, to) range, but found from={low} > to={high}"
        )
    return tensor
