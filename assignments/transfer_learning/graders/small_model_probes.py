"""Small models of torchvision's families, and the probes that run on them.

A small model has the structure and the names of the real network and a few thousand weights, which
the judge draws. torchvision is imported where a small model is built: the judge, which builds the
same ones, makes it importable first.
"""

from __future__ import annotations

import contextlib
import inspect
from collections import OrderedDict
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

# On inputs this small, oneDNN takes longer to compile a kernel for each shape than torch's own take
# to run.
torch.backends.mkldnn.set_flags(False)

NUM_CLASSES = 1000  # as many as ImageNet has
BATCH = 8  # images, in training
IMAGE_SHAPE = (3, 32, 32)

State = dict[str, Tensor]


# ---------------------------------------------------------------- small models


def resnet() -> Any:
    """Return a ResNet: `fc`."""
    from torchvision.models.resnet import BasicBlock, ResNet

    with torch.device("meta"):
        model = ResNet(BasicBlock, [1, 1, 1, 1])
    model.inplanes = 8
    model.conv1, model.bn1 = nn.Conv2d(3, 8, 7, 2, 3, bias=False), nn.BatchNorm2d(8)
    for stage, width in enumerate((8, 12, 16, 24), start=1):
        setattr(
            model, f"layer{stage}", model._make_layer(BasicBlock, width, 1, stride=1 + (stage == 2))
        )
    model.fc = nn.Linear(24, NUM_CLASSES)
    return model


def resnet_with_dropout() -> Any:
    """Return a ResNet with dropout in its backbone, and with as many features as ResNet-18.

    Deep in it are layers with names that heads, or parts of heads, have in other families.
    """
    from torchvision.ops import SqueezeExcitation

    model = resnet()
    model.layer2.append(SqueezeExcitation(12, 4))  # fc1 and fc2
    model.layer3.append(nn.Dropout(0.2))
    layers = {
        "conv_head": nn.Conv2d(16, 512, 1, bias=False),
        "classifier_norm": nn.BatchNorm2d(512),
    }
    model.layer4 = nn.Sequential(OrderedDict(**layers, act=nn.ReLU()))
    model.fc = nn.Linear(512, NUM_CLASSES)
    return model


def densenet() -> Any:
    """Return a DenseNet: `classifier` is a Linear."""
    from torchvision.models import DenseNet

    return DenseNet(growth_rate=4, block_config=(1, 1, 1, 1), num_init_features=8, bn_size=2)


def vgg() -> Any:
    """Return a VGG: `classifier` is a Sequential with hidden layers."""
    from torchvision.models.vgg import VGG, make_layers

    with torch.device("meta"):
        model = VGG(nn.Sequential())
    model.features = make_layers([8, "M", 12, "M", 16, "M"])
    model.avgpool = nn.AdaptiveAvgPool2d((2, 2))
    for place, size in ((0, (64, 32)), (3, (32, 24)), (6, (24, NUM_CLASSES))):
        model.classifier[place] = nn.Linear(*size)
    return model


def mobilenet_v2() -> Any:
    """Return a MobileNetV2: `classifier` is a Sequential of a dropout and a Linear."""
    from torchvision.models import MobileNetV2
    from torchvision.ops.misc import Conv2dNormActivation

    with torch.device("meta"):
        model = MobileNetV2()
    small = MobileNetV2(
        inverted_residual_setting=[[1, 8, 1, 1], [2, 12, 1, 2]], width_mult=0.25, num_classes=1
    )
    last = small.features[-1][0].in_channels
    model.features = small.features[:-1].append(
        Conv2dNormActivation(last, 32, 1, activation_layer=nn.ReLU6)
    )
    model.classifier[1] = nn.Linear(32, NUM_CLASSES)
    return model


def mobilenet_v3() -> Any:
    """Return a MobileNetV3: the first layer of `classifier` has a width of its own."""
    from torchvision.models import MobileNetV3
    from torchvision.models.mobilenetv3 import InvertedResidualConfig

    config = partial(InvertedResidualConfig, dilation=1, width_mult=1.0)
    settings = [
        config(8, 3, 8, 8, True, "RE", stride=2),
        config(8, 5, 16, 12, True, "HS", stride=1),
    ]
    return MobileNetV3(settings, last_channel=40)


def efficientnet() -> Any:
    """Return an EfficientNet, whose `classifier` is a Sequential.

    Layers named fc1 and fc2 are deep in its backbone.
    """
    from torchvision.models import EfficientNet
    from torchvision.models.efficientnet import MBConvConfig

    return EfficientNet(
        [MBConvConfig(1, 3, 1, 8, 8, 1), MBConvConfig(4, 3, 2, 8, 12, 1)], 0.2, last_channel=32
    )


def vit() -> Any:
    """Return a ViT: `heads` is a Sequential whose one layer is called head."""
    from torchvision.models import VisionTransformer

    return VisionTransformer(32, 8, num_layers=1, num_heads=2, hidden_dim=16, mlp_dim=24)


