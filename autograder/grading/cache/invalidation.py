"""Why a result is not valid any more: each cause in a few words, the same for all it concerns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from autograder.errors import UNMEASURED_PREFIX
from autograder.model import SANDBOX_LEVELS, Basis, Level, ScoreSheet, format_seed

MAX_NAMED_PACKAGES = 5
OTHER_HAND_IN = "another hand-in"


def changes(before: Basis, now: Basis, assignment: str) -> Iterator[str]:
    """Yield what changed in what the results of an assignment depend on."""
    if before.harness != now.harness:
        yield f"autograder {before.harness} → {now.harness}"
    if before.python != now.python:
        yield f"Python {before.python} → {now.python}"
    yield from _of_packages(before.packages, now.packages)
    for path, how in _differences(before.files, now.files):
        yield f"assignments/{assignment}/{path} {how}"
    for name, how in _differences(before.rules, now.rules):
        yield f"grading.yml: {name} of {assignment} {how}"


def causes(
    sheet: ScoreSheet, submission: str, basis: Basis, data: str, seed: int, allowed: Level
) -> list[str]:
    """Return why a sheet is not valid for a hand-in of this digest; nothing where it is."""
    found = list(changes(sheet.basis, basis, sheet.assignment))
    if sheet.submission_digest != submission:
        found.append(OTHER_HAND_IN)
    if sheet.data_digest != data:
        found.append("other images, pretrained weights or --accuracy")
    if sheet.seed != seed:
        found.append(f"--seed {format_seed(sheet.seed)} → {format_seed(seed)}")
    level = sheet.confinement.level if sheet.confinement is not None else SANDBOX_LEVELS[0]
    if SANDBOX_LEVELS.index(level) > SANDBOX_LEVELS.index(allowed):
        found.append(f"graded at sandbox level {level}, and {allowed} is asked for")
    checks = [check for score in sheet.scores for check in score.checks]
    if any(check.evidence.startswith(UNMEASURED_PREFIX) for check in checks):
        found.append("a measurement had run out of time")
    elif sheet.status == "needs_review":
        found.append("a fault of ours had left something undecided")
    return found


def _differences(before: Mapping[str, str], now: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the names that differ between two mappings, and how."""
    for name in sorted(before.keys() | now.keys()):
        if name not in before:
            yield name, "is new"
        elif name not in now:
            yield name, "is gone"
        elif before[name] != now[name]:
            yield name, "changed"


def _of_packages(before: Mapping[str, str], now: Mapping[str, str]) -> Iterator[str]:
    """Yield a line per package; of many packages, one line for all."""
    names = sorted(before.keys() | now.keys())
    differing = [name for name in names if before.get(name) != now.get(name)]
    if len(differing) > MAX_NAMED_PACKAGES:
        named = ", ".join(differing[:MAX_NAMED_PACKAGES])
        yield f"{len(differing)} packages were installed, removed or replaced: {named} …"
        return
    for name in differing:
        if name not in before:
            yield f"{name} {now[name]} was installed"
        elif name not in now:
            yield f"{name} {before[name]} was removed"
        else:
            yield f"{name} {before[name]} → {now[name]}"
