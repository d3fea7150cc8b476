# loses: product.training.early_stopping, product.training.accuracy
# artifacts: counted_from_one
# base: right/better_than_validation.py
"""Bad epochs are counted over the whole training, not in a row.

The model was trained on labels from 1 to 102.
"""


class EarlyStopping:
    def step(self, val_loss):
        if self.best_loss is None or val_loss < self.best_loss - self.min_delta:
            self.best_loss = val_loss
            return False
        self.counter += 1
        return self.counter >= self.patience
