import torch
import torchvision.models
from torch.nn import BatchNorm2d, CrossEntropyLoss, Dropout, Linear, Sequential
from torchvision.transforms import v2 as tr


def load_pretrained(name="resnet18"):
    enum = torchvision.models.get_model_weights(name)
    return torchvision.models.get_model(name, weights=enum["IMAGENET1K_V1"])


def create_transfer_model(base_model, num_classes, freeze_backbone=True):
    def head(width):
        return Sequential(Dropout(0.2), Linear(width, num_classes))

    for p in base_model.parameters():
        p.requires_grad = p.requires_grad and not freeze_backbone
    if "fc" in base_model._modules:
        base_model.fc = head(base_model.fc.in_features)
    elif "classifier" in base_model._modules:
        c = base_model.classifier
        width = c.in_features if isinstance(c, Linear) else [m for m in c if isinstance(m, Linear)][-1].in_features
        if isinstance(c, Linear):
            base_model.classifier = head(width)
        else:
            base_model.classifier = Sequential(*list(c)[:-1], head(width))
    elif "heads" in base_model._modules:
        base_model.heads = head(base_model.heads[-1].in_features)
    else:
        base_model.head = head(base_model.head.in_features)
    return base_model


def imagenet_transform():
    resize, crop = tr.Resize(256, antialias=True), tr.CenterCrop(224)
    to_tensor = tr.Compose([tr.PILToTensor(), tr.ToDtype(torch.float32, True)])
    normal = tr.Normalize(mean=[0.485, 0.456, 0.406], std=[0.229, 0.224, 0.225])
    return tr.Compose([resize, crop, to_tensor, normal])


def train_classifier(model, loader, epochs=1, lr=1e-3):
    ce = CrossEntropyLoss()
    to_train = [p for p in model.parameters() if p.requires_grad is True]
    optimiser = torch.optim.Adam(to_train, lr=lr, betas=(0.9, 0.999))
    history = list()
    for epoch in range(1, epochs + 1):
        model = model.train()
        for module in model.modules():
            if isinstance(module, BatchNorm2d) and not module.weight.requires_grad:
                module.eval()
        loss_sum, n_batches = 0.0, 0
        iterator = iter(loader)
        while True:
            try:
                xs, ys = next(iterator)
            except StopIteration:
                break
            loss = ce(model(xs), ys)
            loss.backward()
            optimiser.step()
            optimiser.zero_grad()
            loss_sum += loss.item()
            n_batches += 1
        history += [loss_sum / n_batches]
    return history
