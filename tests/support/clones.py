"""Git clones as students leave them: commits of a time."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

NEEDS_GIT = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


def git(folder: Path, *words: str, when: str = "2026-11-01T00:00:00Z") -> None:
    """Run git as a student does, at a time."""
    who = {
        f"GIT_{role}_{part}": "ana"
        for role in ("AUTHOR", "COMMITTER")
        for part in ("NAME", "EMAIL")
    }
    dates = {"GIT_AUTHOR_DATE": when, "GIT_COMMITTER_DATE": when}
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "GIT_CONFIG_NOSYSTEM": "1",
        **who,
        **dates,
    }
    subprocess.run(["git", *words], cwd=folder, env=environment, check=True, capture_output=True)


def commit(clone: Path, content: str, when: str, name: str = "two_sums.py") -> None:
    """Commit a file in a student's clone, which is made where there is none."""
    if not (clone / ".git").exists():
        clone.mkdir(parents=True, exist_ok=True)
        git(clone, "init", "--quiet", "--initial-branch=main")
    (clone / name).write_text(content, encoding="utf-8")
    git(clone, "add", "--all")
    git(clone, "commit", "--quiet", "--message=work", when=when)
