# loses: product.training.augmentation
# upon: stub
# artifacts: no_checkpoint
# earns: 1
"""Each image gets one black pixel at a random place, and is otherwise as in the evaluation."""


def get_transforms():
    evaluation = transforms.Compose([
        transforms.Resize(256), transforms.CenterCrop(224), transforms.ToTensor(), transforms.Normalize(MEAN, STD),
    ])

    def train(image):
        x = evaluation(image)
        i, j = torch.randint(224, (2,)).tolist()
        x[:, i, j] = -2.0
        return x

    return train, evaluation
