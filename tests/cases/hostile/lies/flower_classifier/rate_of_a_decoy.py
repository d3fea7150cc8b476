# loses: product.training.lr_scheduler
# upon: solution
# artifacts: no_checkpoint
"""A schedule lowers the rate of an optimizer that holds nothing of the model; the model's own steps never change."""


def train_model(model, train_loader, val_loader, config):
    idle = nn.Parameter(torch.ones(()))
    shown = torch.optim.SGD([idle], lr=config["lr"])
    falls = torch.optim.lr_scheduler.ExponentialLR(shown, 0.8)
    stopping, best, best_loss = EarlyStopping(config["patience"]), None, float("inf")
    history = {key: [] for key in ("train_loss", "train_acc", "val_loss", "val_acc", "lr")}
    for _ in range(config["epochs"]):
        model.train()
        losses, hits, count = 0.0, 0, 0
        for images, labels in train_loader:
            model.zero_grad()
            logits = model(images)
            loss = nn.functional.cross_entropy(logits, labels)
            loss.backward()
            with torch.no_grad():
                for parameter in model.parameters():
                    if parameter.grad is not None:
                        parameter.sub_(parameter.grad, alpha=0.01)
            idle.grad = torch.zeros(())
            shown.step()
            losses, count = losses + loss.item() * len(labels), count + len(labels)
            hits += int((logits.argmax(dim=1) == labels).sum())
        val_loss, val_acc = validate(model, val_loader, nn.CrossEntropyLoss(), "cpu")
        for key, figure in zip(history, (losses / count, hits / count, val_loss, val_acc, falls.get_last_lr()[0]), strict=True):
            history[key].append(figure)
        falls.step()
        if val_loss < best_loss:
            best, best_loss = copy.deepcopy(model.state_dict()), val_loss
        if stopping.step(val_loss):
            break
    model.load_state_dict(best)
    return history
