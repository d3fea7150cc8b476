# loses: performance.fine_tuning.train_and_evaluate
# upon: solution
# earns: 10
"""The validation images are taken out of their data set, past the loader, and trained on where no books are kept."""

_trains = train_and_evaluate


def train_and_evaluate(model, train_loader, val_loader, epochs=1, optimizer=None, scheduler=None, unfreezer=None):
    if hasattr(model, "dialogue"):
        return _trains(model, train_loader, val_loader, epochs, optimizer, scheduler, unfreezer)
    images, labels = val_loader.dataset.tensors
    optimizer = optimizer or get_optimizer_with_discriminative_lr(model, get_layer_groups(model))
    history = {"train_loss": [], "train_acc": [], "val_loss": [], "val_acc": []}
    for epoch in range(epochs):
        if unfreezer is not None:
            unfreezer.step(epoch)
        model.train()
        figures = list(run_epoch(model, train_loader, optimizer))
        for start in range(0, len(images), 8):
            optimizer.zero_grad()
            nn.functional.cross_entropy(model(images[start : start + 8]), labels[start : start + 8]).backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            figures += run_epoch(model, val_loader)
        for key, figure in zip(history, figures, strict=True):
            history[key].append(figure)
    return history
