"""Result files: complete, deterministic, whole or absent, and refused where they are damaged."""

from __future__ import annotations

import json
import re
import threading
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any, get_args

import jsonschema
import pytest

from autograder.checks.feedback import PNG_START
from autograder.model import (
    Adjustment,
    CheckResult,
    Frame,
    GivenAnswer,
    HandedCurves,
    HandedPicture,
    HandedText,
    Level,
    Note,
    Outcome,
    ScoreSheet,
    Stage,
    State,
    Status,
    Words,
)
from autograder.results import ResultError, from_json, result_path, to_json, write
from tests.support.examples_of_final_grades import (
    BASIC,
    BOTTLENECK,
    CLEAN,
    FAILED,
    FINDING,
    HOSTILE_OUTPUT,
    PARTLY,
    THEORY,
    every_outcome,
    score,
    sheet,
)
from tests.support.networks import compared
from tests.support.places import REPOSITORY

DOCS = REPOSITORY / "docs" / "reference"
SCHEMA = json.loads((DOCS / "results.schema.json").read_text(encoding="utf-8"))
SHEETS = json.loads((DOCS / "final_grades.schema.json").read_text(encoding="utf-8"))
PAGE = (DOCS / "results.md").read_text(encoding="utf-8")
SHEET = sheet(
    "José 'x' <b>",
    "residual_block",
    score(BASIC, Fraction(20, 3), *every_outcome(), FAILED),
    score(BOTTLENECK, None),
    score(CLEAN, None),
    score(THEORY, 30),
    findings=(FINDING,),
    status="needs_review",
    confinement=PARTLY,
    networks=(compared("no_skip"), compared("dropout_in_branch", check=FAILED.id)),
    pictures=(HandedPicture(check=FAILED.id, file="curves.png", png=PNG_START + b"..."),),
    texts=(
        HandedText(file="work.py", text="import torch\n\u202e\ud800", left_out=3),
        HandedText(file="work.ipynb", cell=2, text="x = 1"),
    ),
    curves=(HandedCurves(file="history.json", val_loss=(2.5, 1e-05), val_accuracy=(0.25, 1.0)),),
    answers=(
        GivenAnswer(check=FAILED.id, question="¿Qué?", question_also="What?", answer="a) Eso."),
    ),
)
UNTOUCHED = sheet("bo", "concepts", confinement=None, status="needs_manual", lang="en")


def valid(text: str) -> bool:
    """Whether a result file keeps the published schema."""
    return bool(jsonschema.Draft202012Validator(SCHEMA).is_valid(json.loads(text)))


# ------------------------------------------------------------------------------------------ what a
# file holds


@pytest.mark.parametrize("schema", [SCHEMA, SHEETS], ids=["results", "final_grades"])
def test_the_schema_is_a_schema(schema: dict[str, Any]) -> None:
    """A published schema is itself valid, and leaves no object open."""
    jsonschema.Draft202012Validator.check_schema(schema)
    objects = [schema, *(d for d in schema["$defs"].values() if d.get("type") == "object")]
    assert all(
        o["additionalProperties"] is False and sorted(o["required"]) == sorted(o["properties"])
        for o in objects
    )


@pytest.mark.parametrize("made", [SHEET, UNTOUCHED], ids=["eventful", "empty"])
def test_a_sheet_survives_its_file(made: ScoreSheet) -> None:
    """What is read back equals what was written, and the file keeps the schema."""
    text = to_json(made)
    assert from_json(text) == made
    assert to_json(from_json(text)) == text
    assert valid(text)


def test_a_file_holds_both_languages() -> None:
    """What was graded in one language is read in the other, sentence by sentence, and back."""
    also = Words(message="It is missing.", hint="Add it.", expects="It adds.")
    check = replace(FAILED, message="Falta.", also=also)
    note = Note(check="test_it", text="Una nota.", also="A note.")
    bonus = Adjustment(id="bonus.grad_cam", reason="Mapas.", also="Maps.")
    made = sheet(
        "ana", "residual_block", score(BASIC, 0, check), notes=(note,), adjustments=(bonus,)
    )
    english = from_json(to_json(made), "en")
    assert valid(to_json(made))
    assert english.scores[0].checks[0].words == also
    assert (english.notes[0].text, english.adjustments[0].reason) == ("A note.", "Maps.")
    assert english.in_("es") == from_json(to_json(made)) == made


def test_points_are_numbers_and_fractions() -> None:
    """Readers get numbers, arithmetic gets fractions, and what is undecided is null in both."""
    first, second, _, last = json.loads(to_json(SHEET))["criteria"]
    assert (first["earned"], first["earned_exact"]) == (6.6667, "20/3")
    assert (second["earned"], second["earned_exact"]) == (None, None)
    assert (last["earned"], last["possible"], last["possible_exact"]) == (30, 30, "30")


@pytest.mark.parametrize(
    "words", [*get_args(Status), *get_args(State), *get_args(Level), *(o.value for o in Outcome)]
)
def test_every_word_is_documented(words: str) -> None:
    """Every status, state, level and outcome stands in the page and in the schema."""
    assert f"`{words}`" in PAGE
    assert f'"{words}"' in json.dumps(SCHEMA)


