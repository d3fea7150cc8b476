"""Result files: a ScoreSheet as JSON and back, written atomically, without clock, host or path."""

from __future__ import annotations

import json
import os
from fractions import Fraction
from pathlib import Path
from typing import Any, get_args

from autograder import __version__
from autograder.model import (
    Accuracy,
    Adjustment,
    CheckResult,
    Confinement,
    Frame,
    Lang,
    Level,
    Measurement,
    Note,
    Outcome,
    Score,
    ScoreSheet,
    State,
    Status,
)

SCHEMA = 1
UNFINISHED = ".unfinished"  # ends the names of files that a killed run may leave


class ResultError(ValueError):
    """Raised when a result file is not one of ours, or is damaged."""


def result_path(out: Path, student: str, assignment: str) -> Path:
    """Where the result of a submission lies below OUT."""
    return out / "results" / student / f"{assignment}.json"


def to_json(sheet: ScoreSheet) -> str:
    """The result file's text; the same sheet gives the same bytes. `docs/results.md` describes it."""
    content = {
        "schema": SCHEMA,
        "version": __version__,
        "student": sheet.student,
        "assignment": sheet.assignment,
        "status": sheet.status,
        **_points(sheet.earned, sheet.possible),
        "seed": sheet.seed,
        "lang": sheet.lang,
        "criteria": [
            {
                "id": score.criterion,
                **_points(score.earned, score.possible),
                "proposed_exact": _exact(score.proposed),
                "state": score.state,
                "checks": [_check(check) for check in score.checks],
            }
            for score in sheet.scores
        ],
        "findings": [_check(finding) for finding in sheet.findings],
        "notes": [{"check": note.check, "text": note.text} for note in sheet.notes],
        "adjustments": [{"id": a.id, "days": a.days, "reason": a.reason} for a in sheet.adjustments],
        "measurement": _measurement(sheet.measurement),
        "submission": sheet.submission_digest,
        "grader": sheet.grader_digest,
        "sandbox": _confinement(sheet.confinement),
    }
    text = json.dumps(content, ensure_ascii=False, indent=2) + "\n"
    return text.encode("utf-8", "backslashreplace").decode()  # a student's text may hold lone surrogates


def from_json(text: str) -> ScoreSheet:
    """The sheet of a result file; ResultError where it is damaged, or its parts contradict each other."""
    try:
        content = json.loads(text)
        if content["schema"] != SCHEMA:
            raise ResultError(f"schema {content['schema']!a:.20}, expected {SCHEMA}")
        _text(content["version"])  # of whichever harness wrote it
        sheet = _read_sheet(content)
        if json.loads(to_json(sheet)) != {**content, "version": __version__}:
            raise ResultError("a number that is not its exact fraction, or a field that is unknown")
    except (KeyError, TypeError, ValueError, ArithmeticError, RecursionError) as error:
        raise ResultError(f"not a result file of schema {SCHEMA}: {error}") from error
    return sheet


