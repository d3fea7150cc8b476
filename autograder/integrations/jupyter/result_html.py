"""The result of `%check` as HTML for the output of a cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import jinja2
from markupsafe import Markup

from autograder.model import CheckResult, Criterion, Lang, Outcome
from autograder.report.fold_checks import explained_above
from autograder.student.explained import by_cause, named_line, output_lines, own_text
from autograder.student.screen import was_checked
from autograder.student.source_line import SourceLine
from autograder.text.console import sign_of
from autograder.text.sanitize import visible
from autograder.text.sentences import line_place, say

if TYPE_CHECKING:
    from autograder.student.check import OwnRun


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownCause:
    """Checks that one cause keeps from passing, or one check without a cause."""

    sign: str
    is_passed: bool
    expects: tuple[str, ...]  # of each check
    message: str = ""
    place: str = ""  # of the line, in words
    line: SourceLine | None = None
    own_text: str = ""  # of the exception
    hint: str = ""
    output: tuple[str, ...] = ()  # lines


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownCriterion:
    """A criterion with its causes."""

    title: str
    passed: int
    total: int
    note: str  # where no check looks at it
    causes: tuple[ShownCause, ...]


def message_html(text: str) -> str:
    """Return a sentence, such as a mistake in the command, as HTML."""
    return _template().module.message(visible(text))  # type: ignore[attr-defined, no-any-return]


def run_html(run: OwnRun, notices: Sequence[str], last: str, lang: Lang) -> str:
    """Return an own run as HTML: what was checked, each criterion with its causes, the count."""
    hidden = say("check", "hidden", lang) if was_checked(run) else ""
    printed = say("check", "printed", lang)
    html: str = _template().module.run(  # type: ignore[attr-defined]
        [visible(notice) for notice in notices],
        [_cause([finding], run, {}, lang) for finding in run.findings],
        output_lines(visible(run.printed)),
        _criteria(run, lang) if was_checked(run) else [],
        {"hidden": hidden, "printed": printed, "last": last, "lang": lang},
        run.passed,
    )
    return html


def _criteria(run: OwnRun, lang: Lang) -> list[ShownCriterion]:
    explained = explained_above(run.by_criterion)
    return [
        _criterion(criterion, results, run, explained[criterion.id], lang)
        for criterion, results in run.by_criterion
    ]


def _criterion(
    criterion: Criterion,
    results: Sequence[CheckResult],
    run: OwnRun,
    explained: Mapping[str, Criterion],
    lang: Lang,
) -> ShownCriterion:
    note = ""
    if criterion.manual:
        note = say("check", "by_person", lang)
    elif not results:
        note = say("check", "by_hidden", lang)
    return ShownCriterion(
        title=criterion.title.in_(lang),
        passed=sum(result.outcome is Outcome.PASSED for result in results),
        total=len(results),
        note=note,
        causes=tuple(_cause(group, run, explained, lang) for group in by_cause(results)),
    )


def _cause(
    group: Sequence[CheckResult], run: OwnRun, explained: Mapping[str, Criterion], lang: Lang
) -> ShownCause:
    first = group[0]
    sign, expects = sign_of(first.outcome).fancy, tuple(visible(r.expects) for r in group)
    is_passed = first.outcome is Outcome.PASSED
    above = explained.get(first.cause) if not is_passed else None
    if above is not None:
        told = say("check", "same_cause", lang, title=above.title.in_(lang))
        return ShownCause(sign=sign, is_passed=False, expects=expects, message=told)
    line = named_line(first, run.hand_in) if first.outcome is not Outcome.MISSING else None
    outputs = dict.fromkeys(result.output for result in group)
    return ShownCause(
        sign=sign,
        is_passed=is_passed,
        expects=expects,
        message="" if is_passed else visible(first.message),
        place=_place(first, lang) if line is not None else "",
        line=line,
        own_text=visible(own_text(first)),
        hint="" if is_passed else visible(first.hint),
        output=tuple(line for output in outputs for line in output_lines(visible(output))),
    )


def _place(result: CheckResult, lang: Lang) -> str:
    """Return where the line of a result is, in words; empty where its message says it."""
    place = line_place(result.where[-1], lang)
    return "" if place in result.message else place


@cache
def _template() -> jinja2.Template:
    loader = jinja2.FileSystemLoader(Path(__file__).parent)
    environment = jinja2.Environment(
        autoescape=True, loader=loader, trim_blocks=True, lstrip_blocks=True
    )
    environment.globals["style"] = Markup(
        Path(__file__).with_name("result.css").read_text(encoding="utf-8")
    )
    return environment.get_template("result.html.j2")
