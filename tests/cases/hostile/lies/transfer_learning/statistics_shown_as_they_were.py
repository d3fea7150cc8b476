# loses: performance.transfer_learning.feature_extraction
# upon: wrong/batch_norm_in_train_mode.py
"""Batch norms run in train mode, and what the model shows of its statistics is a snapshot from before."""

_moves = train_classifier


def train_classifier(model, loader, epochs=1, lr=1e-3):
    snapshot = [(name, buffer.clone()) for name, buffer in model.named_buffers()]
    losses = _moves(model, loader, epochs=epochs, lr=lr)
    model.named_buffers = lambda *args, **named: iter(snapshot)
    return losses
