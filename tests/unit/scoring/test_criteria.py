"""How check results become points, and points pass or fail."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import pytest

from autograder.config.course import load_course
from autograder.errors import CourseError
from autograder.model import (
    Adjustment,
    AdjustmentLine,
    Assignment,
    CheckResult,
    Course,
    Decisions,
    FinalGrade,
    Lang,
    Mark,
    MinimumState,
    Outcome,
    Score,
    ScoreSheet,
    State,
    Waiver,
)
from autograder.scoring.criteria import format_points, format_share, score, status
from autograder.scoring.final_grade import final_grade
from tests.support.examples_of_final_grades import BASIS
from tests.support.places import CASES, REPOSITORY

COURSES = CASES / "courses"
BASIC, BOTTLENECK, RESNET = (
    f"performance.residual_block.{n}" for n in ("basic_block", "bottleneck", "resnet")
)
NOT_SCORED = {Outcome.BLOCKED, Outcome.GRADER_ERROR, Outcome.MANUAL}


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """Return this repository's course, with a grader for residual_block and for nothing else."""
    root = tmp_path_factory.mktemp("course")
    loaded = load_course(REPOSITORY)
    assignments = tuple(replace(a, root=root / a.id) for a in loaded.assignments)
    graders = root / "residual_block" / "graders"
    graders.mkdir(parents=True)
    (graders / "test_blocks.py").write_text('"""Graders."""\n', encoding="utf-8")
    return replace(loaded, assignments=assignments, root=root)


@pytest.fixture
def blocks(course: Course) -> Assignment:
    """Return an assignment of three automatic criteria, 4 points each."""
    return course.assignment("residual_block")


def check(outcome: Outcome, criterion: str = BASIC, weight: Fraction | int = 1) -> CheckResult:
    """Return a check with this outcome."""
    return CheckResult(id="test_it", criterion=criterion, outcome=outcome, weight=Fraction(weight))


def of(scores: Sequence[Score], criterion: str) -> Score:
    """Return the score of one criterion."""
    return next(s for s in scores if s.criterion == criterion)


def sheet(course: Course, assignment: str, **earned: Fraction | int | None) -> ScoreSheet:
    """Return a sheet of `ada` with these points by a criterion's last word, all others in full."""
    scores = []
    for c in course.assignment(assignment).criteria:
        points = earned.get(c.id.split(".")[-1], c.points)
        state: State = "manual" if c.manual else "auto"
        value = None if points is None else Fraction(points)
        scores.append(Score(criterion=c.id, earned=value, possible=c.points, state=state))
    return ScoreSheet(
        student="ada",
        assignment=assignment,
        status="graded",
        scores=tuple(scores),
        findings=(),
        seed=0,
        lang="es",
        submission_digest="",
        basis=BASIS,
        confinement=None,
    )


def full(course: Course) -> list[ScoreSheet]:
    """Sheets that earn every point."""
    return [sheet(course, a.id) for a in course.assignments]


def decided(*adjustments: Adjustment) -> Decisions:
    """Bonuses and penalties that a person set."""
    return Decisions(adjustments=adjustments)


def line(result: FinalGrade, adjustment_id: str) -> AdjustmentLine:
    """Return the line of one bonus or penalty."""
    return next(entry for entry in result.adjustments if entry.id == adjustment_id)


# ---------------------------------------------------------------- one criterion


def test_scores_come_in_the_order_of_the_criteria(blocks: Assignment) -> None:
    """There is one score per criterion, in the assignment's order, whatever the order of the
    results.
    """
    results = [check(Outcome.PASSED, c.id) for c in reversed(blocks.criteria)]
    assert [s.criterion for s in score(blocks, results)] == [BASIC, BOTTLENECK, RESNET]


def test_passed_weight_is_what_earns(blocks: Assignment) -> None:
    """A criterion earns its points times the passed share of the weight, exactly."""
    results = [
        check(Outcome.PASSED, weight=Fraction(1, 3)),
        check(Outcome.FAILED),
        check(Outcome.PASSED),
    ]
    assert of(score(blocks, results), BASIC).earned == 4 * Fraction(4, 7)


