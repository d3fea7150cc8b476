# loses: performance.transfer_learning.replace_classifier, performance.transfer_learning.feature_extraction
# base: right/plain.py
# adds: TransferModel
"""A wrapper runs backbone and head alike without gradients."""


class TransferModel(nn.Module):
    def __init__(self, backbone):
        super().__init__()
        self.backbone = backbone

    def forward(self, x):
        with torch.no_grad():
            return self.backbone(x)


def create_transfer_model(base_model, num_classes, freeze_backbone=True):
    for param in base_model.parameters():
        param.requires_grad = not freeze_backbone
    replace_head(base_model, num_classes)
    return TransferModel(base_model)
