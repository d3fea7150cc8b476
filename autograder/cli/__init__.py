"""The command line: one module per command, or per group of commands, imported when it is used."""

from __future__ import annotations

import os
import sys

import click

from autograder.api.threads import use_one_thread
from autograder.cli.exit_codes import EXIT_CODES_HELP
from autograder.cli.lazy_group import LazyGroup
from autograder.version import __version__

# What `autograder --help` says of a command, whose module has the same name; by section.
COMMAND_SECTIONS = {
    "For students": {
        "check": "Run the public checks on your own file, on your own machine.",
        "draw": "Draw a network of your own file: what it computes, as a picture (SVG) and in "
        "words.",
        "pack": "Pack your files into one zip to hand in.",
    },
    "For instructors": {
        "analyse": "Say how each check and question behaves in a graded class.",
        "ci": "Grade the checked-out REPOSITORY of one student in a runner.",
        "collect": "Collect hand-ins from each SOURCE as <student>/<assignment>, for `grade`.",
        "copies": "Find work that is alike between students: a note for staff, never a fine.",
        "diff": "Show what changes in the grades since the last published version, and why.",
        "export": "Write published grades in the format of another system.",
        "feedback": "Pack students' pages for a site, by the names that it knows, or for each "
        "student.",
        "grade": "Grade SUBMITTED into OUT.",
        "gradebook": "Keep nbgrader's gradebook in step with results and marks.",
        "leaderboard": "Write the measured accuracies of a class under pseudonyms.",
        "marks": "Set and show what people decide: marks, bonuses, penalties, and what they take "
        "back.",
        "nbgrader": "Give a course to nbgrader, whose commands then grade through this harness.",
        "publish": "Freeze what students get from OUT as the next version, after showing what "
        "changes.",
        "questionnaire": "Print the blank form of the questionnaire, without answers.",
        "release": "Make what students receive: release/ID, and the stub in assignments/ID.",
        "replay": "Grade one hand-in exactly as recorded, say what differs, and pack an appeal.",
        "review": "Mark beside the work: open the address that this prints in a browser on this "
        "machine.",
        "watch": "Grade hand-ins in FOLDER as they arrive, into OUT, until Ctrl-C.",
    },
    "For maintenance of the course and the machine": {
        "data": "Fetch Flowers-102 and pretrained weights, or draw a small stand-in for the "
        "flowers.",
        "doctor": "Say which sandbox level this machine reaches, requirement by requirement, with "
        "the fix.",
        "verify": "Prove the graders by answers whose marks are known.",
    },
}
COMMAND_SUMMARIES = {
    name: summary for section in COMMAND_SECTIONS.values() for name, summary in section.items()
}


@click.group(
    cls=LazyGroup,
    modules={name: f"autograder.cli.{name}" for name in COMMAND_SUMMARIES},
    sections=COMMAND_SECTIONS,
    epilog=EXIT_CODES_HELP,
)
@click.version_option(__version__)
def main() -> None:
    """Grade a deep-learning course week: hidden checks, a sandbox, a rubric, reports."""
    use_one_thread()  # before torch is imported


def run() -> None:
    """Run `main` as the console script.

    The process ends without unloading torch, which takes a quarter of a second.
    """
    code: object = 0
    for stream in (sys.stdout, sys.stderr):
        # A student's name need not be printable in the terminal's encoding.
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    try:
        main()
    except SystemExit as stop:
        code = stop.code
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code if isinstance(code, int) else int(code is not None))