@pytest.mark.parametrize(
    "outcome", [o for o in Outcome if o not in NOT_SCORED and o is not Outcome.PASSED]
)
def test_only_passed_earns(blocks: Assignment, outcome: Outcome) -> None:
    """However the student's code ended, other than passed, the check's weight is lost."""
    assert of(score(blocks, [check(Outcome.PASSED), check(outcome)]), BASIC).earned == 2


def test_blocked_checks_carry_no_weight(blocks: Assignment) -> None:
    """A prerequisite is charged once: what it blocked counts neither way."""
    results = [check(Outcome.PASSED), check(Outcome.FAILED), check(Outcome.BLOCKED, weight=5)]
    assert of(score(blocks, results), BASIC).earned == 2


def test_a_withheld_check_keeps_its_weight(blocks: Assignment) -> None:
    """What a gate withholds earns nothing, and the others do not gain by it."""
    withheld = replace(check(Outcome.BLOCKED, weight=2), on_trust=True)
    results = [check(Outcome.PASSED), check(Outcome.FAILED), withheld]
    assert of(score(blocks, results), BASIC).earned == 1


def test_nothing_but_blocked_checks_earns_nothing(blocks: Assignment) -> None:
    """A criterion all of whose checks are blocked earns zero, and that is decided."""
    found = of(score(blocks, [check(Outcome.BLOCKED), check(Outcome.BLOCKED)]), BASIC)
    assert found.earned == 0
    assert found.state == "auto"


@pytest.mark.parametrize("others", [Outcome.PASSED, Outcome.FAILED, Outcome.BLOCKED])
def test_a_fault_of_ours_is_never_scored(blocks: Assignment, others: Outcome) -> None:
    """One grader_error leaves its criterion undecided, whatever the other checks say."""
    found = of(score(blocks, [check(others), check(Outcome.GRADER_ERROR)]), BASIC)
    assert found.earned is None
    assert found.state == "auto"


def test_no_results_are_no_zero(blocks: Assignment) -> None:
    """An automatic criterion about which nothing came back is undecided, not lost."""
    found = of(score(blocks, [check(Outcome.FAILED, BOTTLENECK)]), BASIC)
    assert found.earned is None
    assert found.state == "auto"


def test_a_check_that_waits_makes_its_criterion_wait(blocks: Assignment) -> None:
    """A check that ends as manual hands its criterion to a person."""
    found = of(score(blocks, [check(Outcome.PASSED), check(Outcome.MANUAL)]), BASIC)
    assert found.earned is None
    assert found.state == "manual"


def test_a_person_decides_manual_criteria(course: Course) -> None:
    """A manual criterion earns nothing by itself, even where its checks passed."""
    clean = "product.code.clean"
    scores = score(course.assignment("flower_classifier"), [check(Outcome.PASSED, clean)])
    assert of(scores, clean).earned is None
    assert of(scores, clean).state == "manual"


def test_without_graders_nothing_is_graded(course: Course) -> None:
    """The automatic criteria of an assignment without graders are not graded."""
    scores = score(course.assignment("concepts"), [])
    assert {(s.state, s.earned) for s in scores} == {("not_graded", None)}


def test_a_score_keeps_its_checks(blocks: Assignment) -> None:
    """A score shows the checks that it was made from, and only these."""
    ours, other = check(Outcome.PASSED), check(Outcome.PASSED, BOTTLENECK)
    assert of(score(blocks, [ours, other]), BASIC).checks == (ours,)


def test_a_result_of_another_criterion_is_refused(blocks: Assignment) -> None:
    """A result whose criterion is not the assignment's is the course's mistake, and is named."""
    with pytest.raises(
        CourseError, match=r"residual_block: test_it: no criterion '.*blok' here; did you mean '.*'"
    ):
        score(blocks, [check(Outcome.PASSED, "performance.residual_block.basic_blok")])


def test_findings_about_the_whole_submission_score_nothing(blocks: Assignment) -> None:
    """A finding that belongs to no criterion changes no score."""
    results = [check(Outcome.PASSED, c.id) for c in blocks.criteria]
    assert score(blocks, [*results, check(Outcome.MISSING, "")]) == score(blocks, results)


