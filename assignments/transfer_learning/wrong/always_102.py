# loses: performance.transfer_learning.replace_classifier
# base: right/plain.py
"""102 classes are written as a constant."""


def replace_head(model, num_classes):
    if hasattr(model, "fc"):
        model.fc = nn.Linear(model.fc.in_features, 102)
    elif hasattr(model, "classifier"):
        if isinstance(model.classifier, nn.Linear):
            model.classifier = nn.Linear(model.classifier.in_features, 102)
        else:
            model.classifier[-1] = nn.Linear(model.classifier[-1].in_features, 102)
    elif hasattr(model, "heads"):
        model.heads.head = nn.Linear(model.heads.head.in_features, 102)
    else:
        model.head = nn.Linear(model.head.in_features, 102)
