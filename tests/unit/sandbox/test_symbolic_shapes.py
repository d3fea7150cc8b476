"""`tensor.backward(gradient)` works without torch's module of symbolic shapes, which is slow."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest
import torch

from autograder.sandbox.execution.symbolic_shapes import MODULE_NAME, PostponedModule, install


@pytest.fixture(autouse=True)
def postponed() -> Iterator[None]:
    """Install the stand-in, as in a fresh process."""
    before = sys.modules.pop(MODULE_NAME, None)
    install()
    yield
    sys.modules.pop(MODULE_NAME, None)
    if before is not None:
        sys.modules[MODULE_NAME] = before


def is_postponed() -> bool:
    """Return whether the module was not imported."""
    return isinstance(sys.modules[MODULE_NAME], PostponedModule)


def test_a_backward_pass_from_a_gradient_needs_no_import() -> None:
    """The gradients of y = 2x are twice the one that it begins with."""
    x = torch.ones(2, 3, requires_grad=True)
    torch.autograd.backward(2 * x, torch.full((2, 3), 5.0))
    assert x.grad is not None
    assert x.grad.tolist() == [[10.0] * 3] * 2
    assert is_postponed()


def test_a_gradient_of_another_shape_is_refused() -> None:
    """It is torch's own error."""
    x = torch.ones(2, 3, requires_grad=True)
    with pytest.raises(RuntimeError, match="Mismatch in shape"):
        torch.autograd.backward(2 * x, torch.ones(3, 2))


def test_any_other_name_imports_the_module() -> None:
    """What asks for a class gets the real one."""
    from torch.fx.experimental.symbolic_shapes import ShapeEnv

    assert isinstance(ShapeEnv, type)
    assert not is_postponed()


def test_a_name_that_the_module_lacks_is_an_error() -> None:
    """It is the one that the real module raises."""
    with pytest.raises(AttributeError, match="no_such_name"):
        sys.modules[MODULE_NAME].no_such_name  # noqa: B018
