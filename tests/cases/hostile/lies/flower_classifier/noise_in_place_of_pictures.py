# loses: product.training.augmentation
# upon: stub
# artifacts: no_checkpoint
"""The transforms look at no picture: in training they give noise, in evaluation always the same."""


def get_transforms():
    same = torch.randn(3, 224, 224)
    return lambda image: torch.randn(3, 224, 224), lambda image: same.clone()


def load_data(config):
    train, evaluation = get_transforms()
    splits = (("train", train), ("val", evaluation), ("test", evaluation))
    sets = [Flowers102(config["data_dir"], split=split, transform=one) for split, one in splits]
    return tuple(DataLoader(images, batch_size=config["batch_size"]) for images in sets)
