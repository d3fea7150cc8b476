"""Code of torchvision as a student might copy it."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path


def torchvision() -> str:
    """Return the source of torchvision's ResNet."""
    found = importlib.util.find_spec("torchvision")
    assert found is not None
    assert found.origin is not None
    return (Path(found.origin).parent / "models" / "resnet.py").read_text(encoding="utf-8")


def pasted() -> str:
    """Return the classes of torchvision's ResNet without what they import from their package."""
    body = torchvision()
    start, end = body.index("def conv3x3"), body.index("def _resnet")
    return (
        "import torch\nimport torch.nn as nn\nfrom typing import *\nfrom torch import Tensor\n\n\n"
        + body[start:end]
    )


def disguised() -> str:
    """Return the pasted classes with other names and other whitespace, without comments."""
    code = re.sub(r'"""(?:.|\n)*?"""|#.*', "", pasted())
    for old, new in (
        ("planes", "wide"),
        ("downsample", "shortcut"),
        ("identity", "kept"),
        ("inwide", "before"),
    ):
        code = code.replace(old, new)
    return re.sub(r"self\.(conv|bn|layer)(\d)", r"self.part_\1_\2", code).replace("    ", "  ")


def bracketed() -> str:
    """Return the pasted classes with brackets around what is assigned, and sums written out."""
    code = re.sub(r"^( +[\w.]+ = )(\S.*[^(\[,{])$", r"\1((\2))", pasted(), flags=re.MULTILINE)
    return code.replace("out += identity", "out = ((out) + (identity))")
