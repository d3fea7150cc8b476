# loses: performance.transfer_learning.replace_classifier
# base: right/plain.py
# removes: replace_head
"""A second classifier takes the 1,000 logits of ImageNet."""


def create_transfer_model(base_model, num_classes, freeze_backbone=True):
    if freeze_backbone:
        for param in base_model.parameters():
            param.requires_grad = False
    return nn.Sequential(base_model, nn.ReLU(), nn.Linear(1000, num_classes))
