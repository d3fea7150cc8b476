"""FinalGrades of a made course week: one student who has met everything, strangers with hostile
names, a class.
"""

from __future__ import annotations

import functools
import hashlib
import random
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from autograder.model import (
    AccuracyRules,
    Adjustment,
    AdjustmentLine,
    Assignment,
    Basis,
    Bonus,
    Category,
    CategoryTotal,
    CheckResult,
    Confinement,
    Course,
    Criterion,
    Decisions,
    DeclaredFile,
    FinalGrade,
    Frame,
    GradeVerdict,
    Lang,
    Mark,
    Measurement,
    MinimumState,
    Note,
    Outcome,
    Penalty,
    Rubric,
    ScaleBand,
    Score,
    ScoreSheet,
    Text,
    Waiver,
)
from autograder.scoring.final_grade import final_grade
from tests.support.networks import compared

HOSTILE_NAME = "<script>document.documentElement.dataset.pwned=1</script>"
HOSTILE_OUTPUT = (
    "</pre></script><script>document.documentElement.dataset.pwned=1</script>"
    "<img src=https://evil.example/x onerror=document.documentElement.dataset.pwned=1>"
    "\x1b[31mred\x1b[0m \x00 \u202egpj.exe {{ 7 * 7 }}"
)


def text(es: str, en: str) -> Text:
    """Return a sentence in both languages."""
    return Text(es=es, en=en)


def criterion(
    criterion_id: str, points: int, es: str, en: str, *, manual: bool = False
) -> Criterion:
    """Return a criterion that is earned by what its title says."""
    earns = text(f"Gana sus puntos: {es.lower()}", f"Earns its points: {en.lower()}")
    return Criterion(
        id=criterion_id, title=text(es, en), earns=earns, points=Fraction(points), manual=manual
    )


BASIC = criterion("performance.residual_block.basic_block", 20, "Bloque básico", "Basic block")
BOTTLENECK = criterion(
    "performance.residual_block.bottleneck", 15, "Cuello de botella", "Bottleneck"
)
THEORY = criterion(
    "knowledge.depth_problem", 30, "El problema de la profundidad", "The depth problem"
)
ACCURACY = criterion("product.training.accuracy", 25, "Exactitud en test", "Test accuracy")
CLEAN = criterion("product.code.clean", 10, "Código limpio", "Clean code", manual=True)


def category(category_id: str, es: str, en: str, minimum: int, *criteria: Criterion) -> Category:
    """Return a category whose points are the sum of its criteria's."""
    points = sum((c.points for c in criteria), Fraction(0))
    bands = (
        ScaleBand(id="sufficient", title=text("Suficiente", "Sufficient"), least=Fraction(minimum)),
    )
    return Category(
        id=category_id,
        title=text(es, en),
        points=points,
        minimum=Fraction(minimum),
        criteria=criteria,
        bands=bands,
    )


def assignment(assignment_id: str, es: str, en: str, *criteria: Criterion) -> Assignment:
    """Return an assignment of one file."""
    return Assignment(
        id=assignment_id,
        title=text(es, en),
        minutes=45,
        files=(DeclaredFile(name=f"{assignment_id}.py"),),
        criteria=criteria,
        root=Path("assignments", assignment_id),
        solution=Path("solutions", assignment_id),
    )


RUBRIC = Rubric(
    total=Fraction(100),
    pass_total=Fraction(70),
    categories=(
        category("knowledge", "Conocimiento", "Knowledge", 15, THEORY),
        category("performance", "Desempeño", "Performance", 21, BASIC, BOTTLENECK),
        category("product", "Producto", "Product", 21, ACCURACY, CLEAN),
    ),
    bonuses=(
        Bonus(
            id="bonus.grad_cam", title=text("Mapas Grad-CAM", "Grad-CAM maps"), points=Fraction(3)
        ),
        Bonus(
            id="bonus.documentation",
            title=text("Documentación", "Documentation"),
            points=Fraction(2),
        ),
    ),
    bonus_cap=Fraction(5),
    penalties=(
        Penalty(
            id="penalty.late",
            title=text("Entrega tardía", "Late hand-in"),
            points=Fraction(-10),
            days=3,
        ),
    ),
    accuracy=AccuracyRules(
        earns=Fraction(85, 100),
        bonus=Fraction(92, 100),
        overfitting=Fraction(15, 100),
        leak=Fraction(5, 100),
        bands=(
            ScaleBand(id="excellent", title=text("Excelente", "Excellent"), least=Fraction(90)),
            ScaleBand(id="good", title=text("Bueno", "Good"), least=Fraction(85)),
            ScaleBand(id="sufficient", title=text("Suficiente", "Sufficient"), least=Fraction(75)),
            ScaleBand(
                id="insufficient", title=text("Insuficiente", "Insufficient"), least=Fraction(0)
            ),
        ),
    ),
)
COURSE = Course(
    id="week_23",
    title=text("Semana 23: redes residuales", "Week 23: residual networks"),
    rubric=RUBRIC,
    assignments=(
        assignment("concepts", "Cuestionario de conceptos", "Concept questions", THEORY),
        assignment("residual_block", "Bloque residual", "Residual block", BASIC, BOTTLENECK),
        assignment(
            "flower_classifier", "Clasificador de flores", "Flower classifier", ACCURACY, CLEAN
        ),
    ),
    root=Path("course"),
    digest="c0ffee" * 10 + "beef",
)

