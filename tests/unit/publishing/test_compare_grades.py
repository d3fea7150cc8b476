"""What changes from one grade to the next, and why: a file of tests/cases/grade_changes each."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
import yaml

from autograder.publishing.change_words import (
    PACKAGE,
    cause_words,
    checks_by_change,
    crossing_words,
    points_words,
)
from autograder.publishing.changes import CauseKind, ClassChanges, GradeChange
from autograder.publishing.compare_classes import compare_states
from autograder.publishing.states import state_of
from autograder.report.labels import labels
from autograder.text.sentences import LANGS
from tests.support.places import CASES

FOLDER = CASES / "grade_changes"
SCENARIOS = sorted(path.stem for path in FOLDER.glob("*.yml") if path.stem != "base")


def load(name: str) -> Any:
    """Return the content of a file of the scenarios."""
    return yaml.safe_load((FOLDER / f"{name}.yml").read_text(encoding="utf-8"))


def changed(base: Any, entries: Iterable[list[Any]]) -> Any:
    """Return a copy of the base with other values; each entry is the keys, then the value."""
    state = copy.deepcopy(base)
    for *keys, last, value in entries:
        place = state
        for key in keys:
            place = place[key]
        place[last] = value
    return state


def write_state(folder: Path, state: Any) -> Path:
    """Write a state as the files of OUT, and return the folder."""
    student = state["grade"]["student"]
    files = {
        f"final_grades/{student}.json": state["grade"],
        f"results/{student}/tensors.json": state["result"],
    }
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content), encoding="utf-8")
    return folder


def compare(before: Path | None, after: Path) -> ClassChanges:
    """Return what changes from the grades in one folder to those in another."""
    return compare_states(before and state_of(str(before), None), state_of(str(after), None))


def changes_of(tmp_path: Path, scenario: Any) -> tuple[GradeChange, ...]:
    """Return what changes in a scenario."""
    base = load("base")
    old = write_state(tmp_path / "old", changed(base, scenario.get("before", ())))
    new = write_state(tmp_path / "new", changed(base, scenario["change"]))
    return compare(old, new).students


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_change_and_its_causes_are_found(tmp_path: Path, name: str) -> None:
    """Points, thresholds, checks and causes are those that the scenario expects."""
    scenario = load(name)
    expects = scenario["expects"]
    (change,) = changes_of(tmp_path, scenario)
    found = {
        "difference": str(change.difference),
        "loses": change.is_loss,
        "visible": change.is_visible,
        "crossings": [crossing_words(each, "en") for each in change.crossings],
        "criteria": [
            f"{each.id}: {points_words(each.before, 'en')} → {points_words(each.after, 'en')}"
            for each in change.criteria
            if each.before != each.after
        ],
        "checks": [
            f"{', '.join(ids)}: {how}"
            for each in change.criteria
            for how, ids in checks_by_change(each.checks, "en").items()
        ],
        "causes": [cause_words(each, "en") for each in change.causes],
    }
    nothing = {"visible": True, "crossings": [], "criteria": [], "checks": [], "causes": []}
    assert found == {**nothing, **expects}


def test_equal_files_change_nothing(tmp_path: Path) -> None:
    """A student whose files are equal is not listed."""
    assert changes_of(tmp_path, {"change": []}) == ()


def test_every_cause_has_words_in_both_languages() -> None:
    """Each kind of a cause has a sentence in Spanish and one in English."""
    for lang in LANGS:
        assert set(labels(lang, PACKAGE)["causes"]) == {kind.value for kind in CauseKind}


def test_a_student_who_is_gone_loses_the_grade(tmp_path: Path) -> None:
    """Who had a grade and has none loses it; who has a first one loses nothing."""
    state = load("base")
    write_state(tmp_path / "old", state)
    write_state(tmp_path / "new", changed(state, [["grade", "student", "bea"]]))
    changes = compare(tmp_path / "old", tmp_path / "new")
    assert [(each.student, each.presence, each.is_loss) for each in changes.students] == [
        ("ana", "gone", True),
        ("bea", "new", False),
    ]


def test_without_a_version_every_grade_is_new(tmp_path: Path) -> None:
    """Compared with nothing, all grades are new and none loses."""
    write_state(tmp_path / "new", load("base"))
    changes = compare(None, tmp_path / "new")
    assert [each.presence for each in changes.students] == ["new"]
    assert changes.losses == ()
