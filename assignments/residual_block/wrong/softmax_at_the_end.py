# loses: performance.residual_block.resnet
# base: right/plain.py
"""The network ends in a softmax, but its answers should be logits."""


class ResNet:
    def forward(self, x):
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        x = self.layer1(x)
        x = self.layer2(x)
        x = self.layer3(x)
        x = self.layer4(x)
        x = self.avgpool(x)
        x = torch.flatten(x, 1)
        return F.softmax(self.fc(x), dim=1)
