"""A tiny model that decides by values, behind the standard evaluation, which counts the pictures that it gets."""

from torch import nn
from torchvision import transforms

pictures = []


def get_transforms():
    standard = transforms.Compose(
        [
            transforms.Resize(256),
            transforms.CenterCrop(224),
            transforms.ToTensor(),
            transforms.Normalize((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
        ]
    )

    def evaluation(picture):
        pictures.append(picture.size)
        return standard(picture)

    return standard, evaluation


class Tiny(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 102)

    def forward(self, x):
        y = self.fc(x.mean((2, 3)))
        return y if float(y.sum()) > 0 else y * 1


def create_model(num_classes=102, pretrained=True):
    return Tiny()


def count():
    return len(pictures)
