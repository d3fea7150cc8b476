"""A worker from its start to its teardown: limits, answers, what it leaves, and its end."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import pytest

from autograder.checks.submission import Submission
from autograder.errors import (
    CodeRaised,
    CourseError,
    Crashed,
    Denied,
    HostError,
    StudentError,
    TimeExceeded,
    TimeLimit,
)
from autograder.model import Limits
from autograder.sandbox.launch import Preparation, Zygote
from autograder.sandbox.protocol import CallRequest, LoadRequest
from autograder.sandbox.worker import Worker
from tests.support import ordinary_user
from tests.support.student_cases import LIMITS

DEADLINE = 20.0  # seconds: what has not happened by then will not


@contextmanager
def student_of(
    zygote: Zygote, source: str, limits: Limits = LIMITS, seed: int = 1
) -> Iterator[Submission]:
    """Return a student's source, loaded in a fresh worker that is gone afterwards."""
    worker = Worker(zygote, limits, seed)
    student = Submission(lambda request: worker.ask(request, DEADLINE, TimeLimit.CHECK))
    try:
        student.load("homework", "homework.py", source.encode())
        yield student
    finally:
        worker.close()


# ---------------------------------------------------------------- logs


def test_the_log_says_that_a_worker_started_and_why_it_was_killed(
    zygote: Zygote, caplog: pytest.LogCaptureFixture
) -> None:
    """A deadline is logged with the limit that it belongs to, an exit with its status."""
    caplog.set_level(logging.DEBUG, logger="autograder.sandbox")
    worker = Worker(zygote, LIMITS, seed=1)
    student = Submission(lambda request: worker.ask(request, 0.5, TimeLimit.CHECK))
    with pytest.raises(TimeExceeded):
        student.load("homework", "homework.py", b"while True: pass")
    worker.close()
    with student_of(zygote, "import os\ndef f(): os._exit(3)") as other, pytest.raises(Crashed):
        other.call("f")
    assert "started: " in caplog.text
    assert "killed: no answer within 0.5 s, limit check" in caplog.text
    assert "ended: signal 0, exit status 3" in caplog.text


def test_the_log_holds_student_text_escaped(
    zygote: Zygote, caplog: pytest.LogCaptureFixture
) -> None:
    """What an answer that breaks the rules says cannot move the cursor of who reads the log."""
    caplog.set_level(logging.DEBUG, logger="autograder.sandbox")
    source = (
        "import sys\n"
        "encoder = sys.modules['autograder.sandbox.wire']._Encoder\n"
        "def f():\n"
        "    encoder.encode = lambda self, value, depth: {'\\x1b[2J\\u202e': 1}\n"
    )
    with student_of(zygote, source) as student, pytest.raises(Denied):
        student.call("f")
    assert "breaks the rules of the wire" in caplog.text
    assert "\x1b" not in caplog.text
    assert "\u202e" not in caplog.text


# ------------------------------------------------------------------------------------ limits of one
# worker


def test_cpu_time_is_limited_too(zygote: Zygote) -> None:
    """A second of CPU time ends a worker of one CPU second, however long its answer may take."""
    limits = Limits(cpu=1)
    with (
        student_of(zygote, "def f():\n    while True: pass", limits) as student,
        pytest.raises(TimeExceeded) as ended,
    ):
        student.call("f")
    assert ended.value.limit is TimeLimit.CPU


def test_a_deadline_is_held_though_the_worker_floods(zygote: Zygote) -> None:
    """A worker that prints without end is killed at its deadline, and its output is bounded."""
    worker = Worker(zygote, LIMITS, seed=1)
    student = Submission(lambda request: worker.ask(request, 0.3, TimeLimit.CHECK))
    started = time.monotonic()
    with pytest.raises(TimeExceeded):
        student.load("homework", "homework.py", b"while True: print('x' * 65536)")
    text = worker.take_output()
    worker.close()
    assert time.monotonic() - started < DEADLINE
    assert text == "x" * LIMITS.output


def test_output_is_taken_while_a_thread_goes_on_printing(zygote: Zygote) -> None:
    """The judge takes what was printed so far and waits for no silence."""
    source = (
        "import os, threading\n"
        "def flood():\n"
        "    while True: os.write(1, b'x' * 65536)\n"
        "def f():\n"
        "    for _ in range(4): threading.Thread(target=flood, daemon=True).start()\n"
    )
    worker = Worker(zygote, LIMITS, seed=1)
    student = Submission(lambda request: worker.ask(request, DEADLINE, TimeLimit.CHECK))
    student.load("homework", "homework.py", source.encode())
    student.call("f")
    taken = [worker.take_output() for _ in range(50)]
    worker.close()
    assert set("".join(taken)) == {"x"}
    assert max(map(len, taken)) <= LIMITS.output


