"""JUnit XML for GitLab, Jenkins and others: a suite for each criterion, a case for each check.

Points are properties of the suite: the schema of Jenkins allows none in a case.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from xml.etree import ElementTree

from autograder.integrations.exports.decimals import decimal_text
from autograder.integrations.exports.gradescope import said
from autograder.integrations.exports.hand_in import GradedCriterion, GradedHandIn, Verdict
from autograder.integrations.exports.wording import phrase
from autograder.model import CheckResult, Lang, Outcome
from autograder.results import exact_text

# Characters that XML 1.0 does not allow, not even as references.
ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
POINT_DIGITS = 4  # decimals of points in a property; the exact value stands beside it


@dataclass(frozen=True, slots=True, kw_only=True)
class TestCase:
    """A case before it is XML: what became of it, and what is said."""

    name: str
    result: str = ""  # failure, error or skipped; empty: it passed
    type: str = ""  # the outcome, as one word
    message: str = ""
    details: str = ""


def junit_xml(hand_ins: Sequence[GradedHandIn], *, timestamp: str = "") -> str:
    """Return the file of hand-ins; with several students their names stand in the suites."""
    root = ElementTree.Element("testsuites", {"name": "autograder"})
    has_many = len({hand_in.student for hand_in in hand_ins}) > 1
    for hand_in in hand_ins:
        for criterion in hand_in.criteria:
            name = f"{hand_in.student}: {criterion.id}" if has_many else criterion.id
            root.append(_suite(hand_in, criterion, name, timestamp))
    for count in ("tests", "failures", "errors"):
        root.set(count, str(sum(int(suite.get(count, "0")) for suite in root)))
    ElementTree.indent(root)
    body = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{body}\n'


def _suite(
    hand_in: GradedHandIn, criterion: GradedCriterion, name: str, timestamp: str
) -> ElementTree.Element:
    cases = list(_cases(criterion, hand_in.lang))
    suite = ElementTree.Element("testsuite", {"name": legal(name)})
    for count, result in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(count, str(sum(case.result == result for case in cases)))
    suite.set("tests", str(len(cases)))
    suite.set("time", "0")
    if timestamp:
        suite.set("timestamp", timestamp)
    entries = [
        ("student", hand_in.student),
        ("assignment", hand_in.assignment),
        ("criterion", criterion.id),
        ("verdict", criterion.verdict.value),
        *_points(criterion.earned, criterion.possible),
    ]
    if hand_in.is_draft:
        entries.append(("draft", "true"))
    _add_properties(suite, entries)
    for case in cases:
        suite.append(_case(criterion, case))
    return suite


def _case(criterion: GradedCriterion, case: TestCase) -> ElementTree.Element:
    element = ElementTree.Element(
        "testcase", {"classname": legal(criterion.id), "name": legal(case.name), "time": "0"}
    )
    if case.result:
        child = ElementTree.SubElement(element, case.result, {"message": legal(case.message)})
        if case.type:
            child.set("type", case.type)
        child.text = legal(case.details)
    return element


def _cases(criterion: GradedCriterion, lang: Lang) -> Iterator[TestCase]:
    """Yield the cases of a criterion: its checks, or the criterion itself where it has none."""
    seen: dict[str, int] = {}
    for check in criterion.checks:
        name = check.expects or check.message or criterion.title
        seen[name] = seen.get(name, 0) + 1
        numbered = name if seen[name] == 1 else f"{name} ({seen[name]})"  # names must differ
        yield _of_check(criterion, check, numbered, lang)
    if not criterion.checks or criterion.author:
        yield _of_criterion(criterion, lang)


def _of_check(criterion: GradedCriterion, check: CheckResult, name: str, lang: Lang) -> TestCase:
    details = "\n".join(said(check, lang))
    if check.outcome is Outcome.GRADER_ERROR and not criterion.author:
        fault = phrase("verdict", "fault", lang)
        return TestCase(name=name, result="error", type=check.outcome.value, message=fault)
    if check.outcome in (Outcome.MANUAL, Outcome.GRADER_ERROR):
        return TestCase(name=name, result="skipped", message=phrase("output", "manual", lang))
    if check.outcome is Outcome.BLOCKED:
        return TestCase(name=name, result="skipped", message=check.message)
    is_failed = check.outcome is not Outcome.PASSED
    return TestCase(
        name=name,
        result="failure" if is_failed else "",
        type=check.outcome.value if is_failed else "",
        message=check.message,
        details=details,
    )


def _of_criterion(criterion: GradedCriterion, lang: Lang) -> TestCase:
    """Return the case of a criterion itself: a person decides it, or it has no checks."""
    said_by = f"{criterion.author}: {criterion.reason}" if criterion.author else ""
    if criterion.verdict is Verdict.WAITING:
        message = phrase("output", "manual", lang)
        return TestCase(name=criterion.title, result="skipped", message=message)
    if criterion.verdict is Verdict.FAULT:
        message = phrase("verdict", "fault", lang)
        return TestCase(name=criterion.title, result="error", type="fault", message=message)
    is_right = criterion.verdict is Verdict.RIGHT
    return TestCase(
        name=criterion.title,
        result="" if is_right else "failure",
        type="" if is_right else criterion.verdict.value,
        message="" if is_right else said_by or phrase("verdict", criterion.verdict.value, lang),
    )


def _points(earned: Fraction | None, possible: Fraction) -> list[tuple[str, str]]:
    """Return the properties of points; nothing is said of what is not decided."""
    entries = [("possible", decimal_text(possible, POINT_DIGITS))]
    if earned is not None:
        entries += [
            ("points", decimal_text(earned, POINT_DIGITS)),
            ("points_exact", exact_text(earned) or ""),
        ]
    return entries


def _add_properties(parent: ElementTree.Element, entries: Iterable[tuple[str, str]]) -> None:
    properties = ElementTree.SubElement(parent, "properties")
    for name, value in entries:
        ElementTree.SubElement(properties, "property", {"name": name, "value": legal(value)})


def legal(text: str) -> str:
    """Return a text without the characters that XML does not allow."""
    return ILLEGAL.sub("", text)
