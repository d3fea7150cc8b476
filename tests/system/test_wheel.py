"""The distribution: source archive and wheel are built, checked and installed in an environment of
their own, and used as students do, with a released folder and nothing else.
"""

from __future__ import annotations

import json
import os
import shutil
import site
import subprocess
import sys
import tarfile
import venv
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import Message
from email.parser import HeaderParser
from importlib.util import find_spec
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from autograder import __version__
from autograder.sandbox.libraries import OUR_DISTRIBUTION
from tests.support.command_line import REPOSITORY, SECONDS, Ended

PACKAGE = REPOSITORY / "autograder"
SOLUTION = REPOSITORY / "solutions" / "residual_block" / "residual_block.py"
BESIDE_THE_PACKAGE = (
    *("pyproject.toml", "MANIFEST.in", "README.md", "LICENSE", "CHANGELOG.md"),
    *("constraints.txt", "constraints-cpu.txt"),
)
BUILD_SDIST = "import sys; from setuptools import build_meta; build_meta.build_sdist(sys.argv[1])"
CPU_CONSTRAINTS = REPOSITORY / "constraints-cpu.txt"


@dataclass(frozen=True, kw_only=True)
class Installed:
    """A source archive, the wheel built from it, and an environment that holds only the wheel."""

    sdist: Path
    wheel: Path
    python: Path

    def run(self, *words: object, folder: Path) -> Ended:
        """Run a command of the environment, far from the repository."""
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

    def metadata(self) -> Message:
        """Return what the wheel says of itself."""
        with zipfile.ZipFile(self.wheel) as archive:
            (name,) = (n for n in archive.namelist() if n.endswith(".dist-info/METADATA"))
            return HeaderParser().parsestr(archive.read(name).decode())


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """Build the wheel from the source archive; install it where torch and others are borrowed."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    shutil.copytree(PACKAGE, source / "autograder", ignore=shutil.ignore_patterns("__pycache__"))
    for name in BESIDE_THE_PACKAGE:
        shutil.copy(REPOSITORY / name, source)
    subprocess.run(
        [sys.executable, "-c", BUILD_SDIST, folder],
        cwd=source,
        check=True,
        capture_output=True,
        timeout=SECONDS,
    )
    (sdist,) = folder.glob("*.tar.gz")
    pip("wheel", "--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", folder, sdist)
    (wheel,) = folder.glob("*.whl")
    venv.create(folder / "environment", with_pip=False)
    python = folder / "environment" / "bin" / "python"
    pip("--python", python, "install", "--no-deps", "--no-index", wheel)
    (packages,) = (folder / "environment").glob("lib/*/site-packages")
    (packages / "borrowed.pth").write_text("\n".join(site.getsitepackages()), encoding="utf-8")
    return Installed(sdist=sdist, wheel=wheel, python=python)


def pip(*words: object) -> str:
    """Run this interpreter's pip, and return what it prints."""
    return subprocess.run(
        [sys.executable, "-m", "pip", "-q", *map(str, words)],
        check=True,
        capture_output=True,
        text=True,
        timeout=SECONDS,
    ).stdout


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return an assignment's released folder, unpacked at a path with an accent and spaces."""
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


def test_the_source_archive_holds_all_that_a_build_needs(installed: Installed) -> None:
    """The files beside the package are in it; that the wheel is built from it proves the rest."""
    with tarfile.open(installed.sdist) as archive:
        packed = {name.partition("/")[2] for name in archive.getnames()}
    assert set(BESIDE_THE_PACKAGE) - packed == set()


def test_name_and_version_are_stated_once(installed: Installed) -> None:
    """The archives and their metadata have the name of pyproject.toml and the package's version."""
    metadata = installed.metadata()
    assert installed.wheel.name == f"{OUR_DISTRIBUTION}-{__version__}-py3-none-any.whl"
    assert installed.sdist.name == f"{OUR_DISTRIBUTION}-{__version__}.tar.gz"
    assert metadata["Name"] == OUR_DISTRIBUTION.replace("_", "-")
    assert metadata["Version"] == __version__


def test_the_metadata_is_complete(installed: Installed) -> None:
    """An index shows what the distribution is, for whom, and under which licence."""
    metadata = installed.metadata()
    one_line = ("Summary", "Author", "License-Expression", "License-File", "Keywords")
    assert [field for field in one_line if not metadata[field]] == []
    assert metadata["Requires-Python"] == ">=3.11"
    assert metadata["Description-Content-Type"] == "text/markdown"
    assert len(metadata.get_all("Classifier", [])) >= 10


