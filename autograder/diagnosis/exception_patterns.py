r"""The closed list of exception texts that are understood, and what of each a student may read.

A text is matched whole. Outside its named groups a pattern is a constant text of Python, torch or
numpy; what a group holds is shown only where it can carry no hidden input:

    name    a word that stands in the student's file, or one of Python's or torch's own; names: several in quotes
    type    a class of the file, of Python or of torch
    size    sizes and counts: below a thousand, or products of 2, 3, 5 and 7, as layers and maps have
    quoted  a text that stands in quotation marks in the student's file
    plain   one of a few constant texts
    rest    anything; never shown
"""

from __future__ import annotations

import builtins
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import nn

from autograder.diagnosis.outline import Outline

HIDDEN = "…"  # stands where a text is not shown
MAX_PLAIN_SIZE = 999
MAX_SIZE = 10**7
MAX_SIZES = 12  # numbers of one text
MAX_NAME = 60  # characters
_TYPES = frozenset(
    {
        "Tensor",
        "Parameter",
        "Size",
        "dtype",
        "device",
        "generator",
        "Generator",
        "coroutine",
        "ellipsis",
        "NoneType",
    }
    | {
        "function",
        "method",
        "module",
        "builtin_function_or_method",
        "ndarray",
        "float32",
        "float64",
        "int64",
    }
    | {
        "ResNet",
        "DenseNet",
        "VGG",
        "AlexNet",
        "MobileNetV2",
        "MobileNetV3",
        "EfficientNet",
        "ConvNeXt",
        "RegNet",
    }
    | {
        "VisionTransformer",
        "SwinTransformer",
        "Inception3",
        "GoogLeNet",
        "SqueezeNet",
        "ShuffleNetV2",
        "Compose",
    }
    | {"PIL", "TensorDataset", "Dataset", "DataLoader", "Subset", "Image", "SGD", "Adam", "AdamW"}
    | {"dict_keys", "dict_values", "dict_items", "odict_keys", "list_iterator"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A text that was understood."""

    key: str  # of causes.yml
    values: dict[str, str]  # by group, only those that may be shown
    text: str  # the text, where a group that may not be shown is a dash


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pattern:
    key: str
    kinds: frozenset[str]  # the exceptions that have such a text
    expression: re.Pattern[str]


def recognise(kind: str, message: str, outline: Outline) -> Found | None:
    """Return what a text of an exception of class `kind` says; None for one that is not in the
    list.
    """
    for pattern in _BY_KIND.get(kind, ()):
        match = pattern.expression.fullmatch(message)
        if match is not None:
            shown = {group: text for group, text in match.groupdict().items() if text is not None}
            safe = {group: text for group, text in shown.items() if is_safe(group, text, outline)}
            return Found(key=pattern.key, values=safe, text=_without(match, set(shown) - set(safe)))
    return None


def _without(match: re.Match[str], hidden: set[str]) -> str:
    """Return the text of a match without what its groups of those names hold, on one line."""
    text, end = "", 0
    for group in sorted(hidden, key=match.start):
        text += match.string[end : match.start(group)] + HIDDEN
        end = match.end(group)
    shown = " ".join((text + match.string[end:]).replace("`", "'").split())
    return "" if shown == HIDDEN else shown


def is_safe(group: str, text: str, outline: Outline) -> bool:
    """Return whether the text of a group may be shown; the group's name begins with the kind of it."""
    kind = group.rstrip("0123456789")
    if kind == "plain" or not text:
        return True
    if kind == "size":
        sizes = [int(digits) for digits in re.findall(r"\d{1,9}", text)]
        return len(sizes) <= MAX_SIZES and len(text) <= 8 * MAX_SIZES and all(map(is_size, sizes))
    if kind == "quoted":
        return text in outline.texts
    parts = re.findall(r"'(\w+)'", text) if kind == "names" else text.split(".")
    if len(text) > MAX_NAME or not parts or not all(parts):
        return False
    known = is_type if kind == "type" else is_name
    return kind in ("type", "name", "names") and all(known(part, outline) for part in parts)


def is_size(number: int) -> bool:
    """Return whether a number may be shown as a size."""
    if number > MAX_SIZE:
        return False
    for factor in (2, 3, 5, 7):
        while number > MAX_PLAIN_SIZE and number % factor == 0:
            number //= factor
    return number <= MAX_PLAIN_SIZE


def is_type(word: str, outline: Outline) -> bool:
    """Return whether a word is a class of the file, of Python or of torch."""
    return (
        word in outline.classes
        or word in _TYPES
        or isinstance(getattr(builtins, word, None), type)
        or hasattr(nn, word)
    )


def is_name(word: str, outline: Outline) -> bool:
    """Return whether a word stands in the file, or is one of Python's or torch's own."""
    return (
        word in outline.words
        or is_type(word, outline)
        or word in LIBRARY_NAMES
        or (word.isidentifier() and (hasattr(builtins, word) or hasattr(nn.Module, word)))
    )


_LAYERS = [name for name, kind in vars(nn).items() if isinstance(kind, type)]
LIBRARY_NAMES = frozenset(
    {
        *dir(torch.Tensor),
        *dir(nn.functional),
        *_LAYERS,
        *dir(torch.optim),
        "<locals>",
        "<lambda>",
        "torch",
        "numpy",
    }
    | {
        "np",
        "nn",
        "functional",
        "optim",
        "running_mean",
        "running_var",
        "weight",
        "bias",
        "list",
        "tuple",
        "string",
    }
    | {
        "Float",
        "Double",
        "Half",
        "BFloat16",
        "Int",
        "Long",
        "Byte",
        "Bool",
        "Char",
        "Short",
        "torchvision",
        "timm",
    }
    | {
        "FloatTensor",
        "DoubleTensor",
        "HalfTensor",
        "LongTensor",
        "IntTensor",
        "ByteTensor",
        "size",
        "input",
    }
)

_NUMBER = r"-?\d{1,9}"
_NAME = r"[\w.<>]+"


def _read(table: str) -> Iterator[_Pattern]:
    """Return the patterns of a table: a line with exceptions in brackets, then one line per text."""
    kinds: frozenset[str] = frozenset()
    for line in table.strip().splitlines():
        line = line.strip()
        if line.startswith("["):
            kinds = frozenset(line.strip("[]").split())
        elif line and not line.startswith("#"):
            key, _, text = line.partition(" | ")
            yield _Pattern(key=key.strip(), kinds=kinds, expression=_compiled(text.strip()))


def _compiled(text: str) -> re.Pattern[str]:
    """Return the expression of a text in which `{kind}` and `{kind:expression}` stand for groups."""
    parts = re.split(r"\{(\w+)(?::([^{}]+))?\}", text)
    expression = re.escape(parts[0])
    for group, own, constant in zip(parts[1::3], parts[2::3], parts[3::3], strict=True):
        expression += f"(?P<{group}>{own or _GROUPS[group.rstrip('0123456789')]})" + re.escape(
            constant
        )
    return re.compile(expression, re.DOTALL)


_GROUPS = {
    "name": _NAME,
    "names": r"'\w+'(?:(?:,| and|, and) '\w+')*",
    "type": r"[\w.\-]+",
    "size": _NUMBER,
    "quoted": r"[^'\"]+",
    "rest": r".*",
}
_PATTERNS = tuple(_read(Path(__file__).with_name("exceptions.txt").read_text(encoding="utf-8")))
_BY_KIND = {
    kind: [p for p in _PATTERNS if kind in p.kinds] for each in _PATTERNS for kind in each.kinds
}
