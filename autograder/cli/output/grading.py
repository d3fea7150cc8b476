"""The terminal's view of a grading run: a line per submission, then the class as a table."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from pathlib import Path

from rich.table import Table

from autograder.grading.batch_summary import BatchSummary
from autograder.grading.graded import Graded, result_words
from autograder.model import Course, FinalGrade, Outcome
from autograder.report.class_summary import confinements
from autograder.report.csv import GRADED, stage_words
from autograder.scoring.criteria import format_points
from autograder.text.console import console, shown

STYLED_VERDICTS = {
    "passed": "[green]passed[/]",
    "failed": "[red]failed[/]",
    "pending": "[yellow]pending[/]",
}


def show_graded(graded: Graded, number: int, total: int) -> None:
    """Show the result of a submission, and what was found about its files."""
    sheet = graded.sheet
    origin = "as before" if graded.reused else f"{graded.seconds:.2f} s"
    if graded.graded_again:
        origin += f"; only {', '.join(sorted(graded.graded_again))} again"
    result = f"{sheet.student} {sheet.assignment}: {result_words(graded)}"
    console.print(shown(f"[{number}/{total}] {result} ({origin})"), soft_wrap=True)
    for finding in sheet.findings:
        if finding.outcome is not Outcome.PASSED:
            console.print("    " + shown(finding.message), style="yellow", soft_wrap=True)


def _points(value: Fraction) -> str:
    return format_points(value, lang="en")


def show_summary(course: Course, summary: BatchSummary, out: Path) -> None:
    """Show the class as a table, what could not be used, and where the reports are.

    Where nothing is graded there is nothing to put into a table.
    """
    if any("graded" in final_grade.stages.values() for final_grade in summary.final_grades):
        console.print(_class_table(course, summary))
    else:
        console.print("nothing is graded yet")
    for line in (*summary.remarks, *summary.unusable, *summary.complaints):
        console.print(shown(line), style="yellow", soft_wrap=True)
    _show_causes("graded again", summary.again)
    _show_causes("graded by earlier graders, since when", summary.earlier)
    if summary.level is not None:
        full = " (full)" if summary.level == "A" else ""
        console.print(f"sandbox level {summary.level}{full}")
    for level, sheets, missing in confinements(summary.final_grades):
        if missing:
            line = f"level {level} ({sheets}) without: {shown(', '.join(missing))}"
            console.print(line, soft_wrap=True)
    console.print(f"report: {shown(str(out / 'index.html'))}", soft_wrap=True)
    if remaining := _remaining_work(summary):
        console.print(remaining, style="yellow", soft_wrap=True)


def _class_table(course: Course, summary: BatchSummary) -> Table:
    """Return a row per student: points by category, total, what is open, and the verdict."""
    table = Table(title=shown(course.title.in_("en")), title_justify="left")
    table.add_column("student")
    for category in course.rubric.categories:
        heading = f"{category.title.in_('en')}\nmin {_points(category.minimum)}"
        table.add_column(heading, justify="right")
    for heading in (f"total\nmin {_points(course.rubric.pass_total)}", "still\nopen"):
        table.add_column(heading, justify="right")
    table.add_column("verdict")
    stages = [_stages(final_grade) for final_grade in summary.final_grades]
    has_stages = any(stages)
    if has_stages:
        table.add_column("not graded")
    for final_grade, stage in zip(summary.final_grades, stages, strict=True):
        table.add_row(*_row(final_grade), *([shown(stage)] if has_stages else []))
    return table


def _row(final_grade: FinalGrade) -> list[str]:
    """Return the cells of a student; a category of which nothing is graded yet shows no zero."""
    cells = [shown(final_grade.student)]
    for total in final_grade.categories:
        is_open = total.waiting == total.category.points
        cells.append("–" if is_open else _points(total.earned))
    cells += [_points(final_grade.total), _points(final_grade.waiting)]
    return [*cells, STYLED_VERDICTS[final_grade.verdict]]


def _stages(final_grade: FinalGrade) -> str:
    """Return how many assignments the present graders did not grade, by what is true of each."""
    counts = Counter(words for words in stage_words(final_grade).values() if words != GRADED)
    return ", ".join(f"{count} {words}" for words, count in counts.items())


def _show_causes(heading: str, causes: Counter[str]) -> None:
    """Show a line per cause, with the number of results that it concerns."""
    for cause, count in causes.most_common():
        line = f"{heading}: {cause} ({_counted(count, 'result')})"
        console.print(shown(line), soft_wrap=True)


def _remaining_work(summary: BatchSummary) -> str:
    """Return what is not graded by the present graders, and the remedy; empty: nothing."""
    earlier, waiting = len(summary.by_earlier), len(summary.waiting)
    parts = []
    if earlier:
        parts.append(f"graded by earlier graders: {_counted(earlier, 'result')}")
    if waiting:
        parts.append(f"handed in, not graded yet: {_counted(waiting, 'hand-in')}")
    if not parts:
        return ""
    if summary.is_partial:
        return "; ".join([*parts, "grade the whole class"])
    return "; ".join([*parts, "what cannot be graded is listed above, or is gone"])


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
