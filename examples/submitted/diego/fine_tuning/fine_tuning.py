# ejercicio 3
import torch
import torch.nn as nn


def freeze_group(layers):
    for l in layers:
        for p in l.parameters():
            p.requires_grad = False

def unfreeze_group(layers):
    for l in layers:
        for p in l.parameters():
            p.requires_grad = True

def count_trainable(model):
    # parametros entrenables
    total = 0
    for p in model.parameters():
        if p.requires_grad:
            total += 1
    return total

def freeze_until(model, layer_name):
    for name, layer in model.named_children():
        for p in layer.parameters():
            p.requires_grad = False
        if name == layer_name:
            break

def choose_strategy(num_samples):
    if num_samples < 1000:
        return "feature_extraction"
    elif num_samples < 10000:
        return "last_layers"
    else:
        return "full"


class GradualUnfreezer:
    def __init__(self, model, layer_groups, unfreeze_schedule):
        self.model = model
        self.layer_groups = layer_groups
        self.unfreeze_schedule = unfreeze_schedule

    def step(self, epoch):
        # primero congelo todo
        for p in self.model.parameters():
            p.requires_grad = False
        for name in self.unfreeze_schedule[epoch]:
            unfreeze_group(self.layer_groups[name])
            print("descongelo", name)


def get_layer_groups(model):
    grupos = {}
    grupos["stem"] = [model.conv1, model.bn1]
    grupos["layer1"] = [model.layer1]
    grupos["layer2"] = [model.layer2]
    grupos["layer3"] = [model.layer3]
    grupos["layer4"] = [model.layer4]
    grupos["head"] = [model.fc]
    return grupos

def get_optimizer_with_discriminative_lr(model, layer_groups, base_lr=1e-3, lr_mult=0.1):
    grupos = []
    lr = base_lr
    for nombre in ["head", "layer4", "layer3", "layer2", "layer1", "stem"]:
        ps = []
        for l in layer_groups[nombre]:
            ps += [p for p in l.parameters() if p.requires_grad]
        if len(ps) > 0:
            grupos.append({"params": ps, "lr": lr})
        lr = lr * lr_mult
    return torch.optim.Adam(grupos)

def create_scheduler_with_warmup(optimizer, warmup_epochs, total_epochs):
    # warmup y luego coseno
    def f(epoch):
        if epoch < warmup_epochs:
            return epoch / warmup_epochs
        import math
        return 0.5 * (1 + math.cos(math.pi * (epoch - warmup_epochs) / (total_epochs - warmup_epochs)))
    return torch.optim.lr_scheduler.LambdaLR(optimizer, f)

def train_and_evaluate(model, train_loader, val_loader, epochs=1):
    opt = torch.optim.Adam(model.parameters(), lr=1e-3)
    crit = nn.CrossEntropyLoss()
    h = {"train_loss": [], "train_acc": [], "val_loss": [], "val_acc": []}
    for e in range(epochs):
        model.train()
        perdida = 0
        aciertos = 0
        for x, y in train_loader:
            opt.zero_grad()
            out = model(x)
            loss = crit(out, y)
            loss.backward()
            opt.step()
            perdida += loss.item()
            aciertos += (out.argmax(1) == y).sum().item()
        h["train_loss"].append(perdida / len(train_loader))
        h["train_acc"].append(aciertos / len(train_loader.dataset))
        perdida = 0
        aciertos = 0
        for x, y in val_loader:
            out = model(x)
            perdida += crit(out, y).item()
            aciertos += (out.argmax(1) == y).sum().item()
        h["val_loss"].append(perdida / len(val_loader))
        h["val_acc"].append(aciertos / len(val_loader.dataset))
        print("epoca", e, "loss", h["val_loss"][-1], "acc", h["val_acc"][-1])
    return h
