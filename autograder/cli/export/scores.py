"""`autograder export ags`: scores for a platform of LTI Advantage, as a file or sent to it."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from autograder.cli.exit_codes import EXIT_CODES_HELP, SOME_UNUSABLE
from autograder.cli.export.gradebooks import part_option
from autograder.cli.export.inputs import (
    dry_run_option,
    export_options,
    lang_option,
    read_inputs,
    show_outcome,
    students_option,
)
from autograder.cli.options import say_line
from autograder.errors import CourseError
from autograder.integrations.exports.ags import read_members, scores_of
from autograder.integrations.exports.ags_sender import send_scores
from autograder.integrations.exports.ags_token import requested_token, token_in
from autograder.integrations.exports.gradescope import json_file
from autograder.integrations.exports.parts import find_part
from autograder.model import Lang
from autograder.results import write


@click.command(
    epilog="""\b
Examples:
  autograder export ags out --members members.json --part residual_block \\
    --students roster.csv --to scores.json
"""
    + EXIT_CODES_HELP
)
@click.option(
    "--members",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    required=True,
    help="Who is who at the platform: the JSON of its names and roles service.",
)
@part_option
@click.option(
    "--to",
    "target",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The JSON file to write: the list of scores.",
)
@click.option(
    "--send",
    "line_item",
    metavar="URL",
    help="The address of the line item to send the scores to. Default: nothing is sent.",
)
@click.option(
    "--token-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file with the access token of the platform, for --send.",
)
@click.option(
    "--token-url",
    metavar="URL",
    help="The address at which the platform gives tokens, instead of --token-file.",
)
@click.option("--client-id", metavar="ID", help="The tool's id at the platform, for --token-url.")
@click.option(
    "--key-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The tool's private RSA key (PEM), for --token-url.",
)
@click.option(
    "--record",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file that notes what was sent, so that nothing is sent twice. "
    "Default: ags_sent.json in OUT.",
)
@lang_option
@students_option
@dry_run_option
@export_options
def ags(
    out: Path,
    draft: bool,
    course: Path,
    members: Path,
    part: str,
    target: Path,
    line_item: str | None,
    token_file: Path | None,
    token_url: str | None,
    client_id: str | None,
    key_file: Path | None,
    record: Path | None,
    lang: Lang | None,
    students: Path | None,
    dry_run: bool,
) -> None:
    """Write scores for LTI Advantage, and send them.

    They are sent if the address of a line item is named. A mark that waits for a person is
    PendingManual, and a fault of ours is Failed: both without a number. Busy platforms are
    tried again. A second run sends what has changed.
    """
    inputs = read_inputs(out, course, is_draft=draft, students=students)
    scores, outcome = scores_of(
        inputs.course,
        inputs.grades,
        find_part(inputs.course, part),
        read_members(members),
        inputs.known,
        inputs.ledger,
        lang=lang or inputs.lang,
        now=datetime.now(UTC),
    )
    token = _token(token_file, token_url, client_id, key_file) if line_item and not dry_run else ""
    if not dry_run:
        write(target, json_file(scores))
    if line_item and not dry_run:
        report = send_scores(line_item, token, scores, record or out / "ags_sent.json")
        for user in report.sent:
            say_line(f"sent: {user}")
        say_line(f"{len(report.sent)} sent, {len(report.unchanged)} sent before")
        for line in report.refused:
            say_line(f"{line}: not sent", err=True)
        if report.stopped_by is not None:
            raise report.stopped_by
        if report.refused:
            sys.exit(SOME_UNUSABLE)
    show_outcome(inputs, outcome, str(target), dry_run=dry_run)


def _token(
    token_file: Path | None, token_url: str | None, client_id: str | None, key_file: Path | None
) -> str:
    """Return the token from the file, or the one that the platform gives."""
    if token_file is not None:
        return token_in(token_file)
    if not (token_url and client_id and key_file):
        raise CourseError(
            "--send needs --token-file, or --token-url with --client-id and --key-file"
        )
    return requested_token(token_url, client_id, key_file)
