# loses: code.trusting
# base: solution
"""The network has one layer."""


def make_network(channels):
    return nn.Sequential(Scale(channels))
