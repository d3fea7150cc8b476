"""The command line: one module per command, or per group of commands."""

from __future__ import annotations

import os
import sys
from typing import Any

import click

from autograder import __version__
from autograder.cli import (
    check,
    collect,
    data,
    doctor,
    grade,
    gradebook,
    marks,
    nbgrader,
    pack,
    questionnaire,
    release,
    verify,
)
from autograder.cli.options import EXIT_CODES


@click.group(epilog=EXIT_CODES)
@click.version_option(__version__)
def main() -> None:
    """Grade a deep-learning course week: hidden checks, a sandbox, a rubric, reports."""
    # Before torch is imported: one thread per judge, and nothing parallel that a fork would break.
    os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", MKL_NUM_THREADS="1")


for command in (
    grade.grade,
    marks.marks,
    gradebook.gradebook,
    verify.verify,
    release.release,
    check.check,
    pack.pack,
    collect.collect,
    data.data,
    questionnaire.questionnaire,
    nbgrader.nbgrader,
    doctor.doctor,
):
    main.add_command(command)


def run() -> None:
    """The console script: `main`, then an end without unloading torch, which takes a quarter of a
    second.
    """
    code: Any = 0
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]  # a name need not fit the terminal's letters
    try:
        main()
    except SystemExit as stop:
        code = stop.code
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code if isinstance(code, int) else int(code is not None))
