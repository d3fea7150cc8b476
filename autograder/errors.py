"""Every error that the harness raises, as one tree.

AutograderError
├─ CourseError        grading.yml, a grader, a solution or the command line (instructor, exit 2)
├─ HostError          this machine cannot do what was asked                 (operator, exit 4)
│  ├─ SandboxLost     what confined student code is gone; the submission is graded again
│  └─ DataDamaged     a file of the data folder is not what its name says
└─ StudentError       what the submission did; `outcome` says which         (scored)
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
from autograder.model.error_kinds import AbsentReason as AbsentReason
from autograder.model.error_kinds import DeniedReason as DeniedReason
from autograder.model.error_kinds import TimeLimit as TimeLimit

UNMEASURED_PREFIX = "unmeasured: "  # begins the evidence of a check that the next run repeats
UNWRITTEN_ERROR = "NotImplementedError"  # what the body of a function raises that is not written


class AutograderError(Exception):
    """Base class of all errors that the harness raises on purpose."""


class CourseError(AutograderError):
    """Raised when the course's own files are wrong.

    Each line of the message names the file, the line, what was expected and what to do.
    """

    def __init__(self, *complaints: str) -> None:
        super().__init__("\n".join(complaints))
        self.complaints = complaints


class HostError(AutograderError):
    """Raised when this machine refuses something that is needed; the message says what to do."""


class SandboxLost(HostError):
    """Raised when a worker or its zygote was lost and no student is at fault; nothing is scored."""


class DataDamaged(HostError):
    """Raised when a file of the data folder is damaged, so that no submission can be graded."""


class StudentError(AutograderError):
    """Raised when student code, or its answer, is at fault; becomes the outcome of the check."""

    outcome: ClassVar[Outcome]

    def __init__(
        self, evidence: str, *, where: tuple[Frame, ...] = (), cause: Cause | None = None
    ) -> None:
        super().__init__(evidence)
        self.evidence = evidence  # for staff: may quote the student's own message
        self.where = where
        self.cause = cause
        self.output = ""  # what was printed until then, for staff

    @property
    def subject(self) -> str:
        """The one word that sentences name: an exception's class, a missing name, a limit."""
        return ""

    def repeated(self, evidence: str) -> StudentError:
        """Return an error of the same kind for a request that is refused because of this one."""
        return type(self)(evidence)


class CodeRaised(StudentError):
    """Raised when student code raised an exception."""

    outcome = Outcome.RAISED

    def __init__(
        self,
        evidence: str,
        *,
        exception_type: str,
        where: tuple[Frame, ...] = (),
        cause: Cause | None = None,
    ) -> None:
        super().__init__(evidence, where=where, cause=cause)
        self.exception_type = exception_type  # the name of its class, fit for the student

    @property
    def subject(self) -> str:
        """The name of the exception's class."""
        return self.exception_type

    def repeated(self, evidence: str) -> CodeRaised:
        """Return an error that names the same class."""
        return CodeRaised(evidence, exception_type=self.exception_type)


class PackageAbsent(CodeRaised):
    """Raised when student code used a package, or a name of a package, that is not there.

    `exception_type` is ImportError where the package lacks the name, else ModuleNotFoundError.
    """

    def __init__(
        self,
        evidence: str,
        *,
        exception_type: str,
        package: str,
        imported: Frame | None,
        where: tuple[Frame, ...],
        cause: Cause,
    ) -> None:
        super().__init__(evidence, exception_type=exception_type, where=where, cause=cause)
        self.package = package  # as the student's file names it; empty where it does not
        self.imported = imported  # its import statement


class TimeExceeded(StudentError):
    """Raised when a limit of wall or CPU time ran out."""

    outcome = Outcome.TIMEOUT

    def __init__(
        self,
        evidence: str,
        *,
        limit: TimeLimit,
        where: tuple[Frame, ...] = (),
        cause: Cause | None = None,
    ) -> None:
        super().__init__(evidence, where=where, cause=cause)
        self.limit = limit

    @property
    def subject(self) -> str:
        """The name of the limit."""
        return self.limit.value

    def repeated(self, evidence: str) -> TimeExceeded:
        """Return an error for a request that is refused: its criterion ran out of time before."""
        return TimeExceeded(evidence, limit=TimeLimit.CRITERION)


class Unmeasured(StudentError):
    """Raised when time ran out between two answers of a measurement; a person decides.

    `n` of `total` images were measured. A model that goes on answering is no endless loop: it is
    large, or the machine is slow or busy.
    """

    outcome = Outcome.MANUAL

    def __init__(self, evidence: str, *, n: int, total: int) -> None:
        super().__init__(f"{UNMEASURED_PREFIX}{n} of {total} images, {evidence}")
        self.n = n
        self.total = total


class MemoryExceeded(StudentError):
    """Raised when student code asked for more memory than its limit."""

    outcome = Outcome.MEMORY


class Crashed(StudentError):
    """Raised when the worker died while it ran student code."""

    outcome = Outcome.CRASHED


class Denied(StudentError):
    """Raised when a worker's answer breaks the rules of the wire, or no check can read it."""

    outcome = Outcome.DENIED

    def __init__(self, evidence: str, *, reason: DeniedReason = DeniedReason.RULES) -> None:
        super().__init__(evidence)
        self.reason = reason

    @property
    def subject(self) -> str:
        """The reason, where the student is told a sentence of its own for it."""
        return self.reason.value if self.reason is DeniedReason.WRONG_KIND else ""

    def repeated(self, evidence: str) -> Denied:
        """Return an error with the same reason."""
        return Denied(evidence, reason=self.reason)


class Unreadable(StudentError):
    """Raised when student code returned an object that is not plain data."""

    outcome = Outcome.FAILED

    def __init__(
        self,
        evidence: str,
        *,
        value_type: str = "",
        where: tuple[Frame, ...] = (),
        cause: Cause | None = None,
    ) -> None:
        super().__init__(evidence, where=where, cause=cause)
        self.value_type = value_type  # the name of its class; empty where that is not shown

    @property
    def subject(self) -> str:
        """The name of the object's class."""
        return self.value_type

    def repeated(self, evidence: str) -> Unreadable:
        """Return an error that names the same class."""
        return Unreadable(evidence, value_type=self.value_type)


class Absent(StudentError):
    """Raised when a declared file, a name of the interface or the body of a function is absent."""

    outcome = Outcome.MISSING

    def __init__(
        self,
        evidence: str,
        *,
        name: str = "",
        reason: AbsentReason = AbsentReason.NAME,
        where: tuple[Frame, ...] = (),
        cause: Cause | None = None,
    ) -> None:
        super().__init__(evidence, where=where, cause=cause)
        self.reason = reason
        self.name = name  # the file or the name; empty where the student is not told

    @property
    def subject(self) -> str:
        """The missing name, or what stands for it."""
        if self.reason is AbsentReason.BODY:
            return UNWRITTEN_ERROR
        return self.reason.value if self.reason is AbsentReason.NOTHING else self.name

    def repeated(self, evidence: str) -> Absent:
        """Return an error for the same absence."""
        return Absent(evidence, name=self.name, reason=self.reason)