@pytest.mark.skipif(find_spec("twine") is None, reason="twine is not installed")
def test_the_archives_pass_the_check_of_an_index(installed: Installed) -> None:
    """The readme renders, and no field is malformed."""
    archives = [str(installed.sdist), str(installed.wheel)]
    ended = subprocess.run(
        [sys.executable, "-m", "twine", "check", "--strict", *archives],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert (ended.returncode, ended.stdout.count("PASSED")) == (0, 2), ended.stdout + ended.stderr


def test_no_extra_names_another_distribution(installed: Installed) -> None:
    """An extra that includes others calls this distribution by its own name."""
    required = map(Requirement, installed.metadata().get_all("Requires-Dist", []))
    of_others = {"binary", "crypto", "python"}
    including = {
        requirement.name
        for requirement in required
        if requirement.extras - of_others and requirement.name != "moto"  # it has an extra s3, too
    }
    assert including == {OUR_DISTRIBUTION.replace("_", "-")}


def test_what_runs_is_the_wheel(installed: Installed, tmp_path: Path) -> None:
    """The environment's autograder is its own, though its other libraries are borrowed."""
    ended = installed.run(
        "python", "-c", "import autograder; print(autograder.__file__)", folder=tmp_path
    )
    assert Path(ended.stdout.strip()).is_relative_to(installed.python.parent.parent), ended.stderr


RUNS: Sequence[tuple[str, tuple[str, ...], str]] = (
    ("residual_block.py", (), "10 de 10 comprobaciones públicas pasan ("),
    ("residual_block.ipynb", ("--lang", "en"), "2 of 10 public checks pass ("),
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
    assert ended.stdout.splitlines()[-1].startswith(said)
    assert sorted(folder.rglob("*")) == before


def test_a_released_folder_is_all_that_pack_needs(installed: Installed, folder: Path) -> None:
    """What is packed there is what was written there."""
    ended = installed.run("autograder", "pack", "residual_block.ipynb", folder=folder)
    assert (ended.returncode, ended.stderr) == (0, "")
    with zipfile.ZipFile(folder / "hand-in" / "residual_block.zip") as archive:
        packed = archive.read("residual_block/residual_block.ipynb")
    assert packed == (folder / "residual_block.ipynb").read_bytes()


# ------------------------------------------------------------------------------------------ PyTorch

SYSTEMS = [("linux", "x86_64"), ("linux", "aarch64"), ("darwin", "arm64"), ("win32", "AMD64")]
PYTHONS = ("3.11", "3.12", "3.13", "3.14")


def constraints(file: Path) -> list[Requirement]:
    """Return the lines of a file of constraints."""
    lines = (line.split("  #")[0] for line in file.read_text(encoding="utf-8").splitlines())
    return [Requirement(line) for line in lines if line and not line.startswith("#")]


@pytest.mark.parametrize(("system", "machine"), SYSTEMS)
@pytest.mark.parametrize("python", PYTHONS)
def test_no_system_is_left_with_a_cuda_build(system: str, machine: str, python: str) -> None:
    """On Linux each Python has addresses of builds without CUDA; elsewhere a version is enough."""
    place = {"sys_platform": system, "platform_machine": machine, "python_version": python}
    lines = [
        line for line in constraints(CPU_CONSTRAINTS) if line.marker and line.marker.evaluate(place)
    ]
    addresses = [line.url for line in lines if line.url]
    assert {line.name for line in lines} == {"torch", "torchvision"}
    assert len(addresses) == (2 if system == "linux" else 0)
    tag = f"%2Bcpu-cp{python.replace('.', '')}-"
    assert all(
        "/whl/cpu/" in url and tag in url and url.endswith(f"{machine}.whl") for url in addresses
    )


def test_the_builds_without_cuda_have_the_tested_versions() -> None:
    """The versions are those of constraints.txt."""
    tested = {
        line.name: str(line.specifier) for line in constraints(REPOSITORY / "constraints.txt")
    }
    for line in constraints(CPU_CONSTRAINTS):
        version = line.url.split("/")[-1].split("-")[1] if line.url else str(line.specifier)
        assert version.removeprefix("==").split("%2B")[0].split("+")[0] == tested[line.name][2:]


def write_wheel(folder: Path, name: str, version: str, *requires: str) -> Path:
    """Write a wheel that holds nothing but its metadata."""
    information = f"{name}-{version}.dist-info"
    wheel = folder / f"{name}-{version}-py3-none-any.whl"
    lines = [f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}"]
    lines += [f"Requires-Dist: {requirement}" for requirement in requires]
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr(f"{information}/METADATA", "\n".join(lines) + "\n")
        archive.writestr(f"{information}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        archive.writestr(f"{information}/RECORD", "")
    return wheel


@pytest.mark.skipif(
    sys.platform != "linux", reason="elsewhere the builds in the index have no CUDA"
)
def test_pip_takes_the_build_without_cuda(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With both files of constraints pip chooses the address, though the index has a CUDA build."""
    index, publisher = tmp_path / "index", tmp_path / "publisher"
    for folder in (index, publisher):
        folder.mkdir()
    pins = {
        line.name: str(line.specifier)[2:] for line in constraints(REPOSITORY / "constraints.txt")
    }
    torch, vision = pins["torch"], pins["torchvision"]
    write_wheel(index, "torch", torch, "nvidia-cuda")
    write_wheel(index, "torchvision", vision, f"torch=={torch}")
    write_wheel(index, "nvidia_cuda", "13.0")
    vision_cpu = write_wheel(publisher, "torchvision", f"{vision}+cpu", f"torch=={torch}")
    cpu = [
        f"torch @ {write_wheel(publisher, 'torch', f'{torch}+cpu').as_uri()}",
        f"torchvision @ {vision_cpu.as_uri()}",
        *(line for line in CPU_CONSTRAINTS.read_text("utf-8").splitlines() if " @ " not in line),
    ]
    (tmp_path / "cpu.txt").write_text("\n".join(cpu), encoding="utf-8")
    asked = ["install", "--dry-run", "--ignore-installed", "--no-index", "--find-links", index]
    pinned = ["-c", REPOSITORY / "constraints.txt", "-c", tmp_path / "cpu.txt"]
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    report = json.loads(pip(*asked, "--report", "-", *pinned, "torchvision"))
    chosen = {
        entry["metadata"]["name"]: entry["metadata"]["version"] for entry in report["install"]
    }
    assert chosen == {"torch": f"{torch}+cpu", "torchvision": f"{vision}+cpu"}
