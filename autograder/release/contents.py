"""Contents of a release: stub, notebook, handout, public checks and criteria, as bytes by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from autograder.config.course import COURSE_FILE
from autograder.config.course_part import part_of_course
from autograder.config.packages import served_to
from autograder.errors import CourseError
from autograder.model import Assignment, Course, Criterion, Lang, Package
from autograder.release.notebook import (
    notebook_bytes,
    release_notebook,
    source_notebook,
    stub_of,
    with_check_cell,
)
from autograder.release.source import SolutionSource, read_source
from autograder.text.sentences import say

HANDOUT_FILES: dict[Lang, str] = {"es": "README.md", "en": "README.en.md"}
CRITERIA_FILES: dict[Lang, str] = {"es": "criterios.md", "en": "criteria.md"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """The files that students receive of an assignment."""

    assignment: str
    lang: Lang
    files: Mapping[str, bytes]  # by path below release/<id>
    source: SolutionSource | None  # what they are made from; None: nothing of it is code


def build_release(course: Course, assignment: Assignment, lang: Lang) -> Release:
    """Return everything that students receive; CourseError where the source has a mistake."""
    source = read_source(assignment) if assignment.runs_code else None
    files = {
        "README.md": _read(assignment, HANDOUT_FILES[lang]),
        CRITERIA_FILES[lang]: _criteria_file(course, assignment, lang),
        COURSE_FILE: _part_of_course(course, assignment).encode(),
    }
    name = assignment.files[0].name
    if source is None:
        stem, _, suffix = name.rpartition(".")
        files[name] = _read(assignment, name if lang == "es" else f"{stem}.{lang}.{suffix}")
    else:
        notebook = release_notebook(
            source_notebook(source, assignment, lang), source, assignment, lang
        )
        files[name] = stub_of(notebook).encode()
        files[f"{assignment.id}.ipynb"] = notebook_bytes(with_check_cell(notebook, lang))
    files |= {
        f"public/{path.name}": path.read_bytes()
        for path in sorted(assignment.public.glob("*"))
        if path.is_file()
    }
    return Release(assignment=assignment.id, lang=lang, files=files, source=source)


def _criteria_file(course: Course, assignment: Assignment, lang: Lang) -> bytes:
    """Return the page of criteria; it says which of them public checks look at."""
    from autograder.config.criterion_marks import criteria_in

    public = criteria_in(assignment.public)
    return criteria_page(assignment, lang, public, course.packages).encode()


def _part_of_course(course: Course, assignment: Assignment) -> str:
    """Return what `autograder check` needs of grading.yml for one assignment."""
    grading = (course.root / COURSE_FILE).read_text(encoding="utf-8-sig")
    public = [path.read_text(encoding="utf-8") for path in sorted(assignment.public.glob("*.py"))]
    return part_of_course(grading, assignment, public)


def _read(assignment: Assignment, name: str) -> bytes:
    path = assignment.root / name
    try:
        return path.read_bytes()
    except OSError as error:
        raise CourseError(f"{path}: {error.strerror}; a release needs it") from error


def packages_sentence(assignment: Assignment, packages: Iterable[Package], lang: Lang) -> str:
    """Return a sentence on what an assignment's code may import; empty where it is not said."""
    names = [_package_name(package, lang) for package in served_to(assignment, packages)]
    if not names or not assignment.runs_code:
        return ""
    return say("release", "packages", lang, packages=", ".join(names))


def _package_name(package: Package, lang: Lang) -> str:
    """Return a package with its versions and, where it differs, the name that code imports."""
    if package.module == package.name:
        return f"`{package.requirement}`"
    return say("release", "package_as", lang, package=package.requirement, module=package.module)


def criteria_page(
    assignment: Assignment, lang: Lang, public: frozenset[str], packages: Iterable[Package] = ()
) -> str:
    """Return the criteria with points and what decides each: public checks, hidden ones, a person.

    The packages that code may import follow.
    """
    total = sum((c.points for c in assignment.criteria), start=Fraction(0))
    head = say("release", "criteria_head", lang, title=assignment.title.in_(lang), points=total)
    lines = [head.rstrip("\n")]
    lines += [_criterion_row(criterion, public, lang) for criterion in assignment.criteria]
    sentence = packages_sentence(assignment, packages, lang)
    if sentence:
        lines += ["", sentence]
    return "\n".join(lines) + "\n"


def _criterion_row(criterion: Criterion, public: frozenset[str], lang: Lang) -> str:
    """Return a criterion's row of the table."""
    if criterion.manual:
        judge = "by_person"
    elif criterion.id in public:
        judge = "by_both"
    else:
        judge = "by_hidden"
    title, earns = criterion.title.in_(lang), criterion.earns.in_(lang)
    return f"| {title} | {criterion.points} | {earns} | {say('release', judge, lang)} |"
