"""A course of nbgrader, begun in an empty folder: its configuration, and a source folder for each
assignment.
"""

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

CONFIG = "nbgrader_config.py"
LEAST_KILOBYTES = 100_000  # nbgrader's own limit; what exceeds grading.yml is for the grader to say
FOR_STUDENTS = "for_students"  # the folder of what students need to reach the exchange


def begin(
    folder: Path, course: Course, lang: Lang, exchange: Path | None
) -> tuple[Assignment, ...]:
    """Write a course of nbgrader into `folder`; the assignments it holds.

    CourseError where the folder is not empty, or an assignment cannot be made from its source.
    """
    folder = folder.resolve()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise CourseError(f"{folder}: not an empty folder; name a new one, nothing is overwritten")
    assignments = tuple(a for a in course.assignments if a.is_gradable)
    files = {
        f"source/{a.id}/{name}": content
        for a in assignments
        for name, content in _source(course, a, lang).items()
    }
    root = folder / "exchange" if exchange is None else exchange.resolve()
    for name, content in {**files, **_configs(course, assignments, lang, folder, root)}.items():
        write_bytes(folder / name, content)
    if not root.exists():
        root.mkdir(parents=True)
        root.chmod(0o777)  # every student's own user writes there
    return assignments


def _source(course: Course, assignment: Assignment, lang: Lang) -> Mapping[str, bytes]:
    """What nbgrader releases from: the notebook with its solution, and what students get beside it.

    The stub as .py is left out: handed in unchanged beside the notebook, it would be what is
    graded.
    """
    released = build_release(course, assignment, lang)
    notebook = source_notebook(released.source, assignment, lang)
    left_out = {
        f"{assignment.id}.ipynb",
        *(assignment.source_names if assignment.runs_code else ()),
    }
    files = {name: content for name, content in released.files.items() if name not in left_out}
    return {**files, f"{assignment.id}.ipynb": notebook_bytes(notebook)}


def _configs(
    course: Course, assignments: tuple[Assignment, ...], lang: Lang, folder: Path, exchange: Path
) -> dict[str, bytes]:
    most = max((sum(file.max_bytes for file in a.files) for a in assignments), default=0)
    values = {
        "course": course,
        "lang": lang,
        "folder": str(folder),
        "exchange": str(exchange),
        "kilobytes": max(LEAST_KILOBYTES, 2 * most // 1000),
        "blank_forms": {a.id: [a.files[0].name] for a in assignments if not a.runs_code},
    }
    templates = Environment(
        loader=PackageLoader("autograder.integrations.nbgrader", ""),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        autoescape=False,  # Python, not HTML
    )
    templates.filters["py"] = lambda value: json.dumps(value, ensure_ascii=False)
    return {
        CONFIG: templates.get_template(f"{CONFIG}.j2").render(values).encode(),
        f"{FOR_STUDENTS}/{CONFIG}": templates.get_template("student_config.py.j2")
        .render(values)
        .encode(),
    }
