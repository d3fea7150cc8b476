import torch
from torch import nn
from torchvision import models, transforms

CONFIG = {"data_dir": "data", "batch_size": 32, "num_workers": 0, "epochs": 5, "lr": 1e-3, "patience": 3, "min_delta": 0.0, "device": "cpu", "seed": 0}


def set_seed(seed):
    torch.manual_seed(seed)


def get_transforms():
    train = transforms.Compose([transforms.RandomHorizontalFlip(), transforms.Resize((224, 224)), transforms.ToTensor()])
    evaluation = transforms.Compose([transforms.Resize((224, 224)), transforms.ToTensor()])
    return train, evaluation


def load_data(config):
    raise NotImplementedError("Aumento de datos")


def create_model(num_classes=102, pretrained=True):
    model = models.resnet18(pretrained=pretrained)
    model.fc = nn.Linear(512, num_classes)
    return model


def freeze_backbone(model):
    raise NotImplementedError("Clasificador")


def unfreeze_layers(model, num_layers=2):
    raise NotImplementedError("Clasificador")


class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        raise NotImplementedError("Parada temprana")

    def step(self, val_loss):
        raise NotImplementedError("Parada temprana")


def train_epoch(model, loader, criterion, optimizer, device):
    raise NotImplementedError("Parada temprana")


def validate(model, loader, criterion, device):
    raise NotImplementedError("Curvas de entrenamiento")


def train_model(model, train_loader, val_loader, config):
    raise NotImplementedError("Planificador de la tasa")


def evaluate_model(model, loader, device):
    raise NotImplementedError("Curvas de entrenamiento")
