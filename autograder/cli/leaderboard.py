"""`autograder leaderboard`."""

from __future__ import annotations

from pathlib import Path

import click

from autograder.cli.exit_codes import EXIT_CODES_HELP
from autograder.cli.options import course_option, page_lang_option, report_errors, say_line
from autograder.config.course import load_course
from autograder.model import Lang


@click.command(
    epilog="""\b
Examples:
  autograder leaderboard out
  autograder leaderboard out --draft --opted-in opted_in.txt --to page
"""
    + EXIT_CODES_HELP
)
@click.argument("out", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--draft", is_flag=True, help="Take the grades as they are now, not the published ones."
)
@click.option(
    "--opted-in",
    "opted_in",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file of the students who opted in, an id a line. "
    "Default: opted_in.txt in the folder of the class.",
)
@click.option(
    "--key",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file of the secret from which pseudonyms are made; it is made where it is missing. "
    "Default: leaderboard.key in OUT.",
)
@click.option(
    "--to",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder of leaderboard.html and leaderboard.json. Default: leaderboard in OUT.",
)
@page_lang_option
@course_option
@report_errors
def leaderboard(
    out: Path,
    draft: bool,
    opted_in: Path | None,
    key: Path | None,
    to: Path | None,
    lang: Lang | None,
    course: Path,
) -> None:
    """Write the measured accuracies of a class under pseudonyms.

    They are a page and JSON. The key `leaderboard` of grading.yml says whose; without it there is
    none. Staff find who is who in analysis/pseudonyms.csv below OUT.
    """
    from autograder.api.analyse import write_leaderboard

    loaded = load_course(course)
    folder = to or out / "leaderboard"
    entries = write_leaderboard(
        loaded, out, folder, is_draft=draft, opted_in=opted_in, key_file=key, lang=lang
    )
    say_line(f"{len(entries)} models shown")
    say_line(str(folder / "leaderboard.html"))
