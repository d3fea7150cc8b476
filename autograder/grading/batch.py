"""A batch: a folder of submissions in; result files, reports and the class's table out."""

from __future__ import annotations

import fcntl
import json
import os
import platform
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from autograder.errors import HostError
from autograder.grading.cache import RECORD, sheets_in
from autograder.grading.handin_status import HandedIn, known_before, not_graded_yet, presence_of
from autograder.grading.judge import Graded
from autograder.grading.pool import grade_all, mark_not_graded
from autograder.handin.collect.lateness import lateness_by_student
from autograder.handin.collect.ledger import LEDGER_FILE, Ledger, write_ledger
from autograder.handin.intake import HandIn
from autograder.model import Course, Decisions, FinalGrade, Level, Run, ScoreSheet
from autograder.report import alike, class_page, final_grade_json, scores_csv, student_page
from autograder.results import UNFINISHED, write
from autograder.sandbox.launch import Zygote
from autograder.scoring.final_grade import IN_TIME, final_grade
from autograder.scoring.overrides import FILE as MARKS
from autograder.scoring.overrides import NOBODY, write_marks

NOTHING_COLLECTED = Ledger()
NOT_LOOKED = HandedIn(by_student={}, is_class=False, is_partial=True)
FOLDERS = ("results", "final_grades", "reports", "staff")  # below OUT


@dataclass(slots=True, kw_only=True)
class Summary:
    """What a batch did."""

    graded: list[Graded] = field(default_factory=list)
    is_partial: bool = False  # only a part of the class was to be graded
    level: Level | None = None  # the weakest sandbox level in force; None: no student code ran
    final_grades: tuple[FinalGrade, ...] = ()
    unusable: list[str] = field(
        default_factory=list
    )  # result files that no report was made from, and why
    earlier: Counter[str] = field(
        default_factory=Counter
    )  # what changed since earlier graders made a result
    waiting: tuple[tuple[str, str], ...] = ()  # student and assignment: handed in, not graded yet

    @property
    def again(self) -> Counter[str]:
        """Why results that were there did not stand, and for how many."""
        return Counter(cause for graded in self.graded for cause in graded.causes)

    @property
    def by_earlier(self) -> list[ScoreSheet]:
        """The sheets that other graders made than the present, and that count all the same."""
        return [
            sheet
            for final_grade in self.final_grades
            for sheet in final_grade.sheets
            if sheet.is_earlier
        ]

    @property
    def needs_review(self) -> bool:
        """Whether a fault of the harness kept something from being scored, which no person has
        decided yet.
        """
        ours = {(g.sheet.student, g.sheet.assignment) for g in self.graded}
        sheets = (sheet for final_grade in self.final_grades for sheet in final_grade.sheets)
        return any(s.status == "needs_review" and (s.student, s.assignment) in ours for s in sheets)


def grade_batch(
    course: Course,
    hand_ins: tuple[HandIn, ...],
    run: Run,
    zygotes: dict[str, Zygote],
    done: Callable[[Graded], None],
    decided: Mapping[str, Decisions] = NOBODY,
    collected: Ledger = NOTHING_COLLECTED,
    handed_in: HandedIn = NOT_LOOKED,
) -> Summary:
    """Grade every hand-in and write OUT; what an earlier run finished over the same inputs is taken
    as it is.

    `decided` is what people decided, by student: it goes into final grades and reports, never into
    result files; so does what `collected` says of when hand-ins came, and `handed_in` of who handed
    in what, graded here or not.

    `zygotes` holds the started zygote of each gradable assignment that somebody handed in and that
    runs code.
    """
    assert run.out is not None
    summary = Summary(is_partial=handed_in.is_partial)

    def note(graded: Graded) -> None:
        summary.graded.append(graded)
        done(graded)

    with _claimed(run.out):
        for assignment in course.assignments:
            mine = [h for h in hand_ins if h.assignment == assignment.id]
            if mine and assignment.is_gradable:
                level = grade_all(course, assignment, mine, run, zygotes.get(assignment.id), note)
                summary.level = max(
                    (x for x in (level, summary.level) if x is not None), default=None
                )
            else:
                mark_not_graded(course, assignment, mine, run, note)
        _write_reports(course, run, summary, decided, collected, handed_in)
    return summary


