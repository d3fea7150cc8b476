"""Completion in the shell: names of commands, and ids of a course, a class and its assignments."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.command_line import CLASS, TINY

AFTER = {
    "check --assignment ": ["tensors", "essay", "poster"],
    "release t": ["tensors"],
    f"marks set {CLASS} code.": ["code.double", "code.mean", "code.total"],
    f"marks accept {CLASS} --criterion code.d": ["code.double"],
    f"marks set {CLASS} --student miss": ["misspells"],
    f"grade {CLASS} --student miss": ["misspells"],
    "pac": ["pack"],
    "check --lang ": ["es", "en"],
}


def completions(words: str, *, cwd: Path = TINY, shows_imports: bool = False) -> str:
    """Return what bash is told when the words `autograder WORDS` are completed."""
    environment = {
        **os.environ,
        "_AUTOGRADER_COMPLETE": "bash_complete",
        "COMP_WORDS": f"autograder {words}",
        "COMP_CWORD": str(len(words.split(" "))),
    }
    if shows_imports:
        environment["PYTHONPROFILEIMPORTTIME"] = "1"
    ended = subprocess.run(
        [Path(sys.executable).with_name("autograder")],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return ended.stdout + ended.stderr


@pytest.mark.parametrize("words", AFTER)
def test_ids_are_completed(words: str) -> None:
    """What may follow is offered, and nothing else."""
    assert sorted(completions(words).split()) == sorted(f"plain,{word}" for word in AFTER[words])


def test_a_course_that_cannot_be_read_completes_nothing(tmp_path: Path) -> None:
    """A mistake in grading.yml is no text in the middle of a command line."""
    (tmp_path / "grading.yml").write_text("assignments: [\n")
    assert completions("check --assignment ", cwd=tmp_path).strip() == ""


@pytest.mark.parametrize("words", ["check --assignment ", "gr", f"marks set {CLASS} code."])
def test_completion_is_quick(words: str) -> None:
    """Neither torch nor what draws tables is imported."""
    imported = completions(words, shows_imports=True).split()
    assert {"torch", "numpy", "rich", "jinja2"} & set(imported) == set()
