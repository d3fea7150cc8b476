"""A class that waits for people: results without grading, hand-ins, and the desk over them."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from httpx2 import Response
from starlette.testclient import TestClient

from autograder.config.course import load_course
from autograder.grading.cache.fingerprint import basis_of
from autograder.marking.graded_class import GradedClass
from autograder.marking.marks_file import marks_file
from autograder.marking.report_writer import ReportWriter
from autograder.model import (
    Adjustment,
    CheckResult,
    Course,
    Frame,
    Lang,
    Likeness,
    Note,
    Outcome,
    ScoreSheet,
    Words,
)
from autograder.results import result_path, to_json, write
from autograder.review.app import make_app
from autograder.review.desk import Desk
from autograder.review.gatekeeper import COOKIE
from autograder.review.sessions import Session, Sessions
from autograder.scoring.criteria import score, status
from tests.support.places import CASES

HOST = "127.0.0.1:8765"
RULES = """
bonus_cap: 2
bonuses:
  bonus.poem: {points: 2, title: {es: Un poema, en: A poem}}
penalties:
  penalty.late: {points: -1, days: 3, title: {es: Entrega tardía, en: Late hand-in}}
  penalty.noise: {points: -2, title: {es: Ruido, en: Noise}}
"""
CODE = """def double(x):
    return x + 1
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedClass:
    """Where the folders of a class are."""

    course: Course
    submitted: Path
    out: Path

    @property
    def marks(self) -> Path:
        """The file of marks."""
        return self.submitted / "marks.yml"


def marked_class(
    folder: Path, students: Sequence[str] = ("ana", "bo"), essays: Mapping[str, str] | None = None
) -> MarkedClass:
    """Make a class of the tiny course whose essays wait for a person.

    Each student's `double` fails one check of two, and makes noise, which is a penalty. Those with
    the same essay are alike.
    """
    course_folder = shutil.copytree(CASES / "tiny_course", folder / "course")
    rules = course_folder / "grading.yml"
    rules.write_text(rules.read_text(encoding="utf-8") + RULES, encoding="utf-8")
    course = load_course(course_folder)
    made = MarkedClass(course=course, submitted=folder / "submitted", out=folder / "out")
    for student in students:
        essay = (essays or {}).get(student, f"Un tensor es una tabla. Soy {student}.")
        _hand_in(made, student, "essay", "essay.md", essay)
        _hand_in(made, student, "tensors", "tensors.py", CODE)
        _write_sheet(made, student, "essay", (), form=essay)
        _write_sheet(made, student, "tensors", checks_of_tensors(), form=student)
    return made


def checks_of_tensors() -> tuple[CheckResult, ...]:
    """Return results of checks: `double` passes one of two, the rest passes."""
    right = dict.fromkeys(("code.total", "code.mean"), Outcome.PASSED)
    results = [
        CheckResult(id=f"test_{name[5:]}", criterion=name, outcome=outcome)
        for name, outcome in right.items()
    ]
    return (
        CheckResult(id="test_shape", criterion="code.double", outcome=Outcome.PASSED),
        CheckResult(
            id="test_value",
            criterion="code.double",
            outcome=Outcome.FAILED,
            message="El resultado no es el doble.",
            where=(Frame(file="tensors.py", line=2, function="double"),),
            evidence="3 != <b>4</b>",
            also=Words(message="The result is not twice."),
        ),
        *results,
    )


def _hand_in(made: MarkedClass, student: str, assignment: str, name: str, text: str) -> None:
    folder = made.submitted / student / assignment
    folder.mkdir(parents=True)
    (folder / name).write_text(text, encoding="utf-8")


def _write_sheet(
    made: MarkedClass,
    student: str,
    assignment_id: str,
    checks: tuple[CheckResult, ...],
    *,
    form: str,
) -> None:
    assignment = made.course.assignment(assignment_id)
    scores = score(assignment, checks)
    noise = (
        (Adjustment(id="penalty.noise", reason="Imprime mucho.", also="It prints a lot."),)
        if checks
        else ()
    )
    sheet = ScoreSheet(
        student=student,
        assignment=assignment_id,
        status=status(scores, ()),
        scores=scores,
        findings=(),
        notes=(Note(check="test_value", text="Mira la línea 2."),) if checks else (),
        adjustments=noise,
        likeness=Likeness(forms=(form,)),
        seed=7,
        lang="es",
        submission_digest=form,
        basis=basis_of(made.course, assignment),
        confinement=None,
    )
    write(result_path(made.out, student, assignment_id), to_json(sheet))


def desk_over(
    made: MarkedClass, *, author: str = "Marta Ruiz", lang: Lang = "es", anonymous: bool = False
) -> Desk:
    """Return the desk over a class, as `autograder review` makes it; its thread does not run."""
    graded = GradedClass(made.course, made.out, marks_file(made.course, made.submitted, None))
    graded.refresh()
    sessions = Sessions(author=author, lang=lang, is_anonymous=anonymous)
    return Desk(graded=graded, writer=ReportWriter(graded), sessions=sessions)


def stranger(desk: Desk) -> TestClient:
    """Return a browser that has not opened the address yet."""
    app = make_app(desk, (HOST, "localhost:8765"))
    return TestClient(app, base_url=f"http://{HOST}", follow_redirects=False)


def marker(desk: Desk) -> Marker:
    """Return a browser with a session of its own."""
    client = stranger(desk)
    entered = client.get("/enter", params={"token": desk.sessions.new_token()})
    assert entered.status_code == 303
    assert entered.headers["location"] == f"{desk.sessions.folder}/"
    return Marker(client=client, desk=desk)


@dataclass(frozen=True, slots=True, kw_only=True)
class Marker:
    """A browser with a session: it opens pages and sends their forms."""

    client: TestClient
    desk: Desk

    def address(self, path: str) -> str:
        """Return an address below the folder of the session."""
        base = self.session.base
        return path if path.startswith(base) else base + path

    def page(self, path: str) -> str:
        """Return the page at an address."""
        answer = self.client.get(self.address(path))
        assert answer.status_code == 200, (path, answer.status_code, answer.text[:2000])
        text: str = answer.text
        return text

    def place(self, student: str, criterion: str = "words.essay") -> str:
        """Return the address of a criterion of a student."""
        return self.address(f"/mark/{self.key(student)}/{criterion}")

    def key(self, student: str) -> str:
        """Return the student's key in this session."""
        return self.session.key_of(student)

    @property
    def session(self) -> Session:
        """The session behind the cookie."""
        found = self.desk.sessions.find(self.client.cookies[COOKIE])
        assert found is not None
        return found

    def send(self, path: str, **fields: str) -> Response:
        """Send a form with the session's token, as a page of the application does."""
        data = {"csrf": self.session.csrf_token, **fields}
        return self.client.post(self.address(path), data=data, headers={"origin": f"http://{HOST}"})

    def mark(self, student: str, points: str, reason: str, **fields: str) -> Response:
        """Open the essay of a student and give points for it."""
        place = self.place(student)
        seen = fields.pop("seen", "") or seen_on(self.page(place))
        return self.send(f"{place}/mark", points=points, reason=reason, seen=seen, **fields)


def seen_on(html: str) -> str:
    """Return the version that the forms of a page say they have seen."""
    found = re.search(r'name="seen" value="(\w+)"', html)
    assert found is not None
    return found[1]
