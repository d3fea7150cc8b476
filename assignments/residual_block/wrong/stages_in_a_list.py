# loses: performance.residual_block.resnet
# base: right/plain.py
"""The stages live in a plain list, where nothing finds their parameters."""


class ResNet:
    def __init__(self, block, layers, num_classes=1000):
        super().__init__()
        self.in_channels = 64
        self.conv1 = nn.Conv2d(3, 64, kernel_size=7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(kernel_size=3, stride=2, padding=1)
        self.stages = [self._make_layer(block, 64, layers[0])]
        self.stages.append(self._make_layer(block, 128, layers[1], stride=2))
        self.stages.append(self._make_layer(block, 256, layers[2], stride=2))
        self.stages.append(self._make_layer(block, 512, layers[3], stride=2))
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
        self.fc = nn.Linear(512 * block.expansion, num_classes)

    def forward(self, x):
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        for stage in self.stages:
            x = stage(x)
        x = self.avgpool(x)
        x = torch.flatten(x, 1)
        return self.fc(x)
