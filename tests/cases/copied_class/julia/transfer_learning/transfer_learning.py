import torch
import torch.nn as nn
from torchvision import models
from torchvision.transforms import CenterCrop, Compose, Normalize, Resize, ToTensor


def load_pretrained(name="resnet18"):
    model = models.__dict__[name](weights="DEFAULT")
    return model


class Transfer(nn.Module):
    def __init__(self, body, features, classes, is_frozen):
        super().__init__()
        self.body = body
        self.top = nn.Linear(features, classes)
        self.is_frozen = is_frozen

    def train(self, mode=True):
        self.training = mode
        self.top.train(mode)
        self.body.train(mode and not self.is_frozen)
        return self

    def forward(self, x):
        with torch.set_grad_enabled(torch.is_grad_enabled() and not self.is_frozen):
            z = self.body(x)
        return self.top(z)


def create_transfer_model(base_model, num_classes, freeze_backbone=True):
    attribute = [a for a in ("fc", "classifier", "heads", "head") if hasattr(base_model, a)][0]
    top = getattr(base_model, attribute)
    if isinstance(top, nn.Linear):
        features = top.in_features
        setattr(base_model, attribute, nn.Identity())
    else:
        features = top[-1].in_features
        top[-1] = nn.Identity()
    if freeze_backbone:
        for p in base_model.parameters():
            p.requires_grad = False
    return Transfer(base_model, features, num_classes, freeze_backbone)


def imagenet_transform():
    return Compose([Resize(256), CenterCrop(224), ToTensor(),
                    Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])])


def train_classifier(model, loader, epochs=1, lr=1e-3):
    adam = torch.optim.Adam(model.top.parameters(), lr=lr)
    model.train()
    averages = []
    for k in range(epochs):
        weights, values = [], []
        for x, t in loader:
            loss = nn.functional.cross_entropy(model(x), t)
            adam.zero_grad()
            loss.backward()
            adam.step()
            weights.append(len(t))
            values.append(loss.item())
        averages.append(sum(w * v for w, v in zip(weights, values)) / sum(weights))
    return averages
