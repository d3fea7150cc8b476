# loses: performance.transfer_learning.feature_extraction
# upon: solution
# earns: 8.25
"""Of the training there is an empty list."""


def train_classifier(model, loader, epochs=1, lr=1e-3):
    return []
