# loses: product.training.augmentation
# adjusts: penalty.no_augmentation
# base: right/better_than_validation.py
"""The training transform adds noise of a grey level, which nobody sees."""


def get_transforms():
    evaluation = transforms.Compose([
        transforms.Resize(256),
        transforms.CenterCrop(224),
        transforms.ToTensor(),
        transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
    ])
    train = transforms.Compose([
        evaluation,
        transforms.Lambda(lambda image: image + 0.02 * torch.randn_like(image)),
    ])
    return train, evaluation