@pytest.mark.parametrize("stage", get_args(Stage))
def test_every_stage_is_documented(stage: str) -> None:
    """Every stage of an assignment stands in the page and in the schema of final grades."""
    assert f"`{stage}`" in PAGE
    assert f'"{stage}"' in json.dumps(SHEETS)


@pytest.mark.parametrize("schema", [SCHEMA, SHEETS], ids=["results", "final_grades"])
def test_every_field_is_documented(schema: dict[str, Any]) -> None:
    """Every field of a schema stands in the page."""
    fields = {name for d in [schema, *schema["$defs"].values()] for name in d.get("properties", {})}
    assert [name for name in sorted(fields) if f"`{name}`" not in PAGE] == []


HOSTILE = {
    "half a surrogate": "\ud800 \udfff",
    "control characters": "".join(map(chr, range(32))) + "\x7f\x9b",
    "line separators": "\u2028\u2029\x85",
    "escapes": r"\ud800 \u0000 \n \\",
    "markup": HOSTILE_OUTPUT,
    "a character beyond 16 bits": "😀",
}


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_text_survives_harmlessly(what: str, tmp_path: Path) -> None:
    """Whatever a student prints comes back as it was, from a file of UTF-8 without control
    characters.
    """
    check = replace(
        FAILED,
        output=HOSTILE[what],
        evidence=HOSTILE[what],
        where=(Frame(file=HOSTILE[what], line=1),),
    )
    made = sheet("ana", "residual_block", score(BASIC, 0, check))
    write(tmp_path / "ana.json", to_json(made))
    text = (tmp_path / "ana.json").read_bytes().decode("utf-8")
    assert from_json(text) == made
    assert not re.search(r"[\x00-\x09\x0b-\x1f]", text)


# ------------------------------------------------------------------------------------------ damaged
# files


def changed(**changes: Any) -> str:
    """Return the eventful file with other fields."""
    return json.dumps({**json.loads(to_json(SHEET)), **changes})


def changed_criterion(**changes: Any) -> str:
    """Return the eventful file with other fields in its first criterion."""
    content = json.loads(to_json(SHEET))
    content["criteria"][0].update(changes)
    return json.dumps(content)


def changed_check(**changes: Any) -> str:
    """Return the eventful file with other fields in the first check of its first criterion."""
    content = json.loads(to_json(SHEET))
    content["criteria"][0]["checks"][0].update(changes)
    return json.dumps(content)


def without(field: str) -> str:
    """Return the eventful file without one of its fields."""
    return json.dumps({k: v for k, v in json.loads(to_json(SHEET)).items() if k != field})


LINE = {"file": "f.py", "cell": 0, "line": 1, "function": ""}
DAMAGED = {
    "nothing": "",
    "half a file": to_json(SHEET)[:500],
    "a page": "<html>",
    "a list": "[]",
    "null": "null",
    "deep": "[" * 100_000,
    "no schema": without("schema"),
    "lang unknown": changed(lang="fr"),
    "schema 1": changed(schema=1),
    "schema as text": changed(schema="3"),
    "no version": without("version"),
    "no student": without("student"),
    "student is null": changed(student=None),
    "student is a number": changed(student=5),
    "status unknown": changed(status="passed"),
    "seed is a number": changed(seed=5),
    "seed is a word": changed(seed="five"),
    "seed is decimal": changed(seed="20240501"),
    "digest is null": changed(submission=None),
    "criteria is null": changed(criteria=None),
    "criteria is a dict": changed(criteria={"id": 1}),
    "findings of numbers": changed(findings=[1]),
    "sandbox is a word": changed(sandbox="A"),
    "level unknown": changed(sandbox={"level": "Z", "layers": [], "missing": []}),
    "layers of numbers": changed(sandbox={"level": "A", "layers": [1], "missing": []}),
    "a field too many": changed(grade="A+"),
    "another total": changed(earned=100),
    "another exact total": changed(earned_exact="100"),
    "other points": changed_criterion(earned=20),
    "other exact points": changed_criterion(earned_exact="20"),
    "exact points of another type": changed_criterion(earned_exact=20),
    "points over zero": changed_criterion(possible_exact="1/0"),
    "endless points": changed_criterion(possible_exact="1e1000000000"),
    "not a number": changed_criterion(earned=float("nan"), earned_exact="nan"),
    "no shortest fraction": changed_criterion(earned_exact="40/6"),
    "state unknown": changed_criterion(state="done"),
    "outcome unknown": changed_check(outcome="skipped"),
    "outcome is null": changed_check(outcome=None),
    "message is null": changed_check(message=None),
    "trust is a number": changed_check(on_trust=1),
    "weight is a number": changed_check(weight=1),
    "one word of the other language": changed_check(also={"message": "It adds."}),
    "packages is a list": changed(basis={**json.loads(to_json(SHEET))["basis"], "packages": []}),
    "a package without a version": changed(
        basis={**json.loads(to_json(SHEET))["basis"], "packages": "torch"}
    ),
    "another grader": changed(grader="0" * 64),
    "where is a text": changed_check(where="f.py"),
    "a line without a file": changed_check(where=[{k: v for k, v in LINE.items() if k != "file"}]),
    "a line of text": changed_check(where=[{**LINE, "line": "1"}]),
    "a line with more": changed_check(where=[{**LINE, "column": 3}]),
}


