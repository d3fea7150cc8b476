# loses: product.training.augmentation, product.training.accuracy, product.analysis.training_curves, product.analysis.confusion_matrix
# base: right/better_than_validation.py
"""One random pipeline serves for training, validation and test."""


def get_transforms():
    mean = [0.485, 0.456, 0.406]
    std = [0.229, 0.224, 0.225]
    train_transform = transforms.Compose([
        transforms.RandomResizedCrop(224, scale=(0.7, 1.0)),
        transforms.RandomHorizontalFlip(),
        transforms.RandomRotation(30),
        transforms.ColorJitter(brightness=0.2, contrast=0.2, saturation=0.2),
        transforms.ToTensor(),
        transforms.Normalize(mean, std),
    ])
    val_transform = train_transform
    return train_transform, val_transform
