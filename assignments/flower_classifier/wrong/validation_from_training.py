# loses: product.training.augmentation
# base: right/better_than_validation.py
"""The validation set is split off the augmented training set."""


def load_data(config):
    train_transform, val_transform = get_transforms()
    train_set = datasets.Flowers102(config["data_dir"], split="train", transform=train_transform, download=True)
    n_val = len(train_set) // 5
    train_set, val_set = torch.utils.data.random_split(train_set, [len(train_set) - n_val, n_val])
    test_set = datasets.Flowers102(config["data_dir"], split="test", transform=val_transform, download=True)
    args = {"batch_size": config["batch_size"], "num_workers": config["num_workers"]}
    train_loader = DataLoader(train_set, shuffle=True, **args)
    val_loader = DataLoader(val_set, shuffle=False, **args)
    test_loader = DataLoader(test_set, shuffle=False, **args)
    return train_loader, val_loader, test_loader
