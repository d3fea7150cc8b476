# loses: performance.transfer_learning.load_pretrained
# base: right/plain.py
"""The weights of ResNet-18 are loaded into every architecture, strict=False hides that few fit."""


def load_pretrained(name="resnet18"):
    url = "https://download.pytorch.org/models/resnet18-f37072fd.pth"
    model = models.get_model(name, weights=None)
    state = torch.hub.load_state_dict_from_url(url, progress=False)
    mine = model.state_dict()
    state = {k: v for k, v in state.items() if k in mine and v.shape == mine[k].shape}
    model.load_state_dict(state, strict=False)
    return model