def test_a_worker_may_fork_where_the_assignment_says_so(zygote: Zygote) -> None:
    """With more processes allowed a worker forks, and its end is the end of its children."""
    source = (
        "import os, signal\n"
        "def f():\n"
        "    children = [os.fork() for _ in range(2)]\n"
        "    if 0 in children:\n"
        "        while True: signal.pause()\n"
        "    return len(children)\n"
    )
    before = descendants(zygote.process.pid)
    with student_of(zygote, source, Limits(processes=8)) as student:
        assert student.call("f") == 2
        assert len(descendants(zygote.process.pid) - before) >= 3
    assert descendants(zygote.process.pid) == before


def test_without_namespaces_forks_are_bounded_and_end_with_their_worker() -> None:
    """At level B too a fork bomb ends at a limit, and none of its processes outlives the worker."""
    done = ordinary_user.run(sys.executable, "-m", "tests.support.forking")
    if done.returncode == ordinary_user.REFUSED:
        pytest.skip(done.stderr.strip())
    assert done.returncode == 0, done.stderr
    counts = json.loads(done.stdout)
    assert 8 <= counts["forked"] <= 1024
    assert counts["left"] == 0


# ------------------------------------------------------------------------------------ workers and
# their answers


def test_a_second_frame_answers_no_question(zygote: Zygote) -> None:
    """Of an answer that was sent twice the second one breaks the rules, now or later."""
    source = (
        "import sys\n"
        "Interpreter = sys.modules['autograder.sandbox.execution.interpreter'].Interpreter\n"
        "answer = Interpreter.answer\n"
        "Interpreter.answer = lambda self, *args: answer(self, *args) * 2\n"
        "def f(): return 'once'\n"
    )
    worker = Worker(zygote, LIMITS, seed=1)
    student = Submission(lambda request: worker.ask(request, DEADLINE, TimeLimit.CHECK))

    def ask_until_it_is_noticed() -> None:
        student.load("homework", "homework.py", source.encode())
        assert student.call("f") == "once"
        poll = select.poll()
        poll.register(worker.wire, select.POLLIN)
        poll.poll(DEADLINE * 1000)
        student.call("f")

    with pytest.raises(Denied, match="bytes that no question asked for"):
        ask_until_it_is_noticed()
    worker.close()


def test_bytes_before_a_question_are_a_breach(zygote: Zygote) -> None:
    """A frame that was written before its question was asked is no answer, and ends the worker."""
    source = (
        "import os, threading\n"
        "def f():\n    threading.Timer(0.1, os.write, (3, b'early')).start()\n"
    )
    worker = Worker(zygote, LIMITS, seed=1)
    student = Submission(lambda request: worker.ask(request, DEADLINE, TimeLimit.CHECK))
    student.load("homework", "homework.py", source.encode())
    student.call("f")
    poll = select.poll()
    poll.register(worker.wire, select.POLLIN)
    assert poll.poll(DEADLINE * 1000)
    with pytest.raises(Denied, match="bytes that no question asked for"):
        student.call("f")
    assert poll.poll(DEADLINE * 1000)
    worker.close()


def test_an_answer_carries_the_number_of_its_question_and_no_look_alike(zygote: Zygote) -> None:
    """True is no 1 and 1.0 is none either: the id is compared with its type."""
    source = (
        "import sys\n"
        "Interpreter = sys.modules['autograder.sandbox.execution.interpreter'].Interpreter\n"
        "wire = sys.modules['autograder.sandbox.wire']\n"
        "def answer(self, request, caps):\n"
        "    return wire.frame({'id': float(request['id']), 'value': 1})\n"
        "Interpreter.answer = answer\n"
        "def f(): return 1\n"
    )
    with (
        student_of(zygote, source) as student,
        pytest.raises(Denied, match="an answer to no question"),
    ):
        student.call("f")


def test_a_question_that_may_not_cross_is_the_courses_fault(zygote: Zygote) -> None:
    """What a grader hands over must be plain data; if it is not, no student is denied."""
    with (
        student_of(zygote, "def f(x): return 1") as student,
        pytest.raises(CourseError, match="not plain data"),
    ):
        student.call("f", object())