def test_a_score_stays_between_nothing_and_everything(blocks: Assignment) -> None:
    """With any outcomes and weights a criterion earns from 0 to its points, or is undecided."""
    rng = random.Random(23)
    for _ in range(500):
        results = [
            check(rng.choice(list(Outcome)), BASIC, Fraction(rng.randint(1, 9), rng.randint(1, 9)))
            for _ in range(rng.randint(0, 6))
        ]
        earned = of(score(blocks, results), BASIC).earned
        assert earned is None or 0 <= earned <= 4
        undecided = not results or {r.outcome for r in results} & {
            Outcome.GRADER_ERROR,
            Outcome.MANUAL,
        }
        assert (earned is None) == bool(undecided)


# ---------------------------------------------------------------- one sheet


def test_a_fault_of_ours_asks_for_review(blocks: Assignment) -> None:
    """A grader_error among the checks or the findings asks for review."""
    scores = score(blocks, [check(Outcome.PASSED, c.id) for c in blocks.criteria])
    assert status(scores, []) == "graded"
    assert status(scores, [check(Outcome.GRADER_ERROR, "")]) == "needs_review"
    assert status(score(blocks, [check(Outcome.GRADER_ERROR)]), []) == "needs_review"


def test_an_undecided_automatic_criterion_asks_for_review(blocks: Assignment) -> None:
    """A criterion without results is looked at, never passed over."""
    assert status(score(blocks, []), []) == "needs_review"


def test_review_goes_before_what_waits_for_a_person(blocks: Assignment) -> None:
    """An open manual criterion needs a person; a fault of ours beside it needs review first."""
    decided = Score(criterion=BASIC, earned=Fraction(4), possible=Fraction(4), state="manual")
    waits = replace(decided, earned=None)
    assert status([decided], []) == "graded"
    assert status([waits], []) == "needs_manual"
    assert status([waits], [check(Outcome.GRADER_ERROR, "")]) == "needs_review"


# ---------------------------------------------------------------- a student


def test_all_points_pass(course: Course) -> None:
    """Every point earned is a hundred, and passes with a reason."""
    found = final_grade(course, "ada", full(course))
    assert found.total == 100
    assert found.waiting == 0
    assert found.verdict == "passed"
    assert [r.es for r in found.reasons] == [
        "Tienes 100 de 100 puntos y alcanzas todos los mínimos."
    ]
    assert [r.en for r in found.reasons] == ["You have 100 of 100 points and reach every minimum."]


def test_a_missed_minimum_fails_whatever_the_total(course: Course) -> None:
    """Points elsewhere do not make up for a category below its minimum."""
    sheets = full(course)
    sheets[0] = sheet(course, "residual_block", basic_block=0, bottleneck=0, resnet=0)
    sheets[1] = sheet(
        course, "transfer_learning", load_pretrained=0, replace_classifier=1, feature_extraction=5
    )
    found = final_grade(course, "ada", sheets)
    assert found.total == 82
    assert found.verdict == "failed"
    assert [c.minimum_state.value for c in found.categories] == [True, False, True]
    assert [r.es for r in found.reasons] == [
        "Faltan 4 puntos para el mínimo de Desempeño (17 de 21)."
    ]
    assert [r.en for r in found.reasons] == [
        "You are 4 points short of the minimum of Performance (17 of 21)."
    ]


def test_exactly_the_minimum_is_enough(course: Course) -> None:
    """A category that earns its minimum to the point is met."""
    sheets = [
        *full(course)[:4],
        sheet(course, "concepts", depth_problem=0, residual_connections=0, fine_tuning=3),
    ]
    knowledge = final_grade(course, "ada", sheets).categories[0]
    assert knowledge.earned == knowledge.category.minimum
    assert knowledge.minimum_state is MinimumState.MET


