"""The installed package: built as a wheel, and used as students do, with a released folder and
nothing else.
"""

from __future__ import annotations

import os
import shutil
import site
import subprocess
import sys
import venv
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.command_line import REPOSITORY, SECONDS, Ended

PACKAGE = REPOSITORY / "autograder"
SOLUTION = REPOSITORY / "solutions" / "residual_block" / "residual_block.py"


@dataclass(frozen=True, kw_only=True)
class Installed:
    """A wheel, and an environment of its own in which nothing but it is new."""

    wheel: Path
    python: Path

    def run(self, *words: object, folder: Path) -> Ended:
        """A command of the environment, far from the repository."""
        environment = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "PYTHONHOME")}
        return subprocess.run(
            [self.python.parent / str(words[0]), *map(str, words[1:])],
            cwd=folder,
            env={**environment, "COLUMNS": "200"},
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel, built from a copy of the sources and installed where torch and the others are
    borrowed.
    """
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    shutil.copytree(PACKAGE, source / "autograder", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(REPOSITORY / name, source)
    pip("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, source)
    (wheel,) = folder.glob("*.whl")
    venv.create(folder / "environment", with_pip=False)
    python = folder / "environment" / "bin" / "python"
    pip("--python", python, "install", "--no-deps", "--no-index", wheel)
    (packages,) = (folder / "environment").glob("lib/*/site-packages")
    (packages / "borrowed.pth").write_text("\n".join(site.getsitepackages()), encoding="utf-8")
    return Installed(wheel=wheel, python=python)


def pip(*words: object) -> None:
    """Run this interpreter's pip."""
    subprocess.run(
        [sys.executable, "-m", "pip", "-q", *map(str, words)], check=True, timeout=SECONDS
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The released folder of an assignment as a student unpacks it, at a place that is hard to
    spell.
    """
    place = tmp_path / "Prácticas de Ana"
    with zipfile.ZipFile(
        REPOSITORY / "release" / "residual_block" / "residual_block.zip"
    ) as archive:
        archive.extractall(place)
    return place / "residual_block"


def test_the_wheel_holds_every_file_of_the_package(installed: Installed) -> None:
    """Sentences, templates, schemas: what is not Python is in it, too."""
    with zipfile.ZipFile(installed.wheel) as archive:
        packed = {name for name in archive.namelist() if name.startswith("autograder/")}
    files = (
        path for path in PACKAGE.rglob("*") if path.is_file() and "__pycache__" not in path.parts
    )
    assert {path.relative_to(REPOSITORY).as_posix() for path in files} - packed == set()


def test_what_runs_is_the_wheel(installed: Installed, tmp_path: Path) -> None:
    """The environment's autograder is its own, though its other libraries are borrowed."""
    ended = installed.run(
        "python", "-c", "import autograder; print(autograder.__file__)", folder=tmp_path
    )
    assert Path(ended.stdout.strip()).is_relative_to(installed.python.parent.parent), ended.stderr


RUNS: Sequence[tuple[str, tuple[str, ...], str]] = (
    ("residual_block.py", (), "10 de 10 comprobaciones públicas pasan."),
    ("residual_block.ipynb", ("--lang", "en"), "2 of 10 public checks pass."),
)


@pytest.mark.parametrize(("name", "options", "said"), RUNS)
def test_a_released_folder_is_all_that_check_needs(
    installed: Installed, folder: Path, name: str, options: tuple[str, ...], said: str
) -> None:
    """A .py and a notebook are checked in Spanish, the release's language, and in English; nothing
    is written.
    """
    shutil.copy(SOLUTION, folder)
    before = sorted(folder.rglob("*"))
    ended = installed.run("autograder", "check", name, *options, folder=folder)
    assert (ended.returncode, ended.stderr) == (int(not said.startswith("10")), "")
    assert said in ended.stdout.splitlines()
    assert sorted(folder.rglob("*")) == before


def test_a_released_folder_is_all_that_pack_needs(installed: Installed, folder: Path) -> None:
    """What is packed there is what was written there."""
    ended = installed.run("autograder", "pack", "residual_block.ipynb", folder=folder)
    assert (ended.returncode, ended.stderr) == (0, "")
    with zipfile.ZipFile(folder / "hand-in" / "residual_block.zip") as archive:
        packed = archive.read("residual_block/residual_block.ipynb")
    assert packed == (folder / "residual_block.ipynb").read_bytes()
