# ends: answered, denied, fails
"""What the function returns is a list in itself, NaN and more digits than a number has."""


def train(model, loader, val_loader):
    losses = [float("nan"), 10**4000, {"loss": b"\xff" * 999}]
    losses.append(losses)
    return losses
