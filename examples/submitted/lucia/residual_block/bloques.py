
import torch
import torch.nn as nn
import torch.nn.functional as F


class PlainBlock(nn.Module):
    def __init__(self, in_channels, out_channels, stride=1):
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, out_channels, kernel_size=3, stride=stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(out_channels)
        self.conv2 = nn.Conv2d(out_channels, out_channels, kernel_size=3, stride=1, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(out_channels)

    def forward(self, x):
        out = F.relu(self.bn1(self.conv1(x)))
        out = F.relu(self.bn2(self.conv2(out)))
        return out


class BasicBlock(nn.Module):
    expansion = 1

    def __init__(self, entrada, salida, stride, atajo):
        super().__init__()
        self.atajo = atajo
        self.norma2 = nn.BatchNorm2d(salida)
        self.norma1 = nn.BatchNorm2d(salida)
        self.capa2 = nn.Conv2d(salida, salida, 3, 1, 1, bias=False)
        self.capa1 = nn.Conv2d(entrada, salida, 3, stride, 1, bias=False)

    def forward(self, x):
        y = self.norma1(self.capa1(x)).clamp(min=0)
        y = self.norma2(self.capa2(y))
        if self.atajo:
            x = self.atajo(x)
        return (x + y).clamp(min=0)


class Bottleneck(nn.Module):
    expansion = 4

    def __init__(self, in_channels, out_channels, stride=1, downsample=None):
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, out_channels, kernel_size=1, bias=False)
        self.bn1 = nn.BatchNorm2d(out_channels)
        self.conv2 = nn.Conv2d(out_channels, out_channels, kernel_size=3, stride=stride, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(out_channels)
        self.conv3 = nn.Conv2d(out_channels, out_channels * self.expansion, kernel_size=1, bias=False)
        self.bn3 = nn.BatchNorm2d(out_channels * self.expansion)
        self.relu = nn.ReLU(inplace=True)
        self.downsample = downsample

    def forward(self, x):
        identity = x
        out = self.relu(self.bn1(self.conv1(x)))
        out = self.relu(self.bn2(self.conv2(out)))
        out = self.bn3(self.conv3(out))
        if self.downsample is not None:
            identity = self.downsample(x)
        out += identity
        return self.relu(out)


class ResNet(nn.Module):
    def __init__(self, block, layers, num_classes=1000):
        super(ResNet, self).__init__()
        self.entrada = nn.Sequential(nn.Conv2d(3, 64, 7, 2, 3, bias=False), nn.BatchNorm2d(64), nn.MaxPool2d(3, 2, 1), nn.ReLU())
        canales, etapas = 64, []
        for i in range(4):
            for j in range(layers[i]):
                salida, paso = 64 * 2**i, 2 if i > 0 and j == 0 else 1
                atajo = None
                if paso == 2 or canales != salida * block.expansion:
                    atajo = nn.Sequential(
                        nn.Conv2d(canales, salida * block.expansion, 1, paso, bias=False),
                        nn.BatchNorm2d(salida * block.expansion),
                    )
                etapas.append(block(canales, salida, paso, atajo))
                canales = salida * block.expansion
        self.etapas = nn.ModuleList(etapas)
        self.clasificador = nn.Linear(canales, num_classes)

    def forward(self, x):
        x = self.entrada(x)
        for etapa in self.etapas:
            x = etapa(x)
        return self.clasificador(x.mean(-1).mean(-1))


def count_parameters(model):
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


def gradient_norm(block):
    channels = next(block.parameters()).shape[1]
    x = torch.randn(1, channels, 16, 16, requires_grad=True)
    block(x).sum().backward()
    return x.grad.norm().item()
