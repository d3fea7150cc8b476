"""This course's own grading.yml: the rubric and the five assignments, as they were agreed."""

from __future__ import annotations

from fractions import Fraction

import pytest

from autograder.config.course import load_course
from autograder.model import Course, Limits, ScaleBand, Text
from tests.support.places import REPOSITORY

AGREED = {
    "knowledge.depth_problem": 5,
    "knowledge.residual_connections": 8,
    "knowledge.transfer_learning": 8,
    "knowledge.fine_tuning": 5,
    "knowledge.modern_architectures": 4,
    "performance.residual_block.basic_block": 4,
    "performance.residual_block.bottleneck": 4,
    "performance.residual_block.resnet": 4,
    "performance.transfer_learning.load_pretrained": 3,
    "performance.transfer_learning.replace_classifier": 4,
    "performance.transfer_learning.feature_extraction": 5,
    "performance.fine_tuning.selective_freezing": 4,
    "performance.fine_tuning.discriminative_lr": 4,
    "performance.fine_tuning.train_and_evaluate": 3,
    "product.architecture.base_model": 4,
    "product.architecture.classifier": 4,
    "product.training.augmentation": 3,
    "product.training.lr_scheduler": 3,
    "product.training.early_stopping": 3,
    "product.training.accuracy": 3,
    "product.analysis.scratch_vs_transfer": 4,
    "product.analysis.training_curves": 2,
    "product.analysis.confusion_matrix": 2,
    "product.code.clean": 3,
    "product.code.comments": 2,
    "product.code.reproducibility": 2,
}
FILES = {
    "residual_block": {"residual_block.py", "residual_block.ipynb"},
    "transfer_learning": {"transfer_learning.py", "transfer_learning.ipynb"},
    "fine_tuning": {"fine_tuning.py", "fine_tuning.ipynb"},
    "flower_classifier": {
        *(
            "flower_classifier.py",
            "flower_classifier.ipynb",
            "flowers_model.pth",
            "flowers_model.safetensors",
            "history.json",
        ),
        *(
            "scratch_history.json",
            "confusion_matrix.csv",
            "training_curves.png",
            "confusion_matrix.png",
        ),
        "report.md",
    },
    "concepts": {"answers.yml"},
}


@pytest.fixture(scope="module")
def course() -> Course:
    """Return the course of this repository."""
    return load_course(REPOSITORY)


def least(bands: tuple[ScaleBand, ...]) -> dict[str, Fraction]:
    """Return where each band begins."""
    return {band.id: band.least for band in bands}


def test_every_criterion_is_worth_what_was_agreed(course: Course) -> None:
    """The rubric has the 26 criteria of the course with their points, and no other."""
    assert {criterion_id: c.points for criterion_id, c in course.rubric.criteria.items()} == AGREED


def test_categories_have_their_points_and_minimums(course: Course) -> None:
    """The three categories give 30, 35 and 35 points, and ask for 15, 21 and 21."""
    found: object = {c.id: (c.points, c.minimum) for c in course.rubric.categories}
    assert found == {"knowledge": (30, 15), "performance": (35, 21), "product": (35, 21)}


def test_each_criterion_lies_in_the_category_that_its_id_names(course: Course) -> None:
    """A criterion's id begins with its category."""
    assert all(c.id.startswith(f"{k.id}.") for k in course.rubric.categories for c in k.criteria)


def test_the_total_is_a_hundred_and_seventy_pass(course: Course) -> None:
    """All criteria together give 100 points; 70 are needed."""
    assert course.rubric.total == 100
    assert course.rubric.pass_total == 70


def test_a_person_decides_what_only_a_person_can(course: Course) -> None:
    """The comparison in the report, clean code and comments wait for a person; no other does."""
    assert {c.id for c in course.rubric.criteria.values() if c.manual} == {
        "product.analysis.scratch_vs_transfer",
        "product.code.clean",
        "product.code.comments",
    }


