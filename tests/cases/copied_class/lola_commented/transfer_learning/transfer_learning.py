import torch
from torch import nn
from torchvision import models, transforms


class Trainer:
    def __init__(self, model, lr):
        """Escrito por mí, paso a paso."""
        self.model = model
        self.loss = nn.CrossEntropyLoss()  # aquí
        self.optimizer = torch.optim.Adam(self.parameters(), lr=lr)  # aquí

    def parameters(self):
        """Escrito por mí, paso a paso."""
        # Este paso es importante: return
        return [p for p in self.model.parameters() if p.requires_grad]

    def prepare(self) -> None:
        """Escrito por mí, paso a paso."""
        self.model.train()  # aquí
        # Este paso es importante: for
        for child in self.model.children():
            # Este paso es importante: if
            if not any(p.requires_grad for p in child.parameters()):
                child.eval()  # aquí

    def step(self, batch):
        """Escrito por mí, paso a paso."""
        x, y = batch
        self.optimizer.zero_grad()  # aquí
        loss = self.loss(self.model(x), y)  # aquí
        # print(loss)
        loss.backward()  # aquí
        self.optimizer.step()  # aquí
        # Este paso es importante: return
        return loss.item(), y.size(0)  # aquí

    def epoch(self, loader):
        """Escrito por mí, paso a paso."""
        self.prepare()  # aquí
        results = [self.step(batch) for batch in loader]
        n = sum(size for _, size in results)  # aquí
        # Este paso es importante: return
        return sum(loss * size for loss, size in results) / n


def load_pretrained(name: str ="resnet18"):
    """Escrito por mí, paso a paso."""
    # Este paso es importante: return
    return models.get_model(name, weights="DEFAULT")  # aquí


def create_transfer_model(base_model, num_classes, freeze_backbone=True):
    """Escrito por mí, paso a paso."""
    # Este paso es importante: if
    if freeze_backbone:
        # Este paso es importante: for
        for _, parameter in base_model.named_parameters():
            parameter.requires_grad = False
    # Este paso es importante: match
    match base_model:
        case models.ResNet():
            base_model.fc = nn.Linear(base_model.fc.in_features, num_classes)  # aquí
        case models.DenseNet():
            base_model.classifier = nn.Linear(base_model.classifier.in_features, num_classes)  # aquí
        case models.VisionTransformer():
            base_model.heads.head = nn.Linear(base_model.heads.head.in_features, num_classes)  # aquí
        case models.VGG() | models.EfficientNet() | models.MobileNetV2():
            base_model.classifier[-1] = nn.Linear(base_model.classifier[-1].in_features, num_classes)  # aquí
        case _:
            base_model.head = nn.Linear(base_model.head.in_features, num_classes)  # aquí
    # Este paso es importante: return
    return base_model


def imagenet_transform():
    """Escrito por mí, paso a paso."""
    # Este paso es importante: return
    return transforms.Compose([
        transforms.Lambda(lambda image: image.convert("RGB")),
        transforms.Resize(256),
        transforms.CenterCrop(224),
        transforms.ToTensor(),
        transforms.Normalize(mean=[0.485, 0.456, 0.406], std=[0.229, 0.224, 0.225]),
    ])  # aquí


def train_classifier(model: nn.Module, loader, epochs: int = 1, lr: float = 1e-3) -> list:
    """Escrito por mí, paso a paso."""
    trainer = Trainer(model, lr)  # aquí
    # Este paso es importante: return
    return [trainer.epoch(loader) for _ in range(epochs)]