@contextmanager
def _claimed(out: Path) -> Iterator[None]:
    """OUT, writable and ours alone; HostError otherwise."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        lock = os.fdopen(os.open(out / ".lock", os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW, 0o666), "w")
    except OSError as error:
        raise HostError(
            f"{out}: cannot write here: {error.strerror}; choose another --out"
        ) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise HostError(
                f"{out}: another run is writing here; wait for it, or choose another --out"
            ) from None
        _refuse_links(out)
        try:
            _sweep(out)
            yield
            _sweep(out)  # of judges that were killed meanwhile
        except OSError as error:
            if error.filename is None and error.strerror is None:
                raise
            place = (
                error.filename2 or error.filename or out
            )  # of a file that was to be moved: where to
            raise HostError(f"{place}: {error.strerror}; what was finished is kept") from error


def _refuse_links(out: Path) -> None:
    """HostError where a folder of OUT is a link: what is written there would lie elsewhere."""
    for folder in (*(out / name for name in FOLDERS), *(out / "results").glob("*")):
        if folder.is_symlink():
            raise HostError(
                f"{folder}: a link, and results are written below {out} only; remove it"
            )


def _sweep(out: Path) -> None:
    """Remove the files that were being written when their writer was killed."""
    for leftover in out.rglob(f".*{UNFINISHED}"):
        if leftover.is_file():
            leftover.unlink()


def _write_reports(
    course: Course,
    run: Run,
    summary: Summary,
    decided: Mapping[str, Decisions],
    collected: Ledger,
    handed_in: HandedIn,
) -> None:
    assert run.out is not None
    handed_in = handed_in if handed_in.is_class else known_before(run.out, handed_in)
    late = lateness_by_student(collected, course, run.lang)
    others = () if handed_in.is_partial else (*decided, *late, *handed_in.students)
    by_student: dict[str, list[ScoreSheet]] = {student: [] for student in others}
    for sheet in sheets_in(course, run.out, run.lang, summary.unusable, summary.earlier):
        by_student.setdefault(sheet.student, []).append(sheet)
    now = datetime.now(UTC)
    summary.final_grades = tuple(
        final_grade(
            *(
                course,
                student,
                sheets,
                decided.get(student, Decisions()),
                run.lang,
                late.get(student, IN_TIME),
            ),
            presence=presence_of(student, course, handed_in, collected, now),
        )
        for student, sheets in sorted(by_student.items())
    )
    summary.waiting = not_graded_yet(course, handed_in, summary.final_grades)
    teams = collected.team_by_hand_in()
    groups = alike(summary.final_grades, teams)
    for each in summary.final_grades:
        write(run.out / "final_grades" / f"{each.student}.json", final_grade_json(course, each))
        write(
            run.out / "reports" / f"{each.student}.html",
            student_page(course, each, run.lang, "student"),
        )
        write(
            run.out / "staff" / f"{each.student}.html",
            student_page(course, each, run.lang, "staff", groups),
        )
    write(run.out / "scores.csv", scores_csv(course, summary.final_grades))
    write(run.out / "index.html", class_page(course, summary.final_grades, "en", teams))
    write(run.out / RECORD, _run_record(run, summary))
    _keep(run.out / MARKS, lambda file: write_marks(file, decided), there=bool(decided))
    _keep(
        run.out / LEDGER_FILE,
        lambda file: write_ledger(file, collected),
        there=collected != NOTHING_COLLECTED,
    )


def _keep(file: Path, write_copy: Callable[[Path], None], *, there: bool) -> None:
    """A copy beside the reports that were made with it, for a later run over one student alone."""
    if there:
        write_copy(file)
    else:
        file.unlink(missing_ok=True)


def _run_record(run: Run, summary: Summary) -> str:
    """Clock and host, which the result files must not hold."""
    graded = {f"{g.sheet.student}/{g.sheet.assignment}": g for g in summary.graded if not g.reused}
    record = {
        "finished": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
        "host": {"kernel": platform.release(), "machine": platform.machine(), "uid": os.getuid()},
        "lang": run.lang,
        "sandbox": summary.level,
        "seed": run.seed,
        "jobs": run.jobs,
        "seconds": {name: round(g.seconds, 3) for name, g in sorted(graded.items())},
        "lengthened": {
            name: dict(g.lengthened) for name, g in sorted(graded.items()) if g.lengthened
        },
    }
    return json.dumps(record, indent=2) + "\n"
