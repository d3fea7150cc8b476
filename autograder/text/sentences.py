"""Every sentence for students: the harness's own (texts.yml, causes.yml) and those of a grader (its
texts.yml).
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from autograder.errors import (
    Absent,
    AbsentReason,
    CourseError,
    Denied,
    DeniedReason,
    PackageAbsent,
    StudentError,
    TimeExceeded,
    TimeLimit,
    Unmeasured,
)
from autograder.model import OTHER, Cause, CheckResult, Frame, Lang, Limits, Outcome, Text
from autograder.text.numbers import Figure

LANGS: tuple[Lang, ...] = ("es", "en")
HIDDEN = "…"  # stands where a value is not shown
Sentences = Mapping[str, Mapping[str, str]]  # key -> language -> sentence


@functools.cache
def _own() -> dict[str, Sentences]:
    content = Path(__file__).with_name("texts.yml").read_text(encoding="utf-8")
    loaded: dict[str, Sentences] = yaml.safe_load(content)
    return loaded


def say(group: str, key: str, lang: Lang, **values: object) -> str:
    """The harness's sentence `key` of `group`, filled with `values`."""
    return _own()[group][key][lang].format(**values)


def in_both(make: Callable[[Lang], CheckResult], lang: Lang) -> CheckResult:
    """What `make` makes in a language, with what it says in the other one beside it."""
    made, other = make(lang), make(OTHER[lang])
    return made if other.words == made.words else replace(made, also=other.words)


def in_each(make: Callable[[Lang], str]) -> Text:
    """What `make` says in each language."""
    return Text(es=make("es"), en=make("en"))


def said(value: object, lang: Lang) -> object:
    """A value of a sentence in a language, where it has one."""
    return value.in_(lang) if isinstance(value, Text | Figure) else value


def place(where: tuple[Frame, ...], lang: Lang) -> str:
    """Where the innermost line of the student's own code is, in brackets; nothing where there is
    none.
    """
    return say("places", "where", lang, place=where[-1].place(lang)) if where else ""


def package_sentence(error: PackageAbsent, lang: Lang) -> str:
    """The sentence for the use of a package that grading does not have: which, where, and where it
    is imported.
    """
    imported = ""
    if error.imported is not None and error.imported not in error.where:
        imported = say("places", "imported", lang, place=error.imported.place(lang))
    is_hidden = error.cause is not None and error.cause.key == "module_hidden"
    key = (
        "package_hidden"
        if is_hidden
        else "package_name"
        if error.exception_type == "ImportError"
        else "package"
    )
    key = key if error.package else "package_unnamed"
    where = place(error.where, lang)
    return say("outcomes", key, lang, package=error.package, where=where, imported=imported)


def outcome_sentence(
    outcome: Outcome, lang: Lang, kind: str = "", where: tuple[Frame, ...] = ()
) -> str:
    """The sentence for how a check ended."""
    return say("outcomes", outcome.value, lang, kind=kind, where=place(where, lang))


def outcome_hint(outcome: Outcome, lang: Lang) -> str:
    """What to try, as far as the outcome alone tells; empty where it does not."""
    return _own()["hints"].get(outcome.value, {}).get(lang, "")


class _Shown(dict[str, object]):
    """Values of a sentence; what may not be shown is a dash."""

    def __missing__(self, key: str) -> str:
        return HIDDEN


@functools.cache
def _of_causes() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    content = (
        Path(__file__).parent.parent.joinpath("diagnosis", "causes.yml").read_text(encoding="utf-8")
    )
    loaded: dict[str, Mapping[str, Mapping[str, str]]] = yaml.safe_load(content)
    return loaded


def cause_sentence(cause: Cause, lang: Lang, where: tuple[Frame, ...] = ()) -> str:
    """The sentence that a cause has of its own; empty where it has none."""
    return _of_cause(cause, "message", lang, where)


def cause_hint(cause: Cause, lang: Lang) -> str:
    """What to try against a cause; empty where nothing more is known."""
    return _of_cause(cause, "hint", lang, () if cause.place is None else (cause.place,))


def _of_cause(cause: Cause, part: str, lang: Lang, where: tuple[Frame, ...] = ()) -> str:
    texts = _of_causes().get(cause.key, {}).get(part)
    return (
        texts[lang].format_map(_Shown({**cause.values, "where": place(where, lang)}))
        if texts
        else ""
    )


def where_of(error: StudentError) -> tuple[Frame, ...]:
    """The student's lines that led to an error, the line to mend last."""
    mend = error.cause.place if error.cause is not None else None
    return error.where if mend is None or mend in error.where else (*error.where, mend)


def exception_named(error: StudentError, lang: Lang) -> str:
    """The exception's class, its place, and its text where that may be shown."""
    text = error.cause.text if error.cause is not None else ""
    named = {"kind": error.subject, "where": place(where_of(error), lang), "text": text}
    return say("places", "raised_text" if text else "raised", lang, **named)


