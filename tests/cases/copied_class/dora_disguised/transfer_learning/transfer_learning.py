from torchvision import models, transforms
import torch
import torch.nn as nn
import torch.nn.functional as F

NETWORKS = {
    "resnet18": models.resnet18,
    "resnet34": models.resnet34,
    "resnet50": models.resnet50,
    "vgg16": models.vgg16,
    "mobilenet_v2": models.mobilenet_v2,
    "efficientnet_b0": models.efficientnet_b0,
    "densenet121": models.densenet121,
    "vit_b_16": models.vit_b_16,
}


def epoch_mean(model, loader, adam):
    values = []
    # go through the data once
    for pictures, classes in loader:
        scores = model(pictures)
        loss = F.cross_entropy(scores, classes)
        loss.backward()
        adam.step()
        adam.zero_grad()
        values.append(loss.item())
    return sum(values) / max(1, len(values))


def imagenet_transform():
    standardize = transforms.Normalize(
        mean=[0.485, 0.456, 0.406],
        std=[0.229, 0.224, 0.225],
    )
    return transforms.Compose(
        [transforms.Resize(256), transforms.CenterCrop(224), transforms.ToTensor(), standardize]
    )


def train_classifier(model, loader, epochs=1, lr=1e-3):
    adam = torch.optim.Adam([tensor for tensor in model.parameters() if tensor.requires_grad], lr)
    model.eval()
    return [epoch_mean(model, loader, adam) for _ in range(epochs)]


def load_pretrained(name="resnet18"):
    if name not in NETWORKS:
        return models.get_model(name, weights="DEFAULT")
    return NETWORKS[name](weights="DEFAULT")


def create_transfer_model(base_model, num_classes, freeze_backbone=True):
    # which family is it?
    family = base_model.__class__.__name__
    if family == "ResNet":
        width = base_model.fc.in_features
        base_model.fc = nn.Linear(width, num_classes)
        top = base_model.fc
    elif family in ("VGG", "MobileNetV2", "MobileNetV3", "EfficientNet"):
        width = base_model.classifier[-1].in_features
        base_model.classifier[-1] = nn.Linear(width, num_classes)
        top = base_model.classifier[-1]
    elif family == "DenseNet":
        width = base_model.classifier.in_features
        base_model.classifier = nn.Linear(width, num_classes)
        top = base_model.classifier
    elif family == "VisionTransformer" and hasattr(base_model, "heads"):
        width = base_model.heads.head.in_features
        base_model.heads.head = nn.Linear(width, num_classes)
        top = base_model.heads.head
    else:
        width = base_model.head.in_features
        base_model.head = nn.Linear(width, num_classes)
        top = base_model.head
    if freeze_backbone:
        for tensor in base_model.parameters():
            tensor.requires_grad = False
        for tensor in top.parameters():
            tensor.requires_grad = True
    return base_model