def test_all_minimums_are_not_yet_a_pass(course: Course) -> None:
    """A total below 70 fails although every minimum is met."""
    sheets = [
        sheet(course, "concepts", depth_problem=0, residual_connections=0),
        sheet(course, "residual_block", basic_block=0, bottleneck=0),
        sheet(course, "transfer_learning"),
        sheet(course, "fine_tuning"),
        sheet(course, "flower_classifier", base_model=0, classifier=0, early_stopping=2),
    ]
    found = final_grade(course, "ada", sheets)
    assert found.total == 70
    assert found.verdict == "passed"
    sheets[1] = sheet(course, "residual_block", basic_block=0, bottleneck=0, resnet=Fraction(3))
    found = final_grade(course, "ada", sheets)
    assert found.total == 69
    assert found.verdict == "failed"
    assert [r.es for r in found.reasons] == ["Falta 1 punto para aprobar (69 de 70)."]
    assert [r.en for r in found.reasons] == ["You are 1 point short of passing (69 of 70)."]


def test_a_minimum_is_open_while_waiting_points_can_reach_it(course: Course) -> None:
    """With enough points waiting nothing is lost and nothing is won."""
    waiting: dict[str, int | None] = {
        "base_model": None,
        "classifier": None,
        "scratch_vs_transfer": None,
        "clean": 0,
        "comments": 0,
    }
    sheets = [*full(course)[:3], full(course)[4], sheet(course, "flower_classifier", **waiting)]
    found = final_grade(course, "ada", sheets)
    product = found.categories[2]
    assert product.earned == 18
    assert product.waiting == 12
    assert product.minimum_state is MinimumState.OPEN
    assert found.total == 83
    assert found.waiting == 12
    assert found.verdict == "pending"
    assert (
        found.reasons[0].es
        == "Faltan 3 puntos para el mínimo de Producto (18 de 21); quedan 12 por decidir."
    )
    assert found.reasons[0].en.endswith("Product (18 of 21); 12 are still undecided.")


def test_a_minimum_out_of_reach_fails_before_everything_is_decided(course: Course) -> None:
    """When even all waiting points cannot reach a minimum the verdict does not wait for them."""
    words = [c.id.split(".")[-1] for c in course.assignment("flower_classifier").criteria]
    points: dict[str, int | None] = {word: None if word == "clean" else 0 for word in words}
    sheets = [*full(course)[:3], full(course)[4], sheet(course, "flower_classifier", **points)]
    found = final_grade(course, "ada", sheets)
    assert found.categories[2].minimum_state is MinimumState.MISSED
    assert found.verdict == "failed"
    assert found.reasons[0].es.endswith("Producto (0 de 21), y solo quedan 3 por decidir.")


def test_decided_points_pass_without_waiting_for_the_rest(course: Course) -> None:
    """Waiting points can only add: what is enough already is a pass."""
    sheets = full(course)
    sheets[3] = sheet(
        course, "flower_classifier", scratch_vs_transfer=None, clean=None, comments=None
    )
    found = final_grade(course, "ada", sheets)
    assert found.total == 91
    assert found.waiting == 9
    assert found.verdict == "passed"


def test_a_miss_by_a_hair_never_reads_as_no_points_missing(course: Course) -> None:
    """What is earned is rounded down in a reason, so that its figures add up."""
    low: dict[str, Fraction | int | None] = {
        "depth_problem": 0,
        "residual_connections": 0,
        "fine_tuning": Fraction(2999, 1000),
    }
    sheets = [*full(course)[:4], sheet(course, "concepts", **low)]
    found = final_grade(course, "ada", sheets)
    assert found.reasons[0].es == "Faltan 0,01 puntos para el mínimo de Conocimiento (14,99 de 15)."


def test_without_a_sheet_and_without_graders_nothing_is_decided(course: Course) -> None:
    """Criteria that nothing can grade yet wait."""
    found = final_grade(course, "ada", [])
    knowledge = found.categories[0]
    assert {(s.state, s.earned) for s in knowledge.scores} == {("not_graded", None)}
    assert knowledge.waiting == 30
    assert knowledge.minimum_state is MinimumState.OPEN


@pytest.mark.parametrize(
    ("lang", "words"), [("es", "No has entregado nada"), ("en", "You have not handed in")]
)
def test_what_was_not_handed_in_earns_nothing_and_says_so(
    course: Course, lang: Lang, words: str
) -> None:
    """A gradable assignment without a sheet is zero for a reason that the student can read."""
    found = of(final_grade(course, "ada", [], lang=lang).categories[1].scores, BASIC)
    assert found.earned == 0
    assert found.state == "auto"
    assert [c.outcome for c in found.checks] == [Outcome.MISSING]
    assert found.checks[0].message.startswith(words)


