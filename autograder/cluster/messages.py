"""What head and node say to each other, as frames: the course, hand-ins, and what came of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from autograder.cluster.frames import Frame, FrameError
from autograder.grading.graded import Graded
from autograder.grading.waiting import SetAside
from autograder.model import (
    Accuracy,
    Basis,
    Lang,
    Level,
    Run,
    SubmittedFiles,
    format_seed,
    parse_seed,
)
from autograder.results import (
    ResultError,
    basis_fields,
    basis_of_fields,
    check_fields,
    check_of_fields,
    to_json,
)

PREPARED = 0  # the id of the answer to a preparation; hand-ins are counted from 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Preparation:
    """What a node needs before its first hand-in."""

    root: str  # the course's folder on the head, for messages
    assignments: tuple[str, ...]  # ids; the first one is opened at once
    files: Mapping[str, bytes]  # of the course, by path below its folder
    seed: int
    lang: Lang
    jobs: Mapping[str, int]  # submissions at a time, by assignment
    threads: int
    allowed: Level | None
    accuracy: Accuracy
    data: str  # the folder of images and weights on the node; empty: none
    harness: str  # digest of the head's own code
    bases: Mapping[str, Basis]  # by assignment
    data_digests: Mapping[str, str]  # by assignment

    @property
    def run(self) -> Run:
        """The run as the node grades it: it writes no file."""
        return Run(
            seed=self.seed,
            lang=self.lang,
            jobs=max(self.jobs.values()),
            threads=self.threads,
            allowed=self.allowed,
            accuracy=self.accuracy,
            data=Path(self.data) if self.data else None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a node answers to one question."""

    id: int
    sheet: bytes = b""  # the text of a result file
    seconds: float = 0.0
    lengthened: Mapping[str, float] = field(default_factory=dict)
    check_seconds: Mapping[str, float] = field(default_factory=dict)
    # Why the node grades no more, in words; empty: it goes on.
    fatal: str = ""
    is_course: bool = False  # the course is at fault, not the node
    has_ended: bool = False  # its process died, and another may be started


def preparation_frame(preparation: Preparation) -> Frame:
    """Return a preparation as a frame."""
    header = {each.name: getattr(preparation, each.name) for each in fields(preparation)}
    header |= {
        "id": PREPARED,
        "files": list(preparation.files),
        "seed": format_seed(preparation.seed),
        "bases": {name: basis_fields(basis) for name, basis in preparation.bases.items()},
    }
    return Frame(header=header, parts=list(preparation.files.values()))


def preparation_of(frame: Frame) -> Preparation:
    """Return the preparation in a frame; FrameError where it holds none."""
    known: dict[str, Any] = {}
    try:
        known = {each.name: frame.header[each.name] for each in fields(Preparation)}
        bases = {name: basis_of_fields(basis) for name, basis in known["bases"].items()}
        known |= {
            "files": dict(zip(known["files"], frame.parts, strict=True)),
            "seed": parse_seed(known["seed"]),
            "bases": bases,
            "assignments": tuple(known["assignments"]),
        }
    except (KeyError, ValueError, AttributeError, ResultError) as error:
        raise FrameError(f"no preparation: {error}") from None
    return Preparation(**known)


def hand_in_frame(number: int, hand_in: SubmittedFiles | SetAside) -> Frame:
    """Return a hand-in as a frame."""
    header: dict[str, object] = {
        "id": number,
        "student": hand_in.student,
        "assignment": hand_in.assignment,
    }
    if isinstance(hand_in, SetAside):
        return Frame(header={**header, "evidence": hand_in.evidence})
    header |= {
        "names": list(hand_in.files),
        "digest": hand_in.digest,
        "findings": [check_fields(finding) for finding in hand_in.findings],
    }
    return Frame(header=header, parts=list(hand_in.files.values()))


def hand_in_of(frame: Frame) -> SubmittedFiles | SetAside:
    """Return the hand-in in a frame; FrameError where it holds none."""
    header = frame.header
    try:
        student, assignment = str(header["student"]), str(header["assignment"])
        if "evidence" in header:
            return SetAside(
                student=student, assignment=assignment, evidence=str(header["evidence"])
            )
        return SubmittedFiles(
            student=student,
            assignment=assignment,
            files=dict(zip(header["names"], frame.parts, strict=True)),
            digest=str(header["digest"]),
            findings=tuple(check_of_fields(finding) for finding in header["findings"]),
        )
    except (KeyError, ValueError, TypeError, ResultError) as error:
        raise FrameError(f"no hand-in: {error}") from None


def graded_answer(number: int, graded: Graded) -> Answer:
    """Return what a node answers for a hand-in that is graded."""
    return Answer(
        id=number,
        sheet=to_json(graded.sheet).encode(),
        seconds=graded.seconds,
        lengthened=graded.lengthened,
        check_seconds=graded.check_seconds,
    )


def answer_frame(answer: Answer) -> Frame:
    """Return an answer as a frame."""
    header = {each.name: getattr(answer, each.name) for each in fields(answer)}
    del header["sheet"]
    return Frame(header=header, parts=[answer.sheet])


def answer_of(frame: Frame) -> Answer:
    """Return the answer in a frame; FrameError where it holds none."""
    header = frame.header
    try:
        return Answer(
            id=int(header["id"]),
            sheet=frame.parts[0],
            seconds=float(header["seconds"]),
            lengthened=_numbers(header["lengthened"]),
            check_seconds=_numbers(header["check_seconds"]),
            fatal=str(header["fatal"]),
            is_course=header["is_course"] is True,
            has_ended=header["has_ended"] is True,
        )
    except (KeyError, IndexError, ValueError, TypeError, AttributeError) as error:
        raise FrameError(f"no answer: {error}") from None


def _numbers(content: Mapping[str, Any]) -> dict[str, float]:
    return {str(name): float(number) for name, number in content.items()}
