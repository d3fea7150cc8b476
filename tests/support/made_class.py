"""A class of any size: the sheets of a few real students, varied by a seed."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from autograder.model import Likeness, Outcome, Score, ScoreSheet

FIRST_NAMES = ("Ana", "Álvaro", "Bruno", "Carla", "Diego", "Elena", "Íñigo", "Lucía", "Óscar")
LAST_NAMES = ("Álvarez", "Castro", "Díaz", "García", "Ibáñez", "Muñoz", "Núñez", "Ruiz", "Vega")
SHARES = (Fraction(0), Fraction(1, 4), Fraction(1, 2), Fraction(2, 3), Fraction(1))
CHANGED_SCORES = 0.2  # of the scores that the harness decided
COPIES = 0.03  # of the students have the work of the student before them
NOT_HANDED_IN = 0.04  # of the sheets
NOT_GRADED = 0.02  # of the sheets: handed in, and without a result
UNDER_REVIEW = 0.01  # of the sheets


def names(count: int) -> list[str]:
    """Return the names of so many students, each a folder's name."""
    every = [f"{last}, {first}" for last in LAST_NAMES for first in FIRST_NAMES]
    return [f"{every[n % len(every)]} {n:04}" for n in range(count)]


def varied_class(
    real: Mapping[str, Sequence[ScoreSheet]], count: int, seed: int
) -> Iterator[tuple[str, list[ScoreSheet], frozenset[str]]]:
    """Yield so many students: the name, the sheets, and which assignments were handed in."""
    rng = random.Random(seed)
    sources = sorted(real)
    before: list[ScoreSheet] = []
    for student in names(count):
        if before and rng.random() < COPIES:
            sheets = [replace(sheet, student=student) for sheet in before]
        else:
            sheets = [_varied(sheet, student, rng) for sheet in real[rng.choice(sources)]]
        kept, handed_in = [], set()
        for sheet in sheets:
            chance = rng.random()
            if chance >= NOT_HANDED_IN:
                handed_in.add(sheet.assignment)
            if chance >= NOT_HANDED_IN + NOT_GRADED:
                kept.append(sheet)
        before = sheets
        yield student, kept, frozenset(handed_in)


def _varied(sheet: ScoreSheet, student: str, rng: random.Random) -> ScoreSheet:
    """Return the sheet of another student: other files, and other points for some criteria."""
    own = hashlib.sha256(f"{student} {sheet.assignment}".encode()).hexdigest()
    measurement = sheet.measurement
    if measurement is not None:
        measurement = replace(measurement, signature=own, predictions="")
    varied = replace(
        sheet,
        student=student,
        submission_digest=own,
        likeness=Likeness(),
        measurement=measurement,
        # Each student's own, so that nothing that is kept of another's page helps.
        texts=tuple(replace(each, text=f"{each.text}\n# {student}\n") for each in sheet.texts),
        scores=tuple(_varied_score(score, rng) for score in sheet.scores),
    )
    if rng.random() < UNDER_REVIEW:
        varied = replace(varied, status="needs_review", scores=_broken(varied.scores))
    return varied


def _varied_score(score: Score, rng: random.Random) -> Score:
    """Return a score with other points, now and then; its checks stay as they are."""
    if score.earned is None or rng.random() >= CHANGED_SCORES:
        return score
    return replace(score, earned=score.possible * rng.choice(SHARES))


def _broken(scores: tuple[Score, ...]) -> tuple[Score, ...]:
    """Return the scores with the first one undecided by a fault of the harness."""
    first, *others = scores
    checks = tuple(replace(check, outcome=Outcome.GRADER_ERROR) for check in first.checks[:1])
    return (replace(first, earned=None, state="auto", checks=checks), *others)
