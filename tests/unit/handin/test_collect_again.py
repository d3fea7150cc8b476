"""Collecting into the same folder again: attempts are added, and the graded one is chosen again."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from autograder.handin.collect.ledger import read_ledger
from tests.support.command_line import Ended
from tests.support.in_process import autograder
from tests.unit.handin.test_collect import COURSE, collect, everything

DUE = ("--deadline", "two_sums=2026-12-01T22:00Z")
ATTEMPT = Path("into") / ".attempts" / "ana" / "two_sums"
PLACED = Path("into") / "ana" / "two_sums" / "two_sums.py"


def hand_in(folder: Path, content: str, when: str, student: str = "ana") -> None:
    """Create a hand-in as nbgrader's exchange stores it."""
    target = folder / "inbound" / f"{student}+two_sums+{when} UTC"
    target.mkdir(parents=True)
    (target / "submission_secret.txt").write_text(f"secret of {when}", encoding="utf-8")
    (target / "two_sums.py").write_text(content, encoding="utf-8")


def settle(folder: Path, *arguments: object) -> Ended:
    """Run `collect` without a source."""
    return collect(folder, *arguments)


def graded(folder: Path) -> str:
    """Return the code that is to be graded."""
    return (folder / PLACED).read_text(encoding="utf-8")


def test_a_newer_hand_in_is_one_more_attempt(tmp_path: Path) -> None:
    """A later attempt is added and graded; the earlier one stays unchanged."""
    hand_in(tmp_path, "x = 1\n", "2026-12-01 10:00:00")
    collect(tmp_path, "inbound", *DUE)
    hand_in(tmp_path, "x = 2\n", "2026-12-01 11:00:00")
    lines = collect(tmp_path, "inbound").stdout.splitlines()
    assert lines[1:] == [
        "ana: two_sums: attempt 2 is graded now, instead of 1",
        "into: 1 hand-in to grade, 1 attempt was known",
    ]
    assert graded(tmp_path) == "x = 2\n"
    assert (tmp_path / ATTEMPT / "1" / "two_sums.py").read_text(encoding="utf-8") == "x = 1\n"


def test_an_extension_settles_anew(tmp_path: Path) -> None:
    """An extension or a later deadline is remembered, and changes which attempt is graded."""
    hand_in(tmp_path, "x = 1\n", "2026-12-01 10:00:00")
    hand_in(tmp_path, "x = 2\n", "2026-12-09 10:00:00")
    hand_in(tmp_path, "x = 3\n", "2026-12-09 10:00:00", "leo")
    collect(tmp_path, "inbound", *DUE)
    assert graded(tmp_path) == "x = 1\n"
    assert settle(tmp_path, "--extend", "ana/two_sums=2026-12-10T00:00Z").stdout.splitlines() == [
        "ana: two_sums: attempt 2 is graded now, instead of 1",
        "leo: two_sums: not accepted: 8 days late, 3 at most",
        "into: 1 hand-in to grade",
    ]
    assert graded(tmp_path) == "x = 2\n"
    settle(tmp_path, "--deadline", "two_sums=2026-12-08T22:00Z")
    assert (tmp_path / "into" / "leo" / "two_sums" / "two_sums.py").exists()
    settle(tmp_path, "--deadline", "two_sums=2026-12-01T22:00Z")
    assert not (tmp_path / "into" / "leo" / "two_sums").exists()
    assert (tmp_path / "into" / ".attempts" / "leo" / "two_sums" / "1" / "two_sums.py").exists()


def test_a_deadline_may_be_written_into_the_ledger(tmp_path: Path) -> None:
    """The next run uses a deadline that was edited in collected.yml, with or without quotes."""
    hand_in(tmp_path, "x = 1\n", "2026-12-01 10:00:00")
    collect(tmp_path, "inbound")
    record = tmp_path / "into" / "collected.yml"
    record.write_text(
        "deadlines: {two_sums: 2026-11-01T00:00:00Z}\n" + record.read_text(encoding="utf-8"),
        "utf-8",
    )
    assert "not accepted: 31 days late" in settle(tmp_path).stdout


