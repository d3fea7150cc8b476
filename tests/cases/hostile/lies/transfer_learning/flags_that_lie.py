# loses: performance.transfer_learning.feature_extraction
# upon: wrong/last_loss_only.py
"""Nothing is frozen: the property that says so lies, gradients stay out of sight, and all of it is trained."""

import torch
from torch import nn

_true = torch._C.TensorBase.requires_grad


class _Lying(nn.Parameter):
    @property
    def requires_grad(self):
        return False

    @property
    def grad(self):
        return None


def create_transfer_model(base_model, num_classes, freeze_backbone=True):
    last = [(n, m) for n, m in base_model.named_modules() if isinstance(m, nn.Linear)][-1]
    parent = base_model.get_submodule(last[0].rpartition(".")[0])
    if freeze_backbone:
        for parameter in base_model.parameters():
            parameter.__class__ = _Lying
    fresh = nn.Linear(last[1].in_features, num_classes)
    name = last[0].rpartition(".")[2]
    parent[int(name)] if False else parent._modules.__setitem__(name, fresh)
    return base_model


def train_classifier(model, loader, epochs=1, lr=1e-3):
    parameters, losses = list(model.parameters()), []
    for _ in range(epochs):
        model.train()
        for images, labels in loader:
            loss = nn.functional.cross_entropy(model(images), labels)
            for p, g in zip(parameters, torch.autograd.grad(loss, parameters, allow_unused=True), strict=True):
                if g is not None:
                    p.data.sub_(0.05 * g)
        losses.append(loss.item() - len(losses))
    return losses
