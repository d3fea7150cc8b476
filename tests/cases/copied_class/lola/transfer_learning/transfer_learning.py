import torch
from torch import nn
from torchvision import models, transforms


class Trainer:
    def __init__(self, model, lr):
        self.model = model
        self.loss = nn.CrossEntropyLoss()
        self.optimizer = torch.optim.Adam(self.parameters(), lr=lr)

    def parameters(self):
        return [p for p in self.model.parameters() if p.requires_grad]

    def prepare(self):
        self.model.train()
        for child in self.model.children():
            if not any(p.requires_grad for p in child.parameters()):
                child.eval()

    def step(self, batch):
        x, y = batch
        self.optimizer.zero_grad()
        loss = self.loss(self.model(x), y)
        loss.backward()
        self.optimizer.step()
        return loss.item(), y.size(0)

    def epoch(self, loader):
        self.prepare()
        results = [self.step(batch) for batch in loader]
        n = sum(size for _, size in results)
        return sum(loss * size for loss, size in results) / n


def load_pretrained(name="resnet18"):
    return models.get_model(name, weights="DEFAULT")


def create_transfer_model(base_model, num_classes, freeze_backbone=True):
    if freeze_backbone:
        for _, parameter in base_model.named_parameters():
            parameter.requires_grad = False
    match base_model:
        case models.ResNet():
            base_model.fc = nn.Linear(base_model.fc.in_features, num_classes)
        case models.DenseNet():
            base_model.classifier = nn.Linear(base_model.classifier.in_features, num_classes)
        case models.VisionTransformer():
            base_model.heads.head = nn.Linear(base_model.heads.head.in_features, num_classes)
        case models.VGG() | models.EfficientNet() | models.MobileNetV2():
            base_model.classifier[-1] = nn.Linear(base_model.classifier[-1].in_features, num_classes)
        case _:
            base_model.head = nn.Linear(base_model.head.in_features, num_classes)
    return base_model


def imagenet_transform():
    return transforms.Compose([
        transforms.Lambda(lambda image: image.convert("RGB")),
        transforms.Resize(256),
        transforms.CenterCrop(224),
        transforms.ToTensor(),
        transforms.Normalize(mean=[0.485, 0.456, 0.406], std=[0.229, 0.224, 0.225]),
    ])


def train_classifier(model, loader, epochs=1, lr=1e-3):
    trainer = Trainer(model, lr)
    return [trainer.epoch(loader) for _ in range(epochs)]
