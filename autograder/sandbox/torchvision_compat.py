"""The import of torchvision beside a torch without CUDA (both sides).

The builds on PyPI expect operators that such a torch lacks.
"""

from __future__ import annotations

import importlib
from types import ModuleType

import torch

# torchvision registers fake kernels for these when it is imported, and fails without their schemas.
OPERATOR_SCHEMAS = (
    "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
)
_kept: list[torch.library.Library] = []  # a library's definitions end with the object


def import_torchvision() -> ModuleType:
    """Import torchvision and return it, also beside a torch that was built without CUDA.

    Operator schemas that such a torch lacks are defined first. RuntimeError where the two versions
    do not fit each other otherwise.
    """
    try:
        return importlib.import_module("torchvision")
    except RuntimeError as error:
        if "torchvision::nms does not exist" not in str(error):
            raise
    library = torch.library.Library("torchvision", "DEF")  # type: ignore[no-untyped-call]
    for schema in OPERATOR_SCHEMAS:
        library.define(schema)  # type: ignore[no-untyped-call]
    _kept.append(library)
    return importlib.import_module("torchvision")
