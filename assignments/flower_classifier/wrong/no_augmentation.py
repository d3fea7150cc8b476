# loses: product.training.augmentation, product.training.accuracy
# artifacts: overfitted
# adjusts: penalty.no_augmentation, penalty.severe_overfitting
# base: right/better_than_validation.py
"""The training transform is that of the evaluation.

So it is nearly perfect in training, and far worse on the test.
"""


def get_transforms():
    mean = [0.485, 0.456, 0.406]
    std = [0.229, 0.224, 0.225]
    train_transform = transforms.Compose([
        transforms.Resize(256),
        transforms.CenterCrop(224),
        transforms.ToTensor(),
        transforms.Normalize(mean, std),
    ])
    val_transform = transforms.Compose([
        transforms.Resize(256),
        transforms.CenterCrop(224),
        transforms.ToTensor(),
        transforms.Normalize(mean, std),
    ])
    return train_transform, val_transform
