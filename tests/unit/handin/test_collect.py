"""`autograder collect`: each case of `tests/cases/collected/` is a source with its result."""

from __future__ import annotations

import os
import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.command_line import Ended
from tests.support.in_process import autograder
from tests.support.packing import zipped
from tests.support.places import CASES

COLLECTED = CASES / "collected"
COURSE = COLLECTED / "course"
CASES = sorted(path.parent.name for path in COLLECTED.glob("*/case.yml"))


def collect(folder: Path, *arguments: object) -> Ended:
    """Run `autograder collect ARGUMENTS...` in a folder, into `into`."""
    return autograder("collect", *arguments, "--into", "into", "--course", COURSE, folder=folder)


def source_of(name: str, case: dict[str, Any], folder: Path) -> str:
    """Return a copy of the case's source, prepared as its case.yml says."""
    source = shutil.copytree(COLLECTED / name / "source", folder / "source")
    if "changed" in case:
        seconds = datetime.fromisoformat(case["changed"]).timestamp()
        for path in source.rglob("*"):
            os.utime(path, (seconds, seconds))
    if case.get("zip"):
        files = {
            p.relative_to(source).as_posix(): p.read_bytes()
            for p in sorted(source.rglob("*"))
            if p.is_file()
        }
        (folder / "source.zip").write_bytes(zipped(files))
        return "source.zip"
    return "source"


def hand_ins(folder: Path) -> list[str]:
    """Return the files that are to be graded."""
    paths = (p.relative_to(folder / "into") for p in (folder / "into").rglob("*") if p.is_file())
    beside = ("timestamp.txt", "submission_secret.txt", "collected.yml")
    return sorted(
        path.as_posix()
        for path in paths
        if path.parts[0] != ".attempts" and path.name not in beside
    )


def everything(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder, by its path."""
    return {
        p.relative_to(folder).as_posix(): p.read_bytes()
        for p in sorted(folder.rglob("*"))
        if p.is_file()
    }


@pytest.mark.parametrize("name", CASES)
def test_a_source_is_collected(name: str, tmp_path: Path) -> None:
    """Output, files and complaints are as the case says, and a second run changes nothing."""
    case = yaml.safe_load((COLLECTED / name / "case.yml").read_text(encoding="utf-8"))
    arguments = [argument.format(case=COLLECTED / name) for argument in case["arguments"]]
    words = [source_of(name, case, tmp_path), *arguments]

    dry = collect(tmp_path, *words, "--dry-run")
    assert not (tmp_path / "into").exists()
    ended = collect(tmp_path, *words)
    assert ended.stdout.splitlines() == case["says"]
    assert ended.stderr.splitlines() == case.get("undecided", [])
    assert ended.returncode == case["exit"]
    assert (dry.returncode, dry.stderr) == (ended.returncode, ended.stderr)
    assert dry.stdout == ended.stdout.rstrip("\n") + "; nothing was written\n"
    assert hand_ins(tmp_path) == sorted(case["hand_ins"])
    for path, content in case.get("content", {}).items():
        assert (tmp_path / "into" / path).read_text(encoding="utf-8") == content

    before = everything(tmp_path / "into")
    again = collect(tmp_path, *words)
    assert (again.returncode, again.stderr) == (ended.returncode, ended.stderr)
    assert everything(tmp_path / "into") == before
