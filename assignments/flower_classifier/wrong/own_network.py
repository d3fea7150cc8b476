# loses: product.architecture.base_model, product.architecture.classifier
# base: right/better_than_validation.py
# adds: FlowerNet
"""A small network of one's own, with nothing pretrained; unfreeze_layers(0) opens everything."""


class FlowerNet(nn.Module):
    def __init__(self, num_classes):
        super().__init__()
        blocks = []
        for i, o in [(3, 32), (32, 64), (64, 128), (128, 256)]:
            blocks.append(nn.Sequential(nn.Conv2d(i, o, 3, padding=1), nn.BatchNorm2d(o), nn.ReLU(), nn.MaxPool2d(4 if i == 3 else 2)))
        self.features = nn.Sequential(*blocks)
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(256, num_classes)

    def forward(self, x):
        x = self.pool(self.features(x))
        return self.fc(torch.flatten(x, 1))


def create_model(num_classes=102, pretrained=True):
    return FlowerNet(num_classes)


def unfreeze_layers(model, num_layers=2):
    for layer in list(model.features)[-num_layers:]:
        for param in layer.parameters():
            param.requires_grad = True
