"""`autograder review` as a process: killed at any moment it loses no mark; pages catch up."""

from __future__ import annotations

import re
import shutil
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias

import httpx2
import pytest
import yaml

from tests.support.command_line import CLASS, Running, autograder, grade, written
from tests.support.marked_class import MarkedClass, marked_class
from tests.support.places import CASES
from tests.support.review_process import reviewing


@pytest.fixture
def made(tmp_path: Path) -> MarkedClass:
    """Ten students whose essays wait."""
    return marked_class(tmp_path, [f"student_{number}" for number in range(10)])


Browser: TypeAlias = tuple[httpx2.Client, str]  # and the address of the queue


@contextmanager
def browser_at(address: str) -> Iterator[Browser]:
    """Yield a browser that has opened the address."""
    base = address.partition("/enter")[0]
    with httpx2.Client(follow_redirects=True, base_url=base, timeout=60) as client:
        queue = client.get(address)
        assert queue.status_code == 200
        yield client, queue.url.path


def give(browser: Browser, points: str) -> int:
    """Mark the first essay in the queue, and return the status of the answer."""
    client, queue = browser
    place = re.search(r'href="(/[^"?]*/mark/[^"?]*)', client.get(queue).text)
    assert place is not None
    form = client.get(place[1]).text
    fields = dict(re.findall(r'name="(csrf|seen)" value="([^"]*)"', form))
    origin = {"origin": str(client.base_url).rstrip("/")}
    data = {**fields, "points": points, "reason": "Bien."}
    return client.post(f"{place[1]}/mark", data=data, headers=origin).status_code


def decided(made: MarkedClass) -> Any:
    """Return the content of marks.yml."""
    return yaml.safe_load(made.marks.read_text(encoding="utf-8"))


def options(made: MarkedClass) -> tuple[object, ...]:
    """Return the options that start `review` over a class."""
    by = ("--author", "Marta Ruiz")
    return ("--course", made.course.root, "--submitted", made.submitted, *by)


def test_what_was_answered_survives_a_kill(made: MarkedClass) -> None:
    """Killed right after an answer, the marks are there; started again, the pages are right."""
    for number in range(3):
        with (
            reviewing(made.out, *options(made)) as (running, address),
            browser_at(address) as browser,
        ):
            assert give(browser, str(number)) == 200
            running.process.send_signal(signal.SIGKILL)
        points = [entry["criteria"]["words.essay"]["points"] for entry in decided(made).values()]
        assert points == list(range(number + 1))
    (made.out / "final_grades" / "student_0.json").unlink()
    with (
        reviewing(made.out, *options(made)) as (running, address),
        browser_at(address) as (client, queue),
    ):
        assert "student_3" in client.get(queue).text
        end(running)
    for number in range(3):
        assert (made.out / "final_grades" / f"student_{number}.json").is_file()
        assert "Marta Ruiz" in (made.out / "reports" / f"student_{number}.html").read_text("utf-8")
    assert (made.out / "index.html").is_file()


def end(running: Running) -> None:
    """End the command as Ctrl-C does, and wait for it."""
    running.process.send_signal(signal.SIGINT)
    assert running.process.wait(timeout=60) == 0


def test_two_processes_at_once_lose_nothing(made: MarkedClass) -> None:
    """Two markers, each with an application of their own, keep each other's marks."""
    with (
        reviewing(made.out, *options(made)) as (_, first),
        reviewing(made.out, *options(made)) as (_, second),
        browser_at(first) as one,
        browser_at(second) as other,
    ):
        for number in range(6):
            assert give(other if number % 2 else one, str(number)) == 200
    points = [entry["criteria"]["words.essay"]["points"] for entry in decided(made).values()]
    assert sorted(points) == list(range(6))


def test_the_reports_are_those_of_a_run_of_grade(tmp_path: Path) -> None:
    """What the application writes into OUT is byte for byte what `grade` would write."""
    submitted, out = tmp_path / "class", tmp_path / "out"
    for student in ("right", "adds"):
        shutil.copytree(CLASS / student, submitted / student)
    course = CASES / "tiny_course"
    assert grade(submitted, out, "--seed", "7").returncode == 0
    with (
        reviewing(out, "--course", course, "--author", "Marta Ruiz") as (running, address),
        browser_at(address) as browser,
    ):
        assert give(browser, "2") == 200
        end(running)
    after = written(out)
    assert "Marta Ruiz" in after["reports/right.html"].decode()
    assert grade(submitted, out, "--seed", "7").returncode == 0
    assert written(out) == after


def test_a_class_that_is_not_noted_has_to_be_named(made: MarkedClass) -> None:
    """Without --submitted, and where no run noted the folder, a line says what to do."""
    ended = autograder("review", made.out, "--course", made.course.root)
    assert (ended.returncode, "name it with --submitted" in ended.stderr) == (2, True)


def test_a_port_that_is_taken_is_named(made: MarkedClass) -> None:
    """The line says what to do."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ended = autograder("review", made.out, *options(made), "--port", port)
    assert (ended.returncode, "choose another --port" in ended.stderr) == (4, True)
