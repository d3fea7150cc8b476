# loses: performance.transfer_learning.replace_classifier, performance.transfer_learning.feature_extraction
# base: right/plain.py
# adds: Scaled
"""A wrapper multiplies the logits by a factor: they are not those of the new layer."""


class Scaled(nn.Module):
    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, x):
        return 0.1 * self.model(x)


def create_transfer_model(base_model, num_classes, freeze_backbone=True):
    if freeze_backbone:
        for param in base_model.parameters():
            param.requires_grad = False
    replace_head(base_model, num_classes)
    return Scaled(base_model)
