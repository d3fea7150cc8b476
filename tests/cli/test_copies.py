"""`autograder copies`: pairs of alike work as pages and JSON; student code never runs."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from jsonschema import validate

from autograder.handin.collect.attempt import Attempt, History, TimestampSource
from autograder.handin.collect.ledger import Ledger, write_ledger
from tests.support.command_line import autograder
from tests.support.copied_class import ASSIGNMENT, COPIED_CLASS
from tests.support.places import REPOSITORY

SCHEMA = REPOSITORY / "docs" / "reference" / "copies.schema.json"
BY_ASSIGNMENT = ("--assignment", ASSIGNMENT)


def hand_in(submitted: Path, student: str, content: bytes, name: str = f"{ASSIGNMENT}.py") -> None:
    """Write a hand-in of a student."""
    folder = submitted / student / ASSIGNMENT
    folder.mkdir(parents=True)
    (folder / name).write_bytes(content)


def source_of(student: str) -> bytes:
    """Return the code of a student of the made class."""
    return (COPIED_CLASS / student / ASSIGNMENT / f"{ASSIGNMENT}.py").read_bytes()


def found_in(out: Path) -> dict[str, Any]:
    """Return what copies.json says of the assignment."""
    content = json.loads((out / "analysis" / "copies.json").read_text(encoding="utf-8"))
    validate(content, json.loads(SCHEMA.read_text(encoding="utf-8")))
    entry: dict[str, Any] = next(
        each for each in content["assignments"] if each["assignment"] == ASSIGNMENT
    )
    return entry


def test_the_copies_of_a_class_are_listed_with_pages(tmp_path: Path) -> None:
    """Each copy of the made class is a pair with a page of its own, and nothing else is."""
    ended = autograder("copies", COPIED_CLASS, "--out", tmp_path, *BY_ASSIGNMENT, "--lang", "en")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "26 compared, 6 pairs pointed out" in ended.stdout
    pairs = {tuple(pair["students"]) for pair in found_in(tmp_path)["pairs"]}
    assert pairs == {(b.split("_")[0], b) for _, b in pairs}
    page = (tmp_path / "analysis" / "copies.html").read_text(encoding="utf-8")
    assert "nothing on this page changes a mark" in page
    assert 'href="copies/transfer_learning-1.html"' in page
    first = (tmp_path / "analysis" / "copies" / "transfer_learning-1.html").read_text("utf-8")
    assert 'class="common" data-like="' in first


def test_pairs_that_are_alike_in_several_assignments_are_told_first(tmp_path: Path) -> None:
    """Twice is seldom by chance: such pairs stand at the top of the page."""
    submitted, out = tmp_path / "submitted", tmp_path / "out"
    for student in ("ana", "bo"):
        hand_in(submitted, student, source_of("abel"))
        other = submitted / student / "residual_block"
        other.mkdir()
        shutil.copy(REPOSITORY / "assignments/residual_block/right/packed.py", other)
        (other / "packed.py").rename(other / "residual_block.py")
    assert autograder("copies", submitted, "--out", out).returncode == 0
    content = json.loads((out / "analysis" / "copies.json").read_text(encoding="utf-8"))
    [pair] = content["in_several"]
    assert pair == {"students": ["ana", "bo"], "assignments": ["residual_block", ASSIGNMENT]}
    page = (out / "analysis" / "copies.html").read_text(encoding="utf-8")
    assert page.index("Parecidas en varias tareas") < page.index("Bloques residuales</h2>")


def test_hostile_files_neither_run_nor_stop_the_search(tmp_path: Path) -> None:
    """Deep nesting, huge, broken and hostile files are named as not compared, or escaped."""
    submitted, out = tmp_path / "submitted", tmp_path / "out"
    trace = tmp_path / "ran"
    running = f"open({str(trace)!r}, 'w')\n<script>alert(1)</script>\n".encode()
    hand_in(submitted, "ana", source_of("abel") + running)
    hand_in(submitted, "<b>bo", source_of("abel") + b"\n# </pre><script>alert(1)</script>\n")
    hand_in(submitted, "deep", b"x = " + b"(" * 90_000 + b")" * 90_000)
    hand_in(submitted, "long", b"x = 1\n" * 150_000)
    hand_in(submitted, "zero", b"\0\xff" * 50)
    hand_in(submitted, "json", b"[" * 100_000, f"{ASSIGNMENT}.ipynb")
    hand_in(submitted, "tiny", b"def load_pretrained(name):\n    return name\n")
    ended = autograder("copies", submitted, "--out", out, *BY_ASSIGNMENT)
    assert ended.returncode == 0, ended.stderr
    found = found_in(out)
    assert [pair["students"] for pair in found["pairs"]] == [["<b>bo", "ana"]]
    assert set(found["not_compared"]) == {"deep", "long", "zero", "json", "tiny"}
    assert not trace.exists()
    for page in (out / "analysis").rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert "<script>alert" not in text
        assert "<b>bo" not in text


def test_team_mates_are_no_copies(tmp_path: Path) -> None:
    """Two students who handed in as one team are not compared with each other."""
    submitted, out = tmp_path / "submitted", tmp_path / "out"
    for student in ("ana", "bo", "cy"):
        hand_in(submitted, student, source_of("abel"))
    write_ledger(submitted / "collected.yml", team_of("ana", "bo"))
    ended = autograder("copies", submitted, "--out", out, *BY_ASSIGNMENT)
    assert ended.returncode == 0, ended.stderr
    pairs = [pair["students"] for pair in found_in(out)["pairs"]]
    assert sorted(pairs) == [["ana", "cy"], ["bo", "cy"]]


def team_of(*members: str) -> Ledger:
    """Return a ledger in which the members handed in as one team."""
    attempt = Attempt(
        digest="0" * 64,
        source="hand-ins.zip",
        submitted_at=None,
        timestamp_source=TimestampSource.UNKNOWN,
        team="team_1",
    )
    history = History(attempts=(attempt,), graded=1)
    return Ledger(histories={(member, ASSIGNMENT): history for member in members})


def test_pages_of_an_earlier_search_are_removed(tmp_path: Path) -> None:
    """After another threshold no page of a pair is left over."""
    for threshold in ("0.5", "0.9"):
        ended = autograder(
            "copies", COPIED_CLASS, "--out", tmp_path, *BY_ASSIGNMENT, "--threshold", threshold
        )
        assert ended.returncode == 0
    pages = list((tmp_path / "analysis" / "copies").glob("*.html"))
    found = found_in(tmp_path)
    assert len(pages) == len(found["pairs"]) + len(found["below"])


@pytest.mark.parametrize("threshold", ["0", "1.5", "half"])
def test_a_threshold_is_a_share(tmp_path: Path, threshold: str) -> None:
    """Another threshold is refused before anything is read."""
    ended = autograder("copies", tmp_path, "--out", tmp_path, "--threshold", threshold)
    assert (ended.returncode, "--threshold" in ended.stderr) == (2, True)


def test_marks_do_not_change(tmp_path: Path) -> None:
    """The search writes below analysis/ and nowhere else."""
    submitted = Path(shutil.copytree(COPIED_CLASS, tmp_path / "submitted"))
    before = sorted(submitted.rglob("*"))
    assert autograder("copies", submitted, "--out", tmp_path / "out").returncode == 0
    assert sorted(submitted.rglob("*")) == before
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [".lock", "analysis"]


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """An error of the disk is a line and an exit code, never a traceback."""
    out = tmp_path / "out"
    out.mkdir()
    (out / "analysis").write_text("a file in the place of the folder", encoding="utf-8")
    ended = autograder("copies", COPIED_CLASS, "--out", out, *BY_ASSIGNMENT)
    assert ended.returncode == 4
    assert "analysis" in ended.stderr
    assert "Traceback" not in ended.stderr
