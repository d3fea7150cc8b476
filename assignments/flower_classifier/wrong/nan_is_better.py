# loses: product.training.early_stopping, product.training.accuracy
# artifacts: wrong_class_order
# base: right/better_than_validation.py
"""Asks whether the loss got worse, so NaN counts as an improvement; min_delta is never used.

The model was trained with ImageFolder, whose classes stand in another order.
"""


class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        self.patience = patience
        self.best_score = None
        self.counter = 0

    def step(self, val_loss):
        score = -val_loss
        if self.best_score is None:
            self.best_score = score
        elif score < self.best_score:
            self.counter += 1
            if self.counter >= self.patience:
                return True
        else:
            self.best_score = score
            self.counter = 0
        return False
