"""The published architectures: recognise the one a model is made from, and its parts."""

from __future__ import annotations

import importlib
import importlib.util
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import torch
from model_probes import sample
from torch import Tensor, nn

from autograder.checks import empty_model, served_model, weights_files

ARCHITECTURE_NAMES = (  # of torchvision, the likeliest first
    *("resnet18", "resnet34", "resnet50", "efficientnet_b0", "mobilenet_v2", "mobilenet_v3_small"),
    *("mobilenet_v3_large", "densenet121", "efficientnet_b1", "efficientnet_b2", "efficientnet_b3"),
    *(
        "efficientnet_b4",
        "efficientnet_v2_s",
        "convnext_tiny",
        "resnet101",
        "resnext50_32x4d",
        "wide_resnet50_2",
    ),
    *(
        "vgg16",
        "vgg16_bn",
        "vgg11",
        "vgg11_bn",
        "vgg13",
        "vgg13_bn",
        "vgg19",
        "vgg19_bn",
        "alexnet",
    ),
    *("squeezenet1_0", "squeezenet1_1", "shufflenet_v2_x1_0", "mnasnet1_0", "densenet169"),
    *("resnet152", "convnext_small", "swin_t", "vit_b_16"),
)
# The architectures of torchvision that the handout allows, by the name that it uses.
HANDOUT_NAMES = {
    "ResNet-18": ("resnet18",),
    "ResNet-34": ("resnet34",),
    "ResNet-50, ResNeXt-50": ("resnet50", "resnext50_32x4d"),
    "ResNet-101, ResNet-152, Wide ResNet-50": ("resnet101", "resnet152", "wide_resnet50_2"),
    "EfficientNet-B0 … B4, V2-S": (
        *(f"efficientnet_b{n}" for n in range(5)),
        "efficientnet_v2_s",
    ),
    "MobileNet V2, V3": ("mobilenet_v2", "mobilenet_v3_small", "mobilenet_v3_large"),
    "ShuffleNet, MNASNet, SqueezeNet": (
        "shufflenet_v2_x1_0",
        "mnasnet1_0",
        "squeezenet1_0",
        "squeezenet1_1",
    ),
    "DenseNet-121, DenseNet-169": ("densenet121", "densenet169"),
    "ConvNeXt-T": ("convnext_tiny",),
    "ConvNeXt-S": ("convnext_small",),
    "Swin-T": ("swin_t",),
    "ViT-B/16": ("vit_b_16",),
    "VGG-11 … VGG-19": tuple(f"vgg{n}{norm}" for n in (11, 13, 16, 19) for norm in ("", "_bn")),
    "AlexNet": ("alexnet",),
}
CLASSIFIER_NAMES = ("fc", "classifier", "heads", "head")  # what the libraries call the last module
# Of the smallest images they take.
IMAGE_SIDES = {"vit": 224, "swin": 224, "alexnet": 64, "vgg": 64, "squeezenet": 64}
MIN_IMAGE_SIDE = 32  # of the smallest images that the other families take
MAX_NEW_TENSORS = 12  # tensors that a new classifier may have
TIMM_NAMES = (  # where it is installed
    *("resnet18", "resnet34", "resnet50", "efficientnet_b0", "efficientnet_b1", "mobilenetv2_100"),
    *(
        "mobilenetv3_large_100",
        "densenet121",
        "convnext_tiny",
        "vit_tiny_patch16_224",
        "vit_small_patch16_224",
    ),
    *("vit_base_patch16_224", "regnety_004"),
)
TIMM_PREFIX = "timm:"  # begins the name of a weights file of timm

