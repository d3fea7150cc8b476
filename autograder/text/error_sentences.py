"""Sentences and hints for what student code did, by outcome, cause (causes.yml) and package."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path
from typing import TypeAlias

import yaml

from autograder.errors import (
    Absent,
    AbsentReason,
    Denied,
    DeniedReason,
    PackageAbsent,
    StudentError,
    TimeExceeded,
    TimeLimit,
    Unmeasured,
)
from autograder.model import Cause, Frame, Lang, Limits, Outcome
from autograder.text.sentences import FAST_LOADER, Sentence, bracketed_place, line_place, say, texts

CAUSES_FILE = Path(__file__).parent.parent / "diagnosis" / "causes.yml"
HIDDEN_VALUE = "…"  # stands where a value is not shown
CauseTexts: TypeAlias = Mapping[str, Sentence]  # `message`, `hint`: either may be absent


class _ShownValues(dict[str, object]):
    """Values of a sentence, with a dash in the place of what may not be shown."""

    def __missing__(self, key: str) -> str:
        return HIDDEN_VALUE


def package_sentence(error: PackageAbsent, lang: Lang) -> str:
    """Return the sentence for the use of a package that grading does not have.

    It names the package, the line that uses it, and the line that imports it if that is another.
    """
    imported = ""
    if error.imported is not None and error.imported not in error.where:
        imported = say("places", "imported", lang, place=line_place(error.imported, lang))
    where = bracketed_place(error.where, lang)
    key = _package_key(error)
    return say("outcomes", key, lang, package=error.package, where=where, imported=imported)


def _package_key(error: PackageAbsent) -> str:
    if not error.package:
        return "package_unnamed"
    if error.cause is not None and error.cause.key == "module_hidden":
        return "package_hidden"
    return "package_name" if error.exception_type == "ImportError" else "package"


def outcome_sentence(
    outcome: Outcome, lang: Lang, kind: str = "", where: tuple[Frame, ...] = ()
) -> str:
    """Return the sentence for how a check ended."""
    return say("outcomes", outcome.value, lang, kind=kind, where=bracketed_place(where, lang))


def outcome_hint(outcome: Outcome, lang: Lang) -> str:
    """Return what to try after an outcome; empty where the outcome alone does not tell."""
    return say("hints", outcome.value, lang) if outcome.value in texts()["hints"] else ""


@functools.cache
def _cause_texts() -> Mapping[str, CauseTexts]:
    content = CAUSES_FILE.read_text(encoding="utf-8")
    loaded: Mapping[str, CauseTexts] = yaml.load(content, FAST_LOADER)
    return loaded


def cause_sentence(cause: Cause, lang: Lang, where: tuple[Frame, ...] = ()) -> str:
    """Return a cause's own sentence; empty where it has none."""
    return _of_cause(cause, "message", lang, where)


def cause_hint(cause: Cause, lang: Lang) -> str:
    """Return what to try against a cause; empty where nothing more is known."""
    return _of_cause(cause, "hint", lang, () if cause.place is None else (cause.place,))


def _of_cause(cause: Cause, part: str, lang: Lang, where: tuple[Frame, ...]) -> str:
    sentence = _cause_texts().get(cause.key, {}).get(part)
    if sentence is None:
        return ""
    values = {**cause.values, "where": bracketed_place(where, lang)}
    return sentence[lang].format_map(_ShownValues(values))


def where_of(error: StudentError) -> tuple[Frame, ...]:
    """Return the student's lines that led to an error, the line to correct last."""
    correct_at = error.cause.place if error.cause is not None else None
    if correct_at is None or correct_at in error.where:
        return error.where
    return (*error.where, correct_at)


def exception_named(error: StudentError, lang: Lang) -> str:
    """Return an exception's class and place, and its text where that may be shown."""
    text = error.cause.text if error.cause is not None else ""
    where = bracketed_place(where_of(error), lang)
    key = "raised_text" if text else "raised"
    return say("places", key, lang, kind=error.subject, where=where, text=text)


def error_sentence(error: StudentError, limits: Limits, lang: Lang) -> tuple[str, str]:
    """Return the sentence for what student code did, and a hint."""
    cause, where = error.cause, where_of(error)
    if isinstance(error, PackageAbsent):
        return package_sentence(error, lang), cause_hint(cause, lang) if cause else ""
    if isinstance(error, Absent) and error.reason is AbsentReason.NOTHING:
        return say("outcomes", "nothing", lang), say("hints", "nothing", lang)
    hint = cause_hint(cause, lang) if cause is not None else ""
    hint = hint or outcome_hint(error.outcome, lang)
    if cause is not None and (own := cause_sentence(cause, lang, where)):
        return own, hint
    if error.outcome is Outcome.RAISED:
        key = "raised" if where else "raised_by"
        return say("outcomes", key, lang, named=exception_named(error, lang)), hint
    if isinstance(error, Absent) and error.reason is AbsentReason.BODY:
        sentence = say("outcomes", "unwritten", lang, where=bracketed_place(where, lang))
        return sentence, say("hints", "unwritten", lang)
    if isinstance(error, Absent) and not error.name:
        return say("outcomes", "missing_name", lang), hint
    if isinstance(error, Unmeasured):
        return say("outcomes", "unmeasured", lang, n=error.n, total=error.total), ""
    if isinstance(error, Denied) and error.reason is DeniedReason.WRONG_KIND:
        return say("outcomes", error.reason, lang), say("hints", error.reason, lang)
    if isinstance(error, TimeExceeded):
        return _timeout_sentence(error, limits, lang, hint)
    return outcome_sentence(error.outcome, lang, error.subject, where), hint


def _timeout_sentence(
    error: TimeExceeded, limits: Limits, lang: Lang, hint: str
) -> tuple[str, str]:
    limit = _limit_in_words(error.limit, limits, lang)
    if error.limit is TimeLimit.MEASURE:
        hint = say("hints", "slow_model", lang)
    if error.limit is TimeLimit.IMPORT and error.cause is None:
        hint = cause_hint(Cause(key="timeout_import"), lang)
    return outcome_sentence(error.outcome, lang, limit, where_of(error)), hint


def _limit_in_words(limit: TimeLimit, limits: Limits, lang: Lang) -> str:
    seconds = {
        TimeLimit.IMPORT: limits.wall_import,
        TimeLimit.CHECK: limits.wall_check,
        TimeLimit.SUBMISSION: limits.wall_submission,
        TimeLimit.MEASURE: limits.wall_measure,
        TimeLimit.RESERVE: limits.reserve,
        TimeLimit.CPU: limits.cpu,
    }.get(limit, 0)
    return say("limits", limit, lang, seconds=f"{seconds:g}")
