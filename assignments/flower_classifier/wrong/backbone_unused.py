# loses: product.architecture.base_model, product.analysis.confusion_matrix
# artifacts: blank_matrix
# base: right/better_than_validation.py
# adds: FlowerModel
"""A wrapper keeps the pretrained network, but forward goes through another copy.

The picture of the confusion matrix is blank.
"""


class FlowerModel(nn.Module):
    def __init__(self, num_classes, pretrained):
        super().__init__()
        self.pretrained = models.resnet18(weights="DEFAULT" if pretrained else None)
        self.pretrained.fc = nn.Identity()
        net = models.resnet18()
        self.stem = nn.Sequential(net.conv1, net.bn1, net.relu, net.maxpool)
        self.layer1, self.layer2, self.layer3, self.layer4 = net.layer1, net.layer2, net.layer3, net.layer4
        self.fc = nn.Linear(512, num_classes)

    def forward(self, x):
        x = self.stem(x)
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.fc(x.mean(dim=(2, 3)))


def create_model(num_classes=102, pretrained=True):
    return FlowerModel(num_classes, pretrained)
