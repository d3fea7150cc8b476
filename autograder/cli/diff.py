"""`autograder diff`: what changes between two states of a class's grades, and why."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from autograder.cli.exit_codes import EXIT_CODES_HELP, SOME_UNUSABLE
from autograder.cli.options import course_option, report_errors, say_line
from autograder.config.course import load_course
from autograder.errors import CourseError
from autograder.grading.cache.earlier_results import language_of
from autograder.model import Lang
from autograder.publishing import version_folders
from autograder.publishing.changes import ClassChanges
from autograder.publishing.compare_classes import compare_states
from autograder.publishing.states import GradeState, state_of, version_state
from autograder.results import write


@click.command(
    epilog="""\b
Examples:
  autograder diff out
  autograder diff 1 2 --out out
  autograder diff 1 out --html changes.html
  autograder diff out --json

\b
Exit code 1 says that somebody loses points, a verdict, a minimum or a level.
"""
    + EXIT_CODES_HELP
)
@click.argument("places", nargs=-1, required=True, metavar="OUT | OLD NEW")
@click.option(
    "--out",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The folder of results whose versions the numbers name. Default: the other argument.",
)
@click.option("--json", "is_json", is_flag=True, help="Print JSON with exact fractions.")
@click.option(
    "--html",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write a page for staff to this file as well.",
)
@click.option(
    "--lang",
    type=click.Choice(["es", "en"]),
    help="The language of the page. Default: that of the reports.",
)
@course_option
@report_errors
def diff(
    places: tuple[str, ...],
    out: Path | None,
    is_json: bool,
    html: Path | None,
    lang: Lang | None,
    course: Path,
) -> None:
    """Show what changes in the grades since the last published version, and why.

    It is compared with OUT as it is now; with two arguments, OLD with NEW. Each is a folder of
    results, the folder of a published version, or its number. A version alone is compared with the
    one before it.
    """
    # It locks files, which needs Linux; `diff --help` does not.
    from autograder.grading.output_folder import is_behind

    before, after = _states(places, out)
    for state in (before, after):
        if state is not None and is_behind(state.folder):
            say_line(f"{state.folder}: a run is not finished here: some grades are old", err=True)
    changes = compare_states(before, after)
    if html is not None:
        from autograder.publishing.change_page import changes_page

        write(html, changes_page(load_course(course), changes, lang or language_of(after.folder)))
    if is_json:
        from autograder.publishing.change_json import changes_json

        click.echo(changes_json(changes), nl=False)
    else:
        _show(changes)
        if html is not None:
            say_line(f"page: {html}")
    if changes.losses:
        sys.exit(SOME_UNUSABLE)


def _states(places: tuple[str, ...], out: Path | None) -> tuple[GradeState | None, GradeState]:
    """Return the two states that the command line names; None: nothing is published."""
    if len(places) > 2:
        raise CourseError("diff: too many arguments; expected OUT, or OLD and NEW")
    folders = [Path(place) for place in places if not place.isdecimal()]
    base = out or (folders[0] if folders else None)
    named = [state_of(place, base) for place in places]
    if len(named) == 2:
        return named[0], named[1]
    return _state_before(named[0]), named[0]


def _state_before(state: GradeState) -> GradeState | None:
    """Return the last version of OUT, or of a version the one before; None: there is none."""
    version = state.name.version
    if version is None:
        earlier = version_folders(state.folder)
    else:
        earlier = version_folders(state.folder.parents[1])
        earlier = {number: folder for number, folder in earlier.items() if number < version}
    return version_state(earlier[max(earlier)]) if earlier else None


def _show(changes: ClassChanges) -> None:
    from autograder.cli.output.changes import show_changes

    show_changes(changes)
