"""What graders tell of a mistake, and what it costs: the tables in told/, one for each assignment.

All answers of a table are graded in one run. A finding is told where a failed check has its message
and its hint.
"""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml

from autograder.config.course import load_course
from autograder.model import Assignment
from autograder.verification.cases import whole_source
from tests.support.command_line import REPOSITORY, autograder, result
from tests.support.once import once
from tests.support.places import CASES

TABLES = CASES / "causes"
SECONDS = 300.0
LANG = "en"
COURSE = load_course(REPOSITORY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """An answer of wrong/, what it costs, and what students read about it."""

    assignment: Assignment
    path: str
    criterion: str
    loses: Fraction  # of the criterion, at least
    tells: tuple[str, ...]  # findings
    never: tuple[str, ...]

    @property
    def student(self) -> str:
        """Who hands it in."""
        return Path(self.path).stem


def read_table(path: Path) -> list[Mistake]:
    """Return the mistakes of an assignment's table."""
    assignment = next(a for a in COURSE.assignments if a.id == path.stem)
    rows = yaml.safe_load(path.read_text(encoding="utf-8"))
    return [
        Mistake(
            assignment=assignment,
            path=case,
            criterion=next(
                c.id for c in assignment.criteria if c.id.endswith("." + row["criterion"])
            ),
            loses=Fraction(row["loses"]),
            tells=tuple(row["tells"]),
            never=tuple(row["never"]),
        )
        for case, row in rows.items()
    ]


MISTAKES = [mistake for path in sorted(TABLES.glob("*.yml")) for mistake in read_table(path)]


@once
def graded(assignment: Assignment) -> Path:
    """Grade all answers of an assignment's table in one run."""
    folder = Path(tempfile.mkdtemp(prefix="autograder-told-"))
    name = assignment.files[0].name
    for mistake in MISTAKES:
        if mistake.assignment == assignment:
            code = folder / "submitted" / mistake.student / assignment.id / name
            code.parent.mkdir(parents=True)
            source = whole_source(assignment.root / mistake.path, assignment)
            code.write_text(source, encoding="utf-8")
    words = (
        "--course",
        REPOSITORY,
        "--assignment",
        assignment.id,
        "--lang",
        LANG,
        "--data",
        folder,
    )
    ended = autograder(
        "grade", folder / "submitted", "--out", folder / "out", *words, seconds=SECONDS
    )
    assert ended.returncode in (0, 3), (
        ended.stdout + ended.stderr
    )  # 3: a test says who needs review
    return folder / "out"


def pattern(template: str) -> str:
    """Return a regular expression for a sentence whose placeholders are filled."""
    return ".+?".join(map(re.escape, re.split(r"\{\w+\}", template)))


def is_told(finding: str, assignment: Assignment, checks: list[dict[str, Any]]) -> bool:
    """Return whether one of the checks failed with that finding of texts.yml."""
    texts = yaml.safe_load((assignment.graders / "texts.yml").read_text(encoding="utf-8"))[
        "findings"
    ]
    message, hint = (pattern(texts[finding][part][LANG]) for part in ("message", "hint"))
    return any(
        re.fullmatch(message, c["message"]) and re.fullmatch(hint, c["hint"]) for c in checks
    )


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda m: f"{m.assignment.id}/{m.student}")
def test_a_mistake_costs_its_share_and_is_told_truly(mistake: Mistake) -> None:
    """A mistake loses at least its share of the criterion, and only fitting sentences name it."""
    sheet = result(graded(mistake.assignment), mistake.student, mistake.assignment.id)
    entry = next(c for c in sheet["criteria"] if c["id"] == mistake.criterion)
    failed = [check for check in entry["checks"] if check["outcome"] == "failed"]
    findings = (*mistake.tells, *mistake.never)
    told = {finding for finding in findings if is_told(finding, mistake.assignment, failed)}
    assert sheet["status"] == "graded"
    assert told == set(mistake.tells)
    assert Fraction(entry["earned_exact"]) <= (1 - mistake.loses) * Fraction(
        entry["possible_exact"]
    )