def write(path: Path, text: str) -> None:
    """Write a file so that it is whole or absent, whatever happens meanwhile."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name[:100]}.{os.getpid()}{UNFINISHED}")
    try:
        with temporary.open("w", encoding="utf-8", newline="\n") as file:
            file.write(text)  # no fsync: a killed process loses nothing, and a lost result is graded again
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _points(earned: Fraction | None, possible: Fraction) -> dict[str, Any]:
    """Points as numbers for readers and as fractions for arithmetic."""
    return {
        "earned": _number(earned),
        "possible": _number(possible),
        "earned_exact": _exact(earned),
        "possible_exact": str(possible),
    }


def _exact(value: Fraction | None) -> str | None:
    return None if value is None else str(value)


def _number(value: Fraction | None) -> float | int | None:
    if value is None:
        return None
    return value.numerator if value.denominator == 1 else round(float(value), 4)


def _check(check: CheckResult) -> dict[str, Any]:
    return {
        "id": check.id,
        "outcome": check.outcome.value,
        "message": check.message,
        "hint": check.hint,
        "expects": check.expects,
        "weight": str(check.weight),
        "credit": _exact(check.credit),
        "where": [{"file": f.file, "cell": f.cell, "line": f.line, "function": f.function} for f in check.where],
        "evidence": check.evidence,
        "output": check.output,
    }


def _measurement(m: Measurement | None) -> dict[str, Any] | None:
    if m is None:
        return None
    return {
        "list": m.list,
        "accuracy": _number(m.accuracy),
        "correct": m.correct,
        "n": m.n,
        "total": m.total,
        "top5": m.top5,
        "interval_exact": [str(bound) for bound in m.interval],
        "confusion": [list(row) for row in m.confusion],
        "signature": m.signature,
        "decided_by": m.decided_by,
        "error_exact": str(m.error),
    }


def _confinement(confinement: Confinement | None) -> dict[str, Any] | None:
    if confinement is None:
        return None
    return {
        "level": confinement.level,
        "layers": list(confinement.layers),
        "missing": list(confinement.missing),
    }


def _read_sheet(content: dict[str, Any]) -> ScoreSheet:
    return ScoreSheet(
        student=_text(content["student"]),
        assignment=_text(content["assignment"]),
        status=_word(Status, content["status"]),
        scores=tuple(_read_score(criterion) for criterion in content["criteria"]),
        findings=tuple(_read_check(finding, "") for finding in content["findings"]),
        notes=tuple(Note(check=_text(n["check"]), text=_text(n["text"])) for n in content["notes"]),
        adjustments=tuple(_read_adjustment(a) for a in content["adjustments"]),
        measurement=_read_measurement(content["measurement"]),
        seed=_whole(content["seed"]),
        lang=_word(Lang, content["lang"]),
        submission_digest=_text(content["submission"]),
        grader_digest=_text(content["grader"]),
        confinement=_read_confinement(content["sandbox"]),
    )


def _read_score(content: dict[str, Any]) -> Score:
    return Score(
        criterion=_text(content["id"]),
        earned=_optional_fraction(content["earned_exact"]),
        possible=_fraction(content["possible_exact"]),
        proposed=_optional_fraction(content["proposed_exact"]),
        state=_word(State, content["state"]),
        checks=tuple(_read_check(check, content["id"]) for check in content["checks"]),
    )


def _read_check(content: dict[str, Any], criterion: str) -> CheckResult:
    def text(name: str) -> str:
        return _text(content[name])

    return CheckResult(
        id=text("id"),
        message=text("message"),
        hint=text("hint"),
        expects=text("expects"),
        evidence=text("evidence"),
        output=text("output"),
        criterion=criterion,
        outcome=Outcome(content["outcome"]),
        weight=_fraction(content["weight"]),
        credit=_optional_fraction(content["credit"]),
        where=tuple(_read_frame(**frame) for frame in content["where"]),
    )


def _read_frame(file: Any, cell: Any, line: Any, function: Any) -> Frame:
    return Frame(file=_text(file), cell=_whole(cell), line=_whole(line), function=_text(function))


def _read_adjustment(content: dict[str, Any]) -> Adjustment:
    id, reason = _text(content["id"]), _text(content["reason"])
    return Adjustment(id=id, days=_whole(content["days"]), reason=reason)


def _read_measurement(content: dict[str, Any] | None) -> Measurement | None:
    if content is None:
        return None
    low, high = map(_fraction, content["interval_exact"])
    counts = {name: _whole(content[name]) for name in ("correct", "n", "total", "top5")}
    if not 0 <= counts["correct"] <= counts["n"] <= counts["total"] or not counts["n"]:
        raise ValueError("the counts of the measurement contradict each other")
    return Measurement(
        list=_text(content["list"]),
        interval=(low, high),
        confusion=tuple(tuple(map(_whole, row)) for row in content["confusion"]),
        signature=_text(content["signature"]),
        decided_by=_word(Accuracy, content["decided_by"]),
        error=_fraction(content["error_exact"]),
        **counts,
    )


def _read_confinement(content: dict[str, Any] | None) -> Confinement | None:
    if content is None:
        return None
    layers, missing = (tuple(map(_text, content[name])) for name in ("layers", "missing"))
    return Confinement(level=_word(Level, content["level"]), layers=layers, missing=missing)


def _text(value: Any) -> str:
    if type(value) is not str:
        raise TypeError(f"expected a text, got {value!a:.40}")
    return value


def _whole(value: Any) -> int:
    if type(value) is not int:
        raise TypeError(f"expected a whole number, got {value!a:.40}")
    return value


def _word(words: Any, value: Any) -> Any:
    """`value`, if it is one of the words of a Literal."""
    if value not in get_args(words):
        raise ValueError(f"expected one of {', '.join(get_args(words))}, got {value!a:.40}")
    return value


def _optional_fraction(value: Any) -> Fraction | None:
    return None if value is None else _fraction(value)


def _fraction(value: Any) -> Fraction:
    numerator, _, denominator = _text(value).partition("/")  # Fraction("1e9999999") would take for ever
    return Fraction(int(numerator), int(denominator or 1))
