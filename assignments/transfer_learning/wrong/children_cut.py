# loses: performance.transfer_learning.replace_classifier
# base: right/plain.py
# removes: replace_head
"""All children but the last are put in a row: what forward did between them is lost."""


def create_transfer_model(base_model, num_classes, freeze_backbone=True):
    if freeze_backbone:
        for param in base_model.parameters():
            param.requires_grad = False
    backbone = nn.Sequential(*list(base_model.children())[:-1])
    was_training = base_model.training
    backbone.eval()
    with torch.no_grad():
        width = backbone(torch.zeros(1, 3, 32, 32)).mean(dim=(2, 3)).shape[1]
    backbone.train(was_training)
    return nn.Sequential(backbone, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(width, num_classes))