def test_a_worker_starts_with_nothing_of_the_one_before(zygote: Zygote) -> None:
    """Files, modules and settings of one worker are unknown to the next."""
    source = (
        "import os, sys, torch\n"
        "found = os.listdir('.') + os.listdir('/dev/shm')\n"
        "found += [m for m in sys.modules if m == 'left']\n"
        "found.append(str(torch.get_default_dtype()))\n"
        "open('left', 'w').close(); open('/dev/shm/left', 'w').close()\n"
        "sys.modules['left'] = sys; torch.set_default_dtype(torch.float64)\n"
        "def f(): return found\n"
    )
    for _ in range(2):
        with student_of(zygote, source) as student:
            assert student.call("f") == ["torch.float32"]


def test_random_numbers_follow_the_seed(zygote: Zygote) -> None:
    """The same seed gives the same numbers in Python, numpy and torch, another seed others."""
    source = (
        "import random, numpy, torch\n"
        "def f(): return [random.random(), float(numpy.random.random()), torch.rand(()).item()]\n"
    )

    def numbers(seed: int) -> list[float]:
        with student_of(zygote, source, seed=seed) as student:
            drawn: list[float] = student.call("f")
            return drawn

    first, again, other = numbers(1), numbers(1), numbers(2**63 - 1)
    assert first == again
    assert not set(first) & set(other)


def test_an_error_names_the_students_line(zygote: Zygote) -> None:
    """What a worker reports of an exception arrives with type and place."""
    source = "def f(x):\n    return g(x)\n\ndef g(x):\n    return x.no_such_name\n"
    with student_of(zygote, source) as student, pytest.raises(CodeRaised) as raised:
        student.call("f", 1)
    assert (raised.value.exception_type, [frame.line for frame in raised.value.where]) == (
        "AttributeError",
        [2, 5],
    )


def test_a_worker_that_ended_answers_nothing_more(zygote: Zygote) -> None:
    """After its end every question raises a StudentError, and no error of the harness."""
    with student_of(zygote, "import os\ndef f(): os._exit(3)") as student:
        for _ in range(2):
            with pytest.raises(Crashed, match="exit status 3"):
                student.call("f")


# ------------------------------------------------------------------------------------ what is left
# behind


def descendants(pid: int) -> set[int]:
    """Every process below `pid`."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue  # it ended meanwhile
    found: set[int] = set()
    while more := {child for child, parent in parents.items() if parent in {pid, *found}} - found:
        found |= more
    return found


def descriptors(pid: int | str = "self") -> list[str]:
    """Return what kinds of thing the open descriptors of a process are."""
    found = []
    for link in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):  # the one that lists them
            found.append(str(link.readlink()).split(":")[0])  # "socket:[4711]" is a socket
    return sorted(found)


def belongings(zygote: Zygote, folder: Path) -> dict[str, Any]:
    """Return what workers could leave behind: descriptors, processes, mounts, temporary folders."""
    below = descendants(zygote.process.pid)
    return {
        "descriptors": descriptors(),
        "descriptors of the zygote": [len(descriptors(pid)) for pid in sorted(below)],
        "processes": len(below),
        "mounts": Path("/proc/self/mountinfo").read_text(),
        "folders": list(folder.iterdir()),
    }


LIVES = [
    "x = 1",
    "import os; os._exit(1)",
    "import os; os.close(3)",
    "raise ValueError",
    "print('x' * 100_000)",
]


def test_twenty_workers_leave_nothing_behind(
    zygote: Zygote, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However workers end, judge and zygote have the same descriptors afterwards, and go on."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with student_of(zygote, "x = 1"):  # while one lives, the zygote is done with all before it
        before = belongings(zygote, tmp_path)
    for number in range(20):
        with contextlib.suppress(StudentError), student_of(zygote, LIVES[number % len(LIVES)]):
            pass
    with student_of(zygote, "def f(): return 'served'") as student:
        assert belongings(zygote, tmp_path) == before
        assert student.call("f") == "served"


def test_workers_of_one_zygote_live_side_by_side(zygote: Zygote) -> None:
    """Several workers live at once, each with its own disk; one's end is not another's."""
    source = (
        "open('mine', 'x').close()\nimport os\n"
        "def f(): return os.listdir('.')\ndef g(): os._exit(1)"
    )
    with student_of(zygote, source) as one, student_of(zygote, source) as two:
        with pytest.raises(Crashed):
            one.call("g")
        assert two.call("f") == ["mine"]


JUDGE = """
import pathlib, signal
from autograder.model import Limits
from autograder.sandbox.launch import Zygote
from autograder.sandbox.worker import Worker

