# Proyecto - Clasificador de flores - Javier
from __future__ import print_function
import torch
import torch.nn as nn
import torch.optim as optim
from torch.optim import lr_scheduler
import numpy as np
import random
import time
import copy
import os
import torchvision
from torchvision import datasets, models, transforms

CONFIG = {"data_dir": "data", "batch_size": 16, "num_workers": 0, "epochs": 20, "lr": 0.001,
          "patience": 5, "min_delta": 0, "device": "cuda:0" if torch.cuda.is_available() else "cpu", "seed": 0}

data_transforms = {
    'train': transforms.Compose([
        transforms.RandomResizedCrop(224, scale=(0.5, 1)),
        transforms.RandomHorizontalFlip(),
        transforms.ToTensor(),
        transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])
    ]),
    'val': transforms.Compose([
        transforms.Resize(256),
        transforms.CenterCrop(224),
        transforms.ToTensor(),
        transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])
    ]),
}


def set_seed(seed):
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)
    torch.cuda.manual_seed(seed)
    os.environ['PYTHONHASHSEED'] = str(seed)


def get_transforms():
    return data_transforms['train'], data_transforms['val']


def load_data(config):
    sets = {x: datasets.Flowers102(config["data_dir"], split=x, download=True,
                                   transform=data_transforms['train' if x == 'train' else 'val'])
            for x in ['train', 'val', 'test']}
    loaders = {x: torch.utils.data.DataLoader(sets[x], batch_size=config["batch_size"], shuffle=(x == 'train'),
                                              num_workers=config["num_workers"]) for x in sets}
    return loaders['train'], loaders['val'], loaders['test']


def create_model(num_classes=102, pretrained=True):
    model_ft = models.resnet18(weights='IMAGENET1K_V1' if pretrained else None)
    num_ftrs = model_ft.fc.in_features
    model_ft.fc = nn.Linear(num_ftrs, num_classes)
    return model_ft


def freeze_backbone(model):
    for name, param in model.named_parameters():
        if name not in ['fc.weight', 'fc.bias']:
            param.requires_grad = False
        else:
            param.requires_grad = True


def unfreeze_layers(model, num_layers=2):
    for i in range(num_layers):
        layer = getattr(model, 'layer' + str(4 - i))
        for param in layer.parameters():
            param.requires_grad = True


class EarlyStopping:
    # https://stackoverflow.com/questions/71998978
    def __init__(self, patience=1, min_delta=0):
        self.patience = patience
        self.min_delta = min_delta
        self.counter = 0
        self.min_validation_loss = float('inf')

    def step(self, val_loss):
        if val_loss < self.min_validation_loss:
            self.min_validation_loss = val_loss
            self.counter = 0
        elif not val_loss <= (self.min_validation_loss + self.min_delta):
            self.counter += 1
            if self.counter >= self.patience:
                return True
        return False


def train_epoch(model, loader, criterion, optimizer, device):
    model.train()
    running_loss = 0.0
    running_corrects = 0
    n = 0
    for inputs, labels in loader:
        inputs = inputs.to(device)
        labels = labels.to(device)
        optimizer.zero_grad()
        outputs = model(inputs)
        _, preds = torch.max(outputs, 1)
        loss = criterion(outputs, labels)
        loss.backward()
        optimizer.step()
        running_loss += loss.item() * inputs.size(0)
        running_corrects += torch.sum(preds == labels.data).item()
        n += inputs.size(0)
    return running_loss / n, running_corrects / n


def validate(model, loader, criterion, device):
    model.eval()
    running_loss = 0.0
    running_corrects = 0
    n = 0
    for inputs, labels in loader:
        inputs = inputs.to(device)
        labels = labels.to(device)
        with torch.set_grad_enabled(False):
            outputs = model(inputs)
            _, preds = torch.max(outputs, 1)
            loss = criterion(outputs, labels)
        running_loss += loss.item() * inputs.size(0)
        running_corrects += torch.sum(preds == labels.data).item()
        n += inputs.size(0)
    return running_loss / n, running_corrects / n


def train_model(model, train_loader, val_loader, config):
    since = time.time()
    device = config["device"]
    model = model.to(device)
    criterion = nn.CrossEntropyLoss()
    optimizer_ft = optim.SGD(model.parameters(), lr=config["lr"], momentum=0.9)
    # Decay LR by a factor of 0.1 every 7 epochs
    exp_lr_scheduler = lr_scheduler.StepLR(optimizer_ft, step_size=7, gamma=0.1)
    best_model_wts = copy.deepcopy(model.state_dict())
    best_acc = 0.0
    es = EarlyStopping(config["patience"], config["min_delta"])
    history = {'train_loss': [], 'train_acc': [], 'val_loss': [], 'val_acc': [], 'lr': []}
    for epoch in range(config["epochs"]):
        print('Epoch {}/{}'.format(epoch, config["epochs"] - 1))
        print('-' * 10)
        history['lr'].append(exp_lr_scheduler.get_last_lr()[0])
        tl, ta = train_epoch(model, train_loader, criterion, optimizer_ft, device)
        vl, va = validate(model, val_loader, criterion, device)
        exp_lr_scheduler.step()
        history['train_loss'].append(tl)
        history['train_acc'].append(ta)
        history['val_loss'].append(vl)
        history['val_acc'].append(va)
        if va > best_acc:
            best_acc = va
            best_model_wts = copy.deepcopy(model.state_dict())
        if es.step(vl):
            break
    time_elapsed = time.time() - since
    print('Training complete in {:.0f}m {:.0f}s'.format(time_elapsed // 60, time_elapsed % 60))
    model.load_state_dict(best_model_wts)
    return history


def evaluate_model(model, loader, device):
    model.eval()
    c1 = 0
    c5 = 0
    n = 0
    with torch.no_grad():
        for inputs, labels in loader:
            out = model(inputs.to(device))
            _, p = out.topk(5, 1)
            p = p.cpu()
            for i in range(len(labels)):
                if p[i][0] == labels[i]:
                    c1 += 1
                if labels[i] in p[i]:
                    c5 += 1
            n += len(labels)
    return c1 / n, c5 / n
