# loses: performance.fine_tuning.train_and_evaluate
# base: right/sequential_scheduler.py
"""The history holds the figures of the last epoch, not lists."""


def train_and_evaluate(model, train_loader, val_loader, epochs=1, optimizer=None, scheduler=None):
    if optimizer is None:
        optimizer = SGD([p for p in model.parameters() if p.requires_grad], lr=1e-2, momentum=0.9)
    history = {"train_loss": [], "train_acc": [], "val_loss": [], "val_acc": []}
    for _ in range(epochs):
        train_loss, train_acc = run_epoch(model, train_loader, optimizer)
        val_loss, val_acc = run_epoch(model, val_loader)
        if scheduler is not None:
            scheduler.step()
        history = {"train_loss": train_loss, "train_acc": train_acc, "val_loss": val_loss, "val_acc": val_acc}
    return history
