"""Where pytest meets the harness: the marks of checks, and the fixtures that they ask with.

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

SUBMISSION = pytest.StashKey[Submission]()
FEEDBACK = pytest.StashKey[Feedback]()
RUN = pytest.StashKey[Run]()
RUBRIC = pytest.StashKey[Rubric]()

MARKS = (
    "criterion(id, weight=1): the rubric criterion that this check belongs to",
    "requires(id): the check is blocked unless every check of that criterion passed",
    "measure: the check may wait as long as the assignment's wall_measure says",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--submission`."""
    parser.addoption(
        "--submission", type=Path, help="run the checks on this file, in this process, unsandboxed"
    )


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
    config.stash[SUBMISSION], _ = in_process(file.stem, file, _Beside(file))


class _Beside(Mapping[str, bytes]):
    """The files beside the code that is examined by hand, read when a check asks for one."""

    def __init__(self, code: Path) -> None:
        self.folder = code.resolve().parent

    def __getitem__(self, name: str) -> bytes:
        """The content of a file; KeyError where it is not there."""
        if not (self.folder / name).is_file():
            raise KeyError(name)
        return (self.folder / name).read_bytes()

    def __iter__(self) -> Iterator[str]:
        """Their names."""
        return (path.name for path in self.folder.iterdir() if path.is_file())

    def __len__(self) -> int:
        """How many there are."""
        return sum(1 for _ in self)


def _by_hand(config: pytest.Config) -> None:
    """What the judge would have put into the stash, from the course that the graders belong to."""
    folder = Path(config.args[0].split("::")[0]).resolve()
    folder = folder if folder.is_dir() else folder.parent
    course = load_course(folder.parents[2])  # assignments/<id>/graders
    config.stash[FEEDBACK] = Feedback(texts=load_grader_texts(folder), lang="en")
    config.stash[RUN] = Run(
        lang="en", data=Path(os.environ.get("AUTOGRADER_DATA", course.root / "data"))
    )
    config.stash[RUBRIC] = course.rubric


def _stashed(config: pytest.Config, key: pytest.StashKey[T]) -> T:
    if key not in config.stash:
        _by_hand(config)
    return config.stash[key]


@pytest.fixture
def submission(request: pytest.FixtureRequest) -> Submission:
    """The student's code under examination, and the files that came with it."""
    if SUBMISSION not in request.config.stash:
        pytest.fail("no submission to examine: name one with --submission FILE", pytrace=False)
    return request.config.stash[SUBMISSION]


@pytest.fixture
def feedback(request: pytest.FixtureRequest) -> Feedback:
    """What a check puts on the sheet beside its outcome."""
    return _stashed(request.config, FEEDBACK)


@pytest.fixture
def run(request: pytest.FixtureRequest) -> Run:
    """The options of this run: its seed, and where the data lie."""
    return _stashed(request.config, RUN)


@pytest.fixture
def rubric(request: pytest.FixtureRequest) -> Rubric:
    """The course's rubric: thresholds live there, never in a check."""
    return _stashed(request.config, RUBRIC)


def criterion_of(item: pytest.Item) -> str:
    """The rubric criterion that a check belongs to."""
    mark = item.get_closest_marker("criterion")
    return str(mark.args[0]) if mark is not None else ""


def weight_of(item: pytest.Item) -> Fraction:
    """The weight of a check within its criterion."""
    mark = item.get_closest_marker("criterion")
    return Fraction(str(mark.kwargs.get("weight", 1))) if mark is not None else Fraction(1)


def measures(item: pytest.Item) -> bool:
    """Return whether a check takes its time by the budget of measurements."""
    return item.get_closest_marker("measure") is not None


def required_by(item: pytest.Item) -> list[str]:
    """The criteria without which a check is blocked."""
    return [str(mark.args[0]) for mark in item.iter_markers("requires")]
