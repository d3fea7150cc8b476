# loses: product.training.augmentation
# adjusts: penalty.no_augmentation
# base: right/better_than_validation.py
"""The training transform blackens one pixel, another one each time."""


def get_transforms():
    evaluation = transforms.Compose([
        transforms.Resize(256),
        transforms.CenterCrop(224),
        transforms.ToTensor(),
        transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
    ])

    def train(image):
        image = evaluation(image)
        row, column = torch.randint(224, (2,)).tolist()
        image[:, row, column] = -2.0
        return image

    return train, evaluation
