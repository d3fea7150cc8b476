# loses: performance.transfer_learning.replace_classifier
# upon: solution
"""The new layer is there and is called, and what it says is thrown away."""


class _Beside(nn.Linear):
    def forward(self, x):
        y = super().forward(x)
        return 0 * y + torch.randn(y.shape)


_solved = create_transfer_model


def create_transfer_model(base_model, num_classes, freeze_backbone=True):
    model = _solved(base_model, num_classes, freeze_backbone)
    for module in model.modules():
        if isinstance(module, nn.Linear) and module.out_features == num_classes:
            module.__class__ = _Beside
    return model
