"""The course and its rubric, as grading.yml states them."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Literal, get_args

Lang = Literal["es", "en"]
Level = Literal["A", "B", "C"]
SANDBOX_LEVELS: tuple[Level, ...] = get_args(Level)  # strongest first
OTHER_LANG: dict[Lang, Lang] = {"es": "en", "en": "es"}
WorkerScope = Literal["check", "criterion", "submission"]
Provenance = Literal["flag", "ignore"]
LeaderboardStudents = Literal["nobody", "opted_in", "everyone"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A sentence in Spanish and English, the languages that students read."""

    es: str
    en: str

    def in_(self, lang: Lang) -> str:
        """Return the sentence in a language."""
        return self.es if lang == "es" else self.en


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One line of the rubric: what is judged and what it is worth."""

    id: str  # e.g. "performance.residual_block.basic_block"
    title: Text
    earns: Text  # what earns the points, in a few words
    points: Fraction
    manual: bool = False  # a person decides


@dataclass(frozen=True, slots=True, kw_only=True)
class ScaleBand:
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
    bands: tuple[ScaleBand, ...] = ()  # by points, highest first


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
class AccuracyRules:
    """The consequences of a measured test accuracy; shares between 0 and 1, but for the bands."""

    earns: Fraction  # from here on the criterion of accuracy is earned
    bonus: Fraction  # from here on the bonus for accuracy is earned
    # An accuracy in training above the test's by more than this is severe overfitting.
    overfitting: Fraction
    # A test accuracy above that of validation by more than this is reported to staff.
    leak: Fraction
    bands: tuple[ScaleBand, ...]  # levels of the project, by accuracy in percent, highest first


@dataclass(frozen=True, slots=True, kw_only=True)
class Rubric:
    """Every criterion with its points, and the rules for passing; fixture `rubric`.

    Points are exact fractions.
    """

    total: Fraction
    pass_total: Fraction
    categories: tuple[Category, ...]
    bonuses: tuple[Bonus, ...]
    bonus_cap: Fraction
    penalties: tuple[Penalty, ...]
    accuracy: AccuracyRules | None = None  # None: no assignment measures one

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
    # Seconds that a check marked `measure` may wait; not counted with the others.
    wall_measure: float = 600.0
    # Seconds for all else: starting workers, importing in them, the judge's own CPU time.
    reserve: float = 60.0
    cpu: int = 60  # CPU seconds of one worker
    memory: int = 1 << 30  # bytes above what a warm worker already holds
    processes: int = 1  # 1: may not fork; more: so many processes and threads
    open_files: int = 256
    output: int = 16_384  # bytes of captured output that are kept
    disk: int = 64 << 20  # bytes of the worker's private disk
    answer: int = 64 << 20  # bytes of one answer on the wire


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """A package that student code may import where it is graded."""

    name: str  # as pip knows it
    versions: str = ""  # a range such as ">=1.0"; empty: any
    module: str  # as code imports it

    @property
    def requirement(self) -> str:
        """The requirement as pip takes it."""
        return f"{self.name}{self.versions}"


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
    warm_packages: tuple[str, ...] = ()  # packages that are imported once, for all workers
    # Published modules that hold an answer; copies of them are noted.
    originals: tuple[str, ...] = ()
    provenance: Provenance = "flag"  # whether staff see copies and hidden packages
    needs_images: bool = False  # whether its checks measure on the test images of Flowers-102
    does_not_run: str = ""  # id of the penalty for code of which nothing runs; empty: none
    is_graded_by_public: bool = False  # its public checks grade, instead of the hidden graders
    root: Path  # assignments/<id>
    solution: Path  # solutions/<id>

    @property
    def graders(self) -> Path:
        """The folder of the checks that grade: hidden ones, as a rule."""
        return self.public if self.is_graded_by_public else self.root / "graders"

    @property
    def public(self) -> Path:
        """The folder of checks that students receive; in a release it lies beside grading.yml."""
        released = self.root.parent.parent / "public"
        return released if (released / f"test_{self.id}.py").is_file() else self.root / "public"

    @property
    def is_gradable(self) -> bool:
        """Whether its graders exist."""
        return any(self.graders.glob("test_*.py"))

    @property
    def runs_code(self) -> bool:
        """Whether code is handed in; other files are only read, and need no sandbox."""
        return all(name.endswith((".py", ".ipynb")) for name in self.source_names)

    @property
    def source_names(self) -> tuple[str, ...]:
        """The names under which the student's code may be handed in, e.g. a .py and a .ipynb."""
        return self.files[0].names

    @property
    def declared_names(self) -> tuple[str, ...]:
        """Every name under which one of its files may be handed in."""
        return tuple(name for file in self.files for name in file.names)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRules:
    """What students' pages show beside their own results."""

    class_place: bool = False  # in which quarter of the class a total is, without names
    # The address of an assignment's handout, with {assignment} for its id; empty: none
    handout: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaderboardRules:
    """Whose measured accuracies a leaderboard shows, under pseudonyms."""

    shows: LeaderboardStudents = "nobody"  # nobody: the course has no leaderboard


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """A course week: its rubric and its assignments, as `grading.yml` states them."""

    id: str
    title: Text
    rubric: Rubric
    assignments: tuple[Assignment, ...]
    root: Path  # the folder of grading.yml
    digest: str  # sha256 of grading.yml, hex
    # What student code may import beside Python's own modules; empty: not stated.
    packages: tuple[Package, ...] = ()
    pages: PageRules = PageRules()
    leaderboard: LeaderboardRules = LeaderboardRules()

    def assignment(self, assignment_id: str) -> Assignment:
        """Return the assignment of an id; KeyError where there is none."""
        by_id = {assignment.id: assignment for assignment in self.assignments}
        return by_id[assignment_id]
