"""What a release holds: stub, notebook, handout, public checks, criteria; as bytes by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from autograder.config.course import COURSE_FILE
from autograder.config.course_part import part_of_course
from autograder.config.packages import served_to
from autograder.errors import CourseError
from autograder.model import Assignment, Course, Criterion, Lang, Package
from autograder.release.notebook import release_notebook, source_notebook, stub_of, written
from autograder.release.source import Source, read_source
from autograder.text.sentences import say

HANDOUT: dict[Lang, str] = {"es": "README.md", "en": "README.en.md"}
CRITERIA: dict[Lang, str] = {"es": "criterios.md", "en": "criteria.md"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """What students receive of an assignment, and what must not be in it."""

    assignment: str
    lang: Lang
    files: Mapping[str, bytes]  # by path below release/<id>
    source: Source | None  # None: nothing of it is code


def build(course: Course, assignment: Assignment, lang: Lang) -> Release:
    """Make everything that students receive; CourseError where the source or a file is not as it
    must be.
    """
    source = read_source(assignment) if assignment.runs_code else None
    files = {
        "README.md": _read(assignment, HANDOUT[lang]),
        CRITERIA[lang]: criteria_page(
            assignment, lang, seen_by(assignment), course.packages
        ).encode(),
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
        files[f"{assignment.id}.ipynb"] = written(notebook)
    for path in sorted(assignment.public.glob("*")):
        if path.is_file():
            files[f"public/{path.name}"] = path.read_bytes()
    return Release(assignment=assignment.id, lang=lang, files=files, source=source)


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


def seen_by(assignment: Assignment) -> frozenset[str]:
    """The criteria that public checks look at."""
    from autograder.config.criterion_marks import criteria_in

    return criteria_in(assignment.public)


def packages_sentence(assignment: Assignment, packages: Iterable[Package], lang: Lang) -> str:
    """What the code of an assignment may import where it is graded; empty where the course does not
    say.
    """
    words = [
        f"`{p.requirement}`"
        if p.module == p.name
        else say("release", "package_as", lang, package=p.requirement, module=p.module)
        for p in served_to(assignment, packages)
    ]
    return (
        say("release", "packages", lang, packages=", ".join(words))
        if words and assignment.runs_code
        else ""
    )


def criteria_page(
    assignment: Assignment, lang: Lang, public: frozenset[str], packages: Iterable[Package] = ()
) -> str:
    """The criteria with their points, who looks at each (public checks, hidden ones, a person), and
    the packages.
    """
    total = sum((c.points for c in assignment.criteria), start=assignment.criteria[0].points * 0)
    rows = [
        f"| {c.title.in_(lang)} | {c.points} | {c.earns.in_(lang)} | {_judged(c, public, lang)} |"
        for c in assignment.criteria
    ]
    head = say("release", "criteria_head", lang, title=assignment.title.in_(lang), points=total)
    told = packages_sentence(assignment, packages, lang)
    return "\n".join([head.rstrip("\n"), *rows, *(["", told] if told else [])]) + "\n"


def _judged(criterion: Criterion, public: frozenset[str], lang: Lang) -> str:
    key = "by_person" if criterion.manual else "by_both" if criterion.id in public else "by_hidden"
    return say("release", key, lang)
