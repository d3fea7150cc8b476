"""Exercise 02: transfer learning (Ana)."""

import torch
import torchvision.transforms as T
from torch import nn
from torchvision import models


def load_pretrained(name="resnet18"):
    weights = models.get_model_weights(name).DEFAULT
    return models.get_model(name, weights=weights)


def _head_of(model):
    """(parent module, attribute) of the last linear layer that the forward uses."""
    for name in ("fc", "classifier", "heads", "head"):
        head = getattr(model, name, None)
        if isinstance(head, nn.Linear):
            return model, name
        if isinstance(head, nn.Sequential):
            last = [n for n, m in head.named_children() if isinstance(m, nn.Linear)][-1]
            return head, last
    raise ValueError(f"I do not know where {type(model).__name__} keeps its classifier")


def create_transfer_model(base_model, num_classes, freeze_backbone=True):
    for param in base_model.parameters():
        param.requires_grad = not freeze_backbone
    parent, name = _head_of(base_model)
    old = getattr(parent, name)
    setattr(parent, name, nn.Linear(old.in_features, num_classes))  # a new layer is trainable
    return base_model


def imagenet_transform():
    return T.Compose(
        [
            T.Resize(256),
            T.CenterCrop(224),
            T.ToTensor(),
            T.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
        ]
    )


def _eval_what_is_frozen(model):
    """Train mode only where something is trained: frozen batch norms must not update their statistics."""
    model.train()
    for module in model.modules():
        own = list(module.parameters(recurse=False))
        if own and not any(p.requires_grad for p in own):
            module.eval()


def train_classifier(model, loader, epochs=1, lr=1e-3):
    optimizer = torch.optim.Adam([p for p in model.parameters() if p.requires_grad], lr=lr)
    loss_fn = nn.CrossEntropyLoss()
    losses = []
    for _ in range(epochs):
        _eval_what_is_frozen(model)
        total, n = 0.0, 0
        for x, y in loader:
            optimizer.zero_grad()
            loss = loss_fn(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(y)
            n += len(y)
        losses.append(total / n)
    return losses
