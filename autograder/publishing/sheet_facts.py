"""What a comparison needs of a result file: the outcomes of its checks, and what it rests on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from autograder.errors import CourseError
from autograder.results import SCHEMA
from autograder.results.upgrading import UPGRADABLE_SCHEMAS, upgraded


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckFact:
    """How a check ended."""

    outcome: str
    credit: Fraction | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetFacts:
    """One result file. Digests are hex."""

    submission: str
    data: str
    seed: str
    level: str  # of the sandbox; empty: no student code ran
    status: str
    harness: str  # versions
    python: str
    packages: Mapping[str, str]
    files: Mapping[str, str]  # of the graders, by path below the assignment's folder
    rules: Mapping[str, str]  # of grading.yml, by name
    adjustments: frozenset[str]  # ids of bonuses and penalties that the graders found
    checks: Mapping[str, Mapping[str, CheckFact]]  # by criterion and id
    findings: Mapping[str, CheckFact]  # about the hand-in as a whole


def read_sheet_facts(path: Path) -> SheetFacts | None:
    """Return the facts of a result file; None where there is none, CourseError if damaged."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["schema"] not in (*UPGRADABLE_SCHEMAS, SCHEMA):
            raise ValueError("another schema")
        return _facts(upgraded(content))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        what = error.strerror if isinstance(error, OSError) else "not a result file"
        raise CourseError(f"{path}: {what}; grade it again") from error


def _facts(content: Mapping[str, Any]) -> SheetFacts:
    basis = content["basis"]
    packages = [entry.split(" ") for entry in basis["packages"].split(", ") if entry]
    return SheetFacts(
        submission=content["submission"],
        data=content["data"],
        seed=content["seed"],
        level=content["sandbox"]["level"] if content["sandbox"] else "",
        status=content["status"],
        harness=basis["harness"],
        python=basis["python"],
        packages=dict(packages),
        files=basis["files"],
        rules=basis["rules"],
        adjustments=frozenset(each["id"] for each in content["adjustments"]),
        checks={score["id"]: _check_facts(score["checks"]) for score in content["criteria"]},
        findings=_check_facts(content["findings"]),
    )


def _check_facts(checks: list[Mapping[str, Any]]) -> dict[str, CheckFact]:
    facts = {}
    for check in checks:
        credit = check["credit"]
        facts[check["id"]] = CheckFact(
            outcome=check["outcome"], credit=None if credit is None else Fraction(credit)
        )
    return facts
