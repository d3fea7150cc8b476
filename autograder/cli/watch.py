"""`autograder watch`."""

from __future__ import annotations

from pathlib import Path

import click

from autograder.cli.completion import assignment_ids
from autograder.cli.exit_codes import EXIT_CODES_HELP
from autograder.cli.options import (
    accuracy_option,
    allow_sandbox_option,
    course_option,
    data_folder,
    data_option,
    find_assignment,
    jobs_option,
    lang_option,
    report_errors,
    say_line,
    threads_option,
    verbose_option,
)
from autograder.config.course import load_course
from autograder.handin.collect.identity.roster import read_roster
from autograder.handin.collect.identity.teams import read_teams
from autograder.model import DEFAULT_STORE_GIB, Accuracy, Lang, Level, Run

UP_TO_A_DAY_S = click.FloatRange(0, 86_400)


@click.command(
    epilog="""\b
Examples:
  autograder watch submitted --out out
  autograder watch collected --drop downloads --students roster.csv --out out
  autograder watch collected --git remotes.txt --git-poll 300 --out out
  autograder watch submitted --out out --until-idle
"""
    + EXIT_CODES_HELP
)
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="The folder of results and reports.",
)
@click.option(
    "--assignment",
    "assignments",
    multiple=True,
    metavar="ID",
    shell_complete=assignment_ids,
    help="Grade only this assignment, and prepare it before the first hand-in. Repeatable.",
)
@click.option(
    "--drop",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A folder into which downloads of an LMS are put; each is collected into FOLDER.",
)
@click.option(
    "--git",
    "remotes",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A list of git remotes, one a line: URL, or URL NAME. Each is collected into FOLDER.",
)
@click.option(
    "--students",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The list of students, as `collect` takes it.",
)
@click.option(
    "--team",
    "teams",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="The file of teams, as `collect` takes it.",
)
@click.option(
    "--poll",
    type=UP_TO_A_DAY_S,
    default=1.0,
    metavar="SECONDS",
    help="How often the folders are looked at. Default: 1; a large class takes longer.",
)
@click.option(
    "--settle",
    type=UP_TO_A_DAY_S,
    default=2.0,
    metavar="SECONDS",
    help="How long a file must stay the same before it is graded. Default: 2.",
)
@click.option(
    "--git-poll",
    type=UP_TO_A_DAY_S,
    default=60.0,
    metavar="SECONDS",
    help="How often each git remote is fetched. Default: 60.",
)
@click.option(
    "--max-wait",
    type=UP_TO_A_DAY_S,
    default=300.0,
    metavar="SECONDS",
    help="After this time a student goes before newer hand-ins. Default: 300.",
)
@click.option("--until-idle", is_flag=True, help="End when nothing waits.")
@jobs_option
@lang_option
@allow_sandbox_option
@accuracy_option
@threads_option
@data_option
@course_option
@verbose_option
@report_errors
def watch(
    folder: Path,
    out: Path,
    assignments: tuple[str, ...],
    drop: Path | None,
    remotes: Path | None,
    students: Path | None,
    teams: Path | None,
    poll: float,
    settle: float,
    git_poll: float,
    max_wait: float,
    until_idle: bool,
    jobs: int,
    lang: Lang,
    allow_sandbox: Level | None,
    accuracy: Accuracy,
    threads: int,
    data: Path | None,
    course: Path,
) -> None:
    """Grade hand-ins in FOLDER as they arrive, into OUT, until Ctrl-C.

    FOLDER holds <student>/<assignment>/<files> or <student>/<assignment>.zip (.tar, .tar.gz, .tgz),
    as `grade` takes it. Whatever is there and not graded is graded; then the watch waits. A line is
    printed for each event, and OUT/watch.html shows what waits. Ctrl-C or SIGTERM lets end what is
    being graded, with exit code 0.
    """
    # The sandbox, which these import, needs Linux; `watch --help` does not.
    from autograder.watch.remotes import read_remotes
    from autograder.watch.run_watch import run_watch
    from autograder.watch.settings import WatchSettings

    loaded = load_course(course)
    roster = read_roster(students) if students else None
    options = Run(
        out=out,
        lang=lang,
        jobs=jobs,
        threads=threads,
        allowed=allow_sandbox,
        data=data_folder(loaded, data),
        accuracy=accuracy,
        store_bytes=int(DEFAULT_STORE_GIB * (1 << 30)),
    )
    settings = WatchSettings(
        course=course,
        submitted=folder,
        options=options,
        assignments=tuple(find_assignment(loaded, name).id for name in assignments),
        drop=drop,
        remotes=read_remotes(remotes) if remotes else (),
        roster=roster,
        teams=read_teams(teams, roster) if teams else {},
        poll=poll,
        git_poll=git_poll,
        settle=settle,
        max_wait=max_wait,
        ends_when_idle=until_idle,
    )
    run_watch(loaded, settings, say_line)
