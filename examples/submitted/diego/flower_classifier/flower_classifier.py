# proyecto flores, hecho en colab
from google.colab import drive
drive.mount("/content/drive")

import torch
import torch.nn as nn
from torchvision import models, transforms, datasets
import random
import copy

CONFIG = {"data_dir": "/content/drive/MyDrive/flores", "batch_size": 64, "num_workers": 2, "epochs": 20, "lr": 1e-3,
          "patience": 5, "min_delta": 0.0, "device": "cuda", "seed": 0

def set_seed(seed):
    random.seed(seed)
    torch.manual_seed(seed)

def get_transforms():
    tr = transforms.Compose([
        transforms.RandomResizedCrop(224),
        transforms.RandomHorizontalFlip(),
        transforms.ToTensor(),
        transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])])
    ev = transforms.Compose([
        transforms.Resize(256),
        transforms.CenterCrop(224),
        transforms.ToTensor(),
        transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])])
    return tr, ev

def load_data(config):
    tr, ev = get_transforms()
    out = []
    for s, t in [("train", tr), ("val", ev), ("test", ev)]:
        ds = datasets.Flowers102(config["data_dir"], split=s, transform=t, download=True)
        out.append(torch.utils.data.DataLoader(ds, batch_size=config["batch_size"], shuffle=(s == "train"), num_workers=config["num_workers"]))
    return out

def create_model(num_classes=102, pretrained=True):
    m = models.resnet18(weights="IMAGENET1K_V1" if pretrained else None)
    m.fc = nn.Linear(512, num_classes)
    return m

def freeze_backbone(model):
    for n, p in model.named_parameters():
        p.requires_grad = n.startswith("fc")

def unfreeze_layers(model, num_layers=2):
    for l in [model.layer4, model.layer3, model.layer2, model.layer1][:num_layers]:
        for p in l.parameters():
            p.requires_grad = True

class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        self.patience = patience
        self.min_delta = min_delta
        self.best = 1e9
        self.n = 0

    def step(self, val_loss):
        if val_loss < self.best - self.min_delta:
            self.best = val_loss
            self.n = 0
        else:
            self.n += 1
        return self.n >= self.patience

def train_epoch(model, loader, criterion, optimizer, device):
    model.train()
    s, a, n = 0, 0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()
        out = model(x)
        loss = criterion(out, y)
        loss.backward()
        optimizer.step()
        s += loss.item() * len(y)
        a += (out.argmax(1) == y).sum().item()
        n += len(y)
    return s / n, a / n

@torch.no_grad()
def validate(model, loader, criterion, device):
    model.eval()
    s, a, n = 0, 0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        out = model(x)
        s += criterion(out, y).item() * len(y)
        a += (out.argmax(1) == y).sum().item()
        n += len(y)
    return s / n, a / n

def train_model(model, train_loader, val_loader, config):
    dev = config["device"]
    model.to(dev)
    opt = torch.optim.Adam(model.parameters(), lr=config["lr"])
    sch = torch.optim.lr_scheduler.StepLR(opt, 5, 0.5)
    es = EarlyStopping(config["patience"], config["min_delta"])
    crit = nn.CrossEntropyLoss()
    h = {"train_loss": [], "train_acc": [], "val_loss": [], "val_acc": [], "lr": []}
    best, best_acc = None, 0
    for e in range(config["epochs"]):
        tl, ta = train_epoch(model, train_loader, crit, opt, dev)
        vl, va = validate(model, val_loader, crit, dev)
        h["train_loss"].append(tl); h["train_acc"].append(ta)
        h["val_loss"].append(vl); h["val_acc"].append(va)
        h["lr"].append(opt.param_groups[0]["lr"])
        sch.step()
        print("epoca", e, tl, ta, vl, va)
        if va > best_acc:
            best_acc = va
            best = copy.deepcopy(model.state_dict())
        if es.step(vl):
            break
    model.load_state_dict(best)
    return h

# entreno
set_seed(CONFIG["seed"])
train_loader, val_loader, test_loader = load_data(CONFIG)
model = create_model()
freeze_backbone(model)
h = train_model(model, train_loader, val_loader, CONFIG)
torch.save(model.state_dict(), "/content/drive/MyDrive/flowers_model.pth")
