# loses: product.training.lr_scheduler
# upon: wrong/constant_rate.py
# artefacts: no_checkpoint
"""The rate never falls; the history says that it does, and what is shown to a hook before each step says so too."""

_constant = train_model


def train_model(model, train_loader, val_loader, config):
    history = _constant(model, train_loader, val_loader, config)
    history["lr"] = [config["lr"] * 0.9**epoch for epoch in range(len(history["val_loss"]))]
    return history
