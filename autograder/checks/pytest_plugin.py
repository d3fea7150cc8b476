"""The pytest plugin of checks: their marks and fixtures.

In the judge, `grader.py` decides where the submission's code runs. By hand, for authors of graders:
`pytest -p autograder.checks.pytest_plugin assignments/<id>/graders --submission FILE` runs it in
this very process.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import TypeVar

import pytest

from autograder.checks.feedback import Feedback
from autograder.checks.submission import Submission, in_process
from autograder.config.course import load_course
from autograder.model import Rubric, Run
from autograder.text.grader_texts import load_grader_texts

T = TypeVar("T")

SUBMISSION_KEY = pytest.StashKey[Submission]()
FEEDBACK_KEY = pytest.StashKey[Feedback]()
RUN_KEY = pytest.StashKey[Run]()
RUBRIC_KEY = pytest.StashKey[Rubric]()

MARK_DESCRIPTIONS = (
    "criterion(id, weight=1): the rubric criterion that this check belongs to",
    "requires(id): the check is blocked unless every check of that criterion passed",
    "gate: a numeric check that only the work can answer; reports of its criterion count only if it"
    " passes",
    "measure: the check may wait as long as the assignment's wall_measure says",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--submission`."""
    parser.addoption(
        "--submission", type=Path, help="run the checks on this file, in this process, unsandboxed"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Register the marks, and load the file that `--submission` names."""
    for mark in MARK_DESCRIPTIONS:
        config.addinivalue_line("markers", mark)
    file = config.getoption("--submission", default=None)
    if file is None:
        return
    for argument in config.args:  # graders import their neighbours: probes, reference
        folder = Path(argument.split("::")[0]).resolve()
        sys.path.insert(0, str(folder if folder.is_dir() else folder.parent))
    config.stash[SUBMISSION_KEY], _ = in_process(file.stem, file, _Beside(file))


class _Beside(Mapping[str, bytes]):
    """The files beside the code of a run by hand, each read when a check asks for it."""

    def __init__(self, code: Path) -> None:
        self.folder = code.resolve().parent

    def __getitem__(self, name: str) -> bytes:
        """Return the content of a file; KeyError where it is absent."""
        if not (self.folder / name).is_file():
            raise KeyError(name)
        return (self.folder / name).read_bytes()

    def __iter__(self) -> Iterator[str]:
        """Yield the names of the files."""
        return (path.name for path in self.folder.iterdir() if path.is_file())

    def __len__(self) -> int:
        """Return the number of files."""
        return sum(1 for _ in self)


def _by_hand(config: pytest.Config) -> None:
    """Put into the stash what the judge would, from the course that the graders belong to."""
    folder = Path(config.args[0].split("::")[0]).resolve()
    folder = folder if folder.is_dir() else folder.parent
    course = load_course(folder.parents[2])  # assignments/<id>/graders
    config.stash[FEEDBACK_KEY] = Feedback(texts=load_grader_texts(folder), lang="en")
    config.stash[RUN_KEY] = Run(
        lang="en", data=Path(os.environ.get("AUTOGRADER_DATA", course.root / "data"))
    )
    config.stash[RUBRIC_KEY] = course.rubric


def _stashed(config: pytest.Config, key: pytest.StashKey[T]) -> T:
    if key not in config.stash:
        _by_hand(config)
    return config.stash[key]


# Not `request`, which pytest makes anew each time that it is asked for.
@pytest.fixture
def submission(pytestconfig: pytest.Config) -> Submission:
    """Return the student's code under examination, and the files submitted with it."""
    if SUBMISSION_KEY not in pytestconfig.stash:
        pytest.fail("no submission to examine: name one with --submission FILE", pytrace=False)
    return pytestconfig.stash[SUBMISSION_KEY]


@pytest.fixture
def feedback(pytestconfig: pytest.Config) -> Feedback:
    """Return what puts notes, proposals and adjustments on the score sheet."""
    return _stashed(pytestconfig, FEEDBACK_KEY)


@pytest.fixture
def run(pytestconfig: pytest.Config) -> Run:
    """Return the options of this run: its seed, and the folder of the data."""
    return _stashed(pytestconfig, RUN_KEY)


@pytest.fixture
def rubric(pytestconfig: pytest.Config) -> Rubric:
    """Return the course's rubric: thresholds are there, never in a check."""
    return _stashed(pytestconfig, RUBRIC_KEY)


def criterion_of(item: pytest.Item) -> str:
    """Return the rubric criterion that a check belongs to."""
    mark = item.get_closest_marker("criterion")
    return str(mark.args[0]) if mark is not None else ""


def weight_of(item: pytest.Item) -> Fraction:
    """Return the weight of a check within its criterion."""
    mark = item.get_closest_marker("criterion")
    return Fraction(str(mark.kwargs.get("weight", 1))) if mark is not None else Fraction(1)


def measures(item: pytest.Item) -> bool:
    """Return whether a check takes its time by the budget of measurements."""
    return item.get_closest_marker("measure") is not None


def is_gate(item: pytest.Item) -> bool:
    """Return whether the reports of a check's criterion count only if it passes."""
    return item.get_closest_marker("gate") is not None


def required_by(item: pytest.Item) -> list[str]:
    """Return the criteria without which a check is blocked."""
    return [str(mark.args[0]) for mark in item.iter_markers("requires")]
