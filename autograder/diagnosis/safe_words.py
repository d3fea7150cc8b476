"""Words and sizes of an exception text that a student may read: none can carry a hidden input."""

from __future__ import annotations

import builtins
import re

import torch
from torch import nn

from autograder.diagnosis.outline import Outline

MAX_PLAIN_SIZE = 999
MAX_FACTORED_SIZE = 10**7
MAX_SIZES = 12  # numbers of one text
MAX_NAME_CHARS = 60  # characters
TYPE_NAMES = frozenset(
    [
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
        "function",
        "method",
        "module",
        "builtin_function_or_method",
        "ndarray",
        "float32",
        "float64",
        "int64",
        "ResNet",
        "DenseNet",
        "VGG",
        "AlexNet",
        "MobileNetV2",
        "MobileNetV3",
        "EfficientNet",
        "ConvNeXt",
        "RegNet",
        "VisionTransformer",
        "SwinTransformer",
        "Inception3",
        "GoogLeNet",
        "SqueezeNet",
        "ShuffleNetV2",
        "Compose",
        "PIL",
        "TensorDataset",
        "Dataset",
        "DataLoader",
        "Subset",
        "Image",
        "SGD",
        "Adam",
        "AdamW",
        "dict_keys",
        "dict_values",
        "dict_items",
        "odict_keys",
        "list_iterator",
    ]
)
LAYER_NAMES = [name for name, kind in vars(nn).items() if isinstance(kind, type)]
LIBRARY_NAMES = frozenset(
    (
        *dir(torch.Tensor),
        *dir(nn.functional),
        *LAYER_NAMES,
        *dir(torch.optim),
        *[
            "<locals>",
            "<lambda>",
            "torch",
            "numpy",
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
            "FloatTensor",
            "DoubleTensor",
            "HalfTensor",
            "LongTensor",
            "IntTensor",
            "ByteTensor",
            "size",
            "input",
        ],
    )
)


def is_safe(group: str, text: str, outline: Outline) -> bool:
    """Return whether the text of a group may be shown; the group's name begins with its kind."""
    kind = group.rstrip("0123456789")
    if kind == "plain" or not text:
        return True
    if kind == "size":
        sizes = [int(digits) for digits in re.findall(r"\d{1,9}", text)]
        return len(sizes) <= MAX_SIZES and len(text) <= 8 * MAX_SIZES and all(map(is_size, sizes))
    if kind == "quoted":
        return text in outline.texts
    parts = re.findall(r"'(\w+)'", text) if kind == "names" else text.split(".")
    if len(text) > MAX_NAME_CHARS or not parts or not all(parts):
        return False
    known = is_type if kind == "type" else is_name
    return kind in ("type", "name", "names") and all(known(part, outline) for part in parts)


def is_size(number: int) -> bool:
    """Return whether a number may be shown as a size."""
    if number > MAX_FACTORED_SIZE:
        return False
    for factor in (2, 3, 5, 7):
        while number > MAX_PLAIN_SIZE and number % factor == 0:
            number //= factor
    return number <= MAX_PLAIN_SIZE


def is_type(word: str, outline: Outline) -> bool:
    """Return whether a word is a class of the file, of Python or of torch."""
    return (
        word in outline.classes
        or word in TYPE_NAMES
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
