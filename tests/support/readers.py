"""What the reader of a page has: a course, hand-ins, downloads, and a student's own files."""

from __future__ import annotations

import shutil
from pathlib import Path

from autograder.config.course import load_course
from autograder.verification.cases import whole_source
from tests.support.clones import commit
from tests.support.packing import zipped
from tests.support.places import CASES, REPOSITORY

ID = "residual_block"
SOLUTION = REPOSITORY / "solutions" / ID / f"{ID}.py"
OF_THE_COURSE = [
    "grading.yml",
    f"assignments/{ID}/{ID}.py",
    f"assignments/{ID}/README.md",
    f"assignments/{ID}/README.en.md",
    f"assignments/{ID}/public",
    f"solutions/{ID}",
    "assignments/concepts/questionnaire.yml",
]
WRONG_ANSWERS = ("basic_no_skip", "bottleneck_no_skip", "stage_missing")
ROSTER = """\
id,name,email,lms_user_id
ana,Ana García,ana@example.org,2001
leo,Leo Pérez,leo@example.org,2002
"""
DOWNLOADS = {
    "hand-in.zip": f"{ID}.py",
    "canvas.zip": f"garciaana_2001_551_{ID}.py",
    "moodle_teams.zip": f"Equipo 1_70_assignsubmission_file/{ID}.py",
    "moodle.zip": f"Leo Pérez_1002_assignsubmission_file/{ID}.py",
}
TEAMS = "team,member\nEquipo 1,ana\nEquipo 1,leo\n"
EXCHANGE = "exchange/week_23/inbound/leo+residual_block+2026-11-30 20:00:00.000000 UTC"


def give_course(folder: Path) -> None:
    """Write this course with quick graders: those of residual_block ask one thing a criterion."""
    for name in OF_THE_COURSE:
        _copy(REPOSITORY / name, folder / name)
    assignment = load_course(REPOSITORY).assignment(ID)
    for answer in WRONG_ANSWERS:  # whole, for this course has no right/ that they could be based on
        path = assignment.root / "wrong" / f"{answer}.py"
        copy = folder / path.relative_to(REPOSITORY)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(whole_source(path, assignment), encoding="utf-8")
    _copy(CASES / "documented_course", folder)


def give_hand_ins(folder: Path) -> None:
    """Hand-ins of two students in every form that the pages speak of, and a roster."""
    for path in (f"submitted/ana/{ID}", f"submitted/leo/{ID}", EXCHANGE, "ana", "."):
        _copy(SOLUTION, folder / path / f"{ID}.py")
    for name in (ID, "my_answer"):
        _copy(REPOSITORY / "release" / ID / f"{ID}.ipynb", folder / f"{name}.ipynb")
    for name, member in DOWNLOADS.items():
        (folder / name).write_bytes(zipped({member: SOLUTION.read_bytes()}))
    (folder / "roster.csv").write_text(ROSTER, encoding="utf-8")
    (folder / "teams.csv").write_text(TEAMS, encoding="utf-8")
    commit(
        folder / "clones" / f"{ID}-leo",
        SOLUTION.read_text("utf-8"),
        "2026-11-30T20:00:00Z",
        f"{ID}.py",
    )


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(
            source, target, ignore=shutil.ignore_patterns("__pycache__"), dirs_exist_ok=True
        )
    else:
        shutil.copy(source, target)
