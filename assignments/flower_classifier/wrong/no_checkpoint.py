# loses: product.training.accuracy, product.analysis.training_curves, product.analysis.confusion_matrix
# artifacts: no_checkpoint
# base: right/from_data_parallel.py
"""The weights were not handed in."""


class EarlyStopping:
    def step(self, val_loss):
        if self.best_loss is None or val_loss < self.best_loss - self.min_delta:
            self.best_loss = val_loss
            self.counter = 0
            return False
        self.counter += 1
        return self.counter >= self.patience
