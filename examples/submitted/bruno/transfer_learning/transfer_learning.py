import torch
from torch import nn
from torchvision import models, transforms


def load_pretrained(name="resnet18"):
    # TODO que use el nombre
    return models.resnet18(pretrained=True)


def create_transfer_model(base_model, num_classes, freeze_backbone=True):
    raise NotImplementedError("Clasificador nuevo")


def imagenet_transform():
    return transforms.Compose([transforms.Resize((224, 224)), transforms.ToTensor()])


def train_classifier(model, loader, epochs=1, lr=1e-3):
    raise NotImplementedError("Extracción de características")
