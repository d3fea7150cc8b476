"""What is graded, and the results of its checks: SubmittedFiles, CheckResult, Outcome."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum, StrEnum
from fractions import Fraction
from pathlib import Path
from typing import Literal

from autograder.model.course import Lang, Level
from autograder.model.seeds import draw_seed

DEFAULT_STORE_GIB = 3.0  # that judges share below OUT of what they compute of images

Accuracy = Literal["full", "sequential"]  # how much of the list of test images is measured


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """The options of one run of `grade`; fixture `run`.

    Checks use `seed`, `lang` and `data`.
    """

    out: Path | None = None  # None: nothing is written
    seed: int = field(default_factory=draw_seed)  # secret until marks are final
    lang: Lang = "es"
    jobs: int = 2
    threads: int = 1  # of one worker
    # The weakest sandbox level that is accepted; None: as the assignment says.
    allowed: Level | None = None
    data: Path | None = None  # the folder that holds flowers-102/ and weights/
    accuracy: Accuracy = "full"
    # The most bytes that judges share below `out`: what they computed of images; 0: nothing.
    store_bytes: int = 0
    # A folder into which every question to student code is written, and its answer; None: none is.
    questions: Path | None = None
    # The folder of the class and its file of marks, which `review` finds again; None: no class.
    submitted: Path | None = None
    marks: Path | None = None


class Outcome(Enum):
    """The result of a check as one word; a fault of the harness is one of them."""

    PASSED = "passed"
    FAILED = "failed"  # the grader's judgement
    BLOCKED = "blocked"  # a prerequisite failed, and the message names it
    RAISED = "raised"  # the student's code raised
    TIMEOUT = "timeout"  # a limit of wall or CPU time ran out
    MEMORY = "memory"  # the memory limit was reached
    CRASHED = "crashed"  # the worker died (segmentation fault, os._exit, ...)
    DENIED = "denied"  # the sandbox refused what was tried or answered
    MISSING = "missing"  # a file, a name or its body is not there
    GRADER_ERROR = "grader_error"  # a fault of the harness: never scored, always reviewed
    MANUAL = "manual"  # waits for a person


class FindingId(StrEnum):
    """The ids of findings about a whole submission; checks have the names of their functions."""

    IMPORT = "import"  # the student's file cannot be imported
    BROKEN_CELL = "cell"  # a statement of it raised, or was stopped
    HOST_FAULT = "host"  # this machine, or the harness, failed
    # With the assignment's id before it:
    NOTHING_HANDED_IN = "nothing_handed_in"
    NOT_ACCEPTED = "not_accepted"  # it came too late


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmittedFiles:
    """One student's files for one assignment, as bytes; nothing is read from disk after intake."""

    student: str
    assignment: str
    files: dict[str, bytes] = field(repr=False)  # by the declared name under which they came
    digest: str  # sha256 over names and contents, hex
    findings: tuple[CheckResult, ...] = ()  # what intake found wrong, in the student's language


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """A line of the student's own code in a traceback."""

    file: str  # as the student named it
    line: int
    function: str = ""
    cell: int = 0  # the code cell of a notebook, from 1; 0 in a .py file

    @property
    def id(self) -> str:
        """The line as programs write it: `file:line`, in a notebook `file:cell:line`."""
        return f"{self.file}:{self.cell}:{self.line}" if self.cell else f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The texts of a check that a student reads, in one language."""

    message: str = ""
    hint: str = ""
    expects: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """The cause of an error of the student's code, as far as the harness recognises it."""

    key: str  # of causes.yml
    values: Mapping[str, str] = field(
        default_factory=dict
    )  # for its sentences; the student may read them
    text: str = ""  # the exception's own text; empty where it may hold a hidden input
    place: Frame | None = None  # the line to mend, where it is another than the one that raised


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """The result of one check, with the texts for the student and those for staff only."""

    id: str
    criterion: str  # "" for a finding about the whole submission
    outcome: Outcome
    message: str = ""  # for the student
    hint: str = ""  # for the student
    expects: str = ""  # what the check expects of the code, for the student
    weight: Fraction = Fraction(1)  # within its criterion
    # Share of its weight that a failed check earns all the same, or that is proposed.
    credit: Fraction | None = None
    where: tuple[Frame, ...] = ()  # the student's own frames, innermost last
    cause: str = ""  # the same text for checks that fail for one cause; empty: unknown
    evidence: str = ""  # raw message, for staff only
    output: str = ""  # captured output, for staff only
    # Whether it rests on what a worker reported of itself (shapes, flags, names), for staff only.
    on_trust: bool = False
    also: Words | None = None  # the same in the other language; None: as above

    @property
    def words(self) -> Words:
        """The texts that a student reads."""
        return Words(message=self.message, hint=self.hint, expects=self.expects)

    @property
    def is_withheld(self) -> bool:
        """Whether it passed on trust, and a gate of its criterion did not: it earns nothing.

        A check that a requirement blocked did not run, so it rests on nothing.
        """
        return self.outcome is Outcome.BLOCKED and self.on_trust

    def translated(self) -> CheckResult:
        """Return the same in the other language."""
        if self.also is None:
            return self
        new = self.also
        return replace(
            self, message=new.message, hint=new.hint, expects=new.expects, also=self.words
        )
