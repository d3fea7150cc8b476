"""What the terminal shows: progress, tables, a diagnosis. Student text arrives escaped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

from rich.table import Table

from autograder.doctor import Diagnosis
from autograder.grading.batch import Summary
from autograder.grading.judge import Graded
from autograder.model import Assignment, Course, FinalGrade, Outcome
from autograder.report.class_summary import confinements
from autograder.report.csv import GRADED, stage_words
from autograder.scoring.criteria import format_points
from autograder.text.console import console, shown
from autograder.verification.cases import automatic
from autograder.verification.kill_matrix import Matrix
from autograder.verification.verify import Verdict

VERDICTS = {
    "passed": "[green]passed[/]",
    "failed": "[red]failed[/]",
    "pending": "[yellow]pending[/]",
}


class Progress:
    """One line per finished submission."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.count = 0

    def graded(self, graded: Graded) -> None:
        """Say how a submission came out."""
        self.count += 1
        sheet = graded.sheet
        how = "as before" if graded.reused else f"{graded.seconds:.2f} s"
        line = f"[{self.count}/{self.total}] {sheet.student} {sheet.assignment}: {_outcome(graded)} ({how})"
        console.print(shown(line), soft_wrap=True)
        for finding in (f for f in sheet.findings if f.outcome is not Outcome.PASSED):
            console.print("    " + shown(finding.message), style="yellow", soft_wrap=True)

    def step(self) -> None:
        """Count on."""
        self.count += 1
        if self.count % 20 == 0 or self.count == self.total:
            console.print(f"graded {self.count} of {self.total}")


def _outcome(graded: Graded) -> str:
    sheet = graded.sheet
    if all(score.earned is None for score in sheet.scores) and sheet.status != "needs_review":
        return "waits for a person" if sheet.status == "needs_manual" else "not graded yet"
    return f"{_points(sheet.earned)} of {_points(sheet.possible)}, {sheet.status.replace('_', ' ')}"


def _points(value: Fraction) -> str:
    return format_points(value, lang="en")


def show_summary(course: Course, summary: Summary, complaints: Iterable[str], out: Path) -> None:
    """The class as a table, what could not be used, and where the reports are."""
    table = Table(title=shown(course.title.in_("en")), title_justify="left")
    table.add_column("student")
    for category in course.rubric.categories:
        table.add_column(
            f"{category.title.in_('en')}\nmin {_points(category.minimum)}", justify="right"
        )
    for heading in (f"total\nmin {_points(course.rubric.pass_total)}", "still\nopen"):
        table.add_column(heading, justify="right")
    table.add_column("verdict")
    stages = [_stages(final_grade) for final_grade in summary.final_grades]
    if any(stages):
        table.add_column("not graded")
    for final_grade, stage in zip(summary.final_grades, stages, strict=True):
        table.add_row(*_row(final_grade), *([shown(stage)] if any(stages) else []))
    console.print(table)
    for line in (*summary.unusable, *complaints):
        console.print(shown(line), style="yellow", soft_wrap=True)
    _show_causes("graded again", summary.again)
    _show_causes("graded by earlier graders, since when", summary.earlier)
    if summary.level is not None:
        console.print(
            f"sandbox level {summary.level}" + (" (full)" if summary.level == "A" else "")
        )
    for level, sheets, missing in confinements(summary.final_grades):
        if missing:
            console.print(
                f"level {level} ({sheets}) without: {shown(', '.join(missing))}", soft_wrap=True
            )
    console.print(f"report: {shown(str(out / 'index.html'))}", soft_wrap=True)
    if last := _what_is_left(summary):
        console.print(last, style="yellow", soft_wrap=True)


def _show_causes(what: str, causes: Counter[str]) -> None:
    """A line per cause, with the number of results that it concerns."""
    for cause, count in causes.most_common():
        console.print(shown(f"{what}: {cause} ({_counted(count, 'result')})"), soft_wrap=True)


