import random

import torch
from torch import nn
from torchvision import datasets, models, transforms

CONFIG = dict(data_dir="data", batch_size=32, num_workers=0, epochs=10, lr=1e-4, patience=3, min_delta=0.0, device="cpu", seed=1)

preproceso = transforms.Compose([
    transforms.Resize(256),
    transforms.CenterCrop(224),
    transforms.ToTensor(),
    transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
])

def set_seed(seed):
    random.seed(seed)

def get_transforms():
    return preproceso, preproceso

def load_data(config):
    cargar = lambda split: torch.utils.data.DataLoader(datasets.Flowers102(config["data_dir"], split=split, transform=preproceso, download=True), batch_size=config["batch_size"], shuffle=split == "train")
    return cargar("train"), cargar("val"), cargar("test")

def create_model(num_classes=102, pretrained=True):
    m = models.resnet18(weights="DEFAULT" if pretrained else None)
    m.fc = nn.Linear(512, 102)
    return m

def freeze_backbone(model):
    for p in model.parameters():
        p.requires_grad = False
    for p in model.fc.parameters():
        p.requires_grad = True

def unfreeze_layers(model, num_layers=2):
    for p in list(model.parameters())[-num_layers:]:
        p.requires_grad = True

class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        self.p = patience
        self.l = []

    def step(self, val_loss):
        self.l.append(val_loss)
        return len(self.l) > self.p and self.l[-1] > self.l[-2]

def train_epoch(model, loader, criterion, optimizer, device):
    model.train()
    s = a = n = 0
    for x, y in loader:
        optimizer.zero_grad()
        o = model(x)
        l = criterion(o, y)
        l.backward()
        optimizer.step()
        s += l.item() * len(y); a += (o.argmax(1) == y).sum().item(); n += len(y)
    return s / n, a / n

def validate(model, loader, criterion, device):
    model.eval()
    s = a = n = 0
    with torch.no_grad():
        for x, y in loader:
            o = model(x)
            s += criterion(o, y).item() * len(y); a += (o.argmax(1) == y).sum().item(); n += len(y)
    return s / n, a / n

def train_model(model, train_loader, val_loader, config):
    optimizer = torch.optim.Adam(model.parameters(), lr=config["lr"])
    criterion = nn.CrossEntropyLoss()
    h = {"train_loss": [], "train_acc": [], "val_loss": [], "val_acc": [], "lr": []}
    for e in range(config["epochs"]):
        a, b = train_epoch(model, train_loader, criterion, optimizer, config["device"])
        c, d = validate(model, val_loader, criterion, config["device"])
        for k, v in zip(h, (a, b, c, d, config["lr"])):
            h[k].append(v)
        print(e, a, b, c, d)
    return h

def evaluate_model(model, loader, device):
    model.eval()
    uno = cinco = n = 0
    with torch.no_grad():
        for x, y in loader:
            t = model(x).topk(5).indices
            uno += (t[:, 0] == y).sum().item(); cinco += (t == y[:, None]).sum().item(); n += len(y)
    return uno / n, cinco / n