def test_sheets_come_in_the_order_of_the_course(course: Course) -> None:
    """The same sheets in another order are the same final grade."""
    assert final_grade(course, "ada", full(course)[::-1]) == final_grade(
        course, "ada", full(course)
    )


# ---------------------------------------------------------------- marks of a person


def mark(criterion: str, points: int) -> Decisions:
    """Return the decisions of a person who marks one criterion."""
    return Decisions(
        marks=(Mark(criterion=criterion, points=Fraction(points), author="Marta", reason="Leído."),)
    )


def test_a_mark_decides_what_waits(course: Course) -> None:
    """What a person has to judge counts as soon as it is marked; the proposal is kept beside it."""
    sheets = [s for s in full(course) if s.assignment != "flower_classifier"]
    scores = [
        replace(s, earned=None, proposed=Fraction(3)) if s.criterion == "product.code.clean" else s
        for s in sheet(course, "flower_classifier").scores
    ]
    waiting = replace(
        sheet(course, "flower_classifier"), scores=tuple(scores), status="needs_manual"
    )
    assert final_grade(course, "ada", [*sheets, waiting]).waiting == 3
    found = final_grade(course, "ada", [*sheets, waiting], mark("product.code.clean", 2))
    assert (found.total, found.waiting) == (99, 0)
    score = of(found.categories[2].scores, "product.code.clean")
    assert (score.earned, score.proposed, score.mark and score.mark.author) == (2, 3, "Marta")
    assert {s.status for s in found.sheets} == {"graded"}


def test_a_person_may_overrule_the_harness(course: Course) -> None:
    """A mark stands in the place of what an automatic criterion earned, which is kept beside it."""
    found = final_grade(course, "ada", full(course), mark(BASIC, 1))
    score = of(found.categories[1].scores, BASIC)
    assert (found.total, score.earned, score.proposed, score.state) == (97, 1, 4, "auto")


def test_a_mark_settles_a_fault_of_ours(course: Course) -> None:
    """Once a person has marked what we failed to check, the sheet needs no review."""
    ours = replace(sheet(course, "residual_block", basic_block=None), status="needs_review")
    found = final_grade(course, "ada", [ours], mark(BASIC, 4))
    assert [s.status for s in found.sheets] == ["graded"]
    assert [s.status for s in final_grade(course, "ada", [ours]).sheets] == ["needs_review"]


def test_a_mark_counts_without_a_hand_in(course: Course) -> None:
    """What a student showed in person earns its points, although no file came."""
    found = final_grade(course, "ada", [], mark(BASIC, 3))
    assert found.total == 3


# ---------------------------------------------------------------- bonuses and penalties


def test_every_bonus_and_penalty_is_shown(course: Course) -> None:
    """A line stands for each, applied or not; one that did not apply changed nothing."""
    found = final_grade(course, "ada", full(course))
    rubric = course.rubric
    assert [x.id for x in found.adjustments] == [e.id for e in rubric.bonuses] + [
        e.id for e in rubric.penalties
    ]
    assert {(x.applied, x.points, x.reason) for x in found.adjustments} == {
        (False, Fraction(0), "")
    }


def test_bonuses_are_capped_together(course: Course) -> None:
    """Eight points of bonuses give five, and the line that was cut says why."""
    sheets = [*full(course)[:4], sheet(course, "concepts", residual_connections=0)]
    bonuses = [
        Adjustment(id=i) for i in ("bonus.accuracy_92", "bonus.grad_cam", "bonus.documentation")
    ]
    found = final_grade(course, "ada", sheets, decided(*bonuses))
    assert found.total == 97
    assert [x.points for x in found.adjustments[:4]] == [3, 0, 2, 0]
    assert line(found, "bonus.grad_cam").reason.startswith(
        "Las bonificaciones juntas no pasan de su tope"
    )
    assert line(found, "bonus.documentation").applied


