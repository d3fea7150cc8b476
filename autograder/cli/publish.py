"""`autograder publish`: freeze what students get as the next version."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from autograder.cli.exit_codes import EXIT_CODES_HELP, SOME_UNUSABLE
from autograder.cli.options import course_option, report_errors, say, say_line
from autograder.config.course import load_course
from autograder.marking.marks_file import require_words
from autograder.publishing.changes import StateName
from autograder.publishing.compare_classes import compare_states
from autograder.publishing.states import GradeState, version_state


@click.command(
    epilog="""\b
Examples:
  autograder publish out --author "Marta Ruiz" --reason "Primera convocatoria." --dry-run
  autograder publish out --author "Marta Ruiz" --reason "Primera convocatoria."
  autograder publish out --author "Marta Ruiz" --reason "Prueba corregida." --accept

\b
Exit code 1 says that nothing was published, for somebody loses something.
"""
    + EXIT_CODES_HELP
)
@click.argument("out", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--author", required=True, help="The person who publishes. The manifest names it.")
@click.option("--reason", required=True, help="Why. The manifest states it.")
@click.option(
    "--accept", is_flag=True, help="Publish although somebody loses points, a verdict or a level."
)
@click.option("--dry-run", is_flag=True, help="Show what would change, and publish nothing.")
@course_option
@report_errors
def publish(out: Path, author: str, reason: str, accept: bool, dry_run: bool, course: Path) -> None:
    """Freeze what students get from OUT as the next version, after showing what changes.

    The version, OUT/published/N, is never touched again. Where somebody loses something against
    the version before, nothing is published unless --accept is given.
    """
    # It locks files, which needs Linux; `publish --help` does not.
    from autograder.cli.output.changes import show_changes
    from autograder.grading.output_folder import locked_output
    from autograder.publishing.publish import draft_of, freeze

    require_words(author, reason)
    rubric = load_course(course).rubric
    with locked_output(out):
        draft = draft_of(out, rubric)
        if draft.is_published:
            say(f"nothing to publish: {out} is as version {draft.number - 1}")
            return
        previous = version_state(draft.previous) if draft.previous else None
        changes = compare_states(previous, GradeState(folder=out, name=StateName(folder=str(out))))
        show_changes(changes)
        if dry_run:
            say_line(f"nothing was published: version {draft.number} would be {out} as it is now")
        elif changes.losses and not accept:
            say_line("nothing was published: publish with --accept what these students lose")
        else:
            folder = freeze(draft, author.strip(), reason.strip())
            say_line(f"published: {folder}")
    if changes.losses and not accept:
        sys.exit(SOME_UNUSABLE)
