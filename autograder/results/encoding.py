"""The encoder of result files: a ScoreSheet as text, the same bytes for the same sheet."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from fractions import Fraction
from typing import TypeAlias

from autograder.model import (
    Basis,
    CheckResult,
    Confinement,
    HandedCurves,
    HandedPicture,
    Measurement,
    NetworkComparison,
    NetworkGraph,
    Score,
    ScoreSheet,
    format_seed,
)
from autograder.results.networks import node_line
from autograder.version import __version__

JsonValue: TypeAlias = (
    "Mapping[str, JsonValue] | Sequence[JsonValue] | str | int | float | bool | None"
)
JsonObject: TypeAlias = dict[str, JsonValue]

SCHEMA = 3
# A student's text may hold them: they steer a terminal, reorder text, or are half a character.
_UNSEEN = re.compile(
    "[\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f"
    "\ud800-\udfff\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)


def to_json(sheet: ScoreSheet) -> str:
    """Return a result file's text: the same bytes for the same sheet.

    `docs/reference/results.md` describes it.
    """
    return json_text(sheet_fields(sheet))


def sheet_fields(sheet: ScoreSheet) -> JsonObject:
    """Return a sheet as JSON values, of which some lists are tuples still."""
    content: JsonObject = {
        "schema": SCHEMA,
        "version": __version__,
        "student": sheet.student,
        "assignment": sheet.assignment,
        "status": sheet.status,
        **points_fields(sheet.earned, sheet.possible),
        "seed": format_seed(sheet.seed),
        "lang": sheet.lang,
        "criteria": [_score(score) for score in sheet.scores],
        "findings": [check_fields(finding) for finding in sheet.findings],
        "notes": [
            {"check": note.check, "text": note.text, "also": note.also} for note in sheet.notes
        ],
        "networks": [_comparison(each) for each in sheet.networks],
        "pictures": [_picture(each) for each in sheet.pictures],
        "texts": [asdict(each) for each in sheet.texts],
        "curves": [_curves(each) for each in sheet.curves],
        "answers": [asdict(each) for each in sheet.answers],
        "adjustments": [
            {"id": each.id, "days": each.days, "reason": each.reason, "also": each.also}
            for each in sheet.adjustments
        ],
        "measurement": None,
        "likeness": {
            "forms": list(sheet.likeness.forms),
            "mistakes": list(sheet.likeness.mistakes),
        },
        "submission": sheet.submission_digest,
        "grader": sheet.basis.digest,
        "basis": basis_fields(sheet.basis),
        "data": sheet.data_digest,
        "sandbox": None,
    }
    if sheet.measurement is not None:
        content["measurement"] = measurement_fields(sheet.measurement)
    if sheet.confinement is not None:
        content["sandbox"] = _confinement(sheet.confinement)
    return content


def json_text(content: Mapping[str, JsonValue]) -> str:
    """Return JSON that people can read too; the same content gives the same bytes."""
    text = json.dumps(content, ensure_ascii=False, allow_nan=False, indent=2) + "\n"
    return _UNSEEN.sub(lambda match: json.dumps(match[0])[1:-1], text)


def points_fields(earned: Fraction | None, possible: Fraction, name: str = "earned") -> JsonObject:
    """Return points as numbers for readers and as fractions for arithmetic."""
    return {
        name: rounded_number(earned),
        "possible": rounded_number(possible),
        f"{name}_exact": exact_text(earned),
        "possible_exact": str(possible),
    }


def exact_text(value: Fraction | None) -> str | None:
    """Return a fraction as text, for arithmetic."""
    return None if value is None else str(value)


def rounded_number(value: Fraction | None) -> float | int | None:
    """Return a fraction as a number, for people: whole where it can be, else rounded."""
    if value is None:
        return None
    return value.numerator if value.denominator == 1 else round(float(value), 4)


def _score(score: Score) -> JsonObject:
    return {
        "id": score.criterion,
        **points_fields(score.earned, score.possible),
        "proposed_exact": exact_text(score.proposed),
        "state": score.state,
        "checks": [check_fields(check) for check in score.checks],
    }


def check_fields(check: CheckResult) -> JsonObject:
    """Return a check's result as JSON values; a criterion holds its checks, and none repeats it."""
    return {
        "id": check.id,
        "outcome": check.outcome.value,
        "message": check.message,
        "hint": check.hint,
        "expects": check.expects,
        "weight": str(check.weight),
        "credit": exact_text(check.credit),
        "where": [
            {
                "file": frame.file,
                "cell": frame.cell,
                "line": frame.line,
                "function": frame.function,
            }
            for frame in check.where
        ],
        "cause": check.cause,
        "evidence": check.evidence,
        "output": check.output,
        "on_trust": check.on_trust,
        "also": None if check.also is None else asdict(check.also),
    }


def _comparison(comparison: NetworkComparison) -> JsonObject:
    return {
        "check": comparison.check,
        "title": comparison.title,
        "student": _graph(comparison.student),
        "right": _graph(comparison.right),
    }


def _picture(picture: HandedPicture) -> JsonObject:
    png = base64.b64encode(picture.png).decode()
    return {"check": picture.check, "file": picture.file, "png": png}


def _curves(curves: HandedCurves) -> JsonObject:
    return {
        "file": curves.file,
        "train_loss": figures_line(curves.train_loss),
        "val_loss": figures_line(curves.val_loss),
        "train_accuracy": figures_line(curves.train_accuracy),
        "val_accuracy": figures_line(curves.val_accuracy),
    }


def figures_line(figures: Sequence[float]) -> str:
    """Return numbers as one line, with as many digits as a picture of them needs."""
    return " ".join(f"{figure:.4g}" for figure in figures)


def _graph(graph: NetworkGraph) -> JsonObject:
    nodes = [node_line(node) for node in graph.nodes]
    return {"nodes": nodes, "output": graph.output, "is_cut": graph.is_cut}


def measurement_fields(measurement: Measurement) -> JsonObject:
    """Return a measurement as JSON values; its confusion matrix is a line of counts per class."""
    return {
        "list": measurement.list,
        "list_also": measurement.list_also,
        "accuracy": rounded_number(measurement.accuracy),
        "correct": measurement.correct,
        "n": measurement.n,
        "total": measurement.total,
        "top5": measurement.top5,
        "interval_exact": [str(bound) for bound in measurement.interval],
        "confusion": [" ".join(map(str, row)) for row in measurement.confusion],
        "signature": measurement.signature,
        "predictions": measurement.predictions,
        "decided_by": measurement.decided_by,
        "error_exact": str(measurement.error),
    }


def basis_fields(basis: Basis) -> JsonObject:
    """Return a basis as JSON values."""
    packages = ", ".join(f"{name} {version}" for name, version in sorted(basis.packages.items()))
    return {
        "harness": basis.harness,
        "python": basis.python,
        "packages": packages,  # one line, not one per package
        "files": dict(sorted(basis.files.items())),
        "rules": dict(sorted(basis.rules.items())),
    }


def _confinement(confinement: Confinement) -> JsonObject:
    return {
        "level": confinement.level,
        "layers": list(confinement.layers),
        "missing": list(confinement.missing),
    }
