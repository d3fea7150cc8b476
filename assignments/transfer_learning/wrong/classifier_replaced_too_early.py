# loses: performance.transfer_learning.load_pretrained
# base: right/plain.py
"""The classifier is replaced by one for the flowers while loading."""


def load_pretrained(name="resnet18"):
    model = models.get_model(name, weights="DEFAULT")
    if hasattr(model, "fc"):
        model.fc = nn.Linear(model.fc.in_features, 102)
    elif hasattr(model, "classifier"):
        model.classifier[-1] = nn.Linear(model.classifier[-1].in_features, 102)
    else:
        model.heads.head = nn.Linear(768, 102)
    return model
