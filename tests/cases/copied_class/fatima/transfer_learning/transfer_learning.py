import copy

import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, TensorDataset
from torchvision import models, transforms


def load_pretrained(name="resnet18"):
    weights = models.get_model_weights(name)
    chosen = list(weights)[-1]
    return models.get_model(name, weights=chosen)


def head_of(model):
    if hasattr(model, "fc"):
        return model, "fc"
    if hasattr(model, "heads"):
        return model.heads, "head"
    if hasattr(model, "head"):
        return model, "head"
    if isinstance(model.classifier, nn.Linear):
        return model, "classifier"
    return model.classifier, str(len(model.classifier) - 1)


def create_transfer_model(base_model, num_classes, freeze_backbone=True):
    model = copy.deepcopy(base_model)
    parent, key = head_of(model)
    width = parent._modules[key].in_features
    parent._modules[key] = nn.Linear(width, num_classes)
    if freeze_backbone:
        head_ids = {id(p) for p in parent._modules[key].parameters()}
        for p in model.parameters():
            p.requires_grad = id(p) in head_ids
    return model


def imagenet_transform():
    return transforms.Compose([
        transforms.Resize(256, interpolation=transforms.InterpolationMode.BILINEAR),
        transforms.CenterCrop(224),
        transforms.PILToTensor(),
        transforms.ConvertImageDtype(torch.float),
        transforms.Normalize(mean=(0.485, 0.456, 0.406), std=(0.229, 0.224, 0.225)),
    ])


@torch.no_grad()
def features_of(model, loader, layer):
    kept, labels = [], []
    hook = layer.register_forward_pre_hook(lambda _, args: kept.append(args[0].clone()))
    model.eval()
    for x, y in loader:
        model(x)
        labels.append(y)
    hook.remove()
    return torch.cat(kept), torch.cat(labels)


def train_classifier(model, loader, epochs=1, lr=1e-3):
    parent, key = head_of(model)
    layer = parent._modules[key]
    data = TensorDataset(*features_of(model, loader, layer))
    batches = DataLoader(data, batch_size=loader.batch_size or 32, shuffle=True)
    adam = torch.optim.Adam(layer.parameters(), lr=lr)
    curve = []
    for _ in range(epochs):
        total = 0.0
        for f, y in batches:
            adam.zero_grad()
            loss = F.cross_entropy(layer(f), y)
            loss.backward()
            adam.step()
            total += loss.item() * len(y)
        curve.append(total / len(data))
    return curve
