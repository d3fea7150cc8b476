"""The decoder of result files: a file's text as a ScoreSheet, refused where it is damaged."""

from __future__ import annotations

import base64
import functools
import json
import math
import re
import sys
from collections.abc import Callable, Mapping
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from autograder.model import (
    Basis,
    HandedCurves,
    HandedPicture,
    Lang,
    Measurement,
    NetworkGraph,
    Score,
    ScoreSheet,
    parse_seed,
)
from autograder.results.encoding import SCHEMA, sheet_fields
from autograder.results.networks import graph_of
from autograder.results.upgrading import UPGRADABLE_SCHEMAS, upgraded
from autograder.version import __version__

if TYPE_CHECKING:
    from cattrs import Converter

T = TypeVar("T")
Content: TypeAlias = Mapping[str, Any]  # an object of JSON
Reader: TypeAlias = Callable[[object], object]

# By class: the fields that a file names otherwise.
FILE_KEYS: dict[type, dict[str, str]] = {
    Measurement: {"interval": "interval_exact", "error": "error_exact"},
    Score: {
        "criterion": "id",
        "earned": "earned_exact",
        "possible": "possible_exact",
        "proposed": "proposed_exact",
    },
    ScoreSheet: {
        "scores": "criteria",
        "submission_digest": "submission",
        "data_digest": "data",
        "confinement": "sandbox",
    },
}

MAX_FILE_BYTES = 64 << 20
MAX_SHARED_CHARS = 2000  # of a text that sheets share where it is equal
MAX_SHARED_BASES = 64


class ResultError(ValueError):
    """Raised when a file is not a result file of this harness, or is damaged."""


def read_result(path: Path, lang: Lang | None = None) -> ScoreSheet:
    """Return the sheet in a file, in `lang`, or else in the language of the run that wrote it.

    OSError where the file cannot be read, ResultError where it is no result file or is damaged.
    """
    sheet = decoded(read_bytes(path))
    return sheet.in_(lang or sheet.lang)


def read_bytes(path: Path) -> bytes:
    """Return the content of a result file; OSError or ResultError where it cannot be one."""
    if path.exists() and not path.is_file():
        raise ResultError("not a regular file")
    with path.open("rb") as file:
        content = file.read(MAX_FILE_BYTES + 1)
    if len(content) > MAX_FILE_BYTES:
        raise ResultError(f"not a result file: more than {MAX_FILE_BYTES >> 20} MiB")
    return content


def decoded(content: bytes, *, is_sound: bool = False) -> ScoreSheet:
    """Return the sheet of a result file's content, in the language of the run that wrote it.

    ResultError where it is damaged. Content that `is_sound`, since it was decoded before, is not
    compared with what its sheet would be written as.
    """
    try:
        return _sheet_of(content.decode(), is_sound=is_sound)
    except UnicodeDecodeError as error:
        raise ResultError(f"not a result file: {error}") from error


def from_json(text: str, lang: Lang | None = None) -> ScoreSheet:
    """Return the sheet of a result file's text, in `lang`, or else as it was written.

    ResultError where a field is missing, unknown or of another type, or where two contradict each
    other: the sheet, written again, must give the same content. Only the version may differ.
    """
    sheet = _sheet_of(text)
    return sheet.in_(lang or sheet.lang)


def _sheet_of(text: str, *, is_sound: bool = False) -> ScoreSheet:
    try:
        content = json.loads(text)
        if content["schema"] not in (*UPGRADABLE_SCHEMAS, SCHEMA):
            raise ResultError(f"schema {content['schema']!a:.20}, expected {SCHEMA}")
        content = upgraded(content)
        _strict(content["version"], str)
        sheet = _converter().structure(content, ScoreSheet)
        # Not by `to_json`, whose indented text takes ten times as long.
        if not is_sound and json.loads(json.dumps(sheet_fields(sheet), allow_nan=False)) != {
            **content,
            "version": __version__,
        }:
            raise ResultError("a number that is not its exact fraction, or a field that is unknown")
    except ExceptionGroup as errors:  # one for each damaged field
        first = _first_complaint(errors)
        raise ResultError(f"not a result file of schema {SCHEMA}: {first}") from errors
    except (
        KeyError,
        AttributeError,
        TypeError,
        ValueError,
        ArithmeticError,
        RecursionError,
    ) as error:
        raise ResultError(f"not a result file of schema {SCHEMA}: {error}") from error
    return sheet


def structured(content: Content, expected: type[T]) -> T:
    """Return a part of a result file; ResultError where a field is missing or of another type."""
    try:
        return _converter().structure(content, expected)
    except ExceptionGroup as errors:
        raise ResultError(_first_complaint(errors)) from errors
    except (KeyError, AttributeError, TypeError, ValueError, ArithmeticError) as error:
        raise ResultError(str(error)) from error


def _first_complaint(errors: ExceptionGroup[Exception]) -> str:
    """Return what is wrong with the first damaged field, and its path in the file."""
    from cattrs import transform_error
    from cattrs.v import format_exception

    def describe(error: BaseException, expected: type | None) -> str:
        is_ours = isinstance(error, TypeError | ValueError)
        return str(error) if is_ours else format_exception(error, expected)

    complaint, _, path = transform_error(errors, format_exception=describe)[0].rpartition(" @ ")
    for keys in FILE_KEYS.values():
        for name, key in keys.items():
            path = re.sub(rf"\.{name}\b", f".{key}", path)
    return f"{complaint} @ {path}"


