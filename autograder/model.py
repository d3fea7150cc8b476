"""The nouns, as frozen dataclasses: Course, Rubric, Assignment, Submission, CheckResult, ScoreSheet, ..."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from fractions import Fraction
from pathlib import Path
from typing import Literal, get_args

Lang = Literal["es", "en"]
Level = Literal["A", "B", "C"]
LEVELS: tuple[Level, ...] = get_args(Level)  # strongest first
WorkerScope = Literal["check", "criterion", "submission"]
State = Literal["auto", "manual", "not_graded"]
Status = Literal["graded", "needs_review", "needs_manual"]
Verdict = Literal["passed", "failed", "pending"]


class Outcome(Enum):
    """How a check ended: a closed set of words, and our own fault is one of them."""

    PASSED = "passed"
    FAILED = "failed"  # the grader's judgement
    BLOCKED = "blocked"  # a prerequisite failed, and the message names it
    RAISED = "raised"  # the student's code raised
    TIMEOUT = "timeout"  # a limit of wall or CPU time ran out
    MEMORY = "memory"  # the memory limit was reached
    CRASHED = "crashed"  # the worker died (segmentation fault, os._exit, ...)
    DENIED = "denied"  # the sandbox refused what was tried or answered
    MISSING = "missing"  # a file, a name or its body is not there
    GRADER_ERROR = "grader_error"  # ours: never scored, always reviewed
    MANUAL = "manual"  # waits for a person


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A sentence in the languages that students read."""

    es: str
    en: str

    def in_(self, lang: Lang) -> str:
        """The sentence in `lang`."""
        return self.es if lang == "es" else self.en


# ---------------------------------------------------------------- the course


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One line of the rubric: what is judged and what it is worth."""

    id: str  # e.g. "performance.residual_block.basic_block"
    title: Text
    earns: Text  # what earns the points, in a few words
    points: Fraction
    manual: bool = False  # a person decides


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A named band of a scale: from `least` (inclusive) upwards, to the next band."""

    id: str  # e.g. "excellent"
    title: Text
    least: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """A group of criteria with a minimum of its own."""

    id: str
    title: Text
    points: Fraction
    minimum: Fraction  # fewer points than this fail the course week
    criteria: tuple[Criterion, ...]
    bands: tuple[Band, ...] = ()  # by points, highest first


@dataclass(frozen=True, slots=True, kw_only=True)
class Bonus:
    """Points on top of the rubric; all bonuses together are capped."""

    id: str
    title: Text
    points: Fraction  # positive


@dataclass(frozen=True, slots=True, kw_only=True)
class Penalty:
    """Points taken off: a fixed number, a number per day, or a share of the total."""

    id: str
    title: Text
    points: Fraction = Fraction(0)  # negative or zero; per day where `days` is positive
    days: int = 0  # a daily penalty: this many days at most, later is not accepted
    share: Fraction = Fraction(0)  # negative: -1 takes the whole total


@dataclass(frozen=True, slots=True, kw_only=True)
class Rubric:
    """Every criterion with its points, and the rules that turn points into pass or fail."""

    total: Fraction
    pass_total: Fraction
    categories: tuple[Category, ...]
    bonuses: tuple[Bonus, ...]
    bonus_cap: Fraction
    penalties: tuple[Penalty, ...]
    accuracy_bands: tuple[Band, ...] = ()  # project levels by test accuracy, highest first

    @property
    def criteria(self) -> dict[str, Criterion]:
        """Every criterion by id, in the rubric's order."""
        return {c.id: c for category in self.categories for c in category.criteria}


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one submission may use. Seconds, bytes and counts."""

    wall_import: float = 10.0  # seconds to compile and import the student's file
    wall_check: float = 5.0  # seconds that one check may wait for student code
    wall_submission: float = 60.0  # seconds that all checks together may wait
    cpu: int = 60  # CPU seconds of one worker
    memory: int = 1 << 30  # bytes above what a warm worker already holds
    processes: int = 1  # 1: may not fork; more: so many processes and threads
    open_files: int = 256
    output: int = 16_384  # bytes of captured output that are kept
    disk: int = 64 << 20  # bytes of the worker's private disk
    answer: int = 64 << 20  # bytes of one answer on the wire


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredFile:
    """A file that an assignment asks for; only declared files are ever read."""

    name: str
    alternatives: tuple[str, ...] = ()  # other names under which it may be handed in
    max_bytes: int = 1 << 20
    required: bool = True

    @property
    def names(self) -> tuple[str, ...]:
        """The name and its alternatives, the preferred one first."""
        return (self.name, *self.alternatives)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """One task: what is handed in, under which limits it runs, which criteria it decides."""

    id: str
    title: Text
    minutes: int
    files: tuple[DeclaredFile, ...]
    criteria: tuple[Criterion, ...]
    limits: Limits = Limits()
    worker: WorkerScope = "criterion"  # how often a fresh worker is made
    sandbox: Level = "A"  # the level below which it is not graded unless allowed
    hidden_packages: tuple[str, ...] = ()  # installed packages that students may not import
    root: Path  # assignments/<id>
    solution: Path  # solutions/<id>

    @property
    def graders(self) -> Path:
        """The folder of hidden graders."""
        return self.root / "graders"

    @property
    def is_gradable(self) -> bool:
        """Whether its graders exist."""
        return any(self.graders.glob("test_*.py"))

    @property
    def source_names(self) -> tuple[str, ...]:
        """The names under which the student's code may be handed in, e.g. a .py and a .ipynb."""
        return self.files[0].names


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """A course week: its rubric and its assignments, as `grading.yml` states them."""

    id: str
    title: Text
    rubric: Rubric
    assignments: tuple[Assignment, ...]
    root: Path  # the folder of grading.yml
    digest: str  # sha256 of grading.yml, hex

    def assignment(self, id: str) -> Assignment:
        """The assignment called `id`; KeyError where there is none."""
        return {a.id: a for a in self.assignments}[id]