def error_sentence(error: StudentError, limits: Limits, lang: Lang) -> tuple[str, str]:
    """The sentence for what the student's code did, and a hint."""
    if isinstance(error, PackageAbsent):
        return package_sentence(error, lang), cause_hint(error.cause, lang) if error.cause else ""
    if isinstance(error, Absent) and error.reason is AbsentReason.NOTHING:
        return say("outcomes", "nothing", lang), say("hints", "nothing", lang)
    where, cause = where_of(error), error.cause
    hint = (cause_hint(cause, lang) if cause is not None else "") or outcome_hint(
        error.outcome, lang
    )
    if cause is not None and (own := cause_sentence(cause, lang, where)):
        return own, hint
    if error.outcome is Outcome.RAISED:
        return say(
            "outcomes", "raised" if where else "raised_by", lang, named=exception_named(error, lang)
        ), hint
    if isinstance(error, Absent) and error.reason is AbsentReason.BODY:
        sentence = say("outcomes", "unwritten", lang, where=place(where, lang))
        return sentence, say("hints", "unwritten", lang)
    if isinstance(error, Absent) and not error.name:
        return say("outcomes", "missing_name", lang), hint
    if isinstance(error, Unmeasured):
        return say("outcomes", "unmeasured", lang, n=error.n, total=error.total), ""
    if isinstance(error, Denied) and error.reason is DeniedReason.WRONG_KIND:
        return say("outcomes", error.reason, lang), say("hints", error.reason, lang)
    kind = error.subject
    if isinstance(error, TimeExceeded):
        kind = _limit(error.limit, limits, lang)
        hint = say("hints", "slow_model", lang) if error.limit is TimeLimit.MEASURE else hint
        if error.limit is TimeLimit.IMPORT and cause is None:
            hint = cause_hint(Cause(key="timeout_import"), lang)
    return outcome_sentence(error.outcome, lang, kind, where), hint


def _limit(limit: TimeLimit, limits: Limits, lang: Lang) -> str:
    """A limit of time in words."""
    seconds = {
        TimeLimit.IMPORT: limits.wall_import,
        TimeLimit.CHECK: limits.wall_check,
        TimeLimit.SUBMISSION: limits.wall_submission,
        TimeLimit.MEASURE: limits.wall_measure,
        TimeLimit.RESERVE: limits.reserve,
        TimeLimit.CPU: limits.cpu,
    }.get(limit, 0)
    return say("limits", limit, lang, seconds=f"{seconds:g}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A sentence and a hint, in both languages."""

    sentence: Text
    hint: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class GraderTexts:
    """What a grader says: per check what it expects, per finding what is wrong."""

    checks: Mapping[str, Words]
    findings: Mapping[str, Words]


class _Loader(yaml.SafeLoader):
    """Reads safe YAML in which no key stands twice: of two texts, one would be lost without a word."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """The mapping; YAMLError where a key stands twice."""
        own = [key.value for key, _ in node.value if key.value != "<<"]
        for key in own:
            if own.count(key) > 1:
                raise yaml.YAMLError(
                    f"line {node.start_mark.line + 1}: key {key!r} stands twice; keep one"
                )
        return super().construct_mapping(node, deep)


def load_grader_texts(folder: Path, checks: Iterable[str] | None = None) -> GraderTexts:
    """Read `texts.yml` of a grader; CourseError unless every check is worded in both languages.

    Without `checks` it is not held against them.
    """
    file = folder / "texts.yml"
    try:
        loaded = yaml.load(file.read_text(encoding="utf-8"), _Loader)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise CourseError(f"{file}: cannot be read: {error}") from error
    complaints: list[str] = []
    table = loaded if isinstance(loaded, dict) else {}
    worded = _words(file, table.get("checks") or {}, "expects", complaints)
    findings = _words(file, table.get("findings") or {}, "message", complaints)
    names = set(worded if checks is None else checks)
    complaints += [
        f"{file}: checks.{n}: no text; add expects and hint, es and en"
        for n in names - worded.keys()
    ]
    complaints += [
        f"{file}: checks.{n}: no such check; delete or rename it" for n in worded.keys() - names
    ]
    if complaints:
        raise CourseError(*sorted(complaints))
    return GraderTexts(checks=worded, findings=findings)


def _words(file: Path, table: Any, sentence: str, complaints: list[str]) -> dict[str, Words]:
    found = {}
    for key, entry in table.items():
        texts = {}
        for part in (sentence, "hint"):
            value = entry.get(part) if isinstance(entry, dict) else None
            if not isinstance(value, dict) or set(value) != set(LANGS):
                complaints.append(f"{file}: {key}.{part}: expected a text in es and in en")
                continue
            texts[part] = Text(es=str(value["es"]), en=str(value["en"]))
        if len(texts) == 2:
            found[str(key)] = Words(sentence=texts[sentence], hint=texts["hint"])
    return found
