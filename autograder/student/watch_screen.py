"""A turn of `check --watch` on the screen: all of it where it fits, else what to mend first."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from autograder.model import CheckResult, Criterion, Lang, Outcome
from autograder.report.fold_checks import explained_above
from autograder.student.changes import Passed
from autograder.student.check import OwnRun
from autograder.student.explained import by_cause
from autograder.student.screen import (
    Told,
    show_cause,
    show_last_line,
    show_own_run,
    show_whole_file,
    was_checked,
)
from autograder.text.console import FAILED, PASSED, WAITING, console, print_text, sign_of
from autograder.text.sentences import say

RESERVED_LINES = 4  # for the causes left out, the line on what to do, and the cursor's own

Show = Callable[[Told], None]  # prints a piece of the screen, and adds to what is told


def show_begin(lang: Lang) -> None:
    """Print that a turn of --watch has begun, below the results of the last one."""
    if console.is_terminal:
        print_text(say("check", "checking", lang), style="bold")


def show_turn(run: OwnRun, lang: Lang, before: Passed | None) -> None:
    """Print one turn of --watch on a clear screen, which it does not exceed.

    `before` are the results of the turn before. The last line is the one that counts.
    """
    console.clear()

    def everything(_: Told | None = None) -> None:
        print_text(say("check", "waiting", lang), style="dim")
        show_own_run(run, lang, before)

    if console.is_terminal and _height(everything) >= console.height:
        _show_brief(run, lang, before)
    else:
        everything()
    console.file.flush()


def _show_brief(run: OwnRun, lang: Lang, before: Passed | None) -> None:
    """Print a line for each criterion, the causes for which there is room, and the last line."""
    print_text(say("check", "waiting", lang), style="dim")
    pieces, told = list(_pieces(run, lang)), Told()
    room = console.height - RESERVED_LINES
    room -= _height(lambda _: show_last_line(run, lang, before))
    room -= sum(_height(show) for show, is_cause in pieces if not is_cause)
    shown = left_out = 0
    for show, is_cause in pieces:
        if not is_cause:
            show(told)
            continue
        height = _height(show, told)
        if left_out or (shown and height > room):  # the first is shown in any case
            left_out += 1
        else:
            shown += 1
            room -= height
            show(told)
    if left_out:
        print_text(say("check", "more_causes", lang, count=left_out), style="dim")
    show_last_line(run, lang, before)


def _pieces(run: OwnRun, lang: Lang) -> Iterator[tuple[Show, bool]]:
    """Yield what shows each criterion and each cause, and whether it is a cause."""
    if run.findings or run.printed:
        yield lambda _: show_whole_file(run, lang), True
    if not was_checked(run):
        return
    explained = explained_above(run.by_criterion)
    for criterion, results in run.by_criterion:
        yield partial(_show_count, criterion, results, lang), False
        for group in by_cause(results):
            is_passed = group[0].outcome is Outcome.PASSED
            if not is_passed and group[0].cause not in explained[criterion.id]:
                yield partial(_show_cause, group, run, lang), True


def _show_count(criterion: Criterion, results: Sequence[CheckResult], lang: Lang, _: Told) -> None:
    """Print how many checks of a criterion passed."""
    title = criterion.title.in_(lang)
    if not results:
        print_text(title, 0, WAITING)
        return
    passed = sum(result.outcome is Outcome.PASSED for result in results)
    counts = {"title": title, "passed": passed, "total": len(results)}
    sign = PASSED if passed == len(results) else FAILED
    print_text(say("check", "criterion_count", lang, **counts), 0, sign)


def _show_cause(group: Sequence[CheckResult], run: OwnRun, lang: Lang, told: Told) -> None:
    """Print the first check that a cause keeps from passing, and the cause."""
    print_text(group[0].expects, 2, sign_of(group[0].outcome))
    show_cause(group, run.hand_in, told, lang)


def _height(show: Show, told: Told | None = None) -> int:
    """Return how many lines are printed."""
    with console.capture() as captured:
        show(copy.deepcopy(told) if told is not None else Told())
    return captured.get().count("\n")
