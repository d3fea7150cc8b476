import numpy as np
import torch
from PIL import Image
from torchvision.models import get_model
from torch import nn

MEAN = np.array([0.485, 0.456, 0.406], dtype="float32")
STD = np.array([0.229, 0.224, 0.225], dtype="float32")


def load_pretrained(name="resnet18"):
    return get_model(name=name, weights="DEFAULT")


def create_transfer_model(base_model, num_classes, freeze_backbone=True):
    queue = [(base_model, key) for key in base_model._modules]
    target = None
    while queue:
        parent, key = queue.pop(0)
        module = parent._modules[key]
        if isinstance(module, nn.Linear):
            target = (parent, key)
        elif module is not None and key in ("classifier", "heads"):
            queue.extend((module, child) for child in module._modules)
    if target is None:
        raise ValueError("there is no linear layer")
    parent, key = target
    if freeze_backbone:
        for p in base_model.parameters():
            p.requires_grad = False
    parent._modules[key] = nn.Linear(parent._modules[key].in_features, num_classes)
    return base_model


def imagenet_transform():
    def prepare(image):
        width, height = image.size
        scale = 256 / min(width, height)
        image = image.convert("RGB").resize((int(width * scale), int(height * scale)), Image.BILINEAR)
        left, top = (image.width - 224) // 2, (image.height - 224) // 2
        pixels = np.asarray(image.crop((left, top, left + 224, top + 224)), dtype="float32") / 255
        return torch.from_numpy(((pixels - MEAN) / STD).transpose(2, 0, 1).copy())

    return prepare


def train_classifier(model, loader, epochs=1, lr=1e-3):
    optimizer = torch.optim.RMSprop([p for p in model.parameters() if p.requires_grad], lr=lr)
    objective = nn.NLLLoss()
    log = np.zeros(epochs)
    for epoch in range(epochs):
        model.eval()
        costs = []
        for x, y in loader:
            log_probabilities = torch.log_softmax(model(x), dim=1)
            cost = objective(log_probabilities, y)
            optimizer.zero_grad()
            cost.backward()
            optimizer.step()
            costs.append(cost.item())
        log[epoch] = np.mean(costs)
    return log.tolist()
