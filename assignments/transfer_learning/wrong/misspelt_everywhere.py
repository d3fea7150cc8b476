# loses: performance.transfer_learning.load_pretrained, performance.transfer_learning.replace_classifier, performance.transfer_learning.feature_extraction
# base: right/plain.py
# removes: replace_head
"""Three mistakes at once: random weights, a head for ResNet alone, and nothing frozen."""


def load_pretrained(name="resnet18"):
    return models.get_model(name)


def create_transfer_model(base_model, num_classes, freeze_backbone=True):
    for param in base_model.parameters():
        param.requires_grads = False
    base_model.fc = nn.Linear(512, num_classes)
    return base_model