def test_a_name_is_decided_once(tmp_path: Path) -> None:
    """Later runs remember the decision of --map."""
    (tmp_path / "students.csv").write_text("id,name\nana,Ana García\n", encoding="utf-8")
    hand_in(tmp_path, "x = 1\n", "2026-12-01 10:00:00", "agarcia")
    words = ("inbound", "--students", "students.csv")
    ended = collect(tmp_path, *words)
    assert (ended.returncode, ended.stderr.count("'agarcia' is not in the roster")) == (1, 1)
    assert collect(tmp_path, *words, "--map", "agarcia=ana").returncode == 0
    assert collect(tmp_path, *words).returncode == 0
    assert graded(tmp_path) == "x = 1\n"


def test_a_time_that_is_learnt_later_is_added(tmp_path: Path) -> None:
    """The same files with a time are the same attempt, and get that time."""
    source = tmp_path / "canvas"
    source.mkdir()
    (source / "ana_LATE_2001_551_two_sums.py").write_text("x = 1\n", encoding="utf-8")
    assert collect(tmp_path, "canvas", *DUE).returncode == 1
    ended = collect(tmp_path, "canvas", "--came", "2026-12-03T12:00Z")
    assert ended.stdout.splitlines() == [
        "ana: two_sums: attempt 1: time unknown, marked late"
        " -> came 2026-12-03 12:00 UTC (stated), 2 days late",
        "into: 1 hand-in to grade, 1 attempt was known",
    ]
    assert ended.returncode == 0
    assert collect(tmp_path, "canvas").returncode == 0


def canvas(folder: Path, *names: str) -> None:
    """Create Canvas's download of these files, each with its own contents."""
    source = folder / "canvas"
    shutil.rmtree(source, ignore_errors=True)
    source.mkdir()
    for name in names:
        (source / name).write_text(f"x = {name.split('_')[0]!r}\n", encoding="utf-8")


def test_another_word_on_times_keeps_one_attempt(tmp_path: Path) -> None:
    """A second --came replaces the first, except for attempts that Canvas does not mark late."""
    canvas(tmp_path, "ana_2001_551_two_sums.py", "eva_LATE_2003_553_two_sums.py")
    collect(tmp_path, "canvas", *DUE, "--came", "2026-12-03T12:00Z")
    ended = collect(tmp_path, "canvas", "--came", "2026-12-02T12:00Z")
    assert ended.stdout.splitlines() == [
        "eva: two_sums: attempt 1: came 2026-12-03 12:00 UTC (stated), 2 days late"
        " -> came 2026-12-02 12:00 UTC (stated), 1 day late",
        "--came: changes nothing of 1 attempt that its LMS does not call late",
        "into: 2 hand-ins to grade, 2 attempts were known",
    ]
    attempts = read_ledger(tmp_path / "into" / "collected.yml", ("two_sums", "halves")).histories
    assert [(len(h.attempts), h.attempts[0].timestamp_source) for h in attempts.values()] == [
        (1, "unknown"),
        (1, "stated"),
    ]
    assert (
        collect(tmp_path, "canvas").stdout == "into: 2 hand-ins to grade, 2 attempts were known\n"
    )


def test_what_canvas_takes_back_is_taken_back(tmp_path: Path) -> None:
    """An attempt that is no longer marked late loses its stated time and its timestamp file."""
    canvas(tmp_path, "eva_LATE_2003_553_two_sums.py")
    collect(tmp_path, "canvas", *DUE, "--came", "2026-12-03T12:00Z")
    stamp = tmp_path / "into" / "eva" / "two_sums" / "timestamp.txt"
    assert stamp.exists()
    canvas(tmp_path, "eva_2003_553_two_sums.py")
    assert collect(tmp_path, "canvas").stdout.splitlines() == [
        "eva: two_sums: attempt 1: came 2026-12-03 12:00 UTC (stated), 2 days late -> time unknown",
        "into: 1 hand-in to grade, 1 attempt was known",
    ]
    assert not stamp.exists()


