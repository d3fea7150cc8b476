import torch
import torchvision as tv
from torch import nn


def load_pretrained(name="resnet18"):
    m = getattr(tv.models, name, None)
    if m is None:
        raise ValueError(f"unknown model: {name}")
    return m(pretrained=True)


def create_transfer_model(base_model, num_classes, freeze_backbone=True):
    layers = [
        (base_model, "fc"),
        (base_model, "head"),
        (getattr(base_model, "heads", None), "head"),
        (base_model, "classifier"),
    ]
    owner, attribute = [(o, a) for o, a in layers if o is not None and hasattr(o, a)][0]
    layer = getattr(owner, attribute)
    if isinstance(layer, nn.Sequential):
        owner, attribute, layer = layer, str(len(layer) - 1), layer[-1]
    if freeze_backbone:
        state = base_model.requires_grad_(False)
        assert not any(p.requires_grad for p in state.parameters())
    owner.register_module(attribute, nn.Linear(layer.in_features, num_classes))
    return base_model


class ToInput(nn.Module):
    def __init__(self):
        super().__init__()
        self.resize = tv.transforms.Resize(256)
        self.crop = tv.transforms.CenterCrop(224)
        self.tensor = tv.transforms.ToTensor()
        self.norm = tv.transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])

    def forward(self, x):
        x = self.resize(x)
        x = self.crop(x)
        x = self.tensor(x)
        return self.norm(x)


def imagenet_transform():
    return ToInput()


def train_classifier(model, loader, epochs=1, lr=1e-3):
    hist = []
    opt = torch.optim.Adam(filter(lambda t: t.requires_grad, model.parameters()), lr=lr)
    lossf = nn.CrossEntropyLoss()
    for ep in range(epochs):
        model.eval()
        tot = cnt = 0
        for im, lb in loader:
            with torch.enable_grad():
                l = lossf(model(im), lb)
            opt.zero_grad(); l.backward(); opt.step()
            tot += l.item(); cnt += 1
        hist.append(tot / cnt)
    return hist
