# loses: product.training.augmentation
# adjusts: penalty.no_augmentation
# base: right/better_than_validation.py
"""The training transform makes the whole picture lighter or darker by at most two grey levels."""


def get_transforms():
    evaluation = transforms.Compose([
        transforms.Resize(256),
        transforms.CenterCrop(224),
        transforms.ToTensor(),
        transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
    ])
    train = transforms.Compose([
        transforms.ColorJitter(brightness=0.01),
        evaluation,
    ])
    return train, evaluation
