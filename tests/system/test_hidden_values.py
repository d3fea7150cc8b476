"""Hidden inputs and expected values stay hidden: whoever spies on them has nothing to read
afterwards.

The graders of `leaks/graders/` are full of canaries. Each student of `leaks/class/` tries one way
to carry what its code was given into its report. Everything that a run writes is searched for the
canaries, plain and encoded.
"""

from __future__ import annotations

import base64
import json
import shutil
import struct
import tempfile
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.command_line import REPOSITORY, TINY, Ended, autograder, checks, grade, result
from tests.support.once import once
from tests.support.places import CASES

MATERIAL = CASES / "leaks"
SPIES = sorted(path.name for path in (MATERIAL / "class").iterdir())
SEED = 271828182
WORDS = ["CANARY"]  # begins every planted word
NUMBERS = [31415.92653, 31415926.0]
DIGITS = ["31415", "31416", "3.1415", "3.1416", "3.142"]  # of the numbers, however they are cut
FOR_STAFF = ("evidence", "output", "notes")  # the fields of a result that students never see


def encodings() -> set[str]:
    """Return the canaries in every form that a spy or a log could write, in lower case."""
    found = {*WORDS, *DIGITS, *(word[::-1] for word in WORDS)}
    for word in WORDS:
        for text in (word.encode(), word.encode("utf-16-le"), word.encode("utf-16-be")):
            found.add(text.hex())
            for shift in range(3):  # base64 depends on where a word begins
                found.add(base64.b64encode(b"\0" * shift + text).decode()[shift + 1 :][:6])
        found.add(base64.b32encode(word.encode()).decode()[:8])
        found.add("\0".join(word))
    for number in NUMBERS:
        for layout in ("<f", ">f", "<d", ">d"):
            found.add(struct.pack(layout, number).hex())
        found.add(number.hex()[:9])
    return {text.lower() for text in found}


def leaks(text: str) -> list[str]:
    """Return the canaries in a text."""
    lower = text.lower()
    return sorted(canary for canary in encodings() if canary in lower)


@once
def course() -> Path:
    """Return the tiny course with graders and a solution that hold canaries."""
    import atexit

    folder = Path(tempfile.mkdtemp(prefix="autograder-leaks-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    shutil.copytree(TINY, folder / "course")
    graders = folder / "course" / "assignments" / "tensors" / "graders"
    shutil.copytree(MATERIAL / "graders", graders, dirs_exist_ok=True)
    shutil.copy(MATERIAL / "tensors.py", folder / "course" / "solutions" / "tensors")
    rubric = folder / "course" / "grading.yml"
    text = rubric.read_text("utf-8").replace("    limits:\n", "    worker: check\n    limits:\n", 1)
    rubric.write_text(text, encoding="utf-8")
    return folder / "course"


@once
def graded() -> tuple[Ended, Path]:
    """Grade the class of spies."""
    out = course().parent / "out"
    return grade(
        MATERIAL / "class", out, "--jobs", 1, "--lang", "en", "--seed", SEED, course=course()
    ), out


def test_the_search_finds_what_is_there() -> None:
    """The canaries did reach the spies: staff read of them, in the fields that are theirs."""
    _, out = graded()
    for spy in ("honest", "message", "type_name", "missing", "claims", "prints", "crashes_us"):
        assert leaks((out / "results" / spy / "tensors.json").read_text("utf-8")), spy
        assert leaks((out / "staff" / f"{spy}.html").read_text("utf-8")), spy
    ends = {name: check["outcome"] for name, check in checks(result(out, "places")).items()}
    assert set(ends.values()) == {
        "raised",
        "passed",
    }  # the latter of what is not theirs to foretell


@pytest.mark.parametrize("spy", SPIES)
def test_no_report_holds_a_canary(spy: str) -> None:
    """Whatever a spy's code did with its inputs, its report says nothing of them, nor of what was
    expected.
    """
    assert leaks((graded()[1] / "reports" / f"{spy}.html").read_text("utf-8")) == []


def test_nothing_else_that_is_written_holds_a_canary() -> None:
    """Tables, score sheets, the record of the run, and names of files are clean."""
    _, out = graded()
    for path in out.rglob("*"):
        name = path.relative_to(out).as_posix()
        assert leaks(name) == []
        if path.is_file() and not name.startswith(("staff/", "results/")):
            assert leaks(path.read_bytes().decode("utf-8")) == [], name


def test_results_hold_them_where_staff_alone_look() -> None:
    """Of a result file, evidence and output may quote inputs; every sentence for the student is
    clean.
    """
    _, out = graded()

    def told(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: told(entry) for key, entry in value.items() if key not in FOR_STAFF}
        return [told(entry) for entry in value] if isinstance(value, list) else value

    for path in (out / "results").rglob("*.json"):
        assert (
            leaks(json.dumps(told(json.loads(path.read_text("utf-8"))), ensure_ascii=False)) == []
        ), path


def test_the_terminal_holds_no_canary() -> None:
    """What `grade` prints is clean, even of a submission that brings a bug of ours to light."""
    ended, _ = graded()
    assert ended.returncode == 3  # the bug
    assert leaks(ended.stdout + ended.stderr) == []


def test_no_report_holds_the_seed() -> None:
    """The seed, from which all inputs come again, is for staff."""
    _, out = graded()
    for spy in SPIES:
        assert f"{SEED:#x}" not in (out / "reports" / f"{spy}.html").read_text("utf-8")


def test_no_worker_foretells_its_inputs() -> None:
    """The judge's random numbers for a check are no worker's, where each check has a fresh one,
    too.
    """
    for spy in SPIES:
        assert (
            checks(result(graded()[1], spy))["test_inputs_are_not_foretold"]["outcome"] == "passed"
        ), spy


def test_verifying_prints_no_canary() -> None:
    """What `verify` prints of the solution is clean, so its log may be shown."""
    ended = autograder("verify", "tensors", "--case", "solution", "--jobs", 1, "--course", course())
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert leaks(ended.stdout + ended.stderr) == []


def test_a_students_own_run_knows_nothing_hidden() -> None:
    """`check` reads the public checks alone."""
    ended = autograder(
        "check", MATERIAL / "class" / "honest" / "tensors" / "tensors.py", "--course", course()
    )
    assert ended.returncode == 1
    assert leaks(ended.stdout + ended.stderr) == []


def test_a_wrong_answer_is_not_told_the_right_one(tmp_path: Path) -> None:
    """The report of a questionnaire that is all wrong holds no right option, no accepted word and
    no idea.
    """
    file = tmp_path / "class" / "eve" / "concepts" / "answers.yml"
    file.parent.mkdir(parents=True)
    asked = yaml.safe_load(
        (REPOSITORY / "assignments/concepts/questionnaire.yml").read_text("utf-8")
    )["criteria"]
    questions = {key: question for each in asked.values() for key, question in each.items()}

    file.write_text('form: "0"\n' + "".join(f"{key}: z\n" for key in questions), encoding="utf-8")
    out = tmp_path / "out"
    ended = grade(
        tmp_path / "class", out, "--assignment", "concepts", "--jobs", 1, course=REPOSITORY
    )
    assert ended.returncode == 0, ended.stderr
    report = (out / "reports" / "eve.html").read_text("utf-8")
    for key, question in questions.items():
        right = [o for o in question.get("options", ()) if o.get("right")]
        for text in (*right, *question.get("ideas", ())):
            assert text["es"] not in report, key
        if "value" in question:
            assert f">{question['value']}<" not in report, key
