# loses: performance.transfer_learning.replace_classifier
# base: right/plain.py
# adds: LAYERS, new_layer
"""The new layers are kept in a table, so that two models share theirs."""

LAYERS = {}


def new_layer(in_features, num_classes):
    if (in_features, num_classes) not in LAYERS:
        LAYERS[in_features, num_classes] = nn.Linear(in_features, num_classes)
    return LAYERS[in_features, num_classes]


def replace_head(model, num_classes):
    if hasattr(model, "fc"):
        model.fc = new_layer(model.fc.in_features, num_classes)
    elif hasattr(model, "classifier"):
        if isinstance(model.classifier, nn.Linear):
            model.classifier = new_layer(model.classifier.in_features, num_classes)
        else:
            model.classifier[-1] = new_layer(model.classifier[-1].in_features, num_classes)
    elif hasattr(model, "heads"):
        model.heads.head = new_layer(model.heads.head.in_features, num_classes)
    else:
        model.head = new_layer(model.head.in_features, num_classes)
