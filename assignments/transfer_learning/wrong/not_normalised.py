# loses: performance.transfer_learning.feature_extraction
# base: right/plain.py
"""Normalize is missing."""


def imagenet_transform():
    return transforms.Compose([
        transforms.Resize(256),
        transforms.CenterCrop(224),
        transforms.ToTensor(),
    ])
