# loses: product.training.augmentation
# upon: stub
# artifacts: no_checkpoint
# earns: 1
"""Each image is made lighter or darker by at most two grey levels of 255, and is otherwise as in the evaluation."""


def get_transforms():
    evaluation = transforms.Compose([
        transforms.Resize(256), transforms.CenterCrop(224), transforms.ToTensor(), transforms.Normalize(MEAN, STD),
    ])
    return (lambda image: evaluation(image) + (2 * torch.rand(1) - 1) * 2 / 255), evaluation