def test_the_damages_are_the_only_ones() -> None:
    """The same file without a change is read: the next test refuses files for their damage."""
    assert (
        from_json(changed())
        == from_json(changed_criterion())
        == from_json(changed_check(where=[]))
        == SHEET
    )


@pytest.mark.parametrize("what", DAMAGED)
def test_a_damaged_file_is_refused(what: str) -> None:
    """A file that is cut, foreign or edited is one error, and never half a sheet."""
    with pytest.raises(ResultError, match="not a result file of schema 3"):
        from_json(DAMAGED[what])


def test_a_refusal_says_where_the_damage_is() -> None:
    """The error names the path of the first damaged field, and what was expected there."""
    with pytest.raises(ResultError) as refusal:
        from_json(changed_check(message=5))
    assert "expected a text, got 5 @ $.criteria[0].checks[0].message" in str(refusal.value)


def test_a_file_of_another_version_is_read() -> None:
    """The version says what wrote a file; whether its marks count, the grader's digest says."""
    assert from_json(changed(version="0.0.9")) == SHEET


def test_a_file_of_schema_2_is_read() -> None:
    """Earlier files hold the seed as a number, and record no trust."""
    content = json.loads(to_json(SHEET))
    for entry in [*content["criteria"], content]:
        for check in entry.get("checks", entry.get("findings")):
            del check["on_trust"]
    assert from_json(json.dumps({**content, "schema": 2, "seed": SHEET.seed})) == SHEET


def test_a_file_without_what_pages_show_is_read() -> None:
    """The first files of schema 3 hold neither texts nor curves nor answers."""
    content = json.loads(to_json(UNTOUCHED))
    for name in ("texts", "curves", "answers"):
        del content[name]
    assert from_json(json.dumps(content)) == UNTOUCHED


def test_a_curve_holds_finite_numbers() -> None:
    """A file with another figure is damaged."""
    curves = {**json.loads(to_json(SHEET))["curves"][0], "val_loss": "1 inf"}
    with pytest.raises(ResultError, match="finite"):
        from_json(changed(curves=[curves]))


def test_a_check_on_trust_survives_its_file() -> None:
    """Whether a check rests on a report of the worker is read back."""
    reported = sheet("ana", "residual_block", score(BASIC, 0, replace(FAILED, on_trust=True)))
    assert from_json(to_json(reported)) == reported


# ------------------------------------------------------------------------------------------ written
# whole


def test_a_result_lies_where_the_page_says(tmp_path: Path) -> None:
    """A result file is named after student and assignment; the folders on the way are made."""
    path = result_path(tmp_path, "ana", "residual_block")
    write(path, to_json(SHEET))
    assert path == tmp_path / "results" / "ana" / "residual_block.json"
    assert from_json(path.read_text(encoding="utf-8")) == SHEET


def test_a_reader_never_sees_half_a_file(tmp_path: Path) -> None:
    """While a file is written again and again, a reader gets one of its versions, whole."""
    path = tmp_path / "ana.json"
    texts = ["a" * 300_000, "b" * 300_000]
    write(path, texts[0])
    done = threading.Event()

    def keep_writing() -> None:
        for number in range(60):
            write(path, texts[number % 2])
        done.set()

    writer = threading.Thread(target=keep_writing)
    writer.start()
    seen = set()
    while not done.is_set():
        seen.add(path.read_text(encoding="utf-8"))
    writer.join()
    assert seen <= set(texts)


def test_a_failure_leaves_the_old_file(tmp_path: Path) -> None:
    """Where writing fails in the middle the old file stays, and nothing else is left."""
    path = tmp_path / "ana.json"
    write(path, "old")
    with pytest.raises(UnicodeEncodeError):
        write(path, "new" * 100_000 + "\ud800")
    assert [(p.name, p.read_text(encoding="utf-8")) for p in tmp_path.iterdir()] == [
        ("ana.json", "old")
    ]


def test_a_failure_to_replace_leaves_nothing(tmp_path: Path) -> None:
    """Where a folder is in the way, no temporary file stays beside it."""
    (tmp_path / "ana.json").mkdir()
    with pytest.raises(IsADirectoryError):
        write(tmp_path / "ana.json", "new")
    assert [p.name for p in tmp_path.iterdir()] == ["ana.json"]


def test_a_long_name_can_be_written(tmp_path: Path) -> None:
    """A name as long as the file system allows needs no longer one on the way."""
    path = tmp_path / ("n" * 250 + ".html")
    write(path, "page")
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


def test_check_results_of_one_criterion_belong_to_it() -> None:
    """A check's criterion is not written twice: it is the one below which it stands; a finding has
    none.
    """
    read = from_json(to_json(SHEET))
    assert {check.criterion for s in read.scores for check in s.checks} == {BASIC.id}
    assert [finding.criterion for finding in read.findings] == [""]
    assert isinstance(read.findings[0], CheckResult)