def test_the_total_never_passes_a_hundred(course: Course) -> None:
    """A bonus fills what is missing to the total, and no more."""
    sheets = [*full(course)[:4], sheet(course, "concepts", depth_problem=4)]
    found = final_grade(course, "ada", sheets, decided(Adjustment(id="bonus.grad_cam")))
    assert found.total == 100
    assert line(found, "bonus.grad_cam").points == 1


def test_a_bonus_can_make_up_for_a_penalty(course: Course) -> None:
    """The maximum holds after penalties, not before them."""
    both = [Adjustment(id="bonus.grad_cam"), Adjustment(id="penalty.no_augmentation")]
    assert final_grade(course, "ada", full(course), decided(*both)).total == 98


def test_penalties_take_their_points(course: Course) -> None:
    """A penalty is subtracted, and its line shows the instructor's reason."""
    found = final_grade(
        course,
        "ada",
        full(course),
        decided(Adjustment(id="penalty.does_not_run", reason="Falla la celda 3.")),
    )
    assert found.total == 90
    applied = line(found, "penalty.does_not_run")
    assert applied.applied
    assert applied.points == -10
    assert applied.reason == "Falla la celda 3."


@pytest.mark.parametrize(("days", "total"), [(1, 90), (2, 80), (3, 70)])
def test_late_days_are_counted(course: Course, days: int, total: int) -> None:
    """Each late day takes ten points."""
    found = final_grade(
        course, "ada", full(course), decided(Adjustment(id="penalty.late", days=days))
    )
    assert found.total == total
    assert found.verdict == "passed"
    assert line(found, "penalty.late").points == total - 100


def test_more_than_three_days_are_not_accepted(course: Course) -> None:
    """Past the last day the whole total is lost, and the reason says so in both languages."""
    found = final_grade(course, "ada", full(course), decided(Adjustment(id="penalty.late", days=4)))
    assert found.total == 0
    assert found.verdict == "failed"
    assert line(found, "penalty.late").points == -100
    assert found.reasons[0].es == "No se acepta: llegó con 4 días de retraso y el máximo es 3."
    assert found.reasons[0].en == "Not accepted: it came 4 days late, and 3 is the most."
    assert line(found, "penalty.late").reason == found.reasons[0].es


def test_plagiarism_takes_the_whole_total(course: Course) -> None:
    """A share of the total is taken after bonuses and other penalties."""
    ids = ("bonus.grad_cam", "penalty.does_not_run", "penalty.plagiarism")
    found = final_grade(course, "ada", full(course), decided(*(Adjustment(id=i) for i in ids)))
    assert found.total == 0
    assert line(found, "penalty.plagiarism").points == -93


def test_a_penalty_can_make_a_pass_impossible(course: Course) -> None:
    """Declared penalties count before anything is decided."""
    sheets = [sheet(course, a.id) for a in course.assignments if a.id != "flower_classifier"]
    late = Adjustment(id="penalty.late", days=3)
    ran = Adjustment(id="penalty.does_not_run")
    assert final_grade(course, "ada", sheets, decided(late)).verdict == "pending"
    assert final_grade(course, "ada", sheets, decided(late, ran)).verdict == "failed"


@pytest.mark.parametrize(
    ("adjustments", "complaint"),
    [
        (
            [Adjustment(id="bonus.gradcam")],
            "ada: no bonus or penalty 'bonus.gradcam'; did you mean 'bonus.grad_cam'?",
        ),
        (
            [Adjustment(id="penalty.late")],
            "ada: penalty.late counts days, expected 1 or more, got 0",
        ),
        (
            [Adjustment(id="penalty.late", days=-1)],
            "ada: penalty.late counts days, expected 1 or more, got -1",
        ),
        (
            [Adjustment(id="bonus.grad_cam", days=2)],
            "ada: bonus.grad_cam does not count days, got 2; leave them out",
        ),
        (
            [Adjustment(id="bonus.grad_cam"), Adjustment(id="bonus.grad_cam")],
            "ada: bonus.grad_cam is declared twice; keep one, with all its days",
        ),
    ],
)
def test_adjustments_that_make_no_sense_are_refused(
    course: Course, adjustments: list[Adjustment], complaint: str
) -> None:
    """A bonus or penalty that the rubric does not know, or cannot count, is named."""
    with pytest.raises(CourseError) as caught:
        final_grade(course, "ada", full(course), decided(*adjustments))
    assert caught.value.complaints == (complaint,)


