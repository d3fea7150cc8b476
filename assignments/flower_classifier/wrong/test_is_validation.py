# loses: product.training.augmentation, product.training.early_stopping, product.training.accuracy, product.analysis.training_curves
# artifacts: claimed_not_reached
# adjusts: penalty.severe_overfitting
# base: right/better_than_validation.py
"""The test loader reads the validation split; EarlyStopping compares with the loss before.

The accuracy in history.json is not reached.
"""


def load_data(config):
    train_transform, val_transform = get_transforms()
    train_set = datasets.Flowers102(config["data_dir"], split="train", transform=train_transform, download=True)
    val_set = datasets.Flowers102(config["data_dir"], split="val", transform=val_transform, download=True)
    test_set = datasets.Flowers102(config["data_dir"], split="val", transform=val_transform, download=True)
    args = {"batch_size": config["batch_size"], "num_workers": config["num_workers"]}
    train_loader = DataLoader(train_set, shuffle=True, **args)
    val_loader = DataLoader(val_set, shuffle=False, **args)
    test_loader = DataLoader(test_set, shuffle=False, **args)
    return train_loader, val_loader, test_loader


class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        self.patience = patience
        self.min_delta = min_delta
        self.last_loss = float("inf")
        self.counter = 0

    def step(self, val_loss):
        if val_loss < self.last_loss - self.min_delta:
            self.counter = 0
        else:
            self.counter += 1
        self.last_loss = val_loss
        return self.counter >= self.patience