Shape = tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Architecture:
    """A published architecture: the names and shapes of its parameters, in order."""

    name: str
    names: tuple[str, ...]
    shapes: tuple[Shape, ...]

    @property
    def is_resnet(self) -> bool:
        """Return whether it has the stages layer1 to layer4."""
        return any(name.startswith("layer4.") for name in self.names)

    @property
    def image_size(self) -> int:
        """The side of the smallest images that it takes."""
        bare = self.name.removeprefix(TIMM_PREFIX)
        return next(
            (side for family, side in IMAGE_SIDES.items() if bare.startswith(family)),
            MIN_IMAGE_SIDE,
        )

    def parts(self, shapes: Sequence[Shape]) -> list[str]:
        """Return which parameter of this architecture each of a model's is; "" for a new one."""
        places: dict[Shape, Iterator[str]] = {
            shape: iter([n for n, s in zip(self.names, self.shapes, strict=True) if s == shape])
            for shape in set(self.shapes)
        }
        return [next(places[shape], "") if shape in places else "" for shape in shapes]

    def fits(self, shapes: Sequence[Shape]) -> bool:
        """Return whether parameters of these shapes are this one's, but for the classifier."""
        return self.is_part_of(shapes) and len(shapes) - self.backbone.total() <= MAX_NEW_TENSORS

    def is_part_of(self, shapes: Sequence[Shape]) -> bool:
        """Return whether a model with parameters of these shapes contains this backbone.

        It may contain much else.
        """
        return not self.backbone - Counter(shapes)

    @property
    def backbone(self) -> Counter[Shape]:
        """The shapes of the parameters before the classifier."""
        named = zip(self.names, self.shapes, strict=True)
        return Counter(shape for name, shape in named if not is_classifier(name))


def is_classifier(name: str) -> bool:
    """Return whether a parameter belongs to the published classifier."""
    return name.split(".")[0] in CLASSIFIER_NAMES


@cache
def architecture(name: str) -> Architecture:
    """Return the architecture of torchvision or, after `timm:`, of timm, without values."""
    named = list(empty_model(next(files_of(name))).named_parameters())
    shapes = tuple(tuple(p.shape) for _, p in named)
    return Architecture(name=name, names=tuple(n for n, _ in named), shapes=shapes)


def files_of(name: str) -> Iterator[str]:
    """Yield the weights files that an architecture's name may mean; timm's namesakes come last."""
    bare = name.removeprefix(TIMM_PREFIX)
    if bare == name:
        yield from weights_files(name)[::-1]
    if has_timm() and bare in TIMM_NAMES:
        timm = importlib.import_module("timm")  # only where nothing else will do: it takes seconds
        yield from (f"{TIMM_PREFIX}{tagged}" for tagged in timm.list_pretrained(f"{bare}.*"))


def has_timm() -> bool:
    """Return whether timm is installed."""
    return importlib.util.find_spec("timm") is not None


def candidates() -> Iterator[Architecture]:
    """Yield every known architecture, the likeliest first."""
    names = (*ARCHITECTURE_NAMES, *(f"{TIMM_PREFIX}{name}" for name in TIMM_NAMES if has_timm()))
    return (architecture(name) for name in names)


def recognise(shapes: Sequence[Shape]) -> Architecture | None:
    """Return the architecture whose backbone a model with parameters of these shapes has."""
    return next((found for found in candidates() if found.fits(shapes)), None)


# ---------------------------------------------------------------- the weights that were served


@cache
def pretrained(file: str, data: Path | None) -> nn.Module:
    """Return the model with the weights that the sandbox serves."""
    return served_model(file, data).eval()


@cache
def samples_of(file: str, data: Path | None) -> dict[Shape, set[tuple[float, ...]]]:
    """Return the samples of the backbone's served tensors, by shape."""
    known = defaultdict(set)
    for key, parameter in pretrained(file, data).named_parameters():
        if not is_classifier(key):
            known[tuple(parameter.shape)].add(tuple(sample(parameter).tolist()))
    return dict(known)


def carried(file: str, data: Path | None, shapes: Sequence[Shape], samples: Tensor) -> float:
    """Return the share of the backbone's served tensors that a model has unchanged.

    `samples` are those of the model's parameters, (count, SAMPLE_SIZE).
    """
    known = samples_of(file, data)
    mine = {(shape, tuple(row)) for shape, row in zip(shapes, samples.tolist(), strict=True)}
    total = sum(len(values) for values in known.values())
    return (
        sum((shape, value) in mine for shape, values in known.items() for value in values) / total
    )


def features(file: str, data: Path | None, x: Tensor) -> Tensor:
    """Return what the served backbone gives to its classifier for x: (B, F)."""
    model: Any = pretrained(file, data)
    seen: list[Tensor] = []
    head = next(module for name, module in model.named_children() if name in CLASSIFIER_NAMES)
    handle = head.register_forward_pre_hook(lambda _, given: seen.append(given[0].flatten(1)))
    with torch.no_grad():
        model(x)
    handle.remove()
    return seen[0]