def test_a_time_that_a_source_tells_replaces_a_stated_one(tmp_path: Path) -> None:
    """The exchange's time replaces a stated one for the same files, whichever run comes first."""
    canvas(tmp_path, "ana_LATE_2001_551_two_sums.py")
    collect(tmp_path, "canvas", *DUE, "--came", "2026-12-03T12:00Z")
    hand_in(tmp_path, "x = 'ana'\n", "2026-12-01 21:00:00")
    assert collect(tmp_path, "inbound").stdout.splitlines() == [
        "ana: two_sums: attempt 1: came 2026-12-03 12:00 UTC (stated), 2 days late"
        " -> came 2026-12-01 21:00 UTC (exchange)",
        "into: 1 hand-in to grade, 1 attempt was known",
    ]
    assert "->" not in collect(tmp_path, "canvas", "--came", "2026-12-04T12:00Z").stdout


def test_what_collect_did_not_put_there_stays(tmp_path: Path) -> None:
    """A foreign file in the place of a hand-in is reported and never overwritten."""
    hand_in(tmp_path, "x = 1\n", "2026-12-01 10:00:00")
    (tmp_path / PLACED).parent.mkdir(parents=True)
    (tmp_path / PLACED).write_text("by hand\n", encoding="utf-8")
    ended = collect(tmp_path, "inbound")
    assert ended.returncode == 1
    assert ended.stderr == (
        "into/ana/two_sums: was not put there by collect, and stays; move it away, then collect "
        "again\n"
    )
    assert graded(tmp_path) == "by hand\n"


def test_an_attempt_that_was_tampered_with_is_not_graded(tmp_path: Path) -> None:
    """A kept attempt is compared with its hash before it is graded again."""
    hand_in(tmp_path, "x = 1\n", "2026-12-01 10:00:00")
    collect(tmp_path, "inbound")
    shutil.rmtree((tmp_path / PLACED).parent)
    (tmp_path / ATTEMPT / "1" / "two_sums.py").write_text("x = 2\n", encoding="utf-8")
    ended = settle(tmp_path)
    assert ended.returncode == 1
    assert "was changed since it was collected" in ended.stderr
    assert not (tmp_path / PLACED).exists()


def test_a_lost_ledger_stops_the_run(tmp_path: Path) -> None:
    """Attempts without collected.yml are never overwritten."""
    hand_in(tmp_path, "x = 1\n", "2026-12-01 10:00:00")
    collect(tmp_path, "inbound")
    (tmp_path / "into" / "collected.yml").unlink()
    before = everything(tmp_path)
    ended = collect(tmp_path, "inbound")
    assert ended.returncode == 2
    assert ended.stderr.startswith(
        "into/collected.yml: is not there, though .attempts is; put it back"
    )
    assert everything(tmp_path) == before