BASIS = Basis(
    harness="1.0.0",
    python="3.11.7",
    packages={"numpy": "2.3.1", "torch": "2.9.1+cpu"},
    files={"graders/test_blocks.py": "9de" * 5 + "9", "graders/texts.yml": "a11" * 5 + "a"},
    rules={"limits": "11" * 8, "performance.residual_block.basic_block": "2b" * 8},
)
FULLY = Confinement(level="A", layers=("user namespace", "mount namespace", "Landlock", "seccomp"))
PARTLY = Confinement(
    level="B", layers=("Landlock", "seccomp"), missing=("user namespace", "disk quota")
)

PASSED = CheckResult(
    id="test_keeps_the_shape",
    criterion=BASIC.id,
    outcome=Outcome.PASSED,
    expects="With stride 1 and equal channels the output has the input's shape.",
    evidence="seen (2, 8, 6, 6)",
)
FAILED = CheckResult(
    id="test_skip_carries_the_signal",
    criterion=BASIC.id,
    outcome=Outcome.FAILED,
    expects="With its residual branch silent, a block is the `ReLU` of its input.",
    message="The output was zero everywhere: the input never reaches the sum.",
    hint="Keep the input before the first convolution and add it before the last `ReLU`.",
    weight=Fraction(2),
    where=(Frame(file="residual_block.py", line=42, function="forward"),),
    evidence=f"AssertionError: expected 1.5, got 0.0 {HOSTILE_OUTPUT}",
    output=HOSTILE_OUTPUT,
)
BLOCKED = CheckResult(
    id="test_gradient_reaches_the_input",
    criterion=BASIC.id,
    outcome=Outcome.BLOCKED,
    expects="The gradient reaches the block's input.",
    message="It needs the skip connection, which is not there yet.",
)
OURS = CheckResult(
    id="test_bottleneck_expands",
    criterion=BOTTLENECK.id,
    outcome=Outcome.GRADER_ERROR,
    expects="The output has four times the channels.",
    evidence="KeyError: 'expansion' in the grader",
)
LATE = Adjustment(id="penalty.late", days=1, reason="Un día.")
FINDING = CheckResult(
    id="intake.name",
    criterion="",
    outcome=Outcome.MISSING,
    message="We did not find `flower_classifier.py`, only `flowers.py`.",
    hint="Rename your file and hand it in again.",
)


def every_outcome() -> tuple[CheckResult, ...]:
    """One check for each way in which a check can end."""
    return tuple(
        CheckResult(
            id=f"test_{o.value}",
            criterion=BASIC.id,
            outcome=o,
            expects="The block adds.",
            message="It did.",
        )
        for o in Outcome
    )


def score(c: Criterion, earned: Fraction | int | None, *checks: CheckResult) -> Score:
    """Return a score; without points, that of a manual criterion waits for a person."""
    state = "manual" if c.manual else "auto"
    value = None if earned is None else Fraction(earned)
    return Score(criterion=c.id, earned=value, possible=c.points, state=state, checks=checks)  # type: ignore[arg-type]


