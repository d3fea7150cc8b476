"""The package for Gradescope grades in a folder like its container, also without namespaces."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from email.parser import Parser
from pathlib import Path
from typing import Any

import pytest

from autograder.version import __version__
from tests.support import ordinary_user
from tests.support.command_line import CLASS, TINY, autograder, environment
from tests.support.levels import skip_where_refused
from tests.support.places import CASES
from tests.support.site_readers import gradescope_import

METADATA = CASES / "exports" / "submission_metadata.json"
NO_NAMESPACES = "unshare=EPERM"  # what a container answers to root


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the package of the tiny course."""
    target = tmp_path_factory.mktemp("package") / "package.zip"
    options = ("--assignment", "tensors", "--to", target, "--course", TINY)
    ended = autograder("export", "gradescope-package", *options)
    assert ended.returncode == 0, ended.stderr
    assert "give it to no student" in ended.stdout
    return target


@pytest.fixture(scope="module")
def prepared(package: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder laid out as /autograder is, after setup.sh; no test changes it."""
    root = tmp_path_factory.mktemp("container") / "autograder"
    for name in ("source", "submission", "results"):
        (root / name).mkdir(parents=True)
    with zipfile.ZipFile(package) as archive:
        archive.extractall(root / "source")
    shutil.copy(root / "source" / "run_autograder", root / "run_autograder")
    (root / "run_autograder").chmod(0o755)  # zipfile keeps no modes
    shutil.copy(METADATA, root / "submission_metadata.json")
    ended = run("/bin/bash", str(root / "source" / "setup.sh"))
    assert ended.returncode == 0, ended.stderr
    return root


@pytest.fixture
def container(prepared: Path, tmp_path: Path) -> Path:
    """Return a copy of that folder, into which a test hands in."""
    return Path(shutil.copytree(prepared, tmp_path / "autograder"))


def run(*words: str) -> subprocess.CompletedProcess[str]:
    """Run a command with this interpreter first on the path, as the container's is."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    ended = subprocess.run(
        words,
        env={**environment(), "PATH": path},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    skip_where_refused(ended.stderr)
    return ended


def hand_in(container: Path, student: str) -> None:
    """Put a submission of the class into the container."""
    source = CLASS / student / "tensors"
    shutil.copytree(source, container / "submission", dirs_exist_ok=True)


def results(container: Path) -> dict[str, Any]:
    """Return the results.json of the container."""
    content: dict[str, Any] = json.loads((container / "results" / "results.json").read_text())
    return content


def test_scripts_lie_at_the_top_and_can_be_run(package: Path) -> None:
    """Gradescope looks for both there; they begin with their interpreter."""
    with zipfile.ZipFile(package) as archive:
        for name in ("setup.sh", "run_autograder"):
            assert archive.getinfo(name).external_attr >> 16 == 0o755
            assert archive.read(name).startswith(b"#!/usr/bin/env bash\n")


def test_a_package_holds_graders_and_no_proofs(package: Path) -> None:
    """The hidden checks and the solution are needed; answers that prove them are not."""
    names = zipfile.ZipFile(package).namelist()
    assert "assignments/tensors/graders/test_tensors.py" in names
    assert "solutions/tensors/tensors.py" in names
    assert not [name for name in names if "/wrong/" in name or "/right/" in name]
    assert not [name for name in names if "__pycache__" in name]


def test_a_package_is_the_same_for_the_same_files(package: Path, tmp_path: Path) -> None:
    """Its bytes hold no clock."""
    options = ("--assignment", "tensors", "--to", tmp_path / "again.zip", "--course", TINY)
    autograder("export", "gradescope-package", *options)
    assert (tmp_path / "again.zip").read_bytes() == package.read_bytes()


def test_the_harness_comes_as_a_wheel(package: Path, tmp_path: Path) -> None:
    """pip installs it where nothing of the harness is."""
    with zipfile.ZipFile(package) as archive:
        (wheel,) = (name for name in archive.namelist() if name.endswith(".whl"))
        archive.extract(wheel, tmp_path)
    target = tmp_path / "site"
    command = ("-m", "pip", "install", "--no-deps", "--no-index", "--target", str(target))
    ended = run(sys.executable, *command, str(tmp_path / wheel))
    assert ended.returncode == 0, ended.stderr
    (info,) = target.glob("*.dist-info")
    assert Parser().parsestr((info / "METADATA").read_text("utf-8"))["Version"] == __version__
    assert (target / "autograder" / "integrations" / "exports" / "setup.sh").is_file()


def test_an_assignment_without_graders_is_refused() -> None:
    """A person marks it, and no container."""
    options = ("--assignment", "essay", "--to", "unused.zip", "--course", TINY)
    ended = autograder("export", "gradescope-package", *options)
    assert (ended.returncode, "has no graders" in ended.stderr) == (2, True)


def test_the_container_writes_what_gradescope_reads(container: Path) -> None:
    """A right submission has every point; lateness and the previous score are told."""
    hand_in(container, "right")
    ended = run(str(container / "run_autograder"))
    assert ended.returncode == 0, ended.stderr
    read = gradescope_import(results(container))
    assert (read.score, read.maximum, read.is_total_shown) == (10, 10, True)
    assert "Entregado 2 días después del plazo." in results(container)["output"]


def test_wrong_work_has_a_score_and_reasons(container: Path) -> None:
    """The output of a failed test is what the student's page says."""
    hand_in(container, "raises")
    assert run(str(container / "run_autograder")).returncode == 0
    failed = [test for test in results(container)["tests"] if test.get("status") == "failed"]
    assert failed
    assert all(test["output"] for test in failed)


def test_an_empty_submission_is_scored(container: Path) -> None:
    """Nothing that can be used is wrong work, not a fault of ours."""
    (container / "submission" / "readme.txt").write_text("nothing")
    ended = run(str(container / "run_autograder"))
    assert ended.returncode == 0, ended.stderr
    assert results(container)["score"] == 0


def test_a_link_to_the_hidden_checks_is_no_submission(container: Path) -> None:
    """What it leads to is neither graded nor shown."""
    grader = container / "source" / "assignments" / "tensors" / "graders" / "test_tensors.py"
    (container / "submission" / "tensors.py").symlink_to(grader)
    ended = run(str(container / "run_autograder"))
    assert ended.returncode == 0, ended.stderr
    assert results(container)["score"] == 0
    assert "def test_" not in json.dumps(results(container))


def test_a_fault_of_ours_leaves_no_results(container: Path) -> None:
    """A grader that is broken gives no mark, and takes back an earlier file."""
    hand_in(container, "right")
    (container / "results" / "results.json").write_text("{}")
    grader = container / "source" / "assignments" / "tensors" / "graders" / "test_tensors.py"
    grader.write_text(grader.read_text("utf-8") + "\nraise RuntimeError('broken')\n", "utf-8")
    ended = run(str(container / "run_autograder"))
    assert ended.returncode != 0
    assert not (container / "results" / "results.json").exists()


def test_without_setup_nothing_is_graded(container: Path) -> None:
    """The message says which script did not finish."""
    (container / "source" / "python").unlink()
    ended = run(str(container / "run_autograder"))
    assert (ended.returncode, "setup.sh did not finish" in ended.stderr) == (4, True)


@pytest.mark.level_a
def test_root_without_namespaces_grades_at_level_b(container: Path) -> None:
    """So it is in Gradescope's container; marks are those of level A."""
    if os.getuid() != 0:
        pytest.skip("only root is refused by a container as root is")
    hand_in(container, "right")
    for folder in (container, *container.parents):
        if not folder.stat().st_mode & 0o001:
            folder.chmod(folder.stat().st_mode | 0o001)
    words = (sys.executable, "-m", "tests.support.without", NO_NAMESPACES, "--")
    script = str(container / "run_autograder")
    ended = ordinary_user.run(*words, "/bin/bash", script, as_root=True)
    if ended.returncode == ordinary_user.REFUSED:
        pytest.skip(ended.stderr.strip())
    assert ended.returncode == 0, ended.stderr
    assert "sandbox level B" in ended.stdout
    assert gradescope_import(results(container)).score == 10
