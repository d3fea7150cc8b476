"""`autograder export gradescope` and `junit`: files of hand-ins."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click

from autograder.cli.completion import assignment_ids, student_ids
from autograder.cli.exit_codes import EXIT_CODES_HELP
from autograder.cli.export.inputs import (
    ExportInputs,
    dry_run_option,
    export_options,
    lang_option,
    read_inputs,
    show_outcome,
    to_file,
)
from autograder.errors import CourseError
from autograder.grading.cache.earlier_results import finished_at
from autograder.integrations.exports.decimals import decimal_text
from autograder.integrations.exports.gradescope import (
    NO_METADATA,
    gradescope_results,
    json_file,
    read_metadata,
)
from autograder.integrations.exports.hand_in import GradedHandIn, hand_in_key, hand_ins_in
from autograder.integrations.exports.junit import junit_xml
from autograder.integrations.exports.outcome import ExportOutcome
from autograder.model import Lang
from autograder.results import write

RESULTS_FILE = "results.json"  # as Gradescope names it

student_option = click.option(
    "--student",
    "students",
    multiple=True,
    metavar="ID",
    shell_complete=student_ids,
    help="Only this student. Repeatable.",
)
assignment_option = click.option(
    "--assignment",
    "assignments",
    multiple=True,
    metavar="ID",
    shell_complete=assignment_ids,
    help="Only this assignment. Repeatable.",
)


def read_hand_ins(
    inputs: ExportInputs,
    students: tuple[str, ...],
    assignments: tuple[str, ...],
    lang: Lang | None,
) -> list[GradedHandIn]:
    """Return the hand-ins that were asked for; CourseError where there are none."""
    found = list(
        hand_ins_in(
            inputs.course,
            inputs.folder,
            inputs.grades,
            students=students,
            assignments=assignments,
            lang=lang,
            is_draft=inputs.is_draft,
        )
    )
    if not found:
        asked = ", ".join((*students, *assignments)) or "anything"
        raise CourseError(f"{inputs.folder}: no results of {asked}; see `autograder grade`")
    return found


def only_hand_in(hand_ins: list[GradedHandIn]) -> GradedHandIn:
    """Return the one hand-in; CourseError where there are several."""
    if len(hand_ins) > 1:
        raise CourseError(
            f"{len(hand_ins)} hand-ins; name one with --student ID and --assignment ID"
        )
    return hand_ins[0]


@click.command(
    epilog="""\b
Examples:
  autograder export gradescope out --to gradescope
  autograder export gradescope out --student ana --assignment residual_block --to results.json
"""
    + EXIT_CODES_HELP
)
@click.option(
    "--to",
    "target",
    required=True,
    type=click.Path(path_type=Path),
    help="A file that ends in .json, for one hand-in; or a folder, for "
    "STUDENT/ASSIGNMENT/results.json.",
)
@click.option(
    "--metadata",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The submission_metadata.json of Gradescope: lateness and the previous score are told.",
)
@student_option
@assignment_option
@lang_option
@dry_run_option
@export_options
def gradescope(
    out: Path,
    draft: bool,
    course: Path,
    target: Path,
    metadata: Path | None,
    students: tuple[str, ...],
    assignments: tuple[str, ...],
    lang: Lang | None,
    dry_run: bool,
) -> None:
    """Write a results.json of Gradescope for each hand-in.

    A test for each criterion has its points, and one for each check says how it ended; none is
    hidden, because that would hide the total. What waits for a person has no score and the tag
    manual. Where the harness failed there is no file: the site then reports a failure, not a mark.
    """
    inputs = read_inputs(out, course, is_draft=draft)
    hand_ins = read_hand_ins(inputs, students, assignments, lang)
    known = NO_METADATA if metadata is None else read_metadata(metadata)
    is_file = target.suffix == ".json"
    if is_file:
        only_hand_in(hand_ins)
    outcome = ExportOutcome()
    for hand_in in hand_ins:
        results = gradescope_results(hand_in, known)
        place = target if is_file else target / hand_in.student / hand_in.assignment / RESULTS_FILE
        sort_hand_in(hand_in, outcome, is_written=results is not None)
        if results is not None and not dry_run:
            write(place, json_file(results))
        elif not dry_run:
            place.unlink(missing_ok=True)  # an earlier mark is none any more
    if known.total_points is not None and known.total_points != hand_ins[0].possible:
        outcome.remarks.append(
            f"the assignment has {decimal_text(known.total_points)} points at the site and "
            f"{decimal_text(hand_ins[0].possible)} here; make them equal in its settings"
        )
    show_outcome(inputs, outcome, str(target), dry_run=dry_run)


@click.command(
    epilog="""\b
Examples:
  autograder export junit out --student ana --assignment residual_block --to junit.xml
"""
    + EXIT_CODES_HELP
)
@to_file("The XML file to write.")
@student_option
@assignment_option
@lang_option
@dry_run_option
@export_options
def junit(
    out: Path,
    draft: bool,
    course: Path,
    target: Path,
    students: tuple[str, ...],
    assignments: tuple[str, ...],
    lang: Lang | None,
    dry_run: bool,
) -> None:
    """Write JUnit XML, for GitLab, Jenkins and others.

    A suite is a criterion, with its points as properties; a case is a check. Wrong work is a
    failure, what is blocked or waits for a person is skipped, and a fault of ours is an error.
    """
    inputs = read_inputs(out, course, is_draft=draft)
    hand_ins = read_hand_ins(inputs, students, assignments, lang)
    if not dry_run:
        write(target, junit_xml(hand_ins, timestamp=finished_at(inputs.run_folder)))
    show_outcome(inputs, _outcome_of(hand_ins), str(target), dry_run=dry_run)


def _outcome_of(hand_ins: Iterable[GradedHandIn]) -> ExportOutcome:
    outcome = ExportOutcome()
    for hand_in in hand_ins:
        sort_hand_in(hand_in, outcome, is_written=True)
    return outcome


def sort_hand_in(hand_in: GradedHandIn, outcome: ExportOutcome, *, is_written: bool) -> None:
    """Note what became of a hand-in."""
    name = hand_in_key(hand_in)
    if hand_in.has_fault:
        outcome.faults.append(name)
        return
    if is_written:
        points = f"{decimal_text(hand_in.earned)} of {decimal_text(hand_in.possible)}"
        waiting = f", {decimal_text(hand_in.waiting)} wait" if hand_in.waiting else ""
        outcome.written.append(f"{name}: {points}{waiting}")
    else:
        outcome.waiting.append(name)
