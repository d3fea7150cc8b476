# loses: performance.fine_tuning.train_and_evaluate
# base: right/sequential_scheduler.py
"""A return too far to the right ends each epoch after its first batch."""


def run_epoch(model, loader, optimizer=None):
    training = optimizer is not None
    model.train(training)
    losses, hits, n = 0.0, 0.0, 0
    with torch.set_grad_enabled(training):
        for x, y in loader:
            logits = model(x)
            loss = F.cross_entropy(logits, y)
            if training:
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
            losses += loss.item() * len(y)
            hits += (logits.argmax(dim=1) == y).sum().item()
            n += len(y)
            return losses / n, hits / n
