"""A student's folder is read for files only: no code, no settings, no plugins of it are used."""

from __future__ import annotations

import importlib.machinery
import importlib.util
import os
import py_compile
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.command_line import CLASS, TINY, Ended, result, written

SOURCE = (CLASS / "right" / "tensors" / "tensors.py").read_bytes()
BESIDE = Path(sys.executable).with_name("autograder")
MODULES = (  # that judge, pytest, ruff and a worker import
    *(
        "torch",
        "torchvision",
        "numpy",
        "pytest",
        "_pytest",
        "click",
        "yaml",
        "rich",
        "jinja2",
        "json",
        "typing",
    ),
    *(
        "ruff",
        "conftest",
        "sitecustomize",
        "usercustomize",
        "probes",
        "reference",
        "multiprocessing",
        "texts",
    ),
)
SETTINGS = {
    "pytest.ini": "[pytest]\naddopts = --collect-only -p poison\n",
    "pyproject.toml": '[tool.pytest.ini_options]\naddopts = "-p poison"\n'
    '[tool.ruff]\nselect = ["ALL"]\n',
    "setup.cfg": "[tool:pytest]\naddopts = -p poison\n",
    "tox.ini": "[pytest]\naddopts = -p poison\n",
    "ruff.toml": 'exclude = ["*"]\n',
    ".ruff.toml": 'exclude = ["*"]\n',
    ".env": "PYTHONPATH=.\nPYTEST_ADDOPTS=-p poison\n",
    "matplotlibrc": "backend: module://poison\n",
    "pyvenv.cfg": "home = .\n",
    "poison.pth": "import poison\n",
    "marks.yml": "ana:\n  criteria: {code.double: {points: 4, author: me, reason: why not}}\n",
}


def poisoned(folder: Path, marker: Path) -> Path:
    """Return a folder with a right answer and traps: settings, and code that leaves a marker."""
    folder.mkdir(parents=True)
    poison = f"open({str(marker)!r}, 'a').write(__name__ + '\\n')\nraise SystemExit('poisoned')\n"
    for module in MODULES:
        (folder / f"{module}.py").write_text(poison, encoding="utf-8")
    for package in ("tensors", "autograder_plugins", "poison"):
        (folder / package).mkdir()
        (folder / package / "__init__.py").write_text(poison, encoding="utf-8")
    for suffix in importlib.machinery.EXTENSION_SUFFIXES:
        (folder / f"tensors{suffix}").write_bytes(b"\x7fELF no library")
    compiled = importlib.util.cache_from_source(str(folder / "tensors.py"))
    unchecked = py_compile.PycInvalidationMode.UNCHECKED_HASH
    py_compile.compile(str(folder / "conftest.py"), compiled, invalidation_mode=unchecked)
    for name, text in SETTINGS.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "tensors.py").write_bytes(SOURCE)
    return folder


