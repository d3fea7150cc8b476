"""Files of the instructors and results with any bytes: read, or refused."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from autograder.config.course import load_course
from autograder.errors import CourseError
from autograder.handin.collect.identity.roster import read_roster
from autograder.handin.collect.identity.teams import read_teams
from autograder.handin.collect.ledger import read_ledger
from autograder.handin.collect.source_tree import read_tree
from autograder.handin.collect.sources.gradescope import GRADESCOPE_SOURCE, METADATA_FILE
from autograder.marking.points_table import TableOptions, read_points
from autograder.marking.student_names import StudentNames
from autograder.model import ScoreSheet
from autograder.results import ResultError, from_json, to_json
from autograder.scoring.overrides import marks_text, read_marks
from tests.fuzz.mutation import examples, limited, mutated
from tests.support.command_line import REPOSITORY, TINY
from tests.support.examples_of_final_grades import eventful, judged
from tests.support.places import CASES

RUBRIC = load_course(TINY).rubric
MARKS = [
    b"ana:\n  criteria:\n    code.double: {points: 2.5, author: M, reason: 'w\xc3\xb3'}\nbo:\n"
    b"  waivers: {}\n",
    b"ana: &a\n  criteria: {code.total: {points: 1/3, author: M, reason: r}}\nbo: *a\n",
]
EXTENSIONS = [
    b"- {who: ana, what: a, until: 2026-12-03T23:59+01:00, why: illness}\n",
    b"- who: [ana, leo]\n  what: all\n  until: 2026-12-03 23:59 Europe/Madrid\n  why: 'a move'\n",
]
TABLES = [
    b"id,Nota\nana,4.5\nleo,1/3\n",
    b"id;words.essay;code.total\nana;4,5;\nleo;;2\n",
]
TOKENS = [
    *(
        b"[",
        b"{",
        b"- ",
        b"? ",
        b": ",
        b"&a ",
        b"*a ",
        b"!!binary ",
        b"!!python/object:os.system ",
        b"<<: *a\n",
        b"|\n",
    ),
    *(
        b'"\\U99999999"',
        b"%YAML 1.",
        b"---\n",
        b"\t",
        b"2001-12-14",
        b"0x1F",
        b"1_000",
        b"9" * 5000,
        b".inf",
        b"~",
        b"\0",
    ),
]
ROSTERS = [
    path.read_bytes() for path in sorted((CASES / "rosters").iterdir()) if path.suffix != ".yml"
]
CELLS = [
    b",",
    b";",
    b"\t",
    b'"',
    b'""',
    b"\r",
    b"\n",
    b"\0",
    b"id",
    b"Student,ID",
    b"sep=",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
]
LISTED = [b"team,member\nT,ana\nT,leo\n", b"T: [ana, leo]\nU: [eva]\n", b'{"T": ["ana", 7]}']
EXPORTED = [
    (
        REPOSITORY
        / "tests/cases/collected/gradescope/source/assignment_4242_export/submission_metadata.yml"
    ).read_bytes()
]
GRADING = [(TINY / "grading.yml").read_bytes()]
SHEETS = [
    to_json(sheet).encode()
    for final_grade in (eventful(), judged())
    for sheet in final_grade.sheets
]
SMALL = min(SHEETS, key=len)


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """Return a copy of the tiny course, whose grading.yml may be replaced."""
    with TemporaryDirectory() as name:
        shutil.copytree(TINY, Path(name) / "course")
        yield Path(name) / "course"


@examples(0.5)
@example(b'ana: "\\U99999999"')  # was an OverflowError of PyYAML's
@given(st.binary(max_size=200) | mutated(MARKS, TOKENS))
def test_any_marks(folder: Path, data: bytes) -> None:
    """Random bytes and mutated marks can be written again, or raise CourseError."""
    (folder / "marks.yml").write_bytes(data)
    with limited():
        try:
            decided = read_marks(folder / "marks.yml", RUBRIC, None)
        except CourseError:
            return
    (folder / "again.yml").write_text(marks_text(decided), encoding="utf-8")
    assert read_marks(folder / "again.yml", RUBRIC, None) == {
        s: d for s, d in decided.items() if d != type(d)()
    }


@examples(0.5)
@given(st.binary(max_size=200) | mutated(EXTENSIONS, TOKENS))
def test_any_extensions(folder: Path, data: bytes) -> None:
    """Random bytes and mutated files grant times to students, or raise CourseError."""
    (folder / "extensions.yml").write_bytes(data)
    with limited():
        try:
            ledger = read_ledger(folder / "collected.yml", ("a", "b"))
        except CourseError:
            return
    for own in ledger.granted.values():
        assert own.keys() <= {"a", "b"}


@examples(0.5)
@given(st.binary(max_size=200) | mutated(TABLES, CELLS))
def test_any_table_of_points(folder: Path, data: bytes) -> None:
    """Random bytes and mutated tables give points in bounds, once a student, or CourseError."""
    (folder / "exam.csv").write_bytes(data)
    names = StudentNames(students=("ana", "leo"))
    options = TableOptions(criterion="words.essay", columns={})
    with limited():
        try:
            table = read_points(folder / "exam.csv", RUBRIC, names, options)
        except CourseError:
            return
    given_to = [(given.student, given.criterion) for given in table.points]
    assert len(set(given_to)) == len(given_to)
    assert all(0 <= each.points <= RUBRIC.criteria[each.criterion].points for each in table.points)


@examples(0.05)
@given(mutated(GRADING, TOKENS))
def test_any_grading(folder: Path, data: bytes) -> None:
    """A mutated grading.yml is a course, or raises CourseError."""
    (folder / "grading.yml").write_bytes(data)
    with limited():
        try:
            load_course(folder)
        except CourseError:
            return


@examples(0.5)
@given(st.binary(max_size=200) | mutated(ROSTERS, CELLS))
def test_any_roster(folder: Path, data: bytes) -> None:
    """Random bytes and mutated lists give students with distinct ids, or raise CourseError."""
    (folder / "roster.csv").write_bytes(data)
    with limited():
        try:
            roster = read_roster(folder / "roster.csv")
        except CourseError:
            return
    assert len(set(roster.ids)) == len(roster.ids)
    assert all(ids and set(ids) <= set(roster.ids) for ids in roster.groups.values())


@examples(0.5)
@given(
    st.binary(max_size=200) | mutated(LISTED, [*CELLS, *TOKENS]),
    st.sampled_from(("teams.csv", "teams.yml")),
)
def test_any_teams(folder: Path, data: bytes, name: str) -> None:
    """Random bytes and mutated lists give teams with members, or raise CourseError."""
    (folder / name).write_bytes(data)
    with limited():
        try:
            teams = read_teams(folder / name, None)
        except CourseError:
            return
    assert all(team and members for team, members in teams.items())


@examples(0.3)
@given(mutated(EXPORTED, TOKENS))
def test_any_metadata_of_gradescope(folder: Path, data: bytes) -> None:
    """Each submission is found whatever the metadata holds."""
    export = folder / "export"
    (export / "submission_101").mkdir(parents=True, exist_ok=True)
    (export / "submission_101" / "code.py").write_bytes(b"x = 1\n")
    (export / METADATA_FILE).write_bytes(data)
    with limited():
        histories = list(GRADESCOPE_SOURCE.read(read_tree(export), load_course(TINY)))
    assert {candidate.location for history in histories for candidate in history} == {
        f"{export}/submission_101"
    }


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(("1/3", "1/0", "9" * 5000)),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)


def sheet(text: str) -> ScoreSheet | None:
    """Return the sheet of a result file, which must serialize equally; None if it is refused."""
    with limited():
        try:
            read = from_json(text)
        except ResultError:
            return None
    assert from_json(to_json(read)) == read
    return read


@examples()
@given(
    st.text(max_size=100)
    | mutated(SHEETS, TOKENS).map(lambda data: data.decode("utf-8", "replace"))
)
def test_any_result(text: str) -> None:
    """Random text and mutated results are a sheet, or raise ResultError."""
    sheet(text)


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Yield every place in a JSON value, as its container and key."""
    pairs = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for key, inner in pairs:
        yield value, key
        yield from places(inner)


@examples()
@given(st.data())
def test_any_value_in_a_result(data: st.DataObject) -> None:
    """A result with another value in some places is a sheet, or raises ResultError."""
    content = json.loads(SMALL)
    for _ in range(data.draw(st.integers(1, 3))):
        container, key = data.draw(st.sampled_from(list(places(content))))
        container[key] = data.draw(JSON)
    sheet(json.dumps(content))