@pytest.mark.parametrize(
    ("record", "complaint"),
    [
        (
            "deadlines: {two_sum: 2026-12-01T22:00Z}",
            ":1: deadlines: no assignment 'two_sum' in the course; did you",
        ),
        (
            "deadlines: {halves: 2026-12-01}",
            ":1: deadlines: halves must be a time with its zone, such as 2026-12",
        ),
        (
            "students: {ana: {halves: {graded: 2, attempts: []}}}",
            ":1: students.ana.halves.attempts: is too short",
        ),
        ("student: {}", ":1: unknown key 'student'; did you mean 'students'?"),
    ],
)
def test_a_mistake_in_the_ledger_is_reported_with_its_line(
    record: str, complaint: str, tmp_path: Path
) -> None:
    """A mistake in collected.yml is an error with its line, and nothing is written."""
    (tmp_path / "into").mkdir()
    (tmp_path / "into" / "collected.yml").write_text(record, encoding="utf-8")
    ended = settle(tmp_path)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert f"into/collected.yml{complaint}" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (
            ("inbound", "--deadline", "two_sums=2026-12-01T22:00"),
            "--deadline 2026-12-01T22:00: expected a time with its",
        ),
        (
            ("inbound", "--deadline", "two_sums=2026-12-01"),
            "--deadline 2026-12-01: expected a time with its zone",
        ),
        (
            ("inbound", "--deadline", "2026-12-01T22:00Z"),
            "--deadline 2026-12-01T22:00Z: expected ASSIGNMENT=TIME",
        ),
        (
            ("inbound", "--deadline", "sums=2026-12-01T22:00Z"),
            "sums: no such assignment; the course has two_sums, halves",
        ),
        (
            ("inbound", "--extend", "two_sums=2026-12-01T22:00Z"),
            "--extend two_sums: expected STUDENT/ASSIGNMENT=TIME",
        ),
        (
            ("inbound", "--came", "tomorrow"),
            "--came tomorrow: expected a time with its zone, such as 2026-12-01T23:59",
        ),
        (("inbound", "--map", "ana"), "--map ana: expected NAME=ID"),
        (
            ("inbound", "--students", "wrong.csv"),
            "wrong.csv:1: no column names the students; expected a first line with some of id, "
            "name, ",
        ),
        (
            ("inbound", "--students", "twice.csv"),
            "twice.csv:3: the id 'ana' appears twice; keep one",
        ),
        ((".",), "into: lies in what is collected, or holds it; choose another --into"),
        (
            ("nothing",),
            "nothing: looks like no source that is known; say which it is with --from KIND",
        ),
        (
            ("broken.zip",),
            "broken.zip: cannot be read as an archive (broken); unpack it and name the folder",
        ),
    ],
)
def test_a_wrong_command_line_is_explained(
    words: tuple[str, ...], complaint: str, tmp_path: Path
) -> None:
    """A time without zone, a wrong roster or source gives a line with what was expected."""
    hand_in(tmp_path, "x = 1\n", "2026-12-01 10:00:00")
    (tmp_path / "nothing" / "photos").mkdir(parents=True)
    (tmp_path / "broken.zip").write_bytes(b"PK\x03\x04broken")
    (tmp_path / "wrong.csv").write_text("section,nmae\nA,Ana\n", encoding="utf-8")
    (tmp_path / "twice.csv").write_text("id,name\nana,Ana\nana,Eva\n", encoding="utf-8")
    ended = autograder("collect", *words, "--into", "into", "--course", COURSE, folder=tmp_path)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith(complaint)


def test_nbgrader_finds_its_own_files(tmp_path: Path) -> None:
    """Beside the graded files are nbgrader's timestamp and the secret for returning feedback."""
    hand_in(tmp_path, "x = 1\n", "2026-12-01 10:00:00")
    collect(tmp_path, "inbound")
    stamp = tmp_path / PLACED.parent / "timestamp.txt"
    assert stamp.read_text(encoding="utf-8") == "2026-12-01 10:00:00.000000 UTC"
    hand_in(tmp_path, "x = 2\n", "2026-12-01 11:00:00")
    collect(tmp_path, "inbound")
    assert stamp.read_text(encoding="utf-8") == "2026-12-01 11:00:00.000000 UTC"
    secret = stamp.with_name("submission_secret.txt")
    assert secret.read_text(encoding="utf-8") == "secret of 2026-12-01 11:00:00"


def test_what_others_laid_beside_it_stays(tmp_path: Path) -> None:
    """Files of other names beside a hand-in survive a newer attempt."""
    hand_in(tmp_path, "x = 1\n", "2026-12-01 10:00:00")
    collect(tmp_path, "inbound")
    secret = tmp_path / PLACED.parent / "notes_of_a_tutor.txt"
    secret.write_text("b2f1", encoding="utf-8")
    hand_in(tmp_path, "x = 2\n", "2026-12-01 11:00:00")
    assert collect(tmp_path, "inbound").returncode == 0
    assert (graded(tmp_path), secret.read_text(encoding="utf-8")) == ("x = 2\n", "b2f1")
