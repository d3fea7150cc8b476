import torch
import torch.nn as nn
import timm
from torchvision import models, transforms


def load_pretrained(name="resnet18"):
    if name in models.list_models():
        model = models.get_model(name, weights="DEFAULT")
    else:
        model = timm.create_model(name, pretrained=True)
    return model


def set_grad(model, value):
    for parameter in model.parameters():
        parameter.requires_grad = value


def new_layer(old, k):
    layer = nn.Linear(old.in_features, k)
    nn.init.normal_(layer.weight, std=0.01)
    nn.init.zeros_(layer.bias)
    return layer


def create_transfer_model(base_model, num_classes, freeze_backbone=True):
    set_grad(base_model, not freeze_backbone)
    if getattr(base_model, "fc", None) is not None:
        base_model.fc = new_layer(base_model.fc, num_classes)
        return base_model
    if getattr(base_model, "heads", None) is not None:
        base_model.heads.head = new_layer(base_model.heads.head, num_classes)
        return base_model
    if getattr(base_model, "head", None) is not None:
        base_model.head = new_layer(base_model.head, num_classes)
        return base_model
    c = base_model.classifier
    if hasattr(c, "in_features"):
        base_model.classifier = new_layer(c, num_classes)
    else:
        base_model.classifier[-1] = new_layer(c[-1], num_classes)
    return base_model


def imagenet_transform():
    ops = []
    ops.append(transforms.Resize(256))
    ops.append(transforms.CenterCrop(224))
    ops.append(transforms.ToTensor())
    ops.append(transforms.Normalize(mean=[0.485, 0.456, 0.406], std=[0.229, 0.224, 0.225]))
    return transforms.Compose(ops)


def train_classifier(model, loader, epochs=1, lr=1e-3):
    trainable = [(n, p) for n, p in model.named_parameters() if p.requires_grad]
    optimizer = torch.optim.Adam([{"params": [p for _, p in trainable], "lr": lr}])
    scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=max(epochs, 1))
    loss_fn = nn.CrossEntropyLoss(label_smoothing=0.0)
    frozen = [m for m in model.modules() if not any(p.requires_grad for p in m.parameters())]
    record = []
    for _ in range(epochs):
        model.train()
        for m in frozen:
            m.eval()
        s = 0.0
        for image, label in loader:
            optimizer.zero_grad()
            out = loss_fn(model(image), label)
            out.backward()
            optimizer.step()
            s += out.item() * image.shape[0]
        scheduler.step()
        record.append(s / len(loader.dataset))
    return record
