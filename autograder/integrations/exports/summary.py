"""A hand-in as Markdown: what a run's summary and a release's text show to the student."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from autograder.integrations.exports.gradescope import said
from autograder.integrations.exports.hand_in import GradedCriterion, GradedHandIn
from autograder.integrations.exports.wording import phrase
from autograder.model import Lang, Outcome
from autograder.scoring.criteria import format_points
from autograder.text.sanitize import one_line

# What Markdown gives a meaning: anywhere, and at the beginning of a line.
MARKED = re.compile(r"([\\`*_\[\]|~])|(?<![^ ])([#+\-!]|\d+(?=\.))")


def summary_markdown(hand_in: GradedHandIn) -> str:
    """Return the points of each criterion as a table, and below it what is to be mended."""
    return "\n".join(_lines(hand_in)) + "\n"


def _lines(hand_in: GradedHandIn) -> Iterator[str]:
    lang = hand_in.lang
    yield f"## {markdown_text(hand_in.title)}"
    yield ""
    if hand_in.has_fault:
        yield phrase("verdict", "fault", lang) + "."
    else:
        yield phrase(
            "output",
            "score",
            lang,
            earned=format_points(hand_in.earned, lang),
            possible=format_points(hand_in.possible, lang),
        )
        if hand_in.waiting:
            yield ""
            yield phrase("output", "waiting", lang, points=format_points(hand_in.waiting, lang))
    if hand_in.is_draft:
        yield ""
        yield phrase("output", "draft", lang)
    yield ""
    heads = [phrase("table", key, lang) for key in ("criterion", "points", "result")]
    yield f"| {' | '.join(heads)} |"
    yield "| --- | ---: | --- |"
    for criterion in hand_in.criteria:
        yield _row(criterion, lang)
    for criterion in hand_in.criteria:
        yield from _details(criterion, lang)
    for finding in hand_in.findings:
        yield ""
        yield from (markdown_text(line) for line in said(finding, lang))


def _row(criterion: GradedCriterion, lang: Lang) -> str:
    earned = "–" if criterion.earned is None else format_points(criterion.earned, lang)
    points = f"{earned} / {format_points(criterion.possible, lang)}"
    verdict = phrase("verdict", criterion.verdict.value, lang)
    return f"| {markdown_text(criterion.title)} | {points} | {verdict} |"


def _details(criterion: GradedCriterion, lang: Lang) -> Iterator[str]:
    lines = []
    if criterion.author:
        lines.append(f"{criterion.author}: {criterion.reason}")
    for check in criterion.checks:
        if check.outcome not in (Outcome.PASSED, Outcome.GRADER_ERROR):
            lines.append(" ".join(said(check, lang)))
    shown = list(dict.fromkeys(filter(None, lines)))
    if not shown:
        return
    yield ""
    yield f"**{markdown_text(criterion.title)}**"
    yield ""
    yield from (f"- {markdown_text(line)}" for line in shown)


def markdown_text(text: str) -> str:
    """Return a text as one line of Markdown that shows it as it is: no HTML, links or tables."""
    return MARKED.sub(r"\\\g<0>", html.escape(one_line(text.strip()), quote=False))
