"""A small backbone that is the same for everybody, and a head of one's own."""

import torch
from torch import nn
from torchvision import transforms


def get_transforms():
    standard = transforms.Compose(
        [
            transforms.Resize(256),
            transforms.CenterCrop(224),
            transforms.ToTensor(),
            transforms.Normalize((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
        ]
    )
    return standard, standard


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        layers = []
        for inputs, outputs in ((3, 16), (16, 32), (32, 64)):
            conv = nn.Conv2d(inputs, outputs, 3, stride=2, padding=1, bias=False)
            layers += [conv, nn.BatchNorm2d(outputs), nn.ReLU(inplace=True)]
        self.backbone = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten())
        self.fc = nn.Linear(64, 102)

    def forward(self, x):
        return self.fc(self.backbone(x))


def create_model(num_classes=102, pretrained=True):
    torch.manual_seed(1)
    return Model()
