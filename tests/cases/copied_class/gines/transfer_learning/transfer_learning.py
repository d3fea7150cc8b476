import torch, torchvision
import torch.nn as nn


def load_pretrained(name="resnet18"):
    if name == "resnet18":
        return torchvision.models.resnet18(weights=torchvision.models.ResNet18_Weights.DEFAULT)
    if name == "resnet50":
        return torchvision.models.resnet50(weights=torchvision.models.ResNet50_Weights.DEFAULT)
    return torchvision.models.get_model(name, weights="DEFAULT")


def create_transfer_model(base_model, num_classes, freeze_backbone=True):
    if freeze_backbone:
        base_model.requires_grad_(False)
    for name in ["fc", "head", "classifier"]:
        try:
            layer = getattr(base_model, name)
        except AttributeError:
            continue
        if type(layer) is nn.Linear:
            setattr(base_model, name, nn.Linear(layer.in_features, num_classes))
        else:
            layer[-1] = nn.Linear(layer[-1].in_features, num_classes)
        break
    else:
        base_model.heads.head = nn.Linear(base_model.heads.head.in_features, num_classes)
    return base_model


def imagenet_transform():
    weights = torchvision.models.ResNet18_Weights.IMAGENET1K_V1
    return weights.transforms()


def train_classifier(model, loader, epochs=1, lr=1e-3):
    losses = []
    crit = nn.CrossEntropyLoss()
    params = []
    for p in model.parameters():
        if p.requires_grad:
            params.append(p)
    opt = torch.optim.SGD(params, lr=lr)
    for epoch in range(epochs):
        model.train()
        for layer in model.modules():
            if isinstance(layer, (nn.BatchNorm1d, nn.BatchNorm2d)):
                layer.eval()
        epoch_loss = 0
        n = 0
        for i, data in enumerate(loader):
            x = data[0]
            y = data[1]
            opt.zero_grad()
            y_hat = model(x)
            loss = crit(y_hat, y)
            loss.backward()
            opt.step()
            epoch_loss = epoch_loss + loss.item()
            n = n + 1
        losses.append(epoch_loss / n)
        print("epoch", epoch, "loss", losses[-1])
    return losses
