# loses: performance.transfer_learning.feature_extraction
# base: right/plain.py
"""Without a crop the shape depends on the picture."""


def imagenet_transform():
    return transforms.Compose([
        transforms.Resize(256),
        transforms.ToTensor(),
        transforms.Normalize(mean=[0.485, 0.456, 0.406], std=[0.229, 0.224, 0.225]),
    ])
