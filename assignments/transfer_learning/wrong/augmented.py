# loses: performance.transfer_learning.feature_extraction
# base: right/plain.py
"""The transform of the training is used: random crop and flip."""


def imagenet_transform():
    return transforms.Compose([
        transforms.RandomResizedCrop(224),
        transforms.RandomHorizontalFlip(),
        transforms.ToTensor(),
        transforms.Normalize(mean=[0.485, 0.456, 0.406], std=[0.229, 0.224, 0.225]),
    ])
