"""A ScoreSheet as the text of its result file; the same sheet gives the same bytes."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from fractions import Fraction
from typing import Any

from autograder.model import Basis, CheckResult, Confinement, Measurement, ScoreSheet
from autograder.version import __version__

SCHEMA = 2
# A student's text may hold them: they steer a terminal, reorder text, or are half a character.
_UNSEEN = re.compile(
    "[\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)


def to_json(sheet: ScoreSheet) -> str:
    """The result file's text; the same sheet gives the same bytes. `docs/reference/results.md` describes it."""
    content = {
        "schema": SCHEMA,
        "version": __version__,
        "student": sheet.student,
        "assignment": sheet.assignment,
        "status": sheet.status,
        **points(sheet.earned, sheet.possible),
        "seed": sheet.seed,
        "lang": sheet.lang,
        "criteria": [
            {
                "id": score.criterion,
                **points(score.earned, score.possible),
                "proposed_exact": exact(score.proposed),
                "state": score.state,
                "checks": [_check(check) for check in score.checks],
            }
            for score in sheet.scores
        ],
        "findings": [_check(finding) for finding in sheet.findings],
        "notes": [
            {"check": note.check, "text": note.text, "also": note.also} for note in sheet.notes
        ],
        "adjustments": [
            {"id": a.id, "days": a.days, "reason": a.reason, "also": a.also}
            for a in sheet.adjustments
        ],
        "measurement": measurement(sheet.measurement),
        "submission": sheet.submission_digest,
        "grader": sheet.basis.digest,
        "basis": _basis(sheet.basis),
        "data": sheet.data_digest,
        "sandbox": _confinement(sheet.confinement),
    }
    return written(content)


def written(content: dict[str, Any]) -> str:
    """JSON as people can read it, too; the same content gives the same bytes."""
    text = json.dumps(content, ensure_ascii=False, allow_nan=False, indent=2) + "\n"
    return _UNSEEN.sub(lambda found: json.dumps(found[0])[1:-1], text)


def points(earned: Fraction | None, possible: Fraction, name: str = "earned") -> dict[str, Any]:
    """Points as numbers for readers and as fractions for arithmetic."""
    return {
        name: number(earned),
        "possible": number(possible),
        f"{name}_exact": exact(earned),
        "possible_exact": str(possible),
    }


def exact(value: Fraction | None) -> str | None:
    """A fraction as text, for arithmetic."""
    return None if value is None else str(value)


def number(value: Fraction | None) -> float | int | None:
    """A fraction as a number, for people: whole where it can be, else rounded."""
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
        "credit": exact(check.credit),
        "where": [
            {"file": f.file, "cell": f.cell, "line": f.line, "function": f.function}
            for f in check.where
        ],
        "cause": check.cause,
        "evidence": check.evidence,
        "output": check.output,
        "also": None if check.also is None else asdict(check.also),
    }


def measurement(m: Measurement | None) -> dict[str, Any] | None:
    """A measurement as JSON values."""
    if m is None:
        return None
    return {
        "list": m.list,
        "list_also": m.list_also,
        "accuracy": number(m.accuracy),
        "correct": m.correct,
        "n": m.n,
        "total": m.total,
        "top5": m.top5,
        "interval_exact": [str(bound) for bound in m.interval],
        "confusion": [
            " ".join(map(str, row)) for row in m.confusion
        ],  # a line per class, not per number
        "signature": m.signature,
        "decided_by": m.decided_by,
        "error_exact": str(m.error),
    }


def _basis(basis: Basis) -> dict[str, Any]:
    packages = ", ".join(f"{name} {version}" for name, version in sorted(basis.packages.items()))
    return {
        "harness": basis.harness,
        "python": basis.python,
        "packages": packages,  # one line, not one per package
        "files": dict(sorted(basis.files.items())),
        "rules": dict(sorted(basis.rules.items())),
    }


def _confinement(confinement: Confinement | None) -> dict[str, Any] | None:
    if confinement is None:
        return None
    return {
        "level": confinement.level,
        "layers": list(confinement.layers),
        "missing": list(confinement.missing),
    }
