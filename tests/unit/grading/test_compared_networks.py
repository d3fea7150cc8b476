"""Which networks a sheet shows beside right ones."""

from __future__ import annotations

import functools

import torch
from torch import Tensor
from torch.nn import functional

from autograder.checks import record_reference
from autograder.checks.feedback import ComparedNetwork
from autograder.drawing.difference import first_difference
from autograder.drawing.network_graph import graph_of
from autograder.grading.compared_networks import MAX_COMPARISONS, comparisons
from autograder.model import CheckResult, Outcome
from autograder.programs.program_data import ProgramData
from tests.support.networks import NETWORKS, drawn, program_of

WRONG = program_of(NETWORKS / "no_skip.py")
LOST = CheckResult(id="test_block", criterion="block", outcome=Outcome.FAILED)
WEIGHTS = [torch.randn(8, 8, 3, 3) for _ in range(2)]


def right_block(x: Tensor) -> Tensor:
    """Return what a residual block with these weights makes of its input."""
    ones, zeros = torch.ones(8), torch.zeros(8)
    norm = functools.partial(
        functional.batch_norm, running_mean=zeros, running_var=ones, weight=ones, bias=zeros
    )
    y = norm(functional.conv2d(x, WEIGHTS[0], padding=1)).relu()
    return (norm(functional.conv2d(y, WEIGHTS[1], padding=1)) + x).relu()


def compared(
    student: ProgramData = WRONG, check: str = "test_block", title: str = "Block"
) -> ComparedNetwork:
    """Return a student's network that a check compared with the right block."""
    right = record_reference(right_block, torch.randn(2, 8, 8, 8))
    return ComparedNetwork(check=check, title=title, student=student, rights=(right,))


def test_a_function_of_the_judge_is_a_right_network() -> None:
    """A function that holds its weights is recorded as the module that computes the same."""
    right = graph_of(record_reference(right_block, torch.randn(2, 8, 8, 8)))
    assert right is not None
    student = graph_of(program_of(NETWORKS / "skip_added_first.py"))
    assert student is not None
    assert [node.kind for node in student.nodes] == [node.kind for node in right.nodes]


def test_a_module_of_the_judge_is_a_right_network() -> None:
    """A module is recorded in the mode that it is in."""
    right = graph_of(record_reference(torch.nn.ReLU(), torch.zeros(2, 3)))
    assert right is not None
    assert [node.kind for node in right.nodes] == ["input", "relu"]


def test_the_network_of_a_lost_check_is_shown() -> None:
    """A check that did not pass shows the student's network and the right one."""
    (shown,) = comparisons([compared()], [LOST])
    assert (shown.check, shown.title) == ("test_block", "Block")
    assert shown.student == drawn(NETWORKS / "no_skip.py")
    assert first_difference(shown.student, shown.right) is not None


def test_the_network_of_a_passed_check_is_not_shown() -> None:
    """A check that passed shows nothing."""
    passed = CheckResult(id="test_block", criterion="block", outcome=Outcome.PASSED)
    assert comparisons([compared()], [passed]) == ()


def test_a_right_network_is_not_shown() -> None:
    """Where the structure is right, the mistake is elsewhere, and nothing is shown."""
    right = record_reference(right_block, torch.randn(2, 8, 8, 8))
    assert comparisons([compared(student=right)], [LOST]) == ()


def test_a_title_is_shown_once() -> None:
    """Several lost checks of one network show it once, at the first of them."""
    second = CheckResult(id="test_more", criterion="block", outcome=Outcome.FAILED)
    both = [compared(), compared(check="test_more")]
    assert [each.check for each in comparisons(both, [LOST, second])] == ["test_block"]


def test_a_sheet_shows_a_few_networks() -> None:
    """However many networks were compared, a sheet shows the first few."""
    many = [compared(title=f"Block{number}") for number in range(MAX_COMPARISONS + 2)]
    assert len(comparisons(many, [LOST])) == MAX_COMPARISONS


def test_a_network_that_fills_the_result_file_is_not_shown() -> None:
    """A network whose description is larger than any real one is left out."""
    network = torch.nn.Sequential(*(Wide() for _ in range(300)))
    shape = (1, *[101] * 9, *[1] * 6)
    student = record_reference(network, torch.empty(shape, device="meta"))
    assert comparisons([compared(student=student)], [LOST]) == ()


class Wide(torch.nn.Module):
    """Keeps a tensor of many sides, which takes long to describe."""

    def forward(self, x: Tensor) -> Tensor:
        """Return a tensor with the sides reversed, and a ReLU of it."""
        return torch.sin(x.sigmoid().flip(0))
