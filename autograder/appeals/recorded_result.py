"""A recorded result: the file of OUT or of a published version, and the hand-in that it is of."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from autograder.errors import CourseError
from autograder.grading.cache.earlier_results import noted_folders
from autograder.handin.collect.store import ATTEMPTS_FOLDER
from autograder.handin.intake import HandIn, find_hand_ins, read_hand_in
from autograder.model import Assignment, Course, ScoreSheet, SubmittedFiles
from autograder.publishing.manifest import require_unchanged
from autograder.publishing.sheet_facts import SheetFacts, read_sheet_facts
from autograder.publishing.versions import is_version
from autograder.results import ResultError, read_result, result_path
from autograder.text.suggestions import did_you_mean

PUBLIC_FOLDER = "public/"  # begins the paths of public checks among the files of a basis


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedResult:
    """A result file, as it was read."""

    folder: Path  # OUT, or the folder of a published version
    content: bytes
    sheet: ScoreSheet
    facts: SheetFacts

    @property
    def final_grade(self) -> Path:
        """The path of the student's final grade, which holds what people decided."""
        return self.folder / "final_grades" / f"{self.sheet.student}.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundHandIn:
    """The hand-in that is graded again."""

    hand_in: HandIn
    files: SubmittedFiles
    attempt: str  # the number of the attempt that `collect` kept; empty: the one that counts
    is_recorded: bool  # whether its digest is the recorded one
    current_digest: str = ""  # of the one that counts now; empty: there is none


def read_recorded(out: Path, student: str, assignment: str) -> RecordedResult:
    """Return the recorded result; CourseError where there is none, or it is damaged."""
    if is_version(out.resolve()):
        require_unchanged(out)
    path = result_path(out, student, assignment)
    if not path.is_file():
        raise CourseError(_nothing_recorded(out, student, assignment))
    try:
        sheet = read_result(path)
    except (OSError, ResultError) as error:
        raise CourseError(f"{path}: {error}; grade it again") from error
    if any(name.startswith(PUBLIC_FOLDER) for name in sheet.basis.files):
        raise CourseError(
            f"{path}: graded by public checks alone; only what `autograder grade` recorded is "
            "replayed, so run `autograder ci` again"
        )
    facts = read_sheet_facts(path)
    assert facts is not None
    return RecordedResult(folder=out, content=path.read_bytes(), sheet=sheet, facts=facts)


def _nothing_recorded(out: Path, student: str, assignment: str) -> str:
    """Return what is not recorded, with the nearest name that is."""
    students = [path.name for path in (out / "results").glob("*") if path.is_dir()]
    if student not in students:
        return f"{out}: no result of a student '{student}'{did_you_mean(student, students)}"
    graded = sorted(path.stem for path in (out / "results" / student).glob("*.json"))
    return (
        f"{out}: no result of {student} for '{assignment}'; expected one of {', '.join(graded)}"
        f"{did_you_mean(assignment, graded)}"
    )


def submitted_folder(out: Path, named: Path | None) -> Path:
    """Return the folder of hand-ins: the named one, or the one that OUT was graded from."""
    if named is not None:
        return named
    noted = noted_folders(out).get("submitted")
    if noted is None or not Path(noted).exists():
        missing = f"{noted}: not there any more" if noted else f"{out}: notes no folder of hand-ins"
        raise CourseError(f"{missing}; name the hand-ins with --submitted")
    return Path(noted)


def find_recorded_hand_in(recorded: RecordedResult, submitted: Path, course: Course) -> FoundHandIn:
    """Return the hand-in with the recorded digest, or else the one that lies there now.

    `collect` keeps all attempts: an earlier one may be the recorded one. CourseError where the
    student has handed in nothing.
    """
    sheet = recorded.sheet
    assignment = course.assignment(sheet.assignment)
    listing = find_hand_ins(submitted, course, (sheet.assignment,), (sheet.student,))
    found = [_read(hand_in, "", recorded, assignment) for hand_in in listing.hand_ins]
    kept = submitted / ATTEMPTS_FOLDER / sheet.student / sheet.assignment
    for folder in sorted(kept.glob("*"), key=lambda path: (len(path.name), path.name)):
        if folder.is_dir():
            attempt = HandIn(student=sheet.student, assignment=sheet.assignment, path=folder)
            found.append(_read(attempt, folder.name, recorded, assignment))
    if not found:
        complaints = listing.complaints or (f"{submitted}: no hand-in of {sheet.student}",)
        raise CourseError(*complaints)
    best = next((each for each in found if each.is_recorded), found[0])
    current = found[0].files.digest if not found[0].attempt else ""
    return replace(best, current_digest=current)


def _read(
    hand_in: HandIn, attempt: str, recorded: RecordedResult, assignment: Assignment
) -> FoundHandIn:
    files = read_hand_in(hand_in, assignment, recorded.sheet.lang)
    is_recorded = files.digest == recorded.sheet.submission_digest
    return FoundHandIn(hand_in=hand_in, files=files, attempt=attempt, is_recorded=is_recorded)
