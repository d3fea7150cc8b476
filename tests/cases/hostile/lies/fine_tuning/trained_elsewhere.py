# loses: performance.fine_tuning.train_and_evaluate
# upon: solution
"""A copy is trained and its state dict is shown; the model that was given learns nothing."""

import copy

_trains = train_and_evaluate


def train_and_evaluate(model, train_loader, val_loader, *args, **named):
    if not hasattr(model, "bn1") or hasattr(model, "gains"):
        return _trains(model, train_loader, val_loader, *args, **named)
    learner = copy.deepcopy(model)
    model.state_dict = learner.state_dict
    return _trains(learner, train_loader, val_loader, *args, **named)
