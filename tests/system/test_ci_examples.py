"""The workflows of examples/ci: their commands grade a checkout in a runner's clean environment."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml

from tests.cli.test_ci import CLASSROOM
from tests.support.command_line import REPOSITORY, SECONDS
from tests.support.documented import INSTALLING
from tests.support.levels import skip_where_refused

EXAMPLES = REPOSITORY / "examples" / "ci"
FETCHING = "git clone "  # of the course, which lies there already
SOLUTION = REPOSITORY / "solutions" / "residual_block" / "residual_block.py"
STUB = REPOSITORY / "release" / "residual_block" / "residual_block.py"


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A workflow, and what its runner gives it."""

    course: Path  # what is checked out as course/
    started_in: str  # the folder in which its commands begin
    variables: Mapping[str, str] = field(default_factory=dict)
    code_of_wrong_work: int = 1


RELEASE = REPOSITORY / "release"
WORKFLOWS = {
    "github.yml": Example(
        course=RELEASE,
        started_in=".",
        variables={"GITHUB_ACTIONS": "true", "GITHUB_ACTOR": "ana", "GITHUB_OUTPUT": "output"},
    ),
    "gitlab.yml": Example(
        course=RELEASE, started_in="work", variables={"GITLAB_USER_LOGIN": "ana"}
    ),
    "classroom50.yml": Example(
        course=REPOSITORY, started_in=".", variables=CLASSROOM, code_of_wrong_work=0
    ),
}


def lines_of(name: str) -> Iterator[str]:
    """Yield the commands of a workflow, in order."""
    content: dict[Any, Any] = yaml.safe_load((EXAMPLES / name).read_text(encoding="utf-8"))
    if "jobs" in content:
        for job in content["jobs"].values():
            yield from (step["run"] for step in job["steps"] if "run" in step)
    else:
        for job in content.values():
            yield from (*job.get("before_script", ()), *job["script"])


def run_example(name: str, folder: Path, work: Path) -> subprocess.CompletedProcess[str]:
    """Run the commands of a workflow over a student's file, with nothing but its own variables."""
    example = WORKFLOWS[name]
    (folder / "work" / ".git").mkdir(parents=True)
    shutil.copyfile(work, folder / "work" / "residual_block.py")
    (folder / "course").symlink_to(example.course)
    commands = [
        line for line in lines_of(name) if not (INSTALLING.match(line) or line.startswith(FETCHING))
    ]
    path = f"{Path(sys.executable).parent}{os.pathsep}/usr/bin{os.pathsep}/bin"
    ended = subprocess.run(
        ["bash", "-e", "-c", "\n".join(commands)],
        cwd=folder / example.started_in,
        env={"PATH": path, "HOME": str(folder), **example.variables},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    skip_where_refused(ended.stderr)
    return ended


def test_every_workflow_is_run() -> None:
    """No example is left out here, and each one grades."""
    assert {path.name for path in EXAMPLES.iterdir()} == set(WORKFLOWS)
    assert all(any(line.startswith("autograder ci ") for line in lines_of(n)) for n in WORKFLOWS)


@pytest.mark.parametrize("name", WORKFLOWS)
def test_a_workflow_passes_the_solution_and_not_the_stub(name: str, tmp_path: Path) -> None:
    """The commands end as the page says, and leave the files that the workflow hands on."""
    right = run_example(name, tmp_path / "right", SOLUTION)
    assert right.returncode == 0, right.stdout + right.stderr
    wrong = run_example(name, tmp_path / "wrong", STUB)
    assert wrong.returncode == WORKFLOWS[name].code_of_wrong_work, wrong.stderr
    check = {"github.yml": _github, "gitlab.yml": _gitlab, "classroom50.yml": _classroom50}[name]
    assert (check(tmp_path / "right"), check(tmp_path / "wrong")) == (True, False)


def _github(folder: Path) -> bool:
    """Return whether the step's output says that the work passes."""
    lines = (folder / "output").read_text(encoding="utf-8").splitlines()
    assert any(line.startswith("result=") for line in lines)
    assert (folder / "results" / "summary.md").exists()
    return "status=pass" in lines


def _gitlab(folder: Path) -> bool:
    """Return whether the report that GitLab shows has no failure."""
    root = ElementTree.parse(folder / "work" / "results" / "junit.xml").getroot()
    assert (root.get("errors"), root.get("tests") != "0") == ("0", True)
    return root.get("failures") == "0"


def _classroom50(folder: Path) -> bool:
    """Return whether the result has all points."""
    content = json.loads((folder / "result.json").read_text(encoding="utf-8"))
    assert (folder / "release-body.md").exists()
    return bool(content["score"] == content["max-score"])
