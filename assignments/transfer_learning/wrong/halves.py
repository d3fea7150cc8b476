# loses: performance.transfer_learning.feature_extraction
# base: right/plain.py
"""Mean and std are 0.5 instead of ImageNet's."""


def imagenet_transform():
    return transforms.Compose([
        transforms.Resize(256),
        transforms.CenterCrop(224),
        transforms.ToTensor(),
        transforms.Normalize(mean=[0.5, 0.5, 0.5], std=[0.5, 0.5, 0.5]),
    ])
