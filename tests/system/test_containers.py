"""Graders in containers: the documented lines reach the level that they state, with equal marks."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

import pytest

from tests.support.command_line import CLASS, REPOSITORY, TINY, Ended, autograder, result
from tests.support.containers import in_container, make_root
from tests.support.once import once
from tests.support.site_readers import gradescope_import

PAGE = REPOSITORY / "docs" / "how-to" / "reach-the-full-sandbox.md"
BLOCK = re.compile(
    r"(?:<!-- container: (\w) -->\n)?```\n((?:podman|docker) run .*?)^```$", re.M | re.S
)
IMAGE = "graders"
WALLS = ("own namespaces", "private disk", "Landlock")  # as `doctor` names them
UNMASKED = ("--security-opt", "unmask=ALL")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A documented command that runs a container, and the level that the page states for it."""

    level: str
    options: tuple[str, ...]
    command: tuple[str, ...]


def documented() -> Iterator[Line]:
    """Return the lines of the page; Docker's are run by Podman, which has the same options."""
    for level, code in BLOCK.findall(PAGE.read_text(encoding="utf-8")):
        words = shlex.split(code.replace("\\\n", "").replace("$PWD", str(TINY)))
        image = words.index(IMAGE)
        options = tuple(word for word in words[2:image] if word != "--rm")
        yield Line(level=level, options=options, command=tuple(words[image + 1 :]))


LINES = list(documented())


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a root file system for containers."""
    return make_root(tmp_path_factory.mktemp("container") / "root")


def test_every_line_of_the_page_states_its_level() -> None:
    """No line that runs a container is left out, and each engine has one."""
    text = PAGE.read_text(encoding="utf-8")
    assert len(LINES) == len(re.findall(r"^(?:podman|docker) run", text, re.M)) > 0
    assert {line.level for line in LINES} == {"A", "B"}


@once
def said_by(line: Line, root: Path) -> Ended:
    """Return what the line's command says in its container."""
    return in_container(root, line.options, line.command)


@pytest.mark.parametrize("number", range(len(LINES)))
def test_a_documented_line_reaches_its_level(number: int, root: Path) -> None:
    """`doctor` ends with the level that the page states, for the user of the line."""
    line = LINES[number]
    ended = said_by(line, root)
    assert f"sandbox level {line.level}" in ended.stdout, ended.stdout + ended.stderr
    assert ended.returncode == (0 if line.level == "A" else 4)


@pytest.mark.parametrize("number", range(len(LINES)))
def test_doctor_names_a_missing_layer_only_where_the_level_is_not_full(
    number: int, root: Path
) -> None:
    """What `doctor` says of single layers agrees with the level that a worker reached."""
    line = LINES[number]
    said = said_by(line, root).stdout
    missing = [wall for wall in WALLS if f"missing {wall}" in said]
    assert bool(missing) == (line.level != "A"), said


GRADERS = {
    "root": (("--user", "0:0", *UNMASKED), "A"),
    "an ordinary user": (("--user", "1000:1000", *UNMASKED), "A"),
    "root with the engine's defaults": (("--user", "0:0"), "B"),
}


def test_marks_do_not_depend_on_the_container(root: Path, tmp_path: Path) -> None:
    """Each user of a container gives the same outcomes and points, at the level of its options."""
    marks = {}
    for name, (options, level) in GRADERS.items():
        out = tmp_path / name.replace(" ", "-")
        out.mkdir()
        out.chmod(0o777)
        words = ["autograder", "grade", CLASS, "--course", TINY, "--out", "/course/out"]
        volume = ("--volume", f"{out}:/course", *options)
        ended = in_container(root, volume, [*words, "--seed", 7, "--allow-sandbox", "B"])
        assert ended.returncode == 0, ended.stderr
        students = sorted(path.name for path in (out / "out" / "results").iterdir())
        sheets = {student: result(out / "out", student) for student in students}
        assert {sheet["sandbox"]["level"] for sheet in sheets.values()} <= {level, None}
        marks[name] = {student: sheet["earned"] for student, sheet in sheets.items()}
    assert marks["root"] == marks["an ordinary user"] == marks["root with the engine's defaults"]


@pytest.mark.parametrize(("options", "level"), [((), "B"), (UNMASKED, "A")])
def test_gradescopes_package_grades_in_a_container_as_root(
    options: tuple[str, ...], level: str, root: Path, tmp_path: Path
) -> None:
    """setup.sh and run_autograder work where they lie at the site, at the level that is reached."""
    place = tmp_path / "autograder"
    for name in ("source", "submission", "results"):
        (place / name).mkdir(parents=True)
    package = tmp_path / "package.zip"
    words = ("gradescope-package", "--assignment", "tensors", "--to", package, "--course", TINY)
    assert autograder("export", *words).returncode == 0
    with zipfile.ZipFile(package) as archive:
        archive.extractall(place / "source")
    shutil.copy(place / "source" / "run_autograder", place / "run_autograder")
    shutil.copy(CLASS / "right" / "tensors" / "tensors.py", place / "submission")
    volume = ("--volume", f"{place}:/autograder", "--workdir", "/autograder", *options)
    script = "bash source/setup.sh && bash run_autograder"
    ended = in_container(root, volume, ["bash", "-e", "-c", script])
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert f"sandbox level {level}" in ended.stdout
    content = json.loads((place / "results" / "results.json").read_text(encoding="utf-8"))
    read = gradescope_import(content)
    assert (read.score, read.maximum, read.is_total_shown) == (10, 10, True)


def test_the_containerfile_copies_what_is_there_and_not_ignored() -> None:
    """Each file that an image is made from exists, and the engine is shown it."""
    text = (REPOSITORY / "Containerfile").read_text(encoding="utf-8")
    copied = [word for line in re.findall(r"^COPY (.*) \S+$", text, re.M) for word in line.split()]
    ignored = (REPOSITORY / ".dockerignore").read_text(encoding="utf-8")
    shown = re.findall(r"^!(.*)$", ignored, re.M)
    assert copied
    for name in copied:
        assert (REPOSITORY / name).exists()
        assert any(fnmatch(name, pattern) for pattern in shown), name
