"""What student code sees of a machine: libraries and itself, and no word planted elsewhere.

The installation is the least lucky one: the course holds its own environment, a second course lies
inside the environment, and the harness is installed there as a package, not linked.
"""

from __future__ import annotations

import json
import secrets
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from autograder.sandbox.libraries import exposed
from tests.support import ordinary_user
from tests.support.command_line import CLASS, autograder
from tests.support.places import CASES, REPOSITORY

SECRET = (
    *(
        "graders/test_hidden.py",
        "solutions/answer.py",
        "out/results/bo/week.json",
        "submitted/bo/week/homework.py",
    ),
    *(
        "data/labels.csv",
        "home/.netrc",
        ".env",
        ".venv/pip.conf",
        ".venv/course/graders/test_hidden.py",
    ),
    *(".venv/share/notes.txt", ".venv/bin/activate_this.py"),
)


@dataclass(frozen=True, kw_only=True)
class Installation:
    """A course with an environment in it, and the word that is planted in both."""

    course: Path
    site: Path  # where packages are installed
    word: str
    since: float


@pytest.fixture(scope="module")
def installation() -> Iterator[Installation]:
    """Built once; readable by everybody, so that only the sandbox keeps it away."""
    with tempfile.TemporaryDirectory() as folder:
        course, since = Path(folder), time.time() - 60
        course.chmod(0o755)
        subprocess.run(
            [sys.executable, "-m", "venv", "--without-pip", course / ".venv"], check=True
        )
        site = next((course / ".venv").glob("lib*/python*/site-packages"))
        (site / "outer.pth").write_text(sysconfig.get_path("purelib") + "\n")
        shutil.copytree(
            REPOSITORY / "autograder",
            site / "autograder",
            ignore=shutil.ignore_patterns("__pycache__"),
        )
        word = f"canary-{secrets.token_hex(8)}"
        for name in (
            *SECRET,
            site / "autograder" / "generic_secret.py",
            site / "planted_in_sight.txt",
        ):
            (course / name).parent.mkdir(parents=True, exist_ok=True)
            (course / name).write_text(f"# {word}\n")
        yield Installation(course=course, site=site, word=word, since=since)


@pytest.mark.parametrize("level", ["A", "B"])
def test_student_code_finds_nothing_but_libraries(installation: Installation, level: str) -> None:
    """A walk over all readable files finds the word at one place only: among the packages."""
    secret = [str(installation.course / name) for name in SECRET]
    visible = str(installation.site / "planted_in_sight.txt")
    names = [*secret, str(installation.site / "autograder" / "generic_secret.py"), visible]
    python = str(installation.course / ".venv" / "bin" / "python")
    script = str(REPOSITORY / "tests" / "support" / "looking_around.py")
    words = [python, script, level, installation.word, str(installation.since), *names]
    done = ordinary_user.run(*words, seconds=300)
    if done.returncode == ordinary_user.REFUSED:
        pytest.skip(done.stderr.strip())
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    assert seen["found"] == [visible]
    assert seen["seen"] > 1000


def test_what_lies_among_the_libraries_is_known_to_be_exposed(tmp_path: Path) -> None:
    """A folder below the packages, or a link to one, is exposed; one elsewhere is not."""
    packages = sysconfig.get_path("purelib")
    link = tmp_path / "link"
    link.symlink_to(packages)
    below = f"{packages}/course"
    assert {path for path, _ in exposed([below, str(link / "course"), str(tmp_path)])} == {
        below,
        str(link / "course"),
    }


def test_grade_refuses_to_write_where_student_code_can_read() -> None:
    """OUT among the packages is refused with exit code 4, which says where it lies."""
    out = Path(sysconfig.get_path("purelib")) / "out-of-a-run"
    ended = autograder("grade", CLASS, "--out", out, "--course", CASES / "tiny_course")
    assert ended.returncode == 4
    assert f"{out}: lies in " in ended.stderr
    assert not out.exists()