def sheet(student: str, assignment: str, *scores: Score, **changes: object) -> ScoreSheet:
    """Return a graded sheet; `changes` replace its fields."""
    plain = ScoreSheet(
        student=student,
        assignment=assignment,
        status="graded",
        scores=scores,
        findings=(),
        seed=20_240_501,
        lang="es",
        submission_digest="5ab5ab5ab5ab"
        + hashlib.sha256(f"{student} {assignment}".encode("utf-8", "surrogatepass")).hexdigest()[
            :52
        ],
        basis=BASIS,
        confinement=FULLY,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def final_grade_of(
    student: str,
    scores: Mapping[str, Score],
    sheets: tuple[ScoreSheet, ...],
    verdict: GradeVerdict,
    *reasons: Text,
) -> FinalGrade:
    """Return the final grade that these scores add up to, without bonuses or penalties."""
    totals = []
    for c in RUBRIC.categories:
        of_category = tuple(scores[x.id] for x in c.criteria)
        earned = sum((s.earned for s in of_category if s.earned is not None), Fraction(0))
        waiting = sum((s.possible for s in of_category if s.earned is None), Fraction(0))
        is_met = True if earned >= c.minimum else False if earned + waiting < c.minimum else None
        totals.append(
            CategoryTotal(
                category=c,
                scores=of_category,
                earned=earned,
                waiting=waiting,
                minimum_state=MinimumState(is_met),
            )
        )
    return FinalGrade(
        student=student,
        sheets=sheets,
        categories=tuple(totals),
        adjustments=(),
        total=sum((t.earned for t in totals), Fraction(0)),
        waiting=sum((t.waiting for t in totals), Fraction(0)),
        verdict=verdict,
        reasons=reasons,
        stages={
            a.id: "graded" if a.id in {s.assignment for s in sheets} else "handed_in"
            for a in COURSE.assignments
        },
    )


def eventful(student: str = "Ana Núñez") -> FinalGrade:
    """Return a student with criteria in every state, a bonus and a penalty."""
    not_graded = Score(criterion=THEORY.id, earned=None, possible=THEORY.points, state="not_graded")
    basic = score(BASIC, Fraction(25, 2), PASSED, FAILED, BLOCKED)
    bottleneck = score(BOTTLENECK, None, OURS)
    accuracy = score(
        ACCURACY,
        25,
        replace(PASSED, criterion=ACCURACY.id, expects="The accuracy is 85 % or more."),
    )
    clean = score(CLEAN, None)
    found = final_grade_of(
        student,
        {s.criterion: s for s in (not_graded, basic, bottleneck, accuracy, clean)},
        (
            sheet(
                student,
                "residual_block",
                basic,
                bottleneck,
                status="needs_review",
                confinement=PARTLY,
            ),
            sheet(
                student,
                "flower_classifier",
                accuracy,
                clean,
                status="needs_manual",
                findings=(FINDING,),
            ),
        ),
        "pending",
        text("Aún hay 55 puntos por decidir.", "55 points are still to be decided."),
    )
    late, cam, documentation = RUBRIC.penalties[0], *RUBRIC.bonuses
    lines = (
        AdjustmentLine(
            id=cam.id, title=cam.title, applied=True, points=Fraction(3), reason="Layer 4 only."
        ),
        AdjustmentLine(
            id=documentation.id, title=documentation.title, applied=False, points=Fraction(0)
        ),
        AdjustmentLine(
            id=late.id, title=late.title, applied=True, points=Fraction(-10), reason="One day."
        ),
    )
    return replace(found, adjustments=lines, total=found.total - 7)


@functools.cache
def confusion(recall: float) -> tuple[tuple[int, ...], ...]:
    """Return the confusion of a model that recognises about this share of each of 102 classes."""
    rng = random.Random(102)
    rows = [[0] * 102 for _ in range(102)]
    for label, row in enumerate(rows):
        own = min(max(rng.gauss(recall, 0.1), 0), 1)
        for _ in range(rng.choice((20, 28, 41, 60, 96, 138))):
            row[
                label if rng.random() < own else (label + rng.choice((1, 1, 1, 7, 30, 50))) % 102
            ] += 1
    return tuple(map(tuple, rows))


def measurement(recall: float = 0.87, signature: str = "a" * 64, **changes: object) -> Measurement:
    """Return a model measured on a list like that of Flowers-102."""
    rows = confusion(recall)
    n = sum(map(sum, rows))
    correct = sum(row[label] for label, row in enumerate(rows))
    found = Measurement(
        list=f"Flowers-102, la lista de prueba: {n} imágenes.",
        correct=correct,
        n=n,
        total=n,
        top5=n - 130,
        interval=(Fraction(correct, n) - Fraction(1, 120), Fraction(correct, n) + Fraction(1, 120)),
        confusion=rows,
        signature=signature,
        decided_by="full",
    )
    return replace(found, **changes)  # type: ignore[arg-type]


def judged(student: str = "Iris Ødegård", lang: Lang = "es") -> FinalGrade:
    """Return a grade with a measurement, proposal, mark, overruled check, notes, waived penalty."""
    half = replace(
        FAILED,
        criterion=BOTTLENECK.id,
        credit=Fraction(1, 2),
        message="Reduce bien, pero no expande a cuatro veces los canales.",
        output="",
        evidence="narrow: 4, wide: 8",
    )
    seen = CheckResult(
        id="test_code_is_clean",
        criterion=CLEAN.id,
        outcome=Outcome.MANUAL,
        credit=Fraction(3, 4),
        expects="El código sigue las convenciones.",
        message="Hay 3 líneas demasiado largas y 2 nombres de una letra; "
        "9 de 10 funciones tienen docstring.",
    )
    theory = replace(
        score(THEORY, None, replace(seen, criterion=THEORY.id)),
        state="manual",
        proposed=Fraction(21),
    )
    basic = score(BASIC, 10, PASSED, replace(FAILED, weight=Fraction(1)))
    bottleneck = score(BOTTLENECK, Fraction(15, 2), half)
    accuracy = score(
        ACCURACY,
        25,
        replace(PASSED, criterion=ACCURACY.id, expects="La exactitud es del 85 % o más."),
    )
    clean = replace(score(CLEAN, None, seen), proposed=Fraction(15, 2))
    sheets = (
        sheet(student, "concepts", theory, status="needs_manual"),
        sheet(
            student,
            "residual_block",
            basic,
            bottleneck,
            networks=(compared("skip_after_relu", check=FAILED.id),),
        ),
        sheet(
            student,
            "flower_classifier",
            accuracy,
            clean,
            status="needs_manual",
            measurement=measurement(),
            notes=(
                Note(check="test_leak", text="En prueba acierta un 6 % más que en validación."),
                Note(check=seen.id, text="Ideas clave: nombres y longitud."),
            ),
            adjustments=(Adjustment(id="bonus.grad_cam", reason="Hay mapas de 12 imágenes."), LATE),
        ),
    )
    decisions = Decisions(
        marks=(
            Mark(
                criterion=CLEAN.id,
                points=Fraction(8),
                author="Marta Ruiz",
                reason="Se lee de una vez.",
            ),
            Mark(
                criterion=BASIC.id,
                points=Fraction(20),
                author="Leo Sanz",
                reason="La pregunta era ambigua.",
            ),
        ),
        adjustments=(
            Adjustment(
                id="bonus.documentation", author="Marta Ruiz", reason="Un informe ejemplar."
            ),
        ),
        waivers=(Waiver(id=LATE.id, author="Marta Ruiz", reason="Avisó a tiempo."),),
    )
    return final_grade(COURSE, student, sheets, decisions, lang)


def decided(
    student: str, theory: int, basic: int, bottleneck: int, accuracy: int, clean: int
) -> FinalGrade:
    """Return the final grade of a student for whom everything is decided."""
    earned = (theory, basic, bottleneck, accuracy, clean)
    scores = [score(c, e) for c, e in zip(RUBRIC.criteria.values(), earned, strict=True)]
    sheets = (
        sheet(student, "concepts", scores[0]),
        sheet(student, "residual_block", *scores[1:3]),
        sheet(student, "flower_classifier", *scores[3:]),
    )
    found = final_grade_of(student, {s.criterion: s for s in scores}, sheets, "failed")
    has_passed = found.total >= RUBRIC.pass_total and all(
        c.minimum_state is MinimumState.MET for c in found.categories
    )
    return replace(found, verdict="passed" if has_passed else "failed")


def class_of(size: int) -> list[FinalGrade]:
    """Return a class with a spread of totals; every seventh student is an eventful one."""
    return [
        eventful(f"Student {i:03}")
        if i % 7 == 6
        else decided(
            f"Student {i:03}",
            30 - i % 5 * 4,
            20 - i % 4 * 3,
            15 - i % 3 * 5,
            25 - i % 2 * 9,
            10 - i % 6,
        )
        for i in range(size)
    ]
