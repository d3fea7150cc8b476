# loses: performance.fine_tuning.train_and_evaluate
# base: right/sequential_scheduler.py
"""Softmax before a cross-entropy that has its own."""


def run_epoch(model, loader, optimizer=None):
    training = optimizer is not None
    model.train(training)
    losses, hits, n = 0.0, 0.0, 0
    with torch.set_grad_enabled(training):
        for x, y in loader:
            logits = model(x)
            loss = F.cross_entropy(torch.softmax(logits, dim=1), y)
            if training:
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
            losses += loss.item() * len(y)
            hits += (logits.argmax(dim=1) == y).sum().item()
            n += len(y)
    return losses / n, hits / n
