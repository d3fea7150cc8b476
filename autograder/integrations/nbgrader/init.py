"""A new nbgrader course: its configuration and a source folder for each assignment."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from autograder.errors import CourseError
from autograder.model import Assignment, Course, Lang
from autograder.release import build_release
from autograder.release.notebook import notebook_bytes, source_notebook
from autograder.results import write_bytes

CONFIG_FILE = "nbgrader_config.py"
MIN_SIZE_LIMIT_KB = 100_000  # nbgrader's default; the graders report sizes above grading.yml's
STUDENT_FOLDER = "for_students"  # what students need to reach the exchange
EXCHANGE_MODE = 0o777  # every student's own user writes into the exchange


def init_course(
    folder: Path, course: Course, lang: Lang, exchange: Path | None
) -> tuple[Assignment, ...]:
    """Write an nbgrader course into `folder`; return its assignments.

    Raises CourseError if the folder is not empty, or if an assignment has a wrong source.
    """
    folder = folder.resolve()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise CourseError(f"{folder}: not an empty folder; name a new one, nothing is overwritten")
    assignments = tuple(assignment for assignment in course.assignments if assignment.is_gradable)
    files: dict[str, bytes] = {}
    for assignment in assignments:
        for name, content in _source_files(course, assignment, lang).items():
            files[f"source/{assignment.id}/{name}"] = content
    exchange_root = folder / "exchange" if exchange is None else exchange.resolve()
    files.update(_config_files(course, assignments, lang, folder, exchange_root))
    for name, content in files.items():
        write_bytes(folder / name, content)
    if not exchange_root.exists():
        exchange_root.mkdir(parents=True)
        exchange_root.chmod(EXCHANGE_MODE)
    return assignments


def _source_files(course: Course, assignment: Assignment, lang: Lang) -> Mapping[str, bytes]:
    """Return what nbgrader releases: the notebook with its solution and the files beside it.

    The stub as .py is left out: a student would hand it in unchanged, and it would be graded.
    """
    released = build_release(course, assignment, lang)
    notebook = source_notebook(released.source, assignment, lang)
    notebook_name = f"{assignment.id}.ipynb"
    left_out = {notebook_name}
    if assignment.runs_code:
        left_out.update(assignment.source_names)
    files = {name: content for name, content in released.files.items() if name not in left_out}
    return {**files, notebook_name: notebook_bytes(notebook)}


def _config_files(
    course: Course, assignments: tuple[Assignment, ...], lang: Lang, folder: Path, exchange: Path
) -> dict[str, bytes]:
    sizes = [sum(file.max_bytes for file in assignment.files) for assignment in assignments]
    values = {
        "course": course,
        "lang": lang,
        "folder": str(folder),
        "exchange": str(exchange),
        "kilobytes": max(MIN_SIZE_LIMIT_KB, 2 * max(sizes, default=0) // 1000),
        "blank_forms": {
            assignment.id: [assignment.files[0].name]
            for assignment in assignments
            if not assignment.runs_code
        },
    }
    templates = Environment(
        loader=PackageLoader("autograder.integrations.nbgrader", ""),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        autoescape=False,  # Python, not HTML
    )
    templates.filters["py"] = lambda value: json.dumps(value, ensure_ascii=False)
    config = templates.get_template(f"{CONFIG_FILE}.j2").render(values)
    student_config = templates.get_template("student_config.py.j2").render(values)
    return {
        CONFIG_FILE: config.encode(),
        f"{STUDENT_FOLDER}/{CONFIG_FILE}": student_config.encode(),
    }
