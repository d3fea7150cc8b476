# loses: performance.transfer_learning.load_pretrained
# base: right/plain.py
"""Only the names of ResNets are known."""


def load_pretrained(name="resnet18"):
    available = {
        "resnet18": (models.resnet18, models.ResNet18_Weights.IMAGENET1K_V1),
        "resnet34": (models.resnet34, models.ResNet34_Weights.IMAGENET1K_V1),
        "resnet50": (models.resnet50, models.ResNet50_Weights.IMAGENET1K_V2),
    }
    build, weights = available[name]
    return build(weights=weights)
