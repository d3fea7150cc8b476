"""A result file's text as its ScoreSheet, refused where it is damaged."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any, get_args

from autograder.model import (
    Accuracy,
    Adjustment,
    Basis,
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
    Words,
)
from autograder.results.encoding import SCHEMA, to_json
from autograder.version import __version__

LARGEST = 64 << 20  # bytes of a result file


class ResultError(ValueError):
    """Raised when a result file is not one of ours, or is damaged."""


def read_result(path: Path, lang: Lang | None = None) -> ScoreSheet:
    """The sheet in a file, in `lang` or as it lies there; OSError, or ResultError where it is no
    result file.
    """
    if path.exists() and not path.is_file():
        raise ResultError("not a regular file")
    with path.open("rb") as file:
        content = file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise ResultError(f"not a result file: more than {LARGEST >> 20} MiB")
    try:
        return from_json(content.decode(), lang)
    except UnicodeDecodeError as error:
        raise ResultError(f"not a result file: {error}") from error


def from_json(text: str, lang: Lang | None = None) -> ScoreSheet:
    """The sheet of a result file; ResultError where it is damaged, or its parts contradict each
    other.

    In `lang`, else in the language of the run that wrote it.
    """
    try:
        content = json.loads(text)
        if content["schema"] != SCHEMA:
            raise ResultError(f"schema {content['schema']!a:.20}, expected {SCHEMA}")
        _text(content["version"])  # of whichever harness wrote it
        sheet = _read_sheet(content)
        if json.loads(to_json(sheet)) != {**content, "version": __version__}:
            raise ResultError("a number that is not its exact fraction, or a field that is unknown")
    except (
        KeyError,
        AttributeError,
        TypeError,
        ValueError,
        ArithmeticError,
        RecursionError,
    ) as error:
        raise ResultError(f"not a result file of schema {SCHEMA}: {error}") from error
    return sheet.in_(lang or sheet.lang)


def _read_sheet(content: dict[str, Any]) -> ScoreSheet:
    return ScoreSheet(
        student=_text(content["student"]),
        assignment=_text(content["assignment"]),
        status=_word(Status, content["status"]),
        scores=tuple(_read_score(criterion) for criterion in content["criteria"]),
        findings=tuple(_read_check(finding, "") for finding in content["findings"]),
        notes=tuple(_read_note(note) for note in content["notes"]),
        adjustments=tuple(_read_adjustment(a) for a in content["adjustments"]),
        measurement=_read_measurement(content["measurement"]),
        seed=_whole(content["seed"]),
        lang=_word(Lang, content["lang"]),
        submission_digest=_text(content["submission"]),
        basis=_read_basis(content["basis"]),
        data_digest=_text(content["data"]),
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

    also = content["also"]
    return CheckResult(
        id=text("id"),
        message=text("message"),
        hint=text("hint"),
        expects=text("expects"),
        also=None if also is None else _read_words(**also),
        cause=text("cause"),
        evidence=text("evidence"),
        output=text("output"),
        criterion=criterion,
        outcome=Outcome(content["outcome"]),
        weight=_fraction(content["weight"]),
        credit=_optional_fraction(content["credit"]),
        where=tuple(_read_frame(**frame) for frame in content["where"]),
    )


def _read_words(message: Any, hint: Any, expects: Any) -> Words:
    return Words(message=_text(message), hint=_text(hint), expects=_text(expects))


def _read_frame(file: Any, cell: Any, line: Any, function: Any) -> Frame:
    return Frame(file=_text(file), cell=_whole(cell), line=_whole(line), function=_text(function))


def _read_adjustment(content: dict[str, Any]) -> Adjustment:
    id, reason = _text(content["id"]), _text(content["reason"])
    return Adjustment(
        id=id, days=_whole(content["days"]), reason=reason, also=_optional_text(content["also"])
    )


def _read_note(content: dict[str, Any]) -> Note:
    check, text = _text(content["check"]), _text(content["text"])
    return Note(check=check, text=text, also=_optional_text(content["also"]))


def _read_measurement(content: dict[str, Any] | None) -> Measurement | None:
    if content is None:
        return None
    low, high = map(_fraction, content["interval_exact"])
    counts = {name: _whole(content[name]) for name in ("correct", "n", "total", "top5")}
    if not 0 <= counts["correct"] <= counts["n"] <= counts["total"] or not counts["n"]:
        raise ValueError("the counts of the measurement contradict each other")
    return Measurement(
        list=_text(content["list"]),
        list_also=_optional_text(content["list_also"]),
        interval=(low, high),
        confusion=tuple(tuple(map(int, _text(row).split())) for row in content["confusion"]),
        signature=_text(content["signature"]),
        decided_by=_word(Accuracy, content["decided_by"]),
        error=_fraction(content["error_exact"]),
        **counts,
    )


def _read_basis(content: dict[str, Any]) -> Basis:
    packages = _text(content["packages"])
    return Basis(
        harness=_text(content["harness"]),
        python=_text(content["python"]),
        packages=dict(_package(entry) for entry in packages.split(", ")) if packages else {},
        files={_text(path): _text(digest) for path, digest in content["files"].items()},
        rules={_text(name): _text(digest) for name, digest in content["rules"].items()},
    )


def _package(entry: str) -> tuple[str, str]:
    """The name and the version of a package."""
    name, version = entry.split(" ")
    return name, version


def _read_confinement(content: dict[str, Any] | None) -> Confinement | None:
    if content is None:
        return None
    layers, missing = (tuple(map(_text, content[name])) for name in ("layers", "missing"))
    return Confinement(level=_word(Level, content["level"]), layers=layers, missing=missing)


def _optional_text(value: Any) -> str | None:
    return None if value is None else _text(value)


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
    numerator, _, denominator = _text(value).partition(
        "/"
    )  # Fraction("1e9999999") would take for ever
    return Fraction(int(numerator), int(denominator or 1))
