"""A run of the command line over attacks and their well-behaved neighbours, and what it leaves
behind.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.model import Level
from autograder.sandbox.kernel import prctl
from tests.support import hostile_host as host
from tests.support import ordinary_user
from tests.support.command_line import (
    CLASS,
    SECONDS,
    TINY,
    Ended,
    checks,
    grade,
    left_alive,
    result,
    watched,
)
from tests.support.hostile_cases import IMPORT_SECONDS, Case, hand_in

NOTES_THE_HOST = '''"""Look at the host before a neighbour's first check, after the attack."""

import os

import pytest

from tests.support.hostile_host import LOG, note

seen = set()


@pytest.fixture(autouse=True)
def noted(submission):
    student = submission.student
    if LOG in os.environ and student.endswith(" neighbour") and student not in seen:
        seen.add(student)
        note(student)
'''
SEED = "7"  # of every run: results are compared byte by byte
NEIGHBOUR = "- neighbour"  # the one before all attacks
SLACK_S = 4.0  # beyond an attack's limits: one second to end it, the rest for a busy machine
SECRET = "HOSTILE_SECRET"  # a variable of the environment in which the harness runs
CHILD_SUBREAPER = 36  # of prctl: orphans become our children


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """A run over attacks and neighbours, and what it left behind."""

    level: Level
    ended: Ended
    out: Path
    names: dict[str, str]  # student by attack
    neighbours: dict[str, str]  # student by the attack after which it is graded
    looks: dict[
        str, dict[str, Any]
    ]  # the host, by neighbour; empty where several judges grade at once
    changed: list[str]  # files that the run should have left alone
    temporary: list[str]
    strays: list[int]  # processes that outlived the run
    visitors: list[str]  # services of the host that somebody reached

    def end(self, case: Case) -> dict[str, Any]:
        """How the checks ended that a case is about, and what it earned."""
        sheet = result(self.out, self.names[case.name])
        found = checks(sheet)
        ends = {
            check: found[check]["outcome"] if check in found else "absent"
            for check in case.ends(self.level)
        }
        return {**ends, "earned": sheet["earned"], "status": sheet["status"]}

    def seconds(self, case: Case) -> float:
        """How long the attack took."""
        record = json.loads((self.out / "run.json").read_text(encoding="utf-8"))
        return float(record["seconds"][f"{self.names[case.name]}/tensors"])

    def neighbour(self, attack: str) -> bytes:
        """Return the result of the neighbour after an attack, without its name."""
        return self._neighbour(self.neighbours[attack])

    @property
    def first_neighbour(self) -> bytes:
        """The result of the neighbour before all attacks, without its name."""
        return self._neighbour(NEIGHBOUR)

    @property
    def written(self) -> set[str]:
        """The files of OUT."""
        return {
            path.relative_to(self.out).as_posix()
            for path in self.out.rglob("*")
            if not path.is_dir()
        }

    @property
    def to_be_written(self) -> set[str]:
        """The files that a run writes into OUT."""
        students = {*self.names.values(), *self.neighbours.values(), NEIGHBOUR}
        pages = {
            page
            for s in students
            for page in (
                f"attempts/{s}.json",
                f"final_grades/{s}.json",
                f"reports/{s}.html",
                f"staff/{s}.html",
            )
        }
        results = {f"results/{student}/tensors.json" for student in students}
        return {
            *pages,
            *results,
            "scores.csv",
            "index.html",
            "run.json",
            "run.log",
            ".index.json",
            ".lock",
        }

    def _neighbour(self, student: str) -> bytes:
        content = (self.out / "results" / student / "tensors.json").read_bytes()
        return content.replace(student.encode(), b"neighbour")


def run(
    attacks: Sequence[Case],
    folder: Path,
    level: Level,
    *,
    within: Sequence[str] = (),
    every: int = 1,
    jobs: int = 1,
    processes: int = 1,
) -> Batch:
    """Grade the attacks, with a neighbour before all and one after `every` so many.

    The command may take as long as all attacks and their neighbours together; `Batch.seconds` says
    how long each attack took.
    """
    guarded, out, temporary, log = (folder / name for name in ("guarded", "out", "tmp", "log"))
    _make_course(guarded / "course", max([processes, *(case.processes for case in attacks)]))
    (guarded / "mine").mkdir()
    (guarded / "mine" / "file").write_text("what the user who grades keeps", encoding="utf-8")
    for made in (out, temporary):
        made.mkdir()
    with _services(guarded) as (known, visitors):
        known |= {name: str(guarded / name) for name in ("course", "submitted", "mine")} | {
            "out": str(out)
        }
        names, neighbours = _hand_in_all(attacks, guarded / "submitted", known, every)
        if os.getuid() == 0 and "tests.support.ordinary_user" in within:
            _give(folder, ordinary_user.NOBODY)
        environment = [
            f"TMPDIR={temporary}",
            "PYTHONDONTWRITEBYTECODE=1",
            f"{SECRET}=of the harness",
        ]
        if jobs == 1:
            environment += [
                f"{host.LOG}={log}",
                f"{host.TOP}={os.getpid()}",
                f"{host.FOLDER}={guarded}",
            ]
        before = host.files(guarded)
        with _orphans() as strays:
            options = [
                "--seed",
                SEED,
                "--jobs",
                str(jobs),
                *(["--allow-sandbox", level] if level != "A" else []),
            ]
            ended = grade(
                guarded / "submitted",
                out,
                *options,
                course=guarded / "course",
                within=("env", *environment, *within),
                seconds=SECONDS + sum(2 * SLACK_S + case.seconds(level) for case in attacks),
            )
        after = host.files(guarded)
    return Batch(
        level=level,
        ended=ended,
        out=out,
        names=names,
        neighbours=neighbours,
        looks=host.looks(log) if log.exists() else {},
        changed=sorted(name for name in {*before, *after} if before.get(name) != after.get(name)),
        temporary=sorted(path.name for path in temporary.iterdir()),
        strays=strays,
        visitors=visitors,
    )


def _make_course(folder: Path, processes: int) -> None:
    """Make the tiny course with short limits, so many processes, and graders that log the host."""
    shutil.copytree(TINY, folder, ignore=shutil.ignore_patterns("__pycache__"))
    rubric = (folder / "grading.yml").read_text(encoding="utf-8")
    rubric = rubric.replace("wall_import: 4 s", f"wall_import: {IMPORT_SECONDS} s")
    rubric = rubric.replace("memory: 256 MiB", f"memory: 256 MiB\n      processes: {processes}")
    (folder / "grading.yml").write_text(rubric, encoding="utf-8")
    graders = folder / "assignments" / "tensors" / "graders"
    (graders / "conftest.py").write_text(NOTES_THE_HOST, encoding="utf-8")


def _hand_in_all(
    attacks: Sequence[Case], submitted: Path, known: dict[str, Any], every: int
) -> tuple[dict[str, str], dict[str, str]]:
    """Hand in all attacks; return each one's student, and the neighbour graded next after it."""
    names, neighbours = {}, {}
    for number, case in enumerate(attacks):
        names[case.name] = f"{number:03} {case.name}"
        hand_in(case, submitted / names[case.name] / "tensors", known)
        next_one = (
            number
            if number % every == every - 1
            else min(len(attacks) - 1, number // every * every + every - 1)
        )
        neighbours[case.name] = f"{next_one:03} neighbour"
    for student in {NEIGHBOUR, *neighbours.values()}:
        shutil.copytree(CLASS / "right" / "tensors", submitted / student / "tensors")
    return names, neighbours


@contextmanager
def _services(folder: Path) -> Iterator[tuple[dict[str, Any], list[str]]]:
    """Listen on the host where an attacker may find it; say afterwards what was reached."""
    known = {"abstract": f"autograder-tests-{os.getpid()}", "service": str(folder / "service")}
    visitors: list[str] = []
    with ExitStack() as stack:
        services = {
            name: stack.enter_context(socket.socket(family))
            for name, family in (
                *(("abstract", socket.AF_UNIX), ("service", socket.AF_UNIX)),
                ("port", socket.AF_INET),
            )
        }
        services["abstract"].bind("\0" + known["abstract"])
        services["service"].bind(known["service"])
        services["port"].bind(("127.0.0.1", 0))
        for service in services.values():
            service.listen()
            service.setblocking(False)
        yield {**known, "port": services["port"].getsockname()[1]}, visitors
        for name, service in services.items():
            try:
                service.accept()[0].close()
                visitors.append(name)
            except BlockingIOError:
                continue


@contextmanager
def _orphans() -> Iterator[list[int]]:
    """Whoever loses its parent in here becomes our child; afterwards, those that had not ended."""
    strays: list[int] = []
    before = set(host.living(os.getpid()))
    prctl(CHILD_SUBREAPER, 1)
    try:
        yield strays
    finally:
        with watched(sorted(set(host.living(os.getpid())) - before)) as handles:
            strays += left_alive(handles)  # who was killed may take a moment to be gone
        for stray in strays:
            os.kill(stray, signal.SIGKILL)
        prctl(CHILD_SUBREAPER, 0)


def _give(folder: Path, owner: int) -> None:
    for path in (folder, *folder.rglob("*")):
        os.chown(path, owner, owner, follow_symlinks=False)
