import torch
import torch.nn as nn
from torchvision.models import get_model
from torchvision.transforms import v2

HEADS = ("fc", "classifier", "heads", "head")


def load_pretrained(name="resnet18"):
    try:
        return get_model(name, weights="IMAGENET1K_V1")
    except ValueError:
        import timm

        return timm.create_model(name, pretrained=True)


class HeadFinder:
    def __init__(self, net):
        self.net = net

    def attribute(self):
        for candidate in HEADS:
            if candidate in dict(self.net.named_children()):
                return candidate
        raise AttributeError("no head")

    def swap(self, classes):
        which = self.attribute()
        block = getattr(self.net, which)
        layers = list(block.children())
        if not layers:
            setattr(self.net, which, nn.Linear(block.in_features, classes))
            return
        layers[-1] = nn.Linear(layers[-1].in_features, classes)
        setattr(self.net, which, nn.Sequential(*layers))


def create_transfer_model(base_model, num_classes, freeze_backbone=True):
    if freeze_backbone:
        [p.requires_grad_(False) for p in base_model.parameters()]
    HeadFinder(base_model).swap(num_classes)
    return base_model


def imagenet_transform():
    return v2.Compose([
        v2.ToImage(),
        v2.Resize(256),
        v2.CenterCrop(224),
        v2.ToDtype(torch.float32, scale=True),
        v2.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
    ])


def freeze_statistics(net):
    def visit(layer):
        if "BatchNorm" in type(layer).__name__:
            layer.eval()

    net.apply(visit)


def train_classifier(model, loader, epochs=1, lr=1e-3):
    device = next(model.parameters()).device
    optimizer = torch.optim.AdamW((p for p in model.parameters() if p.requires_grad), lr=lr)
    criterion = nn.CrossEntropyLoss(reduction="sum")
    history = []
    for epoch in range(epochs):
        model.train()
        freeze_statistics(model)
        running = torch.zeros(())
        count = 0
        for inputs, labels in loader:
            inputs, labels = inputs.to(device), labels.to(device)
            optimizer.zero_grad(set_to_none=True)
            logits = model(inputs)
            loss = criterion(logits, labels)
            (loss / labels.numel()).backward()
            optimizer.step()
            running += loss.detach()
            count += labels.numel()
        history.append((running / count).item())
    return history
