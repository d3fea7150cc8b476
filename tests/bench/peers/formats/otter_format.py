"""A check as a test file of Otter; the copy of each check has its name in place of CHECK_NAME."""

from types import SimpleNamespace

from otter.test_files import test_case
from residual_checks import CHECKS

OK_FORMAT = False
name = "CHECK_NAME"
points = 1


@test_case(points=1)
def run_check(env):
    """Run the check on the names that the submission defines."""
    CHECKS["CHECK_NAME"](SimpleNamespace(**env))
