"""What one hand-in may cost and choose: each ends as its file says, in bounded time and size.

A file of bounds_course/hand_ins begins with lines `# key: value`: how checks end, the points of
ten, the most seconds that it may take even on a busy machine, where limits are longer. Handed in is
the solution with what the file defines otherwise.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support.command_line import Ended, autograder, checks, result
from tests.support.places import CASES

COURSE = CASES / "bounds_course"
HAND_INS = {file.stem: file for file in sorted((COURSE / "hand_ins").glob("*.py"))}
SOLUTION = COURSE / "solutions" / "sums" / "sums.py"
MAX_BYTES = 1 << 20  # that a hand-in adds to results and pages
pytestmark = pytest.mark.alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Graded:
    """The class, graded once for all tests."""

    ended: Ended
    out: Path

    def sheet(self, name: str) -> dict[str, Any]:
        """Return the result of a hand-in."""
        return result(self.out, name, "sums")


def header(name: str) -> dict[str, str]:
    """Return the lines at the top of a hand-in, by name."""
    found = re.findall(
        r"^# ([a-z ]+): (.*)$", HAND_INS[name].read_text(encoding="utf-8"), re.MULTILINE
    )
    return dict(found)


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Graded:
    """All hand-ins in one run, in English."""
    folder = tmp_path_factory.mktemp("bounds")
    for name, file in HAND_INS.items():
        (folder / "class" / name / "sums").mkdir(parents=True)
        (folder / "class" / name / "sums" / "sums.py").write_bytes(
            SOLUTION.read_bytes() + file.read_bytes()
        )
    ended = autograder(
        "grade",
        folder / "class",
        "--out",
        folder / "out",
        "--course",
        COURSE,
        "--lang",
        "en",
        "--jobs",
        "2",
    )
    return Graded(ended=ended, out=folder / "out")


def test_the_run_goes_well(graded: Graded) -> None:
    """Nobody stops the class, and nothing of it is our fault."""
    assert (graded.ended.returncode, graded.ended.stderr) == (0, "")
    assert {graded.sheet(name)["status"] for name in HAND_INS} <= {"graded", "needs_manual"}


@pytest.mark.parametrize("name", HAND_INS)
def test_a_hand_in_ends_as_its_file_says(name: str, graded: Graded) -> None:
    """Each check ends as declared, and the points are as declared."""
    expected = dict(item.split() for item in header(name)["ends"].split(", "))
    sheet = graded.sheet(name)
    found = checks(sheet)
    assert {check: found[check]["outcome"] for check in expected} == expected
    least = float(header(name).get("earns at least", header(name).get("earns", "0")))
    assert least <= sheet["earned"] <= float(header(name).get("earns", "10"))


@pytest.mark.parametrize("name", [name for name in HAND_INS if "seconds" in header(name)])
def test_a_hand_in_takes_no_longer_than_its_limits_and_its_reserve(
    name: str, graded: Graded
) -> None:
    """Imports of fresh workers and the judge's own time are bounded too."""
    seconds = json.loads((graded.out / "run.json").read_text(encoding="utf-8"))["seconds"][
        f"{name}/sums"
    ]
    assert seconds <= float(header(name)["seconds"])


@pytest.mark.parametrize("name", HAND_INS)
def test_a_hand_in_adds_a_bounded_size(name: str, graded: Graded) -> None:
    """Result, final grade, attempts and both pages have one MiB together, whatever was printed and
    raised.
    """
    files = [
        file
        for file in graded.out.rglob("*")
        if file.is_file() and name in (file.stem, file.parent.name)
    ]
    assert len(files) == 5
    assert sum(file.stat().st_size for file in files) <= MAX_BYTES


def test_a_limit_that_was_too_short_here_is_in_the_record_of_the_run(graded: Graded) -> None:
    """How long it had to be is a matter of this machine: run.json says it, and no result file."""
    record = json.loads((graded.out / "run.json").read_text(encoding="utf-8"))["lengthened"]
    assert record["slower_than_its_limit/sums"]["wall_check"] >= 1.5


def test_what_is_left_out_is_counted(graded: Graded) -> None:
    """A text that was cut says how much of it is missing."""
    assert re.search(r"… \[\+\d+\]", json.dumps(graded.sheet("floods"), ensure_ascii=False))


def test_a_measurement_in_part_tells_staff_how_far_it_came(graded: Graded) -> None:
    """The note has the numbers of images; the student hears of no endless loop."""
    sheet = graded.sheet("measured_in_part")
    (note,) = sheet["notes"]
    assert re.search(r"\d+ of 200 images were measured", note["text"])
    said = checks(sheet)["test_model"]
    assert "a person decides" in said["message"]
    assert "loop" not in said["hint"]


def test_an_answer_in_another_form_is_told_as_such(graded: Graded) -> None:
    """The student reads that the answer has another form, and staff where the check failed."""
    found = checks(graded.sheet("answers_in_another_form"))
    assert "another type or form" in found["test_table"]["message"]
    assert "KeyError: 'square'" in found["test_table"]["evidence"]
    assert "pair declares tuple[int, int], and answered a dict" in found["test_pair[0]"]["evidence"]