def _what_is_left(summary: Summary) -> str:
    """What the present graders have not graded, and what to do about it, in a line; empty where all
    is graded.
    """
    earlier, waiting = len(summary.by_earlier), len(summary.waiting)
    parts = [f"graded by earlier graders: {_counted(earlier, 'result')}"] if earlier else []
    parts += [f"handed in, not graded yet: {_counted(waiting, 'hand-in')}"] if waiting else []
    remedy = (
        "grade the whole class"
        if summary.is_partial
        else "what cannot be graded is listed above, or is gone"
    )
    return "; ".join([*parts, remedy]) if parts else ""


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def _row(final_grade: FinalGrade) -> list[str]:
    cells = [shown(final_grade.student)]
    for total in final_grade.categories:  # what is not graded yet is no zero
        cells.append("–" if total.waiting == total.category.points else _points(total.earned))
    cells += [_points(final_grade.total), _points(final_grade.waiting)]
    return [*cells, VERDICTS[final_grade.verdict]]


def _stages(final_grade: FinalGrade) -> str:
    """The assignments that no present grader graded, by what is true of each."""
    by_words: dict[str, list[str]] = {}
    for id, words in stage_words(final_grade).items():
        if words != GRADED:
            by_words.setdefault(words, []).append(id)
    return ", ".join(f"{len(ids)} {words}" for words, ids in by_words.items())


def show_verdicts(assignment: Assignment, verdicts: list[Verdict]) -> bool:
    """The cases of a verification as a table; whether all came out as they must."""
    table = Table(title=assignment.id, title_justify="left")
    for heading in ("case", "loses", "seconds", "sound"):
        table.add_column(heading, overflow="fold")
    for verdict in verdicts:
        sound = (
            "[red]" + shown("; ".join(verdict.faults)) + "[/]"
            if verdict.faults
            else "[green]yes[/]"
        )
        cells = (
            shown(verdict.case.name),
            shown(_losses(assignment, verdict)),
            f"{verdict.seconds:.2f}",
            sound,
        )
        table.add_row(*cells)
    console.print(table)
    unsound = sum(bool(v.faults) for v in verdicts)
    console.print(
        f"{assignment.id}: {len(verdicts) - unsound} of {len(verdicts)} cases as they must be"
    )
    return unsound == 0


def _losses(assignment: Assignment, verdict: Verdict) -> str:
    """The criteria that a case lost under the first seed, by their last names, and what it brought."""
    lost, brought = verdict.lost[0], sorted(a.id for a in verdict.sheets[0].adjustments)
    names = ", ".join(sorted(name.rsplit(".", 1)[-1] for name in lost)) or "nothing"
    everything = len(lost) > 1 and lost == automatic(assignment)
    return " + ".join(["everything" if everything else names, *brought])


def show_matrix(matrix: Matrix) -> bool:
    """What is unsound in a kill matrix; whether every check is proven by a wrong answer."""
    for check in matrix.idle:
        console.print(
            f"[red]{shown(check)} proves nothing[/]: no wrong answer fails it", soft_wrap=True
        )
    proven = len(matrix.checks) - len(matrix.idle)
    console.print(
        f"{matrix.assignment.id}: {proven} of {len(matrix.checks)} checks proven by a wrong answer"
    )
    return not matrix.idle


def show_packages(assignment: Assignment, count: int, refused: list[str]) -> bool:
    """Which of so many packages the code of an assignment cannot import; whether it can import all."""
    for line in refused:
        console.print(f"[red]{shown(line)}[/]", soft_wrap=True)
    if count:
        console.print(
            f"{assignment.id}: {count - len(refused)} of {count} packages can be imported"
        )
    return not refused


def show_diagnosis(diagnosis: Diagnosis) -> None:
    """One line per requirement, with the fix, and the level."""
    for requirement in diagnosis.requirements:
        mark = "[green]ok[/]     " if requirement.met else "[yellow]missing[/]"
        console.print(
            f"{mark} {shown(requirement.name)}: {shown(requirement.found)}", soft_wrap=True
        )
        if not requirement.met:
            console.print(f"        fix: {shown(requirement.fix)}", soft_wrap=True)
    for refusal in diagnosis.refusals:
        console.print(f"refused: {shown(refusal)}", style="yellow", soft_wrap=True)
    if diagnosis.level is None:
        console.print("[red]no sandbox level works here: this machine cannot grade[/]")
        return
    console.print(f"a worker was confined by: {', '.join(diagnosis.layers)}", soft_wrap=True)
    console.print(
        f"sandbox level {diagnosis.level}" + ("" if diagnosis.level == "A" else " (full is A)")
    )
