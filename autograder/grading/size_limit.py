"""Keeps what one hand-in adds to result files and pages within a size, whatever its code prints and
raises.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import accumulate, takewhile

from autograder.model import CheckResult, ScoreSheet, Words

MAX_STAFF_BYTES = (
    384 << 10
)  # of evidence and output, in the result file and on the page of staff together
MAX_SENTENCE = 1_000  # characters of a sentence, a hint, a reason or a note
MAX_FINDINGS = 40
MAX_NOTES = 40
PLAIN_BYTES = 2  # of a character that JSON and HTML write as it is, in both together
ESCAPED_BYTES = 24  # of any other, at most
_ESCAPED = re.compile(r"[^ !#-%(-;=?-\[\]-~]")
_LEFT_OUT = "… [+{count}]"  # characters: read in both languages


def trimmed(sheet: ScoreSheet) -> ScoreSheet:
    """The sheet with texts short enough, and not too many of them; what is left out is counted."""
    findings = tuple(_with_short_sentences(finding) for finding in sheet.findings[:MAX_FINDINGS])
    scores = [tuple(map(_with_short_sentences, score.checks)) for score in sheet.scores]
    everything = [*findings, *(check for checks in scores for check in checks)]
    room = _Room()
    evidence = [room.fit(check.evidence) for check in everything]
    kept = iter(zip(evidence, [room.fit(check.output) for check in everything], strict=True))

    def filled(checks: tuple[CheckResult, ...]) -> tuple[CheckResult, ...]:
        return tuple(
            replace(c, evidence=e, output=o) for c, (e, o) in zip(checks, kept, strict=False)
        )

    return replace(
        sheet,
        findings=filled(findings),
        scores=tuple(
            replace(s, checks=filled(checks))
            for s, checks in zip(sheet.scores, scores, strict=True)
        ),
        notes=tuple(
            replace(note, text=shortened(note.text), also=_shortened_if_any(note.also))
            for note in sheet.notes[:MAX_NOTES]
        ),
        adjustments=tuple(
            replace(a, reason=shortened(a.reason), also=_shortened_if_any(a.also))
            for a in sheet.adjustments
        ),
    )


def shortened(text: str, most: int = MAX_SENTENCE) -> str:
    """`text`, or its first `most` characters and how many were left out."""
    return text if len(text) <= most else text[:most] + _LEFT_OUT.format(count=len(text) - most)


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


class _Room:
    """What is left of MAX_STAFF_BYTES."""

    def __init__(self) -> None:
        self._left = MAX_STAFF_BYTES

    def fit(self, text: str) -> str:
        """As much of `text` as there is room for; the room is smaller by it afterwards."""
        size = _size_of(text)
        if size > self._left:
            text = shortened(text, self._characters(text))
            size = _size_of(text)
        self._left = max(0, self._left - size)
        return text

    def _characters(self, text: str) -> int:
        """How many characters of `text` there is room for."""
        sizes = accumulate(ESCAPED_BYTES if _ESCAPED.match(c) else PLAIN_BYTES for c in text)
        return sum(1 for _ in takewhile(lambda size: size <= self._left, sizes))


def _size_of(text: str) -> int:
    """The most bytes that a text takes in the result file and on a page together."""
    escaped = len(_ESCAPED.findall(text))
    return PLAIN_BYTES * (len(text) - escaped) + ESCAPED_BYTES * escaped
