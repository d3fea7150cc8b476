"""What a run logs: OUT/run.log for staff, with -v on stderr too; student text is escaped."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from tests.support.command_line import CLASS, autograder, grade

RECORD = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d "
    r"(INFO|WARNING|ERROR) +\S+: ."
)
RIGHT = CLASS / "right" / "tensors" / "tensors.py"
HOSTILE_SOURCE = """
raise ValueError("first\\n2026-01-01 INFO forged line \\x1b[31m\\u202e\\u2028end")
"""
ENDLESS_SOURCE = """
def double(x):
    while True:
        pass
"""


def hand_in(folder: Path, student: str, source: str) -> Path:
    """Make a student's hand-in of `tensors`, and return the folder of the class."""
    path = folder / student / "tensors" / "tensors.py"
    path.parent.mkdir(parents=True)
    path.write_text(source, encoding="utf-8")
    return folder


def log_of(out: Path) -> list[str]:
    """Return the lines of a run's log, each of which is a record."""
    lines = (out / "run.log").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if not RECORD.match(line)] == []
    return lines


def test_a_run_logs_what_it_graded_and_what_it_reused(tmp_path: Path) -> None:
    """The log says of each submission why it was graded, or that its result was reused."""
    submitted = hand_in(tmp_path / "class", "ana", RIGHT.read_text(encoding="utf-8"))
    out = tmp_path / "out"
    grade(submitted, out)
    grade(submitted, out)
    grade(submitted, out, "--seed", "7")
    log = "\n".join(log_of(out))
    assert log.count("ana/tensors: cache miss: no earlier result") == 1
    assert log.count("ana/tensors: cache hit: its result is reused") == 1
    assert log.count("ana/tensors: cache miss: --seed 0x") == 1
    assert log.count("ana/tensors: graded in ") == 2
    assert log.count("run finished: ") == 3


def test_a_worker_that_is_stopped_is_logged(tmp_path: Path) -> None:
    """The log says over which check a worker was stopped, and by which limit."""
    submitted = hand_in(tmp_path / "class", "ana", ENDLESS_SOURCE)
    grade(submitted, tmp_path / "out")
    ends = [line for line in log_of(tmp_path / "out") if "ana/tensors: a worker ended over" in line]
    assert ends != []
    assert all(": timeout: " in line for line in ends)


def test_the_text_of_students_is_escaped(tmp_path: Path) -> None:
    """An exception of a student adds no line, no colour and no direction to the log."""
    submitted = hand_in(tmp_path / "class", "ana", HOSTILE_SOURCE)
    grade(submitted, tmp_path / "out")
    raised = [line for line in log_of(tmp_path / "out") if "ana/tensors: import: raised: " in line]
    assert len(raised) == 1
    assert r"first\n2026-01-01 INFO forged line \x1b[31m\u202e\u2028end" in raised[0]


def test_verbose_logs_to_stderr(tmp_path: Path) -> None:
    """With -v the records of all processes stand on stderr, one line each; without it none does."""
    submitted = hand_in(tmp_path / "class", "ana", RIGHT.read_text(encoding="utf-8"))
    quiet = grade(submitted, tmp_path / "quiet")
    verbose = grade(submitted, tmp_path / "verbose", "-v")
    assert quiet.stderr == ""
    assert [line for line in verbose.stderr.splitlines() if not RECORD.match(line)] == []
    assert "ana/tensors: cache miss: no earlier result" in verbose.stderr


def test_a_log_that_is_a_link_is_refused(tmp_path: Path) -> None:
    """A run does not write its log elsewhere."""
    submitted = hand_in(tmp_path / "class", "ana", RIGHT.read_text(encoding="utf-8"))
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "run.log").symlink_to(tmp_path / "elsewhere")
    ended = grade(submitted, tmp_path / "out")
    assert ended.returncode == 4
    assert "run.log" in ended.stderr
    assert not (tmp_path / "elsewhere").exists()


def test_other_commands_take_no_log_for_a_result(tmp_path: Path) -> None:
    """`marks accept` reads the results beside a log, and names nothing that cannot be used."""
    submitted = tmp_path / "class"
    shutil.copytree(CLASS / "right", submitted / "right")
    grade(submitted, tmp_path / "out")
    words = ("--author", "Ana", "--reason", "Bien.", "--course", CLASS.parents[1] / "tiny_course")
    ended = autograder("marks", "accept", submitted, "--out", tmp_path / "out", *words)
    assert (ended.returncode, ended.stderr) == (0, "")
