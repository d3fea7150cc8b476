"""One missing layer of the sandbox at a time: what `doctor` and `grade` do, and the level left."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support import ordinary_user
from tests.support.command_line import CLASS, TINY, Ended, command, result

NO_LANDLOCK = "landlock_create_ruleset=ENOSYS"
NO_NAMESPACES = "unshare=EPERM"


@dataclass(frozen=True, kw_only=True)
class Host:
    """A machine on which system calls are refused, and what is left of the sandbox there."""

    without: tuple[str, ...]
    missing: tuple[str, ...]  # how the lines of doctor begin that say what is missing
    level: str  # of an ordinary user; empty: none


HOSTS = {
    "Landlock": Host(without=(NO_LANDLOCK,), missing=("Landlock",), level="B"),
    "namespaces": Host(
        without=(NO_NAMESPACES,), missing=("own namespaces", "private disk"), level="B"
    ),
    "mounts": Host(without=("mount=EACCES",), missing=("private disk",), level="B"),
    "both walls": Host(
        without=(NO_LANDLOCK, NO_NAMESPACES),
        missing=("own namespaces", "private disk", "Landlock"),
        level="",
    ),
    "seccomp": Host(without=("prctl=EINVAL",), missing=("seccomp",), level=""),
}


def on(host: Host, *arguments: object) -> Ended:
    """`autograder ARGUMENTS...` as an ordinary user on such a machine."""
    words = [
        sys.executable,
        "-m",
        "tests.support.without",
        *host.without,
        "--",
        *command(*arguments),
    ]
    ended = ordinary_user.run(*words)
    if ended.returncode == ordinary_user.REFUSED:
        pytest.skip(ended.stderr.strip())
    return ended


@pytest.mark.parametrize("name", HOSTS)
@pytest.mark.level_a
def test_doctor_names_each_missing_layer_and_the_level_that_is_left(name: str) -> None:
    """Only what is refused is missing, with its fix, and the level is what is left."""
    host = HOSTS[name]
    ended = on(host, "doctor")
    lines = ended.stdout.splitlines()
    missing = [
        line.removeprefix("missing ").split(":")[0] for line in lines if line.startswith("missing ")
    ]
    assert ended.returncode == 4, ended.stderr
    assert [m for m in missing if not m.startswith(("cgroup", "Linux"))] == [
        next(m for m in missing if m.startswith(named)) for named in host.missing
    ]
    last = (
        f"sandbox level {host.level} (full is A)" if host.level else "no sandbox level works here"
    )
    assert lines[-1].startswith(last), ended.stdout


@pytest.fixture
def out() -> Iterator[Path]:
    """Return a folder that everybody may write to; pytest's own are closed to other users."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o777)
        yield Path(folder) / "out"


def test_without_landlock_nothing_is_graded_unless_somebody_accepts_it(out: Path) -> None:
    """Level A needs both walls: exit code 4 says which one is missing, and what to accept."""
    ended = on(
        HOSTS["Landlock"], "grade", CLASS, "--student", "right", "--out", out, "--course", TINY
    )
    assert ended.returncode == 4
    assert "sandbox level A: OSError: this kernel has no Landlock" in ended.stderr
    assert "--allow-sandbox B" in ended.stderr


@pytest.mark.level_a
def test_a_missing_wall_that_was_accepted_is_named_wherever_results_are(out: Path) -> None:
    """Result and terminal say that Landlock was missing, and that namespaces were not."""
    options = ("--student", "right", "--out", out, "--course", TINY, "--allow-sandbox", "B")
    ended = on(HOSTS["Landlock"], "grade", CLASS, *options)
    assert ended.returncode == 0, ended.stderr
    sandbox = result(out, "right")["sandbox"]
    assert (sandbox["level"], "Landlock" in sandbox["missing"]) == ("B", True)
    assert "namespaces" not in sandbox["missing"]
    assert "level B (1) without: Landlock" in ended.stdout
