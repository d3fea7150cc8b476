"""`autograder replay`: grade one hand-in exactly as recorded, and pack an appeal."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from autograder.cli.completion import assignment_ids
from autograder.cli.exit_codes import EXIT_CODES_HELP, NEEDS_REVIEW, SOME_UNUSABLE
from autograder.cli.options import (
    course_option,
    data_folder,
    data_option,
    report_errors,
    say_line,
    verbose_option,
)
from autograder.config.course import load_course
from autograder.errors import CourseError
from autograder.model import Lang
from autograder.text.suggestions import did_you_mean

if TYPE_CHECKING:
    from autograder.appeals.replay import Replay


@click.command(
    epilog="""\b
Examples:
  autograder replay ana residual_block --out out
  autograder replay ana residual_block --out out \\
    --check test_basic_block_is_identity_when_its_branch_is_silent
  autograder replay ana residual_block --out out/published/1 --bundle appeal_ana.zip

\b
Exit code 0 says that the result has the recorded bytes, 1 that it has others.
"""
    + EXIT_CODES_HELP
)
@click.argument("student", metavar="STUDENT")
@click.argument("assignment", metavar="ASSIGNMENT", shell_complete=assignment_ids)
@click.option(
    "--out",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    required=True,
    help="The folder of results that holds the record, or that of a published version.",
)
@click.option(
    "--submitted",
    type=click.Path(exists=True, path_type=Path),
    help="The folder of hand-ins. Default: the one that OUT was graded from.",
)
@click.option("--check", metavar="ID", help="Show this check with all its evidence.")
@click.option(
    "--bundle",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the appeal, for staff, as a zip: hand-in, results, graders and a page.",
)
@click.option(
    "--lang",
    type=click.Choice(["es", "en"]),
    help="The language of the page. Default: that of the result.",
)
@data_option
@course_option
@verbose_option
@report_errors
def replay(
    student: str,
    assignment: str,
    out: Path,
    submitted: Path | None,
    check: str | None,
    bundle: Path | None,
    lang: Lang | None,
    data: Path | None,
    course: Path,
) -> None:
    """Grade one hand-in exactly as recorded, say what differs, and pack an appeal.

    It takes the recorded seed, and looks for the recorded hand-in among all attempts and for the
    recorded graders, by their hash, in the course's git history. Nothing in OUT is written.
    """
    # They import torch, which `replay --help` needs not.
    from autograder.appeals.recorded_result import read_recorded, submitted_folder
    from autograder.appeals.replay import replay as grade_again
    from autograder.cli.output.replays import show_check, show_replay

    loaded = load_course(course)
    recorded = read_recorded(out, student, assignment)
    known = [each.id for each in recorded.sheet.checks_and_findings]
    if check is not None and check not in known:
        raise CourseError(
            f"{student}, {assignment}: no check '{check}'{did_you_mean(check, known)}"
        )
    folder = submitted_folder(out, submitted)
    made = grade_again(recorded, folder, loaded, data_folder(loaded, data))
    show_replay(made)
    if check is not None:
        show_check(made, check)
    if bundle is not None:
        _write_bundle(made, check, bundle, lang)
    if made.sheet.status == "needs_review":
        sys.exit(NEEDS_REVIEW)
    if not made.is_identical:
        sys.exit(SOME_UNUSABLE)


def _write_bundle(made: Replay, check: str | None, file: Path, lang: Lang | None) -> None:
    from autograder.appeals.bundle import bundle_bytes
    from autograder.results import write_bytes

    write_bytes(file, bundle_bytes(made, check, lang or made.recorded.sheet.lang))
    say_line(f"appeal: {file}; it holds hidden checks and the seed: for staff only")