# ---------------------------------------------------------------- what is graded


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """One student's files for one assignment, as bytes; nothing is read from disk after intake."""

    student: str
    assignment: str
    files: dict[str, bytes] = field(repr=False)  # by the declared name under which they came
    digest: str  # sha256 over names and contents, hex
    findings: tuple[CheckResult, ...] = ()  # what intake found wrong, in the student's words


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """A line of the student's own code in a traceback."""

    file: str  # as the student named it
    line: int
    function: str = ""
    cell: int = 0  # the code cell of a notebook, from 1; 0 in a .py file

    def place(self, lang: Lang) -> str:
        """Where it is, in words."""
        if not self.cell:
            return f"{self.file}:{self.line}"
        cell, line = ("celda", "línea") if lang == "es" else ("cell", "line")
        return f"{self.file}, {cell} {self.cell}, {line} {self.line}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """How one check ended, with what the student is told and what only staff see."""

    id: str
    criterion: str  # "" for a finding about the whole submission
    outcome: Outcome
    message: str = ""  # for the student
    hint: str = ""  # for the student
    expects: str = ""  # what the check holds the code to, for the student
    weight: Fraction = Fraction(1)  # within its criterion
    where: tuple[Frame, ...] = ()  # the student's own frames, innermost last
    evidence: str = ""  # raw message, for staff only
    output: str = ""  # captured output, for staff only


# ---------------------------------------------------------------- scores


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """The points of one criterion."""

    criterion: str
    earned: Fraction | None  # None: nothing is decided yet
    possible: Fraction
    state: State
    checks: tuple[CheckResult, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Confinement:
    """How student code was confined while it was graded."""

    level: Level
    layers: tuple[str, ...]  # what was active, e.g. "user namespace", "seccomp"
    missing: tuple[str, ...] = ()  # what this level or the one above would have added


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreSheet:
    """All scores of one submission."""

    student: str
    assignment: str
    status: Status
    scores: tuple[Score, ...]
    findings: tuple[CheckResult, ...]  # about the submission as a whole (files, import)
    seed: int
    lang: Lang
    submission_digest: str  # sha256, hex: what was graded
    grader_digest: str  # sha256, hex: by which rubric, graders and version
    confinement: Confinement | None  # None: no student code ran

    @property
    def earned(self) -> Fraction:
        """The points that are decided so far."""
        return sum((s.earned for s in self.scores if s.earned is not None), Fraction(0))

    @property
    def possible(self) -> Fraction:
        """The points that this assignment can give."""
        return sum((s.possible for s in self.scores), Fraction(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryTotal:
    """A category's points against its minimum."""

    category: Category
    scores: tuple[Score, ...]  # one per criterion, in the rubric's order
    earned: Fraction
    waiting: Fraction  # points that are not decided yet (manual, not graded, needs review)
    met: bool | None  # None: still open


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjustment:
    """A bonus or penalty that applies to a student."""

    id: str
    days: int = 0  # for a daily penalty
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AdjustmentLine:
    """A bonus or penalty as the report shows it, whether it applied or not."""

    id: str
    title: Text
    applied: bool
    points: Fraction  # what it changed; zero where it did not apply
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a student stands against the whole rubric."""

    student: str
    sheets: tuple[ScoreSheet, ...]
    categories: tuple[CategoryTotal, ...]
    adjustments: tuple[AdjustmentLine, ...]
    total: Fraction  # decided points, bonuses and penalties included, within 0..rubric total
    waiting: Fraction
    verdict: Verdict
    reasons: tuple[Text, ...]  # why, in words