def swin() -> Any:
    """Return a Swin: `head` is a Linear, as in most models of timm."""
    from torchvision.models import SwinTransformer

    return SwinTransformer([4, 4], 8, depths=[1, 1], num_heads=[1, 2], window_size=[4, 4])


SMALL_MODELS: dict[str, Callable[..., Any]] = {
    "ResNet": resnet,
    "DenseNet": densenet,
    "VGG": vgg,
    "MobileNetV2": mobilenet_v2,
    "MobileNetV3": mobilenet_v3,
    "EfficientNet": efficientnet,
    "ViT": vit,
    "Swin": swin,
    "ResNet with dropout": resnet_with_dropout,
}


def small_model_with(family: str, state: State) -> Any:
    """Return a small model with these values, in train mode as networks are when loaded."""
    small_model = SMALL_MODELS[family]()
    small_model.load_state_dict(state)
    return small_model


# ---------------------------------------------------------------- transfer


def transferred(student: Any, family: str, state: State, num_classes: int, freeze: bool) -> Any:
    """Return what create_transfer_model gives for a small model.

    Code without the argument freeze_backbone is called without it.
    """
    create, small_model = student.create_transfer_model, small_model_with(family, state)
    options = {"freeze_backbone": freeze}
    try:
        inspect.signature(create).bind(small_model, num_classes, **options)
    except TypeError:
        options = {}
    return create(small_model, num_classes, **options)


class Pair(nn.Module):
    """Two models side by side: (B, …) -> (B, 2N)."""

    def __init__(self, first: nn.Module, second: nn.Module) -> None:
        super().__init__()
        self.first, self.second = first, second

    def forward(self, x: Tensor) -> Tensor:
        """Return the logits of the first model, then those of the second."""
        return torch.cat([self.first(x), self.second(x)], dim=1)


def pair(student: Any, family: str, state: State, num_classes: int) -> Any:
    """Return two models of create_transfer_model; a parameter that they share is one."""
    models = [transferred(student, family, state, num_classes, False) for _ in range(2)]
    if not all(isinstance(model, nn.Module) for model in models):
        return None
    return Pair(*models)


# ---------------------------------------------------------------- training


class Batches(DataLoader[Any]):
    """A loader that marks on a tape when an epoch begins."""

    tape: Any = None

    def __iter__(self) -> Any:
        """Return the batches of one epoch."""
        self.tape.mark("epoch")
        return super().__iter__()


def trained(
    student: Any,
    tape: Any,
    family: str,
    state: State,
    num_classes: int,
    epochs: int,
    lr: float,
) -> Any:
    """Run train_classifier on a model with a frozen backbone; return what it returns.

    `reached` are the parameters of the backbone with a gradient, `given` those that an optimizer
    was given.
    """
    model = tape.watch(transferred(student, family, state, num_classes, True))
    old = {name: p for name, p in model.named_parameters() if is_old(p, state)}
    reached: set[str] = set()
    for name, p in old.items():
        if p.requires_grad:
            p.register_hook(partial(reach, reached, name))
    dataset = TensorDataset(tape["images"], tape["labels"])
    loader = Batches(dataset, batch_size=BATCH, shuffle=True)
    loader.tape = tape
    with watched_optimizers() as given:
        losses = tape.record(lambda: student.train_classifier(model, loader, epochs=epochs, lr=lr))
    reached |= {name for name, p in old.items() if p.grad is not None and bool((p.grad != 0).any())}
    return {
        "losses": [number(loss) for loss in losses] if isinstance(losses, (list, tuple)) else None,
        "reached": sorted(reached),
        "given": sorted(name for name, p in old.items() if id(p) in given),
    }


def is_old(tensor: Tensor, state: State) -> bool:
    """Return whether the small model had a tensor of these values."""
    kind = (tensor.shape, tensor.dtype)
    return any(torch.equal(tensor, old) for old in state.values() if (old.shape, old.dtype) == kind)


def reach(reached: set[str], name: str, gradient: Tensor) -> None:
    """Note that a gradient reached a parameter."""
    reached.add(name)


def number(value: Any) -> float | None:
    """Return a loss as a number, whatever its type; None where it is none."""
    try:
        return float(value)
    except (TypeError, ValueError, RuntimeError):
        return None


@contextlib.contextmanager
def watched_optimizers() -> Iterator[set[int]]:
    """Yield the ids of the parameters that any optimizer is given meanwhile."""
    given: set[int] = set()
    add = torch.optim.Optimizer.add_param_group

    def watch(self: Any, group: dict[str, Any]) -> None:
        add(self, group)
        given.update(id(p) for p in self.param_groups[-1]["params"])

    torch.optim.Optimizer.add_param_group = watch  # type: ignore[method-assign]
    try:
        yield given
    finally:
        torch.optim.Optimizer.add_param_group = add  # type: ignore[method-assign]
