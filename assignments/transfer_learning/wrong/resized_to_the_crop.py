# loses: performance.transfer_learning.feature_extraction
# base: right/plain.py
"""The pictures are resized to 224 straight away, so the crop cuts nothing off the short side."""


def imagenet_transform():
    return transforms.Compose([
        transforms.Resize(224),
        transforms.CenterCrop(224),
        transforms.ToTensor(),
        transforms.Normalize(mean=[0.485, 0.456, 0.406], std=[0.229, 0.224, 0.225]),
    ])
