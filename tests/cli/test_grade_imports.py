"""What `autograder grade` loads: no verifier, doctor, nbgrader or student's side."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.support.command_line import CLASS, TINY
from tests.support.levels import skip_where_refused
from tests.support.places import REPOSITORY

FOREIGN = (
    "autograder.verification",
    "autograder.doctor",
    "autograder.integrations",
    "autograder.student",
    "autograder.release",
    "nbgrader",
)
SCRIPT = """
import sys
from autograder.cli import main
try:
    main(sys.argv[1:])
except SystemExit as stop:
    print("ENDED", stop.code, *sys.modules)
"""


def test_grade_loads_only_what_grades(tmp_path: Path) -> None:
    """After a class was graded, none of the modules of other commands is loaded."""
    arguments = ["grade", CLASS, "--out", tmp_path / "out", "--course", TINY, "--student", "right"]
    ended = subprocess.run(
        [sys.executable, "-c", SCRIPT, *map(str, arguments)],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    skip_where_refused(ended.stderr)
    code, *loaded = ended.stdout.rpartition("ENDED")[2].split()
    assert code == "0", ended.stderr
    assert "autograder.grading.batch" in loaded
    assert [name for name in loaded if name.startswith(FOREIGN)] == []
