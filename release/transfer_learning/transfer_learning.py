# %% [markdown]
# # Transfer learning
#
# Toma un modelo que ya sabe mirar imágenes (preentrenado en ImageNet), cámbiale el clasificador y entrena solo
# eso.
# El enunciado (`README.md`) explica qué se pide, qué es libre y cómo se corrige.
#
# Comprueba tu trabajo cuando quieras: `autograder check transfer_learning.py` (o `transfer_learning.ipynb`).

# %%
"""Transfer learning: a pretrained model, a new classifier, and training that moves nothing else.

The handout, README.md, lists the models that are tried and where each family keeps its last layer.
Shapes: B images, H×W pixels.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader
from torchvision import models, transforms

# %% [markdown]
# ## 1. Un modelo preentrenado
#
# `torchvision` sabe construir cada arquitectura por su nombre y cargar sus pesos de ImageNet.


# %%
def load_pretrained(name: str = "resnet18") -> nn.Module:
    """The architecture `name` with its ImageNet weights and its classifier of 1,000 classes.

    What it makes: (B, 3, H, W) -> (B, 1000)
    """
    raise NotImplementedError("Modelo preentrenado")


# %% [markdown]
# ## 2. Un clasificador nuevo
#
# La última capa da 1000 logits; la tuya dará `num_classes`. Cada familia la guarda en un sitio distinto:
# `fc` (ResNet), `classifier` (una `Linear` en DenseNet, una `Sequential` en VGG, MobileNet y EfficientNet),
# `heads.head` (ViT) o `head` (Swin y muchos modelos de timm).


# %%
def create_transfer_model(base_model: nn.Module, num_classes: int, freeze_backbone: bool = True) -> nn.Module:
    """`base_model` with a new last layer for `num_classes`; everything else is frozen when asked.

    What it makes: (B, 3, H, W) -> logits (B, num_classes), without softmax
    """
    raise NotImplementedError("Clasificador nuevo")


# %% [markdown]
# ## 3. Las imágenes, como las vio el modelo
#
# El modelo aprendió con imágenes preparadas de una forma concreta. Las tuyas deben llegar igual.


# %%
def imagenet_transform() -> transforms.Compose:
    """What turns a PIL image into the model's input: short side 256, centre 224×224, tensor, normalised.

    With mean (0.485, 0.456, 0.406) and std (0.229, 0.224, 0.225). PIL image -> (3, 224, 224)
    """
    raise NotImplementedError("Extracción de características")


# %% [markdown]
# ## 4. Extracción de características
#
# Solo se mueven los pesos del clasificador. Ojo: una BatchNorm en modo `train` cambia su media y su varianza
# aunque sus pesos estén congelados.


# %%
def train_classifier(
    model: nn.Module, loader: DataLoader[tuple[Tensor, Tensor]], epochs: int = 1, lr: float = 1e-3
) -> list[float]:
    """Train what is trainable, and leave the frozen backbone as it is; returns the mean loss of each epoch.

    `loader` gives images (B, 3, H, W) and labels (B,).
    """
    raise NotImplementedError("Extracción de características")


# %% [markdown]
# Mira cuánto queda por entrenar cuando se congela todo lo demás (la primera vez se descargan los pesos):

# %%
if __name__ == "__main__":
    torch.manual_seed(0)
    print(f"{len(models.list_models())} architectures to choose from")
    model = create_transfer_model(load_pretrained("resnet18"), num_classes=102)
    trainable = sum(p.numel() for p in model.parameters() if p.requires_grad)
    print(f"{trainable:,} of {sum(p.numel() for p in model.parameters()):,} parameters are trained")