def autograder_within(folder: Path, *arguments: object, module: bool = False) -> Ended:
    """Run the command in a folder: the console script, or `python -m autograder`."""
    command = [sys.executable, "-m", "autograder"] if module else [sys.executable, str(BESIDE)]
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    return subprocess.run(
        [*command, *map(str, arguments)],
        cwd=folder,
        env={**environment, "COLUMNS": "200"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture
def marker(tmp_path: Path) -> Path:
    """Return a file that appears as soon as anything of the student's ran outside a worker."""
    return tmp_path / "it-ran"


@pytest.mark.level_a
def test_a_class_graded_from_inside_a_hand_in_takes_nothing_from_it(
    tmp_path: Path, marker: Path
) -> None:
    """What lies beside a declared file is not imported, run or read, in no current folder."""
    folder = poisoned(tmp_path / "class" / "ana" / "tensors", marker)
    clean = tmp_path / "class" / "bo" / "tensors"
    clean.mkdir(parents=True)
    (clean / "tensors.py").write_bytes(SOURCE)
    out = tmp_path / "out"
    options = ("--out", out, "--course", TINY, "--jobs", "1")
    ended = autograder_within(folder, "grade", "../..", *options)
    assert (ended.returncode, ended.stderr, marker.exists()) == (0, "", False)
    ana, bo = (result(out, student) for student in ("ana", "bo"))
    assert {**ana, "student": ""} == {**bo, "student": ""}
    assert not (out / "marks.yml").exists()


@pytest.mark.level_a
def test_one_file_graded_from_inside_its_folder_takes_nothing_from_it(
    tmp_path: Path, marker: Path
) -> None:
    """The same holds for a file that is graded alone, and for `python -m autograder`."""
    folder = poisoned(tmp_path / "ana", marker)
    one = ("--assignment", "tensors", "--out", tmp_path / "out", "--course", TINY, "--jobs", "1")
    ended = autograder_within(folder, "grade", "tensors.py", *one, module=True)
    assert (ended.returncode, ended.stderr, marker.exists()) == (0, "", False)
    assert result(tmp_path / "out", "tensors")["status"] == "graded"


def test_ones_own_run_takes_no_settings_from_the_folder(tmp_path: Path, marker: Path) -> None:
    """`check` says the same in a folder full of settings and of modules that shadow others."""
    folder = poisoned(tmp_path / "poisoned", marker)
    (tmp_path / "clean").mkdir()
    (tmp_path / "clean" / "tensors.py").write_bytes(SOURCE)
    poisoned_run, clean_run = (
        autograder_within(where, "check", "tensors.py", "--course", TINY, "--lang", "en")
        for where in (folder, tmp_path / "clean")
    )
    assert (clean_run.returncode, clean_run.stderr) == (0, "")
    assert (poisoned_run.returncode, poisoned_run.stderr) == (0, "")
    poisoned_words, clean_words = (
        re.sub(r"\(\d\d:\d\d:\d\d, .*? s\)", "(time)", run.stdout)
        for run in (poisoned_run, clean_run)
    )
    assert poisoned_words == clean_words
    assert not marker.exists()


def test_what_is_said_of_source_code_is_not_configured_by_the_folder(
    tmp_path: Path, marker: Path
) -> None:
    """Of the current folder ruff reads no settings and no module, though it reads student code."""
    folder = poisoned(tmp_path / "poisoned", marker)
    code = b"import os\nx = y\n"
    script = (
        "from autograder.analysis.lint import lint_source\n"
        f"print(lint_source('tensors.py', {code!r}).found)"
    )
    ended = subprocess.run(
        [sys.executable, "-P", "-c", script],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (ended.stdout, ended.stderr, marker.exists()) == ("{'errors': 2}\n", "", False)


REFUSED = {
    "a course in the class": (
        *("class", "class/ana", "out"),
        "{0}/class/ana: the course may not lie in what was handed in; name it with --course",
    ),
    "a course in one hand-in": (
        *("class/ana/tensors --assignment tensors", "class/ana/tensors", "out"),
        "{0}/class/ana/tensors: the course may not lie in what was handed in; "
        "name it with --course",
    ),
    "results in the class": (
        *("class", None, "class/ana/out"),
        "{0}/class/ana/out: results may not lie in what was handed in; choose another --out",
    ),
    "results in one hand-in": (
        *("class/ana/tensors --assignment tensors", None, "class/ana/tensors/out"),
        "{0}/class/ana/tensors/out: results may not lie in what was handed in; "
        "choose another --out",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_course_and_results_do_not_lie_among_hand_ins(what: str, tmp_path: Path) -> None:
    """A grading.yml or old results of a student are not used: the command ends with exit code 2."""
    submitted, course, out, message = REFUSED[what]
    folder = tmp_path / "class" / "ana" / "tensors"
    folder.mkdir(parents=True)
    for name in ("ana", "ana/tensors"):
        (tmp_path / "class" / name / "grading.yml").write_bytes((TINY / "grading.yml").read_bytes())
    (folder / "tensors.py").write_bytes(SOURCE)
    words = submitted.split()
    within = tmp_path if course is None else tmp_path / course
    named = ("--course", TINY) if course is None else ()
    ended = autograder_within(
        within, "grade", tmp_path / words[0], *words[1:], "--out", tmp_path / out, *named
    )
    assert (ended.returncode, ended.stderr) == (2, message.format(tmp_path) + "\n")
    assert not (tmp_path / out).exists()


def test_a_grading_yml_beside_one_file_is_used_only_if_it_is_named(tmp_path: Path) -> None:
    """A course beside a file that is graded alone may be the student's, unless it is named."""
    (tmp_path / "grading.yml").write_bytes((TINY / "grading.yml").read_bytes())
    (tmp_path / "essay.md").write_text("What a tensor is.", encoding="utf-8")
    words = ("grade", "essay.md", "--assignment", "essay", "--student", "ana", "--out", "out")
    refused = autograder_within(tmp_path, *words)
    assert (refused.returncode, refused.stdout) == (2, "")
    said = (
        f"{tmp_path}: a course beside what was handed in; if it is yours, say so with --course .\n"
    )
    assert refused.stderr == said
    assert autograder_within(tmp_path, *words, "--course", ".").returncode == 0
    assert written(tmp_path / "out")
