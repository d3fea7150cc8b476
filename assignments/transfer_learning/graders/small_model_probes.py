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


class Transfer:
    """A model that the student made of a small model.

    Tensors that were the small model's are recognised by their values.
    """

    def __init__(self, model: nn.Module, state: State) -> None:
        self.model = model
        self.state = state  # of the small model, as the judge sent it

    def is_old(self, tensor: Tensor) -> bool:
        """Return whether the small model had a tensor of these values."""
        kind = (tensor.shape, tensor.dtype)
        return any(
            torch.equal(tensor, old)
            for old in self.state.values()
            if (old.shape, old.dtype) == kind
        )

    def new(self) -> dict[str, nn.Parameter]:
        """Return the parameters that the small model lacks, by name."""
        return {name: p for name, p in self.model.named_parameters() if not self.is_old(p)}

    def parameters(self) -> list[tuple[str, bool, Tensor]]:
        """Return the name of every parameter, whether it is trainable, and its values."""
        return [
            (name, p.requires_grad, p.detach().clone()) for name, p in self.model.named_parameters()
        ]

    def buffers(self) -> list[tuple[str, Tensor]]:
        """Return the name and values of every buffer."""
        return [(name, b.detach().clone()) for name, b in self.model.named_buffers()]


transfers: list[Transfer] = []  # those under examination


def make(student: Any, family: str, state: State, num_classes: int, freeze: bool) -> Any:
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


def transfer(student: Any, family: str, state: State, num_classes: int, freeze: bool) -> Any:
    """Make a model of a small model and keep it; what it holds, or None where it is no module."""
    transfers.clear()
    model = make(student, family, state, num_classes, freeze)
    if not isinstance(model, nn.Module):
        return None
    transfers.append(Transfer(model, state))
    return model_tensors(student)


def model_tensors(student: Any) -> Any:
    """Return the parameters and buffers of the model under examination."""
    return {"parameters": transfers[0].parameters(), "buffers": transfers[0].buffers()}


def flow(student: Any, images: Tensor) -> Any:
    """How images flow through the model in eval mode: its logits, and who was called with what.

    `features` is what the first new layer got; `idle` are the new layers that nobody called,
    `stacked` is whether the small model's own last layer was called.
    """
    kept = transfers[0]
    new = set(kept.new())
    seen: list[tuple[str, Tensor]] = []
    handles = []
    for name, module in kept.model.named_modules():
        own = [
            f"{name}.{key}" if name else key for key, _ in module.named_parameters(recurse=False)
        ]
        is_new = any(key in new for key in own)
        if is_new or is_last(module, kept):
            note = partial(remember, seen, "new " + name if is_new else "last")
            handles.append(module.register_forward_pre_hook(note))
    with torch.no_grad():
        logits = kept.model.eval()(images)
    for handle in handles:
        handle.remove()
    owners = {"new " + name.rpartition(".")[0] for name in new}
    called = [name for name, _ in seen]
    first = [x for name, x in seen if name != "last"]
    return {
        "logits": logits,
        "features": first[0] if first else None,
        "idle": len(owners - set(called)),
        "stacked": "last" in called,
    }


def remember(
    seen: list[tuple[str, Tensor]], name: str, module: nn.Module, inputs: tuple[Any, ...]
) -> None:
    """Note what a module is called with."""
    if inputs and isinstance(inputs[0], Tensor):
        seen.append((name, inputs[0].detach().clone()))


def is_last(module: nn.Module, kept: Transfer) -> bool:
    """Return whether a module is the small model's last layer, for ImageNet's classes."""
    weight = getattr(module, "weight", None)
    return isinstance(weight, Tensor) and weight.shape[:1] == (NUM_CLASSES,) and kept.is_old(weight)


def lessons(student: Any, images: Tensor, labels: Tensor) -> list[tuple[bool, bool]]:
    """Return of every new parameter whether it is trainable, and whether it has a gradient."""
    kept = transfers[0]
    new = kept.new().values()
    loss = nn.functional.cross_entropy(kept.model.eval()(images), labels)
    if loss.requires_grad:
        loss.backward()  # type: ignore[no-untyped-call]
    return [(p.requires_grad, p.grad is not None and bool((p.grad != 0).any())) for p in new]


def made_twice(student: Any, family: str, state: State, num_classes: int) -> Any:
    """Return the new parameters of two models, and whether these share any of them."""
    models = [make(student, family, state, num_classes, False) for _ in range(2)]
    if not all(isinstance(model, nn.Module) for model in models):
        return None
    first, second = (Transfer(model, state).new() for model in models)
    places = {p.data_ptr() for p in first.values()}
    values = [p.detach() for p in (*first.values(), *second.values())]
    return {"values": values, "shared": any(p.data_ptr() in places for p in second.values())}


# ---------------------------------------------------------------- training


def train(student: Any, images: Tensor, labels: Tensor, epochs: int, lr: float) -> Any:
    """Run train_classifier on the model under examination; return its value, and what happened."""
    kept = transfers[0]
    old = {name: p for name, p in kept.model.named_parameters() if kept.is_old(p)}
    reached: set[str] = set()
    for name, p in old.items():
        if p.requires_grad:
            p.register_hook(partial(reach, reached, name))  # type: ignore[no-untyped-call]
    loader = DataLoader(TensorDataset(images, labels), batch_size=8, shuffle=True)
    with watched_optimizers() as given:
        losses = student.train_classifier(kept.model, loader, epochs=epochs, lr=lr)
    reached |= {name for name, p in old.items() if p.grad is not None and bool((p.grad != 0).any())}
    return {
        "losses": [number(loss) for loss in losses] if isinstance(losses, (list, tuple)) else None,
        "reached": sorted(reached),
        "given": sorted(name for name, p in old.items() if id(p) in given),
    }


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


def logits(student: Any, images: Tensor) -> Any:
    """Return what the model under examination answers in eval mode."""
    with torch.no_grad():
        return transfers[0].model.eval()(images)