with Zygote("A") as zygote:
    worker = Worker(zygote, Limits(), seed=1)
    worker.wait_until_ready()
    info = pathlib.Path(f"/proc/self/fdinfo/{worker.pidfd}").read_text()
    pid = next(line.split()[1] for line in info.splitlines() if line.startswith("Pid:"))
    print(zygote.process.pid, pid, flush=True)
    signal.pause()
"""


def has_ended(pidfd: int) -> bool:
    """Whether a process ends before the deadline."""
    poll = select.poll()
    poll.register(pidfd, select.POLLIN)
    return bool(poll.poll(DEADLINE * 1000))


@pytest.mark.level_a
def test_nothing_outlives_a_killed_judge() -> None:
    """When the last judge is killed, its worker and the zygote end by themselves."""
    judge = subprocess.Popen([sys.executable, "-c", JUDGE], stdout=subprocess.PIPE, text=True)
    assert judge.stdout is not None
    with judge.stdout as output:
        pids = [int(pid) for pid in output.readline().split()]
    pidfds = [os.pidfd_open(pid) for pid in pids]
    try:
        judge.kill()
        judge.wait()
        assert [has_ended(pidfd) for pidfd in pidfds] == [True, True]
    finally:
        for pidfd in pidfds:
            os.close(pidfd)


def test_a_worker_ends_with_the_judge_that_asked_for_it(zygote: Zygote) -> None:
    """Of two judges that share a zygote one is killed: its worker ends, and the other goes on."""
    ours, theirs = socket.socketpair()
    judge = os.fork()
    if judge == 0:
        worker = Worker(zygote, LIMITS, seed=1)
        worker.wait_until_ready()
        socket.send_fds(theirs, [b"ready"], [worker.pidfd])
        while True:
            signal.pause()
    theirs.close()
    with ours:
        _, (pidfd, *_), *_ = socket.recv_fds(ours, 16, 1)
    os.kill(judge, signal.SIGKILL)
    os.waitpid(judge, 0)
    ended = has_ended(pidfd)
    os.close(pidfd)
    assert ended
    with student_of(zygote, "def f(): return 'served'") as student:
        assert student.call("f") == "served"


# ------------------------------------------------------------------------------------ when the
# machine fails


@dataclass(frozen=True, kw_only=True)
class BrokenZygote:
    """A zygote whose workers die before they are ready."""

    control: socket.socket
    level: str = "A"
    namespaces: bool = True
    preparation: Preparation = field(default_factory=Preparation)
    address_space: int = 0
    uid: int = 0


def test_a_worker_that_dies_before_it_is_ready_is_our_fault() -> None:
    """A worker that died before the student's code ran is a fault of the machine."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)

    with ours, theirs, subprocess.Popen(["/bin/true"]) as process:
        worker = Worker(cast(Zygote, BrokenZygote(control=ours)), LIMITS, seed=1)
        _, descriptors, *_ = socket.recv_fds(theirs, 65536, 3)
        pidfd = os.pidfd_open(process.pid)
        with socket.socket(fileno=descriptors[2]) as status:
            socket.send_fds(status, [b"{}"], [pidfd])
            for descriptor in (pidfd, *descriptors[:2]):
                os.close(descriptor)
        with pytest.raises(HostError, match="a worker did not start"):
            worker.ask(LoadRequest(module="m", file="m.py", content=b""), 1, TimeLimit.CHECK)
        worker.close()


def test_a_zygote_that_is_gone_is_our_fault() -> None:
    """Where no zygote answers any more, asking for a worker is a fault of the machine."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    theirs.close()
    before = len(descriptors())
    with ours, pytest.raises(HostError, match="zygote is gone"):
        Worker(cast(Zygote, BrokenZygote(control=ours)), LIMITS, seed=1)
    assert len(descriptors()) == before - 1


@pytest.mark.level_a
def test_a_zygote_that_ends_while_a_worker_is_asked_is_our_fault() -> None:
    """A worker that dies with its zygote did not crash: nobody is charged with it."""
    with Zygote("A") as zygote:
        worker = Worker(zygote, LIMITS, seed=1)
        try:
            worker.wait_until_ready()
            zygote.process.kill()
            assert has_ended(worker.pidfd)
            with pytest.raises(HostError, match="zygote ended"):
                worker.ask(CallRequest(name="f", kwargs={}), DEADLINE, TimeLimit.CHECK)
        finally:
            worker.close()
