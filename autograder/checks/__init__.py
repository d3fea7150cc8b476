"""The public API of course authors: all that graders, public checks and artifacts import.

Probes run in a worker, beside student code; they import from `autograder.checks.in_worker`.
Each name is loaded when it is first used: a check of tensors does not wait for the questionnaire,
and a worker, in which this package exists without its modules, holds no code of the judge.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from autograder.analysis.lint import LintEvidence, lint_source
    from autograder.checks.asserting import (
        ask_a_person,
        assert_close,
        deny,
        expect_tensor,
        fail,
        is_close,
        partial,
    )
    from autograder.checks.feedback import Feedback
    from autograder.checks.pretrained import empty_model, serve_weights, served_model, weights_files
    from autograder.checks.program import Program
    from autograder.checks.references import record_reference
    from autograder.checks.source_code import python_sources
    from autograder.checks.submission import Submission
    from autograder.checks.training import Training
    from autograder.errors import CodeRaised, StudentError
    from autograder.measuring.accuracy.bounds import wilson, without_replacement
    from autograder.measuring.accuracy.measurement import (
        AccuracyMeasurement,
        measure,
        thresholds_of,
    )
    from autograder.measuring.data.flowers import ImageSet, read_split, splits_there
    from autograder.measuring.data.photos import altered, draw_photos
    from autograder.measuring.data.prepared import (
        PreparedImages,
        evaluated,
        evaluated_crop,
        prepared,
    )
    from autograder.model import Lang, Measurement, Rubric, Run, Text
    from autograder.programs.layers import Layer, LayerKind, layers_of
    from autograder.programs.parts import Part
    from autograder.programs.tape import Tape
    from autograder.questionnaire.answers import Answers, read_answers
    from autograder.questionnaire.checks import check_question, echo_checklist
    from autograder.questionnaire.load import load_questionnaire
    from autograder.questionnaire.questions import ChecklistItem, Question
    from autograder.questionnaire.reading import (
        UnreadableAnswer,
        is_blank,
        read_letters,
        read_number,
    )
    from autograder.sandbox.torchvision_compat import import_torchvision
    from autograder.scoring.criteria import format_points, format_share

__all__ = [
    "AccuracyMeasurement",
    "Answers",
    "ChecklistItem",
    "CodeRaised",
    "Feedback",
    "ImageSet",
    "Lang",
    "Layer",
    "LayerKind",
    "LintEvidence",
    "Measurement",
    "Part",
    "PreparedImages",
    "Program",
    "Question",
    "Rubric",
    "Run",
    "StudentError",
    "Submission",
    "Tape",
    "Text",
    "Training",
    "UnreadableAnswer",
    "altered",
    "ask_a_person",
    "assert_close",
    "check_question",
    "deny",
    "draw_photos",
    "echo_checklist",
    "empty_model",
    "evaluated",
    "evaluated_crop",
    "expect_tensor",
    "fail",
    "format_points",
    "format_share",
    "import_torchvision",
    "is_blank",
    "is_close",
    "layers_of",
    "lint_source",
    "load_questionnaire",
    "measure",
    "partial",
    "prepared",
    "python_sources",
    "read_answers",
    "read_letters",
    "read_number",
    "read_split",
    "record_reference",
    "serve_weights",
    "served_model",
    "splits_there",
    "thresholds_of",
    "weights_files",
    "wilson",
    "without_replacement",
]

# The public names by the module that defines each, as the statements above have them.
DEFINED_IN = {
    "autograder.analysis.lint": "LintEvidence lint_source",
    "autograder.checks.asserting": (
        "ask_a_person assert_close deny expect_tensor fail is_close partial"
    ),
    "autograder.checks.feedback": "Feedback",
    "autograder.checks.pretrained": "empty_model serve_weights served_model weights_files",
    "autograder.checks.references": "record_reference",
    "autograder.checks.program": "Program",
    "autograder.checks.source_code": "python_sources",
    "autograder.checks.submission": "Submission",
    "autograder.checks.training": "Training",
    "autograder.errors": "CodeRaised StudentError",
    "autograder.measuring.accuracy.bounds": "wilson without_replacement",
    "autograder.measuring.accuracy.measurement": "AccuracyMeasurement measure thresholds_of",
    "autograder.measuring.data.flowers": "ImageSet read_split splits_there",
    "autograder.measuring.data.photos": "altered draw_photos",
    "autograder.measuring.data.prepared": ("PreparedImages evaluated evaluated_crop prepared"),
    "autograder.model": "Lang Measurement Rubric Run Text",
    "autograder.programs.layers": "Layer LayerKind layers_of",
    "autograder.programs.parts": "Part",
    "autograder.programs.tape": "Tape",
    "autograder.questionnaire.answers": "Answers read_answers",
    "autograder.questionnaire.checks": "check_question echo_checklist",
    "autograder.questionnaire.load": "load_questionnaire",
    "autograder.questionnaire.questions": "ChecklistItem Question",
    "autograder.questionnaire.reading": "UnreadableAnswer is_blank read_letters read_number",
    "autograder.sandbox.torchvision_compat": "import_torchvision",
    "autograder.scoring.criteria": "format_points format_share",
}
MODULE_OF_NAME = {name: module for module, names in DEFINED_IN.items() for name in names.split()}


def __getattr__(name: str) -> object:
    """Import a public name from the module that defines it."""
    if name not in MODULE_OF_NAME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(MODULE_OF_NAME[name]), name)
    globals()[name] = value  # the next use does not come here
    return value


def __dir__() -> list[str]:
    """Return the public names."""
    return list(__all__)
