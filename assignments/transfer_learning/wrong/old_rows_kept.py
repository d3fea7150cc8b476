# loses: performance.transfer_learning.replace_classifier
# base: right/plain.py
"""The new layer starts as the first rows of the old one."""


def replace_head(model, num_classes):
    if hasattr(model, "fc"):
        old = model.fc
        model.fc = nn.Linear(old.in_features, num_classes)
        model.fc.weight.data = old.weight.data[:num_classes].clone()
        model.fc.bias.data = old.bias.data[:num_classes].clone()
    elif hasattr(model, "classifier"):
        if isinstance(model.classifier, nn.Linear):
            model.classifier = nn.Linear(model.classifier.in_features, num_classes)
        else:
            model.classifier[-1] = nn.Linear(model.classifier[-1].in_features, num_classes)
    elif hasattr(model, "heads"):
        model.heads.head = nn.Linear(model.heads.head.in_features, num_classes)
    else:
        model.head = nn.Linear(model.head.in_features, num_classes)