def test_bonuses_give_five_points_at_most(course: Course) -> None:
    """Four bonuses are offered; together they are capped at 5."""
    assert {b.id: b.points for b in course.rubric.bonuses} == {
        "bonus.accuracy_92": 3,
        "bonus.model_comparison": 2,
        "bonus.grad_cam": 3,
        "bonus.documentation": 2,
    }
    assert course.rubric.bonus_cap == 5


def test_penalties_are_those_of_the_course(course: Course) -> None:
    """Each penalty takes its points, its points a day for three days, or the whole total."""
    found: object = {p.id: (p.points, p.days, p.share) for p in course.rubric.penalties}
    assert found == {
        "penalty.does_not_run": (-10, 0, 0),
        "penalty.no_augmentation": (-5, 0, 0),
        "penalty.severe_overfitting": (-5, 0, 0),
        "penalty.plagiarism": (0, 0, -1),
        "penalty.late": (-10, 3, 0),
    }


def test_levels_begin_where_the_course_says(course: Course) -> None:
    """Knowledge has its levels by points, the project has them by test accuracy in percent."""
    knowledge = course.rubric.categories[0]
    assert course.rubric.accuracy is not None
    assert least(knowledge.bands) == {
        "excellent": 27,
        "good": 21,
        "sufficient": 15,
        "insufficient": 0,
    }
    assert least(course.rubric.accuracy.bands) == {
        "excellent": 90,
        "good": 85,
        "sufficient": 75,
        "insufficient": 0,
    }


def test_each_assignment_asks_for_its_files(course: Course) -> None:
    """Every file of the course, notebooks included, is declared with its assignment."""
    assert {a.id: {name for f in a.files for name in f.names} for a in course.assignments} == FILES


def test_the_code_comes_first(course: Course) -> None:
    """A practical's code may be handed in as a .py or as a notebook of the same name."""
    coded = [a for a in course.assignments if a.id != "concepts"]
    assert [a.source_names for a in coded] == [(f"{a.id}.py", f"{a.id}.ipynb") for a in coded]


def test_assignments_take_the_agreed_time(course: Course) -> None:
    """The minutes of the five assignments are those of the timetable."""
    assert [a.minutes for a in course.assignments] == [45, 50, 55, 120, 20]


def test_each_part_of_the_rubric_is_decided_where_it_is_worked_on(course: Course) -> None:
    """Knowledge is in the questionnaire, the product in the project, the rest in practicals."""
    for assignment in course.assignments:
        prefix = {"concepts": "knowledge.", "flower_classifier": "product."}.get(
            assignment.id, f"performance.{assignment.id}."
        )
        assert {c.id for c in assignment.criteria} == {
            criterion_id for criterion_id in AGREED if criterion_id.startswith(prefix)
        }


def test_residual_block_runs_under_tight_limits(course: Course) -> None:
    """The first practical is short, may not fork and cannot import a finished ResNet."""
    assignment = course.assignment("residual_block")
    limits = Limits(
        wall_import=10.0, wall_check=4.0, wall_submission=40.0, memory=1 << 30, processes=1
    )
    assert assignment.limits == limits
    assert assignment.hidden_packages == ("torchvision", "timm")


def test_every_sentence_is_there_in_both_languages(course: Course) -> None:
    """No title and no explanation is left as the same words in Spanish and English, names aside."""
    names = {"Transfer learning", "Fine-tuning"}
    sentences: list[Text] = [course.title]
    sentences += [c.title for c in course.rubric.criteria.values()]
    sentences += [c.earns for c in course.rubric.criteria.values()]
    sentences += [c.title for c in course.rubric.categories]
    sentences += [b.title for b in course.rubric.bonuses] + [
        p.title for p in course.rubric.penalties
    ]
    sentences += [a.title for a in course.assignments]
    assert {s.es for s in sentences if s.es == s.en} <= names
