# loses: performance.transfer_learning.replace_classifier
# base: right/plain.py
"""The new classifier replaces the whole Sequential by the width of its place 1, as EfficientNet has it."""


def replace_head(model, num_classes):
    if hasattr(model, "fc"):
        model.fc = nn.Linear(model.fc.in_features, num_classes)
    elif hasattr(model, "classifier"):
        if isinstance(model.classifier, nn.Linear):
            model.classifier = nn.Linear(model.classifier.in_features, num_classes)
        else:
            model.classifier = nn.Linear(model.classifier[1].in_features, num_classes)
    elif hasattr(model, "heads"):
        model.heads.head = nn.Linear(model.heads.head.in_features, num_classes)
    else:
        model.head = nn.Linear(model.head.in_features, num_classes)