@functools.cache
def _converter() -> Converter:
    """Return the converter of a file's content, which refuses values of another type.

    Importing cattrs takes a few hundredths of a second: only what reads results waits for it.
    """
    from cattrs import Converter
    from cattrs.gen import make_dict_structure_fn, override

    converter = Converter()
    converter.register_structure_hook(str, _shared_text)
    converter.register_structure_hook(int, _strict)
    converter.register_structure_hook(Fraction, lambda value, _: _fraction(value))

    def reader_of(cls: type[T], **special: Reader) -> Callable[[Content, type[T]], T]:
        """Return the function that reads a class under its keys, some fields by a `special` one."""
        fields = {name: override(rename=key) for name, key in FILE_KEYS.get(cls, {}).items()}
        for name, reader in special.items():
            fields[name] = override(struct_hook=_ignoring_type(reader))
        return make_dict_structure_fn(cls, converter, **fields)  # type: ignore[arg-type]

    converter.register_structure_hook(
        NetworkGraph, lambda value, _: graph_of(value["nodes"], value["output"], value["is_cut"])
    )
    converter.register_structure_hook(HandedPicture, reader_of(HandedPicture, png=_bytes))
    lists = ("train_loss", "val_loss", "train_accuracy", "val_accuracy")
    converter.register_structure_hook(
        HandedCurves, reader_of(HandedCurves, **dict.fromkeys(lists, _figures))
    )
    # A class is registered before the classes that hold it: each takes its readers when it is made.
    read_basis = reader_of(Basis, packages=_packages)
    bases: dict[str, Basis] = {}  # by their text: a class has a few of them, in thousands of sheets

    def shared_basis(value: Content, expected: type[Basis]) -> Basis:
        key = json.dumps(value)
        if key not in bases:
            if len(bases) >= MAX_SHARED_BASES:
                bases.clear()
            bases[key] = read_basis(value, expected)
        return bases[key]

    converter.register_structure_hook(Basis, shared_basis)
    read_measurement = reader_of(Measurement, confusion=_confusion)
    converter.register_structure_hook(
        Measurement, lambda value, t: _with_sound_counts(read_measurement(value, t))
    )
    read_score = reader_of(Score)
    converter.register_structure_hook(
        Score, lambda value, t: read_score(_of_criterion(value, "checks", value["id"]), t)
    )
    read_sheet = reader_of(ScoreSheet, seed=_seed)
    converter.register_structure_hook(
        ScoreSheet, lambda value, t: read_sheet(_of_criterion(value, "findings", ""), t)
    )
    return converter


def _ignoring_type(reader: Reader) -> Callable[[object, object], object]:
    """Return a reader as cattrs calls it: with the type that is expected, too."""
    return lambda value, _: reader(value)


def _of_criterion(content: Content, key: str, criterion: object) -> Content:
    """Add its criterion to each check below `key`: a file does not repeat it."""
    return {**content, key: [{**check, "criterion": criterion} for check in content[key]]}


def _with_sound_counts(measurement: Measurement) -> Measurement:
    """Return a measurement whose counts fit one another."""
    if not 0 <= measurement.correct <= measurement.n <= measurement.total or not measurement.n:
        raise ValueError("the counts of the measurement contradict each other")
    return measurement


def _strict(value: object, expected: type[T]) -> T:
    """Return a value of exactly this type: neither `5` for a text nor `true` for a number."""
    if type(value) is not expected:
        noun = "text" if expected is str else "whole number"
        raise TypeError(f"expected a {noun}, got {value!a:.40}")
    return value


def _shared_text(value: object, _: object) -> str:
    """Return a text; one object for equal short ones, since sheets repeat most sentences."""
    text = _strict(value, str)
    return sys.intern(text) if len(text) <= MAX_SHARED_CHARS else text


def _seed(value: object) -> int:
    """Return a seed, of its text."""
    return parse_seed(_strict(value, str))


def _bytes(value: object) -> bytes:
    """Return bytes, of their text in base64."""
    return base64.b64decode(_strict(value, str), validate=True)


def _fraction(value: object) -> Fraction:
    """Return an exact fraction; Fraction itself would compute for hours over "1e9999999"."""
    numerator, _, denominator = _strict(value, str).partition("/")
    return Fraction(int(numerator), int(denominator or 1))


def _packages(value: object) -> dict[str, str]:
    """Return the versions of packages by name, of a line such as "numpy 2.0, torch 2.6"."""
    line = _strict(value, str)
    packages = {}
    for entry in line.split(", ") if line else ():
        name, version = entry.split(" ")
        packages[name] = version
    return packages


def _figures(value: object) -> tuple[float, ...]:
    """Return finite numbers, of a line of them."""
    figures = tuple(float(figure) for figure in _strict(value, str).split())
    if not all(map(math.isfinite, figures)):
        raise ValueError("a figure that is no finite number")
    return figures


def _confusion(value: object) -> tuple[tuple[int, ...], ...]:
    """Return the confusion matrix, of a line of counts per class."""
    if not isinstance(value, list):
        raise TypeError(f"expected a list of lines, got {value!a:.40}")
    return tuple(tuple(int(count) for count in _strict(row, str).split()) for row in value)
