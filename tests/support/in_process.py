"""Commands that only read and write files, run within the process of the test."""

from __future__ import annotations

import contextlib
import subprocess
from pathlib import Path

from click.testing import CliRunner

from autograder.cli import main
from tests.support.command_line import Ended
from tests.support.places import REPOSITORY

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")  # what `main` sets


def autograder(*arguments: object, folder: Path = REPOSITORY) -> Ended:
    """Return the exit status and the output of `autograder ARGUMENTS...`, started in `folder`."""
    words = [str(argument) for argument in arguments]
    runner = CliRunner(env={"COLUMNS": "200", **dict.fromkeys(THREADS, "1")})
    with contextlib.chdir(folder):
        ended = runner.invoke(main, words, prog_name="autograder")
    if ended.exception is not None and not isinstance(ended.exception, SystemExit):
        raise ended.exception
    return subprocess.CompletedProcess(words, ended.exit_code, ended.stdout, ended.stderr)
