"""The loading of a submission in a worker: its names, its encoding, and statements that hang."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from autograder.config.course import load_course
from autograder.errors import Absent, AbsentReason, CodeRaised
from autograder.grading.workers.expected_names import names_of
from autograder.grading.workers.worker_session import WorkerSession
from autograder.grading.workers.worker_source import workers_of
from autograder.model import Run, SubmittedFiles
from autograder.sandbox.encoding import decoded_code
from autograder.sandbox.launch import Zygote
from tests.support.command_line import TINY

TENSORS = load_course(TINY).assignment("tensors")


def session_of(zygote: Zygote, file: str, content: bytes) -> WorkerSession:
    """Return the session of one file."""
    hasty = replace(TENSORS, limits=replace(TENSORS.limits, wall_import=2.0))
    submission = SubmittedFiles(
        student="ana", assignment="tensors", files={file: content}, digest=""
    )
    return WorkerSession(hasty, submission, workers_of(zygote), Run())


@pytest.fixture
def session(zygote: Zygote, request: pytest.FixtureRequest) -> Iterator[WorkerSession]:
    """Return the session of the file that a test is parametrised with."""
    file, content = request.param
    session = session_of(zygote, file, content)
    yield session
    session.close()


def test_an_assignment_asks_for_what_its_stub_defines() -> None:
    """The public functions and classes of the stub are what is asked for."""
    assert names_of(TENSORS) == ("double", "total", "mean")


NOTHING_DEFINED = {
    "empty": ("tensors.py", b""),
    "only text": ("tensors.py", b'"""My tensors."""\n'),
    "another program": ("tensors.py", b"def main():\n    pass\n\nmain()\n"),
    "hidden error": (
        "tensors.py",
        b"try:\n    from torchvision import double, total\n"
        b"except Exception:\n    double = total = None\n",
    ),
    "placeholders": ("tensors.py", b"from package_of_nobody import double, total, mean\n"),
    "no code": (
        "tensors.ipynb",
        json.dumps({"cells": [{"cell_type": "markdown", "source": "x"}]}).encode(),
    ),
    "under a guard": ("tensors.py", b'if __name__ == "__main__":\n    def double(x): return x\n'),
}


@pytest.mark.parametrize("session", NOTHING_DEFINED.values(), ids=NOTHING_DEFINED, indirect=True)
def test_a_file_that_defines_nothing_that_was_asked_for_does_not_run(
    session: WorkerSession,
) -> None:
    """Where none of the names comes of a file, and it says no error, that is what is told."""
    with pytest.raises(Absent) as raised:
        session.try_import()
    assert raised.value.reason is AbsentReason.NOTHING


DOES_NOT_RUN = {
    "syntax": (("tensors.py", b"def double(x):\n    return (2 * x\n"), "SyntaxError"),
    "an error above all": (("tensors.py", b"1 / 0\n"), "ZeroDivisionError"),
    "derives": (
        ("tensors.py", b"import nobody\nclass double(nobody.Base): ...\n"),
        "ModuleNotFoundError",
    ),
    "encoding": (("tensors.py", "# ñ\n".encode("latin-1")), "UnicodeDecodeError"),
}


@pytest.mark.parametrize(
    ("session", "kind"), DOES_NOT_RUN.values(), ids=DOES_NOT_RUN, indirect=["session"]
)
def test_a_file_that_defines_nothing_says_its_first_error(
    session: WorkerSession, kind: str
) -> None:
    """Where none of the names comes of a file, its first error says why."""
    with pytest.raises(CodeRaised) as raised:
        session.try_import()
    assert raised.value.exception_type == kind


RUNS = {
    "one of the names": b"def double(x):\n    return 2 * x\n",
    "an unguarded main": b"def double(x):\n    return 2 * x\n"
    b"def main():\n    raise OSError\nmain()\n",
    "a stub": b"def double(x):\n    raise NotImplementedError\n",
}


@pytest.mark.parametrize(
    "session", [("tensors.py", code) for code in RUNS.values()], ids=RUNS, indirect=True
)
def test_a_file_that_defines_one_of_the_names_runs(session: WorkerSession) -> None:
    """A file runs as long as one of the names comes of it, whatever else becomes of it."""
    session.try_import()


HANGS = b"while True:\n    pass\n" * 3 + b"def double(x):\n    return 2 * x\n"


@pytest.mark.parametrize("session", [("tensors.py", HANGS)], indirect=True)
def test_statements_that_hang_are_left_out_by_later_workers(session: WorkerSession) -> None:
    """What was stopped in the first worker, or found no time in it, no later one begins."""
    session.try_import()
    assert session.broken_cells
    live = session.begin("test_double", "code.total")  # another criterion: a fresh worker
    assert live.call("double", 4) == 8
    assert session.broken_cells == []


ENCODINGS = {
    "a mark of UTF-8": "x = 'ñ'\n".encode("utf-8-sig"),
    "a mark of UTF-16": "x = 'ñ'\r\n".encode("utf-16"),
    "a mark of UTF-32": "x = 'ñ'\n".encode("utf-32"),
    "UTF-8": "x = 'ñ'\r".encode(),
}


@pytest.mark.parametrize("name", ENCODINGS)
def test_code_is_read_by_its_byte_order_mark(name: str) -> None:
    """A byte order mark names the encoding, else it is UTF-8. Lines end as Python ends them."""
    assert decoded_code(ENCODINGS[name]) == "x = 'ñ'\n"


@pytest.mark.parametrize(
    "cookie", ["latin-1", "ISO_8859_1", "cp1252", "windows-1252", "iso-8859-15"]
)
@pytest.mark.parametrize("before", ["", "#!/usr/bin/env python\n", "\n"])
def test_code_is_read_by_its_cookie(cookie: str, before: str) -> None:
    """A cookie in one of the first two lines names an encoding of one byte per character."""
    source = f"{before}# -*- coding: {cookie} -*-\nx = 'ñ'\n"
    assert decoded_code(source.encode("latin-1")) == source


@pytest.mark.parametrize(
    "cookie", ["unicode_escape", "utf-7", "punycode", "rot13", "hz", "nonsense", "utf-16"]
)
def test_a_cookie_that_hides_code_is_a_comment(cookie: str) -> None:
    """An encoding in which ASCII is not what it looks like is not taken from a cookie."""
    source = f"# coding: {cookie}\n# \\x0adouble = 1 +AAo-\n"
    assert decoded_code(source.encode()) == source


def test_a_cookie_below_code_is_a_comment() -> None:
    """Where the first line is code, the second names no encoding."""
    with pytest.raises(UnicodeDecodeError):
        decoded_code("x = 1\n# coding: latin-1\ny = 'ñ'\n".encode("latin-1"))
