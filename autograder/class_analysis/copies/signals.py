"""Other signals of alike work, which results hold: the same files, models, predictions, networks.

Each is told of a pair of students, beside the similarity of their code.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from itertools import combinations
from typing import Literal, TypeAlias

from autograder.model import ScoreSheet
from autograder.report.alike_answers import alike_answers
from autograder.report.alike_models import alike_models
from autograder.report.identical_work import WorkKind

SignalKind: TypeAlias = WorkKind | Literal["network"]  # a word of the labels' `signal`
StudentPair: TypeAlias = tuple[str, str]  # in alphabetical order
# More students with the same wrong network make a common mistake, and no signal.
MAX_SAME_NETWORK = 3


def signals_of(sheets: Mapping[str, ScoreSheet]) -> dict[StudentPair, tuple[SignalKind, ...]]:
    """Return the signals of each pair among the sheets of one assignment, by student."""
    found: dict[StudentPair, list[SignalKind]] = {}
    for kind, pair in _each_signal(sheets):
        one, other = sorted(pair)
        kinds = found.setdefault((one, other), [])
        if kind not in kinds:
            kinds.append(kind)
    return {pair: tuple(kinds) for pair, kinds in sorted(found.items())}


def _each_signal(sheets: Mapping[str, ScoreSheet]) -> Iterator[tuple[SignalKind, StudentPair]]:
    files = ((s, [sheet.submission_digest] if sheet.earned else []) for s, sheet in sheets.items())
    yield from (("files", pair) for pair in _sharing(files))
    forms = ((student, sheet.likeness.forms) for student, sheet in sheets.items())
    yield from (("forms", pair) for pair in _sharing(forms))
    measured = {s: sheet.measurement for s, sheet in sheets.items() if sheet.measurement}
    signatures = ((student, [each.signature]) for student, each in measured.items())
    yield from (("model", pair) for pair in _sharing(signatures))
    predictions = {student: each.predictions for student, each in measured.items()}
    yield from (("predictions", pair) for pair in alike_models(predictions))
    mistakes = {student: sheet.likeness.mistakes for student, sheet in sheets.items()}
    yield from (("mistakes", pair) for pair in alike_answers(mistakes))
    networks = ((student, _wrong_networks(sheet)) for student, sheet in sheets.items())
    yield from (("network", pair) for pair in _sharing(networks, most=MAX_SAME_NETWORK))


def _wrong_networks(sheet: ScoreSheet) -> list[str]:
    """Return each network of a failed check as a text: its operations in order."""
    return [
        json.dumps([each.check, asdict(each.student)], sort_keys=True, default=str)
        for each in sheet.networks
    ]


def _sharing(
    words: Iterable[tuple[str, Sequence[str]]], most: int | None = None
) -> Iterator[StudentPair]:
    """Yield the pairs of students who share a word, which `most` students have at most."""
    students: dict[str, list[str]] = {}
    for student, of_student in words:
        for word in dict.fromkeys(of_student):
            students.setdefault(word, []).append(student)
    for group in students.values():
        if most is None or len(group) <= most:
            yield from combinations(group, 2)
