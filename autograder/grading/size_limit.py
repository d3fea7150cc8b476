"""The size limit of one hand-in's texts in result files and pages, whatever its code prints."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate, islice, takewhile

from autograder.model import CheckResult, ScoreSheet, Words

# Of evidence and output, in the result file and on the staff's page together.
MAX_STAFF_BYTES = 384 << 10
MAX_SENTENCE_CHARS = 1_000  # of a sentence, a hint, a reason or a note
MAX_FINDINGS = 40
MAX_NOTES = 40
PLAIN_BYTES = 2  # of a character that JSON and HTML write as it is, in both together
ESCAPED_BYTES = 24  # of any other character, at most
_ESCAPED = re.compile(r"[^ !#-%(-;=?-\[\]-~]")
_CUT = re.compile(r"… \[\+\d+\]\Z")
_LEFT_OUT = "… [+{count}]"  # characters: read in both languages


def trimmed(sheet: ScoreSheet) -> ScoreSheet:
    """Return the sheet with texts short enough, and not too many; what is left out is counted."""
    findings = [_with_short_sentences(finding) for finding in sheet.findings[:MAX_FINDINGS]]
    scores = []
    for score in sheet.scores:
        scores.append(replace(score, checks=tuple(map(_with_short_sentences, score.checks))))
    checks = iter(_with_short_evidence([*findings, *(c for s in scores for c in s.checks)]))
    return replace(
        sheet,
        findings=tuple(islice(checks, len(findings))),
        scores=tuple(replace(s, checks=tuple(islice(checks, len(s.checks)))) for s in scores),
        notes=tuple(
            replace(note, text=shortened(note.text), also=_shortened_if_any(note.also))
            for note in sheet.notes[:MAX_NOTES]
        ),
        adjustments=tuple(
            replace(
                adjustment,
                reason=shortened(adjustment.reason),
                also=_shortened_if_any(adjustment.also),
            )
            for adjustment in sheet.adjustments
        ),
    )


def is_trimmed(sheet: ScoreSheet) -> bool:
    """Return whether something was left out of a sheet, or may have been."""
    checks = sheet.checks_and_findings
    if len(sheet.findings) >= MAX_FINDINGS or len(sheet.notes) >= MAX_NOTES:
        return True
    texts = [text for check in checks for text in (check.message, check.hint, check.expects)]
    texts += [text for check in checks for text in (check.evidence, check.output)]
    texts += [note.text for note in sheet.notes]
    return any(map(_CUT.search, texts))


def shortened(text: str, max_chars: int = MAX_SENTENCE_CHARS) -> str:
    """Return `text`, or its first `max_chars` characters and how many were left out."""
    if len(text) <= max_chars:
        return text
    return text[:max_chars] + _LEFT_OUT.format(count=len(text) - max_chars)


def _shortened_if_any(text: str | None) -> str | None:
    return None if text is None else shortened(text)


def _with_short_sentences(check: CheckResult) -> CheckResult:
    also = check.also
    if also is not None:
        also = Words(
            message=shortened(also.message),
            hint=shortened(also.hint),
            expects=shortened(also.expects),
        )
    return replace(
        check,
        message=shortened(check.message),
        hint=shortened(check.hint),
        expects=shortened(check.expects),
        also=also,
    )


def _with_short_evidence(checks: Sequence[CheckResult]) -> list[CheckResult]:
    """Return the checks with as much of their evidence, then of their output, as may be kept."""
    allowance = _Allowance()
    evidence = [allowance.fit(check.evidence) for check in checks]
    outputs = [allowance.fit(check.output) for check in checks]
    return [
        replace(check, evidence=kept, output=output)
        for check, kept, output in zip(checks, evidence, outputs, strict=True)
    ]


class _Allowance:
    """The bytes that are left of MAX_STAFF_BYTES."""

    def __init__(self) -> None:
        self._left = MAX_STAFF_BYTES

    def fit(self, text: str) -> str:
        """Return as much of `text` as there is room for, and subtract it from the allowance."""
        size = _size_of(text)
        if size > self._left:
            text = shortened(text, self._fitting_chars(text))
            size = _size_of(text)
        self._left = max(0, self._left - size)
        return text

    def _fitting_chars(self, text: str) -> int:
        """Return how many characters of `text` there is room for."""
        sizes = accumulate(ESCAPED_BYTES if _ESCAPED.match(c) else PLAIN_BYTES for c in text)
        return sum(1 for _ in takewhile(lambda size: size <= self._left, sizes))


def _size_of(text: str) -> int:
    """Return the bytes that a text takes at most in the result file and on a page together."""
    escaped = len(_ESCAPED.findall(text))
    return PLAIN_BYTES * (len(text) - escaped) + ESCAPED_BYTES * escaped