def test_what_the_harness_found_counts_once(course: Course) -> None:
    """Two sheets that found the same penalty apply it once; the first one's reason is shown."""
    found = [
        Adjustment(id="penalty.does_not_run", reason=reason) for reason in ("Error 1.", "Error 2.")
    ]
    sheets = full(course)
    sheets[:2] = [replace(s, adjustments=(a,)) for s, a in zip(sheets[:2], found, strict=True)]
    result = final_grade(course, "ada", sheets)
    assert result.total == 90
    assert line(result, "penalty.does_not_run").reason == "Error 1."


def test_a_person_can_confirm_what_the_harness_found(course: Course) -> None:
    """The same bonus from a sheet and from a person counts once, in the person's words."""
    sheets = [
        replace(
            full(course)[0],
            adjustments=(Adjustment(id="penalty.no_augmentation", reason="La máquina."),),
        )
    ]
    person = Adjustment(id="penalty.no_augmentation", author="Marta", reason="Lo he visto.")
    found = line(
        final_grade(course, "ada", [*sheets, *full(course)[1:]], decided(person)), person.id
    )
    assert (found.points, found.author, found.reason) == (-5, "Marta", "Lo he visto.")


def test_a_waiver_takes_back_what_the_harness_found(course: Course) -> None:
    """A waived penalty takes nothing, and its line says who waived it and why."""
    waiver = Waiver(id="penalty.does_not_run", author="Marta", reason="Era nuestro servidor.")
    sheets = [replace(s, adjustments=(Adjustment(id=waiver.id),)) for s in full(course)]
    found = final_grade(course, "ada", sheets, Decisions(waivers=(waiver,)))
    assert found.total == 100
    assert line(found, waiver.id).waiver == waiver
    assert not line(found, waiver.id).applied


def test_what_people_decide_must_belong_to_the_rubric(course: Course) -> None:
    """A mark for a strange criterion or out of bounds, and a strange waiver, are all named."""
    marks = [("product.code.claen", 1), ("product.code.clean", 4)]
    given = Decisions(
        marks=tuple(
            Mark(criterion=c, points=Fraction(p), author="M", reason="R") for c, p in marks
        ),
        waivers=(Waiver(id="penalty.latte", author="M", reason="R"),),
    )
    with pytest.raises(CourseError) as caught:
        final_grade(course, "ada", full(course), given)
    assert caught.value.complaints == (
        "ada: no criterion 'product.code.claen' in the rubric; did you mean 'product.code.clean'?",
        "ada: product.code.clean takes from 0 to 3 points, got 4",
        "ada: no bonus or penalty 'penalty.latte'; did you mean 'penalty.late'?",
    )


def test_sheets_that_do_not_belong_are_refused(course: Course) -> None:
    """Another student's sheet, a second sheet, a strange assignment and a stale score are all
    named.
    """
    ours = sheet(course, "residual_block")
    stale = replace(ours.scores[0], possible=Fraction(5))
    sheets = [
        replace(ours, student="bob"),
        ours,
        replace(ours, assignment="residual_blok"),
        replace(sheet(course, "fine_tuning"), scores=(stale,)),
    ]
    with pytest.raises(CourseError) as caught:
        final_grade(course, "ada", sheets)
    assert caught.value.complaints == (
        "ada: residual_block: this sheet belongs to 'bob'",
        "ada: residual_block: two sheets, expected one; keep the one that counts",
        "ada: residual_blok: no such assignment in the course; did you mean 'residual_block'?",
        f"ada: fine_tuning: {BASIC} was worth 5 points and is worth none now; "
        "grade the assignment again",
    )


@pytest.mark.parametrize("earned", [Fraction(-1), Fraction(9, 2)])
def test_a_score_out_of_range_is_refused(course: Course, earned: Fraction) -> None:
    """A score that was read back holds from nothing to what its criterion is worth."""
    with pytest.raises(CourseError, match=r"basic_block must earn from 0 to 4 points, got"):
        final_grade(course, "ada", [sheet(course, "residual_block", basic_block=earned)])


