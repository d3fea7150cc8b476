# %% [markdown]
# # Bloques residuales
#
# Escribe los bloques de una ResNet y la red completa (He, Zhang, Ren y Sun, 2015,
# *Deep Residual Learning for Image Recognition*, arXiv:1512.03385).
# El enunciado (`README.md`) explica qué se pide, qué es libre y cómo se corrige.
#
# Comprueba tu trabajo cuando quieras: `autograder check residual_block.py`

# %%
"""Residual blocks and the ResNet that is built from them (He et al., 2015, arXiv:1512.03385)."""

from __future__ import annotations

import torch
from torch import Tensor, nn

# %% [markdown]
# ## 1. Un bloque sin atajo
#
# Dos convoluciones seguidas, como en una red clásica. Servirá para comparar.


# %% criteria="performance.residual_block.basic_block"
class PlainBlock(nn.Module):
    """conv3×3-BN-ReLU-conv3×3-BN-ReLU, without a skip connection.

    The first convolution carries the stride.
    (B, in_channels, H, W) -> (B, out_channels, ⌈H/stride⌉, ⌈W/stride⌉)
    """

    def __init__(self, in_channels: int, out_channels: int, stride: int = 1) -> None:
        super().__init__()
        ### BEGIN SOLUTION
        self.conv1 = nn.Conv2d(in_channels, out_channels, kernel_size=3, stride=stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(out_channels)
        self.conv2 = nn.Conv2d(out_channels, out_channels, kernel_size=3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(out_channels)
        ### END SOLUTION

    def forward(self, x: Tensor) -> Tensor:
        """The block's output for x."""
        ### BEGIN SOLUTION
        out = torch.relu(self.bn1(self.conv1(x)))  # (B, out_channels, H/s, W/s)
        return torch.relu(self.bn2(self.conv2(out)))
        ### END SOLUTION


# %% [markdown]
# ## 2. El bloque básico
#
# El mismo camino, y al final se suma la identidad: H(x) = F(x) + x.
# Cuando las formas no coinciden, la identidad pasa por el `downsample` que recibe el bloque.


# %% criteria="performance.residual_block.basic_block"
class BasicBlock(nn.Module):
    """conv3×3-BN-ReLU-conv3×3-BN, plus the identity, then ReLU: the block of ResNet-18 and ResNet-34.

    `downsample`, where given, brings the identity to the shape of the branch; the block does not make its own.
    (B, in_channels, H, W) -> (B, out_channels, ⌈H/stride⌉, ⌈W/stride⌉)
    """

    expansion = 1  # output channels / out_channels

    def __init__(
        self, in_channels: int, out_channels: int, stride: int = 1, downsample: nn.Module | None = None
    ) -> None:
        super().__init__()
        ### BEGIN SOLUTION
        self.conv1 = nn.Conv2d(in_channels, out_channels, kernel_size=3, stride=stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(out_channels)
        self.conv2 = nn.Conv2d(out_channels, out_channels, kernel_size=3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(out_channels)
        self.downsample = downsample
        ### END SOLUTION

    def forward(self, x: Tensor) -> Tensor:
        """The block's output for x."""
        ### BEGIN SOLUTION
        identity = x if self.downsample is None else self.downsample(x)
        out = torch.relu(self.bn1(self.conv1(x)))  # (B, out_channels, H/s, W/s)
        out = self.bn2(self.conv2(out))
        return torch.relu(out + identity)
        ### END SOLUTION


# %% [markdown]
# ## 3. El bloque bottleneck
#
# Una convolución 1×1 reduce los canales, la 3×3 trabaja con pocos y otra 1×1 los expande por cuatro.


# %% criteria="performance.residual_block.bottleneck"
class Bottleneck(nn.Module):
    """1×1 reduce, 3×3, 1×1 expand, plus the identity, then ReLU: the block of ResNet-50 and deeper.

    All but the last convolution have `out_channels` channels. The 3×3 carries the stride here; the paper put it
    on the first 1×1, and either is right.
    (B, in_channels, H, W) -> (B, 4 · out_channels, ⌈H/stride⌉, ⌈W/stride⌉)
    """

    expansion = 4  # output channels / out_channels

    def __init__(
        self, in_channels: int, out_channels: int, stride: int = 1, downsample: nn.Module | None = None
    ) -> None:
        super().__init__()
        ### BEGIN SOLUTION
        width = out_channels * self.expansion
        self.conv1 = nn.Conv2d(in_channels, out_channels, kernel_size=1, bias=False)
        self.bn1 = nn.BatchNorm2d(out_channels)
        self.conv2 = nn.Conv2d(out_channels, out_channels, kernel_size=3, stride=stride, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(out_channels)
        self.conv3 = nn.Conv2d(out_channels, width, kernel_size=1, bias=False)
        self.bn3 = nn.BatchNorm2d(width)
        self.downsample = downsample
        ### END SOLUTION

    def forward(self, x: Tensor) -> Tensor:
        """The block's output for x."""
        ### BEGIN SOLUTION
        identity = x if self.downsample is None else self.downsample(x)
        out = torch.relu(self.bn1(self.conv1(x)))  # (B, out_channels, H, W)
        out = torch.relu(self.bn2(self.conv2(out)))  # (B, out_channels, H/s, W/s)
        out = self.bn3(self.conv3(out))  # (B, 4 · out_channels, H/s, W/s)
        return torch.relu(out + identity)
        ### END SOLUTION


# %% [markdown]
# ## 4. La red completa
#
# Tallo, cuatro etapas de bloques con 64, 128, 256 y 512 canales, media global y clasificador.


# %% criteria="performance.residual_block.resnet"
class ResNet(nn.Module):
    """A residual network for images: stem, four stages of `layers` blocks, global average, classifier.

    `block` is BasicBlock, Bottleneck, or any class with their arguments and an `expansion`.
    ResNet(BasicBlock, [2, 2, 2, 2]) is ResNet-18, ResNet(Bottleneck, [3, 4, 6, 3]) is ResNet-50.
    (B, 3, H, W) -> (B, num_classes)
    """

    def __init__(self, block: type[BasicBlock | Bottleneck], layers: list[int], num_classes: int = 1000) -> None:
        super().__init__()
        ### BEGIN SOLUTION
        self.stem = nn.Sequential(
            nn.Conv2d(3, 64, kernel_size=7, stride=2, padding=3, bias=False),
            nn.BatchNorm2d(64),
            nn.ReLU(),
            nn.MaxPool2d(kernel_size=3, stride=2, padding=1),
        )
        self.stages = nn.Sequential()
        width = 64  # channels that reach the next block
        for stage, (out_channels, depth) in enumerate(zip((64, 128, 256, 512), layers, strict=True)):
            stride = 1 if stage == 0 else 2  # the max-pool has already halved the map of the first stage
            self.stages.append(make_stage(block, width, out_channels, depth, stride))
            width = out_channels * block.expansion
        self.fc = nn.Linear(width, num_classes)
        ### END SOLUTION

    def forward(self, x: Tensor) -> Tensor:
        """The logits for images x."""
        ### BEGIN SOLUTION
        x = self.stem(x)  # (B, 64, H/4, W/4)
        x = self.stages(x)  # (B, 512 · expansion, H/32, W/32)
        logits: Tensor = self.fc(x.mean(dim=(2, 3)))  # (B, num_classes)
        return logits
        ### END SOLUTION


def make_stage(
    block: type[BasicBlock | Bottleneck], in_channels: int, out_channels: int, depth: int, stride: int
) -> nn.Sequential:
    """A stage of `depth` blocks; the first carries the stride and, where shapes change, a downsample.

    (B, in_channels, H, W) -> (B, out_channels · expansion, ⌈H/stride⌉, ⌈W/stride⌉)
    """
    ### BEGIN SOLUTION
    width = out_channels * block.expansion
    downsample = None
    if stride != 1 or in_channels != width:
        downsample = nn.Sequential(
            nn.Conv2d(in_channels, width, kernel_size=1, stride=stride, bias=False),
            nn.BatchNorm2d(width),
        )
    first = block(in_channels, out_channels, stride, downsample)
    return nn.Sequential(first, *(block(width, out_channels) for _ in range(depth - 1)))
    ### END SOLUTION


# %% [markdown]
# ## 5. Medir
#
# Cuántos parámetros se entrenan, y cuánto gradiente llega a la entrada de un bloque o de una pila de bloques.


# %% criteria="performance.residual_block.basic_block"
def count_parameters(model: nn.Module) -> int:
    """The number of trainable parameters: those that require a gradient."""
    ### BEGIN SOLUTION
    return sum(p.numel() for p in model.parameters() if p.requires_grad)
    ### END SOLUTION


def gradient_norm(block: nn.Module) -> float:
    """The norm of the gradient of block(x).sum() at a random input x.

    x has shape (1, C, 16, 16), where C is the number of input channels of the block's first convolution:
    next(block.parameters()).shape[1].
    """
    ### BEGIN SOLUTION
    channels = next(block.parameters()).shape[1]
    x = torch.randn(1, channels, 16, 16, requires_grad=True)
    (gradient,) = torch.autograd.grad(block(x).sum(), x)
    return float(gradient.norm())
    ### END SOLUTION


# %% [markdown]
# Compara ahora una pila de bloques con atajo y otra sin él:

# %%
if __name__ == "__main__":
    torch.manual_seed(0)
    for kind in (PlainBlock, BasicBlock):
        stack = nn.Sequential(*(kind(16, 16) for _ in range(50))).eval()
        print(f"{kind.__name__}: {gradient_norm(stack):.2e}, {count_parameters(stack):,} parameters")
