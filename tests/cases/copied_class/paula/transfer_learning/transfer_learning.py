from functools import partial, reduce

import torch
from torch import nn
from torchvision import models, transforms

load_options = {"weights": "DEFAULT"}


def load_pretrained(name="resnet18"):
    return partial(models.get_model, **load_options)(name)


def _walk(module, path):
    return reduce(getattr, path, module)


def create_transfer_model(base_model, num_classes, freeze_backbone=True):
    paths = (("fc",), ("heads", "head"), ("head",), ("classifier", "6"), ("classifier", "3"),
             ("classifier", "2"), ("classifier", "1"), ("classifier",))
    for path in paths:
        try:
            layer = _walk(base_model, path)
        except AttributeError:
            continue
        if isinstance(layer, nn.Linear):
            break
    base_model.requires_grad_(False if freeze_backbone else True)
    setattr(_walk(base_model, path[:-1]), path[-1], nn.Linear(layer.in_features, num_classes))
    return base_model


def imagenet_transform():
    functions = (
        transforms.Resize(256),
        transforms.CenterCrop(224),
        transforms.ToTensor(),
        transforms.Normalize((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
    )
    return lambda image: reduce(lambda value, function: function(value), functions, image)


def train_classifier(model, loader, epochs=1, lr=1e-3):
    learned = tuple(p for p in model.parameters() if p.requires_grad)
    optimizer = torch.optim.AdamW(learned, lr=lr)

    def closure(x, y):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(x), y)
        loss.backward()
        return loss

    def one_pass():
        model.eval()
        losses = [optimizer.step(partial(closure, x, y)).item() for x, y in loader]
        return sum(losses) / len(losses)

    return [one_pass() for _ in range(epochs)]
