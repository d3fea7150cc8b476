import torch
from torch import nn
from torchvision import models, transforms


def load_pretrained(name="resnet18"):
    return models.resnet18()


def create_transfer_model(base_model, num_classes, freeze_backbone=True):
    for param in base_model.parameters():
        param.requires_grad = False
    base_model.classifier = nn.Linear(512, num_classes)
    return base_model


def imagenet_transform():
    return transforms.Compose([
        transforms.Resize(224),
        transforms.ToTensor(),
        transforms.Normalize((0.5, 0.5, 0.5), (0.5, 0.5, 0.5)),
    ])


# def train_classifier(model, loader, epochs=1, lr=1e-3):
#     no me ha dado tiempo