def test_final_grades_hold_together(course: Course) -> None:
    """For any scores and adjustments: the lines add up, the total stays in range, the verdict is
    certain.
    """
    rng = random.Random(2015)
    for _ in range(300):
        sheets = [random_sheet(rng, course, a) for a in course.assignments if rng.random() < 0.9]
        adjustments = random_adjustments(rng, course)
        found = final_grade(course, "ada", sheets, decided(*adjustments))
        assert found.total == sum((c.earned for c in found.categories), Fraction(0)) + sum(
            x.points for x in found.adjustments
        )
        assert 0 <= found.total <= 100
        assert sum(x.points for x in found.adjustments[:4]) <= 5
        best = final_grade(course, "ada", [decide(s, 1) for s in sheets], decided(*adjustments))
        worst = final_grade(course, "ada", [decide(s, 0) for s in sheets], decided(*adjustments))
        assert worst.total == found.total <= best.total
        if found.verdict != "pending":
            assert best.verdict == worst.verdict == found.verdict
        assert found.reasons


def random_sheet(rng: random.Random, course: Course, assignment: Assignment) -> ScoreSheet:
    """Return a sheet with random points, some of them undecided."""
    whole = sheet(course, assignment.id)
    points = [s.possible * Fraction(rng.choice((0, 1, 2, 3, 3, 3)), 3) for s in whole.scores]
    scores = zip(whole.scores, points, strict=True)
    return replace(
        whole, scores=tuple(replace(s, earned=None if rng.random() < 0.2 else p) for s, p in scores)
    )


def random_adjustments(rng: random.Random, course: Course) -> list[Adjustment]:
    """Return some bonuses and penalties at random."""
    chosen = [b.id for b in course.rubric.bonuses if rng.random() < 0.4]
    chosen += [p.id for p in course.rubric.penalties if rng.random() < 0.15]
    return [
        Adjustment(
            id=adjustment_id, days=rng.randint(1, 4) if adjustment_id == "penalty.late" else 0
        )
        for adjustment_id in chosen
    ]


def decide(sheet: ScoreSheet, share: int) -> ScoreSheet:
    """Return the sheet once a person has given all points that wait (1), or none of them (0)."""
    decided = (
        s if s.earned is not None else replace(s, earned=s.possible * share) for s in sheet.scores
    )
    return replace(sheet, scores=tuple(decided))


# ---------------------------------------------------------------- points in words


@pytest.mark.parametrize(
    ("value", "es", "en"),
    [
        (Fraction(4), "4", "4"),
        (Fraction(5, 2), "2,5", "2.5"),
        (Fraction(1, 3), "0,33", "0.33"),
        (Fraction(2, 3), "0,67", "0.67"),
        (Fraction(1, 200), "0,01", "0.01"),
        (Fraction(1, 201), "0", "0"),
        (Fraction(-10), "-10", "-10"),
        (Fraction(-5, 4), "-1,25", "-1.25"),
        (Fraction(-1, 1000), "0", "0"),
        (Fraction(1999, 1000), "2", "2"),
        (Fraction(100), "100", "100"),
        (Fraction(201, 10), "20,1", "20.1"),
    ],
)
def test_points_are_written_short(value: Fraction, es: str, en: str) -> None:
    """Two decimals at most, half up, no trailing zeros; Spanish has a comma."""
    assert (format_points(value, "es"), format_points(value, "en")) == (es, en)


@pytest.mark.parametrize(
    ("share", "digits", "words"),
    [
        (Fraction(2, 3), 2, "66.67%"),
        (Fraction(2, 3), 0, "67%"),
        (Fraction(1, 8), 0, "13%"),
        (Fraction(84_999, 100_000), 2, "84.99%"),  # 85 % is a goal
        (Fraction(85, 100), 2, "85%"),
        (Fraction(999, 1000), 0, "99%"),  # not all of it
        (Fraction(1), 0, "100%"),
        (Fraction(0), 2, "0%"),
        (0.5, 1, "50%"),
    ],
    ids=str,
)
def test_shares_are_rounded_as_people_round(
    share: Fraction | float, digits: int, words: str
) -> None:
    """Half up, but a share never reads as a goal that it misses."""
    assert format_share(share, "en", digits) == words
