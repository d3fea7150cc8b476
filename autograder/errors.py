"""Every error that the harness raises, as one tree.

AutograderError
├─ CourseError        grading.yml, a grader, a solution or the command line is wrong   (instructor, exit 2)
├─ HostError          this machine cannot do what was asked                            (operator, exit 4)
│  ├─ SandboxLost     what confined student code is gone; the submission is graded again
│  └─ DataDamaged     a file of the data folder is not what its name says
└─ StudentError       what the submission did; `outcome` says which                    (scored)
   ├─ CodeRaised      its code raised an exception
   │  └─ PackageAbsent  it used a package that grading does not have
   ├─ TimeExceeded    a limit of time ran out
   ├─ Unmeasured      time ran out while a model was measured image by image: a person decides
   ├─ MemoryExceeded  the memory limit was reached
   ├─ Crashed         the worker died
   ├─ Denied          it tried or answered something that the sandbox refuses
   ├─ Unreadable      it returned an object that no check can read
   └─ Absent          a file, a name or its body is not there
"""

from __future__ import annotations

from typing import ClassVar

from autograder.model import Cause, Frame, Outcome

UNMEASURED = "unmeasured: "  # begins the evidence of what the next run measures again
NOTHING = "nothing"  # Absent.kind where a file defines none of the names that were asked for
UNWRITTEN = "NotImplementedError"  # Absent.kind where a body is missing rather than a name


class AutograderError(Exception):
    """The root: whatever the harness raises on purpose."""


class CourseError(AutograderError):
    """Raised when the course's own files are wrong; its lines name file, line, expectation and
    remedy.
    """

    def __init__(self, *complaints: str) -> None:
        super().__init__("\n".join(complaints))
        self.complaints = complaints


class HostError(AutograderError):
    """Raised when this machine refuses something that is needed; the message says what to do."""


class SandboxLost(HostError):
    """Raised where a worker or its zygote was lost through no fault of the student; nothing is
    scored by it.
    """


class DataDamaged(HostError):
    """Raised where nobody can be graded with a file of the data folder, in whatever sandbox."""


class StudentError(AutograderError):
    """Raised where student code, or its answer, is at fault; becomes the outcome of the check."""

    outcome: ClassVar[Outcome]

    def __init__(
        self,
        evidence: str,
        *,
        kind: str = "",
        where: tuple[Frame, ...] = (),
        cause: Cause | None = None,
    ) -> None:
        super().__init__(evidence)
        self.evidence = evidence  # for staff: may quote the student's own message
        self.kind = kind  # a word for the student: the exception's type, the missing name
        self.where = where
        self.cause = cause
        self.output = ""  # what was printed until then, for staff


class CodeRaised(StudentError):
    """Raised when student code raised an exception; `kind` is its type."""

    outcome = Outcome.RAISED


class PackageAbsent(CodeRaised):
    """Raised when student code used a package, or a name of one (`kind` is ImportError), that is
    not there.
    """

    def __init__(
        self,
        evidence: str,
        *,
        kind: str,
        package: str,
        imported: Frame | None,
        where: tuple[Frame, ...],
        cause: Cause,
    ) -> None:
        super().__init__(evidence, kind=kind, where=where, cause=cause)
        self.package = package  # as the student's file names it; empty where it does not
        self.imported = imported  # its import statement


class TimeExceeded(StudentError):
    """Raised when a limit of wall or CPU time ran out; `kind` is the limit in words."""

    outcome = Outcome.TIMEOUT


class Unmeasured(StudentError):
    """Raised where time ran out between two answers of a measurement; `n` of `total` images were
    measured.

    A model that goes on answering is no endless loop: it is large, or the machine is slow or busy.
    """

    outcome = Outcome.MANUAL

    def __init__(self, evidence: str, *, n: int, total: int) -> None:
        super().__init__(f"{UNMEASURED}{n} of {total} images, {evidence}")
        self.n = n
        self.total = total


class MemoryExceeded(StudentError):
    """Raised when student code asked for more memory than its limit."""

    outcome = Outcome.MEMORY


class Crashed(StudentError):
    """Raised when the worker died while it ran student code."""

    outcome = Outcome.CRASHED


class Denied(StudentError):
    """Raised when a worker's answer breaks the rules of the wire."""

    outcome = Outcome.DENIED


class Unreadable(StudentError):
    """Raised when student code returned what is no plain data; `kind` is the type of it."""

    outcome = Outcome.FAILED


class Absent(StudentError):
    """Raised when a declared file, a name of the interface, or the body of a function is not there."""

    outcome = Outcome.MISSING
