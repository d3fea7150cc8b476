from torchvision import models, transforms
import torch
import torch.nn as nn
import torch.nn.functional as F

CONSTRUCTORS = {
    "resnet18": models.resnet18,
    "resnet34": models.resnet34,
    "resnet50": models.resnet50,
    "vgg16": models.vgg16,
    "mobilenet_v2": models.mobilenet_v2,
    "efficientnet_b0": models.efficientnet_b0,
    "densenet121": models.densenet121,
    "vit_b_16": models.vit_b_16,
}


def load_pretrained(name="resnet18"):
    if name not in CONSTRUCTORS:
        return models.get_model(name, weights="DEFAULT")
    return CONSTRUCTORS[name](weights="DEFAULT")


def create_transfer_model(base_model, num_classes, freeze_backbone=True):
    kind = base_model.__class__.__name__
    if kind == "ResNet":
        n = base_model.fc.in_features
        base_model.fc = nn.Linear(n, num_classes)
        new = base_model.fc
    elif kind in ("VGG", "MobileNetV2", "MobileNetV3", "EfficientNet"):
        n = base_model.classifier[-1].in_features
        base_model.classifier[-1] = nn.Linear(n, num_classes)
        new = base_model.classifier[-1]
    elif kind == "DenseNet":
        n = base_model.classifier.in_features
        base_model.classifier = nn.Linear(n, num_classes)
        new = base_model.classifier
    elif kind == "VisionTransformer" and hasattr(base_model, "heads"):
        n = base_model.heads.head.in_features
        base_model.heads.head = nn.Linear(n, num_classes)
        new = base_model.heads.head
    else:
        n = base_model.head.in_features
        base_model.head = nn.Linear(n, num_classes)
        new = base_model.head
    if freeze_backbone:
        for p in base_model.parameters():
            p.requires_grad = False
        for p in new.parameters():
            p.requires_grad = True
    return base_model


def imagenet_transform():
    normalize = transforms.Normalize(
        mean=[0.485, 0.456, 0.406],
        std=[0.229, 0.224, 0.225],
    )
    return transforms.Compose(
        [transforms.Resize(256), transforms.CenterCrop(224), transforms.ToTensor(), normalize]
    )


def train_one_epoch(model, loader, opt):
    batch_losses = []
    for xb, yb in loader:
        pred = model(xb)
        loss = F.cross_entropy(pred, yb)
        loss.backward()
        opt.step()
        opt.zero_grad()
        batch_losses.append(loss.item())
    return sum(batch_losses) / max(1, len(batch_losses))


def train_classifier(model, loader, epochs=1, lr=1e-3):
    opt = torch.optim.Adam([p for p in model.parameters() if p.requires_grad], lr)
    model.eval()
    return [train_one_epoch(model, loader, opt) for _ in range(epochs)]
