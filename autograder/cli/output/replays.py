"""The terminal's view of a replay: what differs today, and what came of the hand-in."""

from __future__ import annotations

from autograder.appeals.evidence import CheckEvidence, evidence_of
from autograder.appeals.replay import Replay
from autograder.model import CheckResult, format_seed
from autograder.publishing.change_words import cause_words, checks_by_change
from autograder.scoring.criteria import format_points
from autograder.text.console import console, print_text, shown

MAX_SHA_DIGITS = 12


def show_replay(made: Replay) -> None:
    """Show what differs between the record and today, and whether the result is the same."""
    sheet = made.recorded.sheet
    line = (
        f"{sheet.student} {sheet.assignment}: recorded "
        f"{format_points(sheet.earned, lang='en')} of {format_points(sheet.possible, lang='en')}, "
        f"seed {format_seed(sheet.seed)}"
    )
    console.print(shown(line), soft_wrap=True)
    for cause in made.differs_today:
        is_restored = cause not in made.not_restored
        ending = " (restored)" if is_restored else ""
        line = f"differs today: {cause_words(cause, 'en')}{ending}"
        console.print(shown(line), soft_wrap=True)
    if not made.differs_today:
        console.print("nothing that the result rests on differs today")
    _show_sources(made)
    for how, checks in checks_by_change(made.checks, "en").items():
        console.print(shown(f"ended otherwise: {how}: {', '.join(checks)}"), soft_wrap=True)
    console.print(shown(_verdict(made)), soft_wrap=True)


def _show_sources(made: Replay) -> None:
    """Show from where the graders and the hand-in were taken, where that is another place."""
    if made.commit is not None:
        sha, day = made.commit.sha[:MAX_SHA_DIGITS], made.commit.date[:10]
        line = f"graders: those of commit {sha} of {day}: {made.commit.subject}"
        console.print(shown(line), soft_wrap=True)
    elif not made.has_exact_graders:
        reason = (
            "no commit of the course's repository has the recorded ones; fetch all its branches"
            if made.has_history
            else "the course lies in no git repository, in which the recorded ones could be found"
        )
        console.print(shown(f"graders: those of today: {reason}"), soft_wrap=True)
    if made.found.attempt:
        console.print(shown(f"hand-in: attempt {made.found.attempt}"), soft_wrap=True)


def _verdict(made: Replay) -> str:
    if made.is_identical:
        return "the result is byte for byte the recorded one"
    earned = format_points(made.sheet.earned, lang="en")
    return f"another result: {earned} points; other content in: {', '.join(made.fields)}"


def show_check(made: Replay, check: str) -> None:
    """Show a check with its evidence: as it is recorded, and again where it ended otherwise."""
    evidence = evidence_of(made, check, "en")
    if evidence.recorded is not None:
        _show_result("recorded", evidence.recorded)
    if evidence.replayed is not None and evidence.replayed != evidence.recorded:
        _show_result("replayed", evidence.replayed)
    _show_question(evidence)


def _show_result(heading: str, check: CheckResult) -> None:
    console.print(shown(f"{heading}: {check.id}: {check.outcome.value}"), soft_wrap=True)
    for name, text in (
        ("criterion", check.criterion),
        ("expects", check.expects),
        ("message", check.message),
        ("hint", check.hint),
        ("where", ", ".join(frame.id for frame in check.where)),
        ("evidence", check.evidence),
        ("output", check.output),
    ):
        if text:
            console.print(f"  {name}:")
            print_text(text, indent=4)


def _show_question(evidence: CheckEvidence) -> None:
    """Show what the check asked: its source, and how its random numbers are drawn again."""
    if evidence.source:
        console.print(shown(f"  asked by {evidence.file}:{evidence.line}:"), soft_wrap=True)
        for line in evidence.source.splitlines():
            console.print(shown(f"    {line}"), soft_wrap=True)
    for question in evidence.questions:
        line = f"  question {question.number}: {question.asks} → {question.answer}"
        console.print(shown(line), soft_wrap=True)
    if evidence.seeding:
        console.print("  its random numbers:")
    for line in evidence.seeding.splitlines():
        console.print(shown(f"    {line}"), soft_wrap=True)
