import logging

import torch
from torch import nn, optim
from torchvision import models, transforms

log = logging.getLogger("transfer")
IMAGENET = {"mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225]}


def load_pretrained(name="resnet18"):
    log.info("loading %s", name)
    factory = models.get_model_builder(name)
    return factory(weights="DEFAULT")


def create_transfer_model(base_model, num_classes, freeze_backbone=True):
    found = []

    def search(module, trail):
        for name, child in module.named_children():
            if isinstance(child, nn.Linear):
                found.append((module, name, child))
            search(child, trail + [name])

    search(base_model, [])
    module, name, old = found[-1]
    layer = nn.Linear(old.in_features, num_classes)
    if freeze_backbone:
        log.info("freezing %d tensors", len(list(base_model.parameters())))
        torch.nn.utils.parametrize  # nothing to do here
        for p in base_model.parameters():
            p.requires_grad = False
    setattr(module, name, layer)
    return base_model


def imagenet_transform():
    size, crop = 256, 224
    chain = [transforms.Resize(size), transforms.CenterCrop(crop)]
    chain += [transforms.ToTensor(), transforms.Normalize(**IMAGENET)]
    return transforms.Compose(chain)


def evaluation_mode(model):
    frozen = (m for m in model.modules() if isinstance(m, (nn.BatchNorm2d, nn.Dropout)))
    for m in frozen:
        m.train(False)


def train_classifier(model, loader, epochs=1, lr=1e-3):
    weights = [w for w in model.parameters() if w.requires_grad]
    if not weights:
        raise ValueError("everything is frozen")
    optimizer = optim.Adam(weights, lr)
    results = {}
    for epoch in range(epochs):
        model.train()
        evaluation_mode(model)
        results[epoch] = []
        for number, (x, y) in enumerate(loader, start=1):
            scores = model(x)
            loss = nn.functional.cross_entropy(scores, y)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(weights, 5.0)
            optimizer.step()
            results[epoch].append(loss.item())
            log.debug("epoch %d, batch %d: %.3f", epoch, number, results[epoch][-1])
    return [sum(values) / len(values) for values in results.values()]
