"""Where pytest meets the harness: the marks `criterion` and `requires`, and the fixture `submission`.

In the judge, `grader.py` decides where the submission's code runs. By hand, for authors of graders:
`pytest -p autograder.plugin assignments/<id>/graders --submission FILE` runs it in this very process.
"""

from __future__ import annotations

import sys
from fractions import Fraction
from pathlib import Path

import pytest

from autograder.live import LiveSubmission, in_process

LIVE = pytest.StashKey[LiveSubmission]()

MARKS = (
    "criterion(id, weight=1): the rubric criterion that this check belongs to",
    "requires(id): the check is blocked unless every check of that criterion passed",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--submission`."""
    parser.addoption("--submission", type=Path, help="run the checks on this file, in this process, unsandboxed")


def pytest_configure(config: pytest.Config) -> None:
    """Register the marks, and load the file that `--submission` names."""
    for mark in MARKS:
        config.addinivalue_line("markers", mark)
    file = config.getoption("--submission", default=None)
    if file is None:
        return
    for argument in config.args:  # graders import their neighbours: probes, reference
        folder = Path(argument.split("::")[0]).resolve()
        sys.path.insert(0, str(folder if folder.is_dir() else folder.parent))
    config.stash[LIVE], _ = in_process(file.stem, file)


@pytest.fixture
def submission(request: pytest.FixtureRequest) -> LiveSubmission:
    """The student's code under examination."""
    if LIVE not in request.config.stash:
        pytest.fail("no submission to examine: name one with --submission FILE", pytrace=False)
    return request.config.stash[LIVE]


def criterion_of(item: pytest.Item) -> str:
    """The rubric criterion that a check belongs to."""
    mark = item.get_closest_marker("criterion")
    return str(mark.args[0]) if mark is not None else ""


def weight_of(item: pytest.Item) -> Fraction:
    """The weight of a check within its criterion."""
    mark = item.get_closest_marker("criterion")
    return Fraction(str(mark.kwargs.get("weight", 1))) if mark is not None else Fraction(1)


def required_by(item: pytest.Item) -> list[str]:
    """The criteria without which a check is blocked."""
    return [str(mark.args[0]) for mark in item.iter_markers("requires")]
