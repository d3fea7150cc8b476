# Ejercicio 2 - Javier
import torch
import torch.nn as nn
from torchvision import models, transforms

HEADS = ["fc", "classifier", "heads", "head"]


def load_pretrained(name="resnet18"):
    # https://pytorch.org/vision/stable/models.html
    model_fn = getattr(models, name, None)
    if model_fn is None:
        raise ValueError("Modelo desconocido: " + name)
    return model_fn(weights="DEFAULT")


def set_parameter_requires_grad(model, feature_extracting):
    if feature_extracting:
        for param in model.parameters():
            param.requires_grad = False


def create_transfer_model(base_model, num_classes, freeze_backbone=True):
    set_parameter_requires_grad(base_model, freeze_backbone)
    for attr in HEADS:
        head = getattr(base_model, attr, None)
        if head is None:
            continue
        if isinstance(head, nn.Sequential):
            layers = list(head.named_children())
            last_name, last = layers[-1]
            setattr(head, last_name, nn.Linear(last.in_features, num_classes))
        else:
            setattr(base_model, attr, nn.Linear(head.in_features, num_classes))
        break
    return base_model


def imagenet_transform():
    normalize = transforms.Normalize(mean=[0.485, 0.456, 0.406], std=[0.229, 0.224, 0.225])
    return transforms.Compose([transforms.Resize(256), transforms.CenterCrop(224), transforms.ToTensor(), normalize])


def train_classifier(model, loader, epochs=1, lr=1e-3):
    device = torch.device("cuda:0" if torch.cuda.is_available() else "cpu")
    model = model.to(device)
    params_to_update = []
    for name, param in model.named_parameters():
        if param.requires_grad == True:
            params_to_update.append(param)
            print("\t", name)
    optimizer = torch.optim.Adam(params_to_update, lr=lr)
    criterion = nn.CrossEntropyLoss()
    history = []
    for epoch in range(epochs):
        model.eval()  # si no, cambian las BatchNorm
        running_loss = 0.0
        for inputs, labels in loader:
            inputs = inputs.to(device)
            labels = labels.to(device)
            optimizer.zero_grad()
            outputs = model(inputs)
            loss = criterion(outputs, labels)
            loss.backward()
            optimizer.step()
            running_loss += loss.item() * inputs.size(0)
        history.append(running_loss / len(loader.dataset))
        print("Epoch {}/{} Loss: {:.4f}".format(epoch + 1, epochs, history[-1]))
    return history
