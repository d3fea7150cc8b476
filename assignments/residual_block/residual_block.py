# %% [markdown]
# # Bloques residuales
#
# Escribe los bloques de una ResNet y la red completa (He, Zhang, Ren y Sun, 2015,
# *Deep Residual Learning for Image Recognition*, arXiv:1512.03385).
# El enunciado (`README.md`) explica qué se pide, qué es libre y cómo se corrige.
#
# Comprueba tu trabajo cuando quieras: `autograder check residual_block.py` (o `residual_block.ipynb`).

# %%
"""Residual blocks and the ResNet that is built from them (He et al., 2015, arXiv:1512.03385).

The handout, README.md, has the channels of every convolution and the parts of the network.
Shapes: B images, H×W pixels.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

# %% [markdown]
# ## 1. Un bloque sin atajo
#
# Dos convoluciones seguidas, como en una red clásica. Servirá para comparar.


# %%
class PlainBlock(nn.Module):
    """conv3×3-BN-ReLU-conv3×3-BN-ReLU, without a skip connection; the first convolution carries the stride."""

    def __init__(self, in_channels: int, out_channels: int, stride: int = 1) -> None:
        super().__init__()
        raise NotImplementedError("Bloque básico")

    def forward(self, x: Tensor) -> Tensor:
        """The block's output for x.

        (B, in_channels, H, W) -> (B, out_channels, ⌈H/stride⌉, ⌈W/stride⌉)
        """
        raise NotImplementedError("Bloque básico")


# %% [markdown]
# ## 2. El bloque básico
#
# El mismo camino, y al final se suma la identidad: H(x) = F(x) + x.
# Cuando las formas no coinciden, la identidad pasa por el `downsample` que recibe el bloque.


# %%
class BasicBlock(nn.Module):
    """conv3×3-BN-ReLU-conv3×3-BN, plus the identity, then ReLU: the block of ResNet-18 and ResNet-34.

    `downsample`, where given, brings the identity to the shape of the branch; the block does not make its own.
    """

    expansion = 1  # output channels / out_channels

    def __init__(
        self, in_channels: int, out_channels: int, stride: int = 1, downsample: nn.Module | None = None
    ) -> None:
        super().__init__()
        raise NotImplementedError("Bloque básico")

    def forward(self, x: Tensor) -> Tensor:
        """The block's output for x.

        (B, in_channels, H, W) -> (B, out_channels, ⌈H/stride⌉, ⌈W/stride⌉)
        """
        raise NotImplementedError("Bloque básico")


# %% [markdown]
# ## 3. El bloque bottleneck
#
# Una convolución 1×1 reduce los canales, la 3×3 trabaja con pocos y otra 1×1 los expande por cuatro.


# %%
class Bottleneck(nn.Module):
    """1×1 reduce, 3×3, 1×1 expand, plus the identity, then ReLU: the block of ResNet-50 and deeper.

    All but the last convolution have `out_channels` channels. The 3×3 carries the stride here; the paper put it
    on the first 1×1, and either is right.
    """

    expansion = 4  # output channels / out_channels

    def __init__(
        self, in_channels: int, out_channels: int, stride: int = 1, downsample: nn.Module | None = None
    ) -> None:
        super().__init__()
        raise NotImplementedError("Bloque bottleneck")

    def forward(self, x: Tensor) -> Tensor:
        """The block's output for x.

        (B, in_channels, H, W) -> (B, 4 · out_channels, ⌈H/stride⌉, ⌈W/stride⌉)
        """
        raise NotImplementedError("Bloque bottleneck")


# %% [markdown]
# ## 4. La red completa
#
# Tallo, cuatro etapas de bloques con 64, 128, 256 y 512 canales, media global y clasificador.


# %%
class ResNet(nn.Module):
    """A residual network for images: stem, four stages of `layers` blocks, global average, classifier.

    `block` is BasicBlock, Bottleneck, or any class with their arguments and an `expansion`.
    ResNet(BasicBlock, [2, 2, 2, 2]) is ResNet-18, ResNet(Bottleneck, [3, 4, 6, 3]) is ResNet-50.
    """

    def __init__(self, block: type[BasicBlock | Bottleneck], layers: list[int], num_classes: int = 1000) -> None:
        super().__init__()
        raise NotImplementedError("ResNet completa")

    def forward(self, x: Tensor) -> Tensor:
        """The logits for images x, without softmax: (B, 3, H, W) -> (B, num_classes)."""
        raise NotImplementedError("ResNet completa")


def make_stage(
    block: type[BasicBlock | Bottleneck], in_channels: int, out_channels: int, depth: int, stride: int
) -> nn.Sequential:
    """A stage of `depth` blocks; the first carries the stride and, where shapes change, a downsample.

    What it makes: (B, in_channels, H, W) -> (B, out_channels · expansion, ⌈H/stride⌉, ⌈W/stride⌉)
    """
    raise NotImplementedError("ResNet completa")


# %% [markdown]
# ## 5. Medir
#
# Cuántos parámetros se entrenan, y cuánto gradiente llega a la entrada de un bloque o de una pila de bloques.


# %%
def count_parameters(model: nn.Module) -> int:
    """The number of trainable parameters: those that require a gradient."""
    raise NotImplementedError("Bloque básico")


def gradient_norm(block: nn.Module) -> float:
    """The norm of the gradient of block(x).sum() at a random input x.

    x has shape (1, C, 16, 16), where C is the number of input channels of the block's first convolution:
    next(block.parameters()).shape[1].
    """
    raise NotImplementedError("Bloque básico")


# %% [markdown]
# Compara ahora una pila de bloques con atajo y otra sin él:

# %%
if __name__ == "__main__":
    torch.manual_seed(0)
    for kind in (PlainBlock, BasicBlock):
        stack = nn.Sequential(*(kind(16, 16) for _ in range(50))).eval()
        print(f"{kind.__name__}: {gradient_norm(stack):.2e}, {count_parameters(stack):,} parameters")
