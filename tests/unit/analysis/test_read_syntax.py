"""Student syntax is read in a process of its own: what brings that down or busies it is told."""

from __future__ import annotations

import json
import os
import signal
import time

import pytest

from autograder.analysis import read_syntax as module
from autograder.analysis.parse_syntax import syntax_of
from autograder.analysis.provenance import evidence_of
from autograder.analysis.read_syntax import MAX_SOURCE_CHARS, read_syntax
from autograder.config.course import load_course
from tests.support.places import REPOSITORY

ASSIGNMENT = load_course(REPOSITORY).assignment("residual_block")
FRAME = "f = _getframe(0)\n"
HOSTILE = {
    "brackets": "(" * 100_000,
    "closed brackets": "(" * 5_000 + ")" * 5_000,
    "operators": "-" * 300_000 + "1",
    "a long sum": "x = " + "1 + " * 200_000 + "1",
    "calls of calls": "f" + "()" * 200_000,
    "members of members": "x" + ".a" * 300_000,
    "powers": "x = " + "9 ** " * 2_000 + "9",
    "a huge text": "x = 'a' * 10 ** 9\n",
    "a wide format": "getattr(sys, '%1000000000s' % 'x')\n",
    "many statements": "@\n" * 400_000,
    "lambdas": "lambda: " * 50_000 + "1",
    "nested functions": "".join(" " * n + f"def f{n}():\n" for n in range(95))
    + " " * 95
    + "pass\n",
    "nul bytes": "x = 1\n\0\n",
    "half a character": "x = '\ud800'\n",
    "no text at all": "",
    "ten megabytes": "x = 1\n" * 1_700_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_syntax_costs_no_more_than_a_note(name: str) -> None:
    """Whatever a file holds, staff get its notes in time, and its words are searched."""
    code = FRAME + HOSTILE[name]
    start = time.monotonic()
    found = evidence_of(ASSIGNMENT, {"residual_block.py": code.encode("utf-8", "replace")}, "en")
    assert time.monotonic() - start < module.READ_TIMEOUT_S
    assert any("_getframe (line 1)" in note.text for note in found.notes)


def test_syntax_that_takes_too_long_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing is read in time, a note says that words alone were looked for."""
    monkeypatch.setattr(module, "READ_TIMEOUT_S", 0.0)
    (note,) = evidence_of(ASSIGNMENT, {"residual_block.py": b"x = 1\n" * 100_000}, "en").notes
    assert "only words were looked for" in note.text


def test_a_server_that_ended_is_replaced() -> None:
    """A source that takes too long costs nothing of the next one."""
    before = server_of_this_process()
    os.killpg(before.pid, signal.SIGKILL)
    before.wait()
    assert read_syntax([("x = 1\n", 1)], ()) is None
    assert read_syntax([("x = 1\n", 1)], ()) == syntax_of([("x = 1\n", 1)], ())
    assert server_of_this_process().pid != before.pid


def server_of_this_process() -> module.Server:
    """Return the server that parses for this process, which has asked it something."""
    assert read_syntax([("x = 1\n", 1)], ()) is not None
    return module._servers[os.getpid()]


def test_what_is_too_long_is_not_parsed() -> None:
    """A source beyond the bound has no syntax."""
    assert read_syntax([("x" * (MAX_SOURCE_CHARS + 1), 1)], ()) is None


def test_a_process_reads_what_is_read_here() -> None:
    """The answer of the process is the syntax, whole."""
    code = (ASSIGNMENT.solution / "residual_block.py").read_text(encoding="utf-8")
    theirs, ours = read_syntax([(code, 1)], ()), syntax_of([(code, 1)], ())
    assert theirs is not None
    assert [(t.text, t.line) for t in theirs.tokens] == [(t.text, t.line) for t in ours.tokens]
    assert (theirs.forms, theirs.computed) == (ours.forms, ours.computed)


def test_one_broken_statement_hides_no_other() -> None:
    """What Python cannot read costs its own statement alone, in a file and in a notebook."""
    broken = "import sys\n\ndef f(:\n    pass\n\nframe = getattr(sys, '_get' + 'frame')\n"
    syntax = syntax_of([(broken, 1)], {"_getframe"})
    assert [(each.word, each.line) for each in syntax.computed] == [("_getframe", 6)]
    cells = [
        {"cell_type": "code", "source": source}
        for source in ("!pip install x\n%matplotlib inline", "def f(:", broken)
    ]
    content = json.dumps({"cells": cells}).encode()
    notes = evidence_of(ASSIGNMENT, {"residual_block.ipynb": content}, "en").notes
    assert any("_getframe (line 11)" in note.text for note in notes)
