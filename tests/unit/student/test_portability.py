"""What is said at home of what would not work where it is graded: each with its line, and nothing
else.

The first line of a file of portable/ says what is told of it: `# told: KEY LINE, ...`.
"""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest
import torch

from autograder.config.course import load_course
from autograder.model import CheckResult, Course
from autograder.student.portability import GradingEnvironment, portability_of, recorded_python
from autograder.student.portability.content import flaw_of
from autograder.student.portability.python import standard_modules
from autograder.text.sentences import say
from tests.support.command_line import REPOSITORY, TINY
from tests.support.places import CASES

SCENARIOS = sorted(p for p in (CASES / "portability").glob("*.py") if p.name != "conftest.py")
OLDEST = (3, 11)
TEXTS = ("newer", "other_package", "hidden_package", "own_file", "process", "workers")


@pytest.fixture(scope="module")
def course() -> Course:
    """Return the course of this repository, whose residual_block hides torchvision."""
    return load_course(REPOSITORY)


@pytest.fixture
def beside(tmp_path: Path) -> Path:
    """Return a student's folder, with a file of helpers and a package in it."""
    (tmp_path / "utils.py").touch()
    (tmp_path / "layers").mkdir()
    return tmp_path


def remarks(course: Course, file: Path, content: bytes) -> tuple[CheckResult, ...]:
    """Return the remarks on a file that is handed in as residual_block."""
    environment = GradingEnvironment(
        course=course, assignment=course.assignment("residual_block"), python=OLDEST
    )
    return portability_of(
        file, file.name, {f"residual_block{file.suffix}": content}, environment, "en"
    )


def key_of(remark: CheckResult) -> str:
    """Which sentence it is, by its beginning or end."""
    starts = {
        key: say("portability", key, "en", **dict.fromkeys(NAMES, "#")).split("#") for key in TEXTS
    }
    return next(
        key for key, parts in starts.items() if all(part in remark.message for part in parts)
    )


NAMES = ("what", "since", "python", "place", "module", "packages", "file", "call")


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda path: path.stem)
def test_what_would_not_work_is_told_with_its_line(
    scenario: Path, course: Course, beside: Path
) -> None:
    """Each kind is told once, where it stands first, and what works where it is graded is not."""
    source = scenario.read_text(encoding="utf-8")
    told = [
        f"{key_of(r)} {r.where[0].line}"
        for r in remarks(course, beside / "mine.py", source.encode())
    ]
    assert ", ".join(told) == source.split("\n")[0].removeprefix("# told:").strip()


def test_a_notebook_is_told_by_cell_and_line(course: Course, beside: Path) -> None:
    """A remark names its cell; shell lines are no Python, a module that a cell writes counts."""
    cells = [
        "!pip install pandas\nimport torch",
        "%%writefile helper.py\nimport pandas",
        "\nimport helper, utils",
    ]
    notebook = {"cells": [{"cell_type": "code", "source": source} for source in cells]}
    found = remarks(course, beside / "mine.ipynb", json.dumps(notebook).encode())
    assert [remark.message for remark in found] == [
        "You import “pandas”, which is not among the packages that grading has "
        "(mine.ipynb, cell 2, line 2).",
        "You import “utils”, a file of yours that is not handed in (mine.ipynb, cell 3, line 2).",
    ]


def test_a_course_without_a_list_promises_nothing(beside: Path) -> None:
    """Where grading.yml lists no packages, an import of anything installed is not remarked."""
    course = load_course(TINY)
    environment = GradingEnvironment(
        course=course, assignment=course.assignment("tensors"), python=OLDEST
    )
    found = portability_of(
        beside / "t.py", "t.py", {"tensors.py": b"import pandas, utils\n"}, environment, "en"
    )
    assert [remark.message for remark in found] == [
        "You import “utils”, a file of yours that is not handed in (t.py:1)."
    ]


def test_the_release_records_the_python_that_grades(tmp_path: Path) -> None:
    """The manifest's version counts; without a manifest, this Python's is taken."""
    here = recorded_python(tmp_path)
    (tmp_path / "MANIFEST.json").write_text('{"python": "3.99"}', encoding="utf-8")
    assert recorded_python(tmp_path) == (3, 99)
    (tmp_path / "MANIFEST.json").write_text('{"python": 3}', encoding="utf-8")
    assert recorded_python(tmp_path) == here


def test_modules_of_python_come_and_go() -> None:
    """What a version no longer has, or does not have yet, is none of its modules."""
    assert "distutils" in standard_modules((3, 11)) - standard_modules((3, 12))
    assert "compression" not in standard_modules((3, 13))


def saved(save_as: str, **options: bool) -> bytes:
    """Return a small checkpoint."""
    buffer = io.BytesIO()
    torch.save({"weight": torch.zeros(300)}, buffer, **options)
    return buffer.getvalue() if save_as == "whole" else buffer.getvalue()[:700]


def zipped() -> bytes:
    """Return a zip that is no checkpoint."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("model.pth", b"x")
    return buffer.getvalue()


def of_safetensors(length: int) -> bytes:
    """Return a safetensors file that declares four bytes of data and holds `length` of them."""
    header = json.dumps({"w": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}).encode()
    return len(header).to_bytes(8, "little") + header + bytes(length)


POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 4\n"
CONTENTS = {
    "a checkpoint": ("m.pth", saved("whole"), None),
    "a checkpoint of before 1.6": (
        "m.pth",
        saved("whole", _use_new_zipfile_serialization=False),
        None,
    ),
    "safetensors": ("m.pth", of_safetensors(4), None),
    "a figure": ("m.png", b"\x89PNG\r\n", None),
    "a report with HTML": ("report.md", b"<html>", None),
    "a pointer": ("m.pth", POINTER, "lfs_pointer"),
    "a pointer to a figure": ("m.png", POINTER, "lfs_pointer"),
    "a web page": ("m.pth", b"\r\n <!DOCTYPE html><html>", "web_page"),
    "half a checkpoint": ("m.pth", saved("half"), "cut_short"),
    "half of safetensors": ("m.safetensors", of_safetensors(3), "cut_short"),
    "a zip": ("m.pth", zipped(), "no_checkpoint"),
    "HDF5": ("m.pth", b"\x89HDF\r\n\x1a\n" + bytes(64), "no_checkpoint"),
}


@pytest.mark.parametrize("kind", CONTENTS)
def test_a_file_is_known_by_its_bytes(kind: str) -> None:
    """What a file is, is seen without loading it."""
    name, content, flaw = CONTENTS[kind]
    assert flaw_of(name, content) == flaw


def test_every_sentence_is_there_in_both_languages() -> None:
    """A remark has its sentence and its hint in Spanish and in English."""
    for key in (*TEXTS, "lfs_pointer", "web_page", "cut_short", "no_checkpoint"):
        for lang in ("es", "en"):
            assert say("portability", key, lang, **dict.fromkeys((*NAMES, "name"), "#"))  # type: ignore[arg-type]
            say("portability", f"{key}_hint", lang, **dict.fromkeys((*NAMES, "name"), "#"))  # type: ignore[arg-type]
