"""Weights that are served for a while: afterwards torchvision's own loaders fetch them again."""

from __future__ import annotations

import torch.hub

from autograder.checks.pretrained import serving_weights
from autograder.sandbox.torchvision_compat import import_torchvision


def loaders() -> tuple[object, object]:
    """Return the functions by which torchvision's models and students' code load weights."""
    api = import_torchvision().models._api
    return api.load_state_dict_from_url, torch.hub.load_state_dict_from_url


def test_loaders_are_replaced_within_the_block_alone() -> None:
    """A notebook's own cells load real weights before and after a check."""
    before = loaders()
    with serving_weights(("torchvision",)):
        assert [now is then for now, then in zip(loaders(), before, strict=True)] == [False, False]
    assert loaders() == before


def test_an_assignment_without_weights_leaves_them_alone() -> None:
    """Nothing is imported or replaced for it."""
    before = loaders()
    with serving_weights(()):
        assert loaders() == before
