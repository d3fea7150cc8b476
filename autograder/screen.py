"""What the terminal shows: progress, tables, a student's own run, a diagnosis. Student text arrives escaped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from autograder.batch import Summary
from autograder.cases import automatic
from autograder.check import OwnRun
from autograder.doctor import Diagnosis
from autograder.judge import Graded
from autograder.matrix import Matrix
from autograder.model import Assignment, CheckResult, Course, Lang, Outcome, Standing
from autograder.pack import HandInFiles
from autograder.report.classroom import confinements
from autograder.score import format_points
from autograder.texts import outcome_sentence, say
from autograder.verify import Verdict
from autograder.visible import one_line, visible

console = Console(highlight=False, emoji=False)
MARKS = {Outcome.PASSED: "[green]✓[/]", Outcome.BLOCKED: "[yellow]–[/]"}
VERDICTS = {"passed": "[green]passed[/]", "failed": "[red]failed[/]", "pending": "[yellow]pending[/]"}


def _line(text: str) -> str:
    """`text` as one line, in which nothing is obeyed."""
    return escape(one_line(text))


def _text(text: str) -> str:
    """`text` with its lines, in which nothing is obeyed."""
    return escape(visible(text))


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
        console.print(_line(line), soft_wrap=True)
        for finding in (f for f in sheet.findings if f.outcome is not Outcome.PASSED):
            console.print("    " + _line(finding.message), style="yellow", soft_wrap=True)

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
    table = Table(title=_line(course.title.in_("en")), title_justify="left")
    table.add_column("student")
    for category in course.rubric.categories:
        table.add_column(f"{category.title.in_('en')}\nmin {_points(category.minimum)}", justify="right")
    for heading in (f"total\nmin {_points(course.rubric.pass_total)}", "still\nopen"):
        table.add_column(heading, justify="right")
    table.add_column("verdict")
    for standing in summary.standings:
        table.add_row(*_row(standing))
    console.print(table)
    for line in (*summary.stale, *complaints):
        console.print(_line(line), style="yellow", soft_wrap=True)
    if summary.level is not None:
        console.print(f"sandbox level {summary.level}" + (" (full)" if summary.level == "A" else ""))
    for level, sheets, missing in confinements(summary.standings):
        if missing:
            console.print(f"level {level} ({sheets}) without: {_line(', '.join(missing))}", soft_wrap=True)
    console.print(f"report: {_line(str(out / 'index.html'))}", soft_wrap=True)


def _row(standing: Standing) -> list[str]:
    cells = [_line(standing.student)]
    for total in standing.categories:  # what is not graded yet is no zero
        cells.append("–" if total.waiting == total.category.points else _points(total.earned))
    cells += [_points(standing.total), _points(standing.waiting)]
    return [*cells, VERDICTS[standing.verdict]]


def show_verdicts(assignment: Assignment, verdicts: list[Verdict]) -> bool:
    """The cases of a verification as a table; whether all came out as they must."""
    table = Table(title=assignment.id, title_justify="left")
    for heading in ("case", "loses", "seconds", "sound"):
        table.add_column(heading, overflow="fold")
    for verdict in verdicts:
        sound = "[red]" + _line("; ".join(verdict.faults)) + "[/]" if verdict.faults else "[green]yes[/]"
        cells = (_line(verdict.case.name), _line(_losses(assignment, verdict)), f"{verdict.seconds:.2f}", sound)
        table.add_row(*cells)
    console.print(table)
    unsound = sum(bool(v.faults) for v in verdicts)
    console.print(f"{assignment.id}: {len(verdicts) - unsound} of {len(verdicts)} cases as they must be")
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
        console.print(f"[red]{_line(check)} proves nothing[/]: no wrong answer fails it", soft_wrap=True)
    proven = len(matrix.checks) - len(matrix.idle)
    console.print(f"{matrix.assignment.id}: {proven} of {len(matrix.checks)} checks proven by a wrong answer")
    return not matrix.idle


def show_own_run(run: OwnRun, lang: Lang) -> bool:
    """A student's own run; whether everything that was checked passed."""
    for finding in run.findings:
        console.print(f"{MARKS.get(finding.outcome, '[red]✗[/]')} {_text(finding.message)}")
        if finding.evidence:
            console.print(f"    {_text(finding.evidence)}", style="dim")
    for criterion in run.assignment.criteria:
        mine = [r for r in run.results if r.criterion == criterion.id]
        if mine:
            console.print(f"\n[bold]{_text(criterion.title.in_(lang))}[/]")
        for result in mine:
            _show_result(result, lang)
    unseen = ", ".join(c.title.in_(lang) for c in run.unseen)
    console.print("\n" + _text(say("check", "hidden", lang)))
    if unseen:
        console.print(_text(say("check", "unseen", lang, criteria=unseen)))
    passed = sum(r.outcome is Outcome.PASSED for r in run.results)
    console.print(_text(say("check", "count", lang, passed=passed, total=len(run.results))))
    return passed == len(run.results) > 0


def show_findings(findings: Iterable[CheckResult]) -> None:
    """What is wrong with the files that somebody wants to hand in, with what to do."""
    for finding in findings:
        console.print(f"{MARKS.get(finding.outcome, '[red]✗[/]')} {_text(finding.message)}")
        if finding.hint:
            console.print(f"    {_text(finding.hint)}")


def show_packed(
    zip: Path, hand_in: HandInFiles, content: bytes, results: Sequence[CheckResult], lang: Lang
) -> None:
    """What was packed, and how the public checks came out."""
    for name, data in sorted(hand_in.submission.files.items()):
        console.print(f"[green]✓[/] {_text(name)}  {len(data):,} B", soft_wrap=True)
    passed = sum(r.outcome is Outcome.PASSED for r in results)
    console.print(_text(say("check", "count", lang, passed=passed, total=len(results))))
    console.print(_text(say("check", "packed", lang, zip=zip, size=f"{len(content):,}")), soft_wrap=True)


def _show_result(result: CheckResult, lang: Lang) -> None:
    """A check; the raw message too, where the sentence is not of a finding that already says it all."""
    mark = MARKS.get(result.outcome, "[red]✗[/]")
    console.print(f"  {mark} {_text(result.expects)}")
    if result.outcome is not Outcome.PASSED:
        found = result.outcome is Outcome.FAILED and result.message != outcome_sentence(Outcome.FAILED, lang)
        for text in (result.message, "" if found else result.evidence, result.hint):
            if text:
                console.print(f"      {_text(text)}")


def show_diagnosis(diagnosis: Diagnosis) -> None:
    """One line per requirement, with the fix, and the level."""
    for requirement in diagnosis.requirements:
        mark = "[green]ok[/]     " if requirement.met else "[yellow]missing[/]"
        console.print(f"{mark} {_line(requirement.name)}: {_line(requirement.found)}", soft_wrap=True)
        if not requirement.met:
            console.print(f"        fix: {_line(requirement.fix)}", soft_wrap=True)
    for refusal in diagnosis.refusals:
        console.print(f"refused: {_line(refusal)}", style="yellow", soft_wrap=True)
    if diagnosis.level is None:
        console.print("[red]no sandbox level works here: this machine cannot grade[/]")
        return
    console.print(f"a worker was confined by: {', '.join(diagnosis.layers)}", soft_wrap=True)
    console.print(f"sandbox level {diagnosis.level}" + ("" if diagnosis.level == "A" else " (full is A)"))
