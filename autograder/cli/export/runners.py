"""`autograder export github` and `classroom50`: what a runner reports of one hand-in."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from autograder.cli.exit_codes import EXIT_CODES_HELP, NEEDS_REVIEW
from autograder.cli.export.hand_ins import (
    assignment_option,
    only_hand_in,
    read_hand_ins,
    sort_hand_in,
    student_option,
)
from autograder.cli.export.inputs import (
    dry_run_option,
    export_options,
    lang_option,
    read_inputs,
    show_outcome,
    to_file,
)
from autograder.errors import CourseError
from autograder.integrations.exports.classroom50 import classroom50_result, submission_fields
from autograder.integrations.exports.github import encoded_result, workflow_annotations
from autograder.integrations.exports.gradescope import json_file
from autograder.integrations.exports.outcome import ExportOutcome
from autograder.integrations.exports.summary import summary_markdown
from autograder.model import Lang
from autograder.results import write


@click.command(
    epilog="""\b
Examples:
  autograder export github out --student ana --assignment residual_block --to run
"""
    + EXIT_CODES_HELP
)
@click.option(
    "--to",
    "target",
    type=click.Path(file_okay=False, path_type=Path),
    help="A folder for summary.md, annotations.txt and result.txt. Default: what the runner names "
    "in GITHUB_STEP_SUMMARY and GITHUB_OUTPUT, and the terminal for annotations.",
)
@student_option
@assignment_option
@lang_option
@export_options
def github(
    out: Path,
    draft: bool,
    course: Path,
    target: Path | None,
    students: tuple[str, ...],
    assignments: tuple[str, ...],
    lang: Lang | None,
) -> None:
    """Report a hand-in to a workflow of GitHub.

    It gets a summary, annotations, and a result: the step's output `result` is what GitHub
    Classroom's reporter takes. What waits for a person is left out of its points. A fault of
    ours has the status error, and no points.
    """
    inputs = read_inputs(out, course, is_draft=draft)
    hand_in = only_hand_in(read_hand_ins(inputs, students, assignments, lang))
    summary, result = summary_markdown(hand_in), encoded_result(hand_in)
    lines = "".join(f"{line}\n" for line in workflow_annotations(hand_in))
    if target is not None:
        write(target / "summary.md", summary)
        write(target / "annotations.txt", lines)
        write(target / "result.txt", f"result={result}\n")
    else:
        _append_for_runner("GITHUB_STEP_SUMMARY", summary)
        _append_for_runner("GITHUB_OUTPUT", f"result={result}\n")
        click.echo(lines, nl=False)
    if hand_in.has_fault:
        sys.exit(NEEDS_REVIEW)


def _append_for_runner(variable: str, text: str) -> None:
    """Add a text to the file that the runner names; CourseError where it names none."""
    name = os.environ.get(variable)
    if not name:
        raise CourseError(f"{variable} is not set: this is no runner of GitHub; name --to FOLDER")
    with Path(name).open("a", encoding="utf-8") as file:
        file.write(text)


@click.command(
    epilog="""\b
Examples:
  autograder export classroom50 out --student ana --assignment residual_block --to result.json
"""
    + EXIT_CODES_HELP
)
@to_file("The JSON file to write; release-body.md is written beside it.")
@student_option
@assignment_option
@lang_option
@dry_run_option
@export_options
def classroom50(
    out: Path,
    draft: bool,
    course: Path,
    target: Path,
    students: tuple[str, ...],
    assignments: tuple[str, ...],
    lang: Lang | None,
    dry_run: bool,
) -> None:
    """Write the result of a hand-in for Classroom 50.

    Beside result.json stands release-body.md, which the student reads. The submission is
    described by the variables that its workflow sets for a grader (CLASSROOM, ASSIGNMENT,
    SUBMISSION_TAG, OWNER, ...). Scores are whole: points times 100 and times the rubric's
    denominator; exact points stand beside them. Where the harness failed there is no file.
    """
    inputs = read_inputs(out, course, is_draft=draft)
    hand_in = only_hand_in(read_hand_ins(inputs, students, assignments, lang))
    now = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    result = classroom50_result(hand_in, submission_fields(os.environ), now)
    outcome = ExportOutcome()
    sort_hand_in(hand_in, outcome, is_written=result is not None)
    if not dry_run and result is not None:
        write(target, json_file(result))
        write(target.with_name("release-body.md"), summary_markdown(hand_in))
    elif not dry_run:
        target.unlink(missing_ok=True)
    show_outcome(inputs, outcome, str(target), dry_run=dry_run)
