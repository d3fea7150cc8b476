"""What a run in a runner leaves behind: a summary, JUnit XML, the step's outputs, Classroom 50."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

from autograder.ci.checkout_grade import CheckoutGrade, RunState
from autograder.ci.runner import Runner
from autograder.integrations.exports.classroom50 import classroom50_result, submission_fields
from autograder.integrations.exports.decimals import decimal_text
from autograder.integrations.exports.github import encoded_result, workflow_annotations
from autograder.integrations.exports.hand_in import GradedHandIn
from autograder.integrations.exports.junit import junit_xml
from autograder.integrations.exports.summary import markdown_text, summary_markdown
from autograder.integrations.exports.wording import phrase
from autograder.model import Lang
from autograder.results import write

JUNIT_FILE, SUMMARY_FILE, REPORT_FILE = "junit.xml", "summary.md", "report.html"
AT_A_LINE = "::error file="  # how the annotation of a line begins
RESULT_FILE, BODY_FILE = "result.json", "release-body.md"  # as Classroom 50 names them


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOutputs:
    """What is written of a run."""

    grade: CheckoutGrade
    joined: GradedHandIn | None  # all hand-ins as one; None: nothing was handed in
    remarks: tuple[str, ...]  # sentences for the student above the results
    lang: Lang

    @property
    def summary(self) -> str:
        """Return the Markdown that the run's page shows."""
        title = phrase("ci", "title", self.lang)
        parts = [f"# {title}\n", *(f"{markdown_text(remark)}\n" for remark in self.remarks)]
        if self.grade.state is not RunState.ERROR:
            parts += [summary_markdown(hand_in) for hand_in in self.grade.hand_ins]
        return "\n".join(parts)


def write_folder(outputs: RunOutputs, folder: Path) -> None:
    """Write the files that a runner keeps, such as GitLab's report."""
    folder.mkdir(parents=True, exist_ok=True)
    timestamp = datetime.now(UTC).isoformat(timespec="seconds")
    write(folder / JUNIT_FILE, junit_xml(outputs.grade.hand_ins, timestamp=timestamp))
    write(folder / SUMMARY_FILE, outputs.summary)
    if outputs.grade.report:
        write(folder / REPORT_FILE, outputs.grade.report)
    else:
        (folder / REPORT_FILE).unlink(missing_ok=True)  # an earlier run's is not this one's


def write_to_runner(outputs: RunOutputs, runner: Runner) -> None:
    """Append the summary and the step's outputs to the files that the runner names."""
    if runner.summary is not None:
        _append(runner.summary, outputs.summary)
    if runner.output is not None:
        _append(runner.output, "".join(f"{line}\n" for line in _step_outputs(outputs)))


def log_lines(outputs: RunOutputs, *, is_github: bool) -> Iterator[str]:
    """Yield what a run prints: the summary, and annotations in a runner of GitHub.

    No line of the summary can be a workflow command there, whatever a student's text begins with.
    """
    token = secrets.token_hex(16)
    if is_github:
        yield f"::stop-commands::{token}"
    yield outputs.summary
    if is_github:
        yield f"::{token}::"
        yield from _annotations(outputs)


def _annotations(outputs: RunOutputs) -> Iterator[str]:
    """Yield an error at each line of a failed check, then the notices with all points.

    GitHub looks for a file from the top of the repository.
    """
    if outputs.joined is None:
        return
    for hand_in in outputs.grade.hand_ins:
        folder = outputs.grade.folders.get(hand_in.assignment, Path())
        for line in workflow_annotations(hand_in):
            if line.startswith(AT_A_LINE):
                name = line.removeprefix(AT_A_LINE)
                yield AT_A_LINE + (folder.as_posix() + "/" if folder.parts else "") + name
    yield from (
        line for line in workflow_annotations(outputs.joined) if not line.startswith(AT_A_LINE)
    )


def write_classroom50(outputs: RunOutputs, environment: Mapping[str, str], folder: Path) -> None:
    """Write result.json and release-body.md; no result.json where there is no mark."""
    content = None
    if outputs.joined is not None:
        now = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        content = classroom50_result(outputs.joined, submission_fields(environment), now)
    if content is None:
        (folder / RESULT_FILE).unlink(missing_ok=True)
    else:
        write(folder / RESULT_FILE, json.dumps(content, ensure_ascii=False, indent=2) + "\n")
    write(folder / BODY_FILE, outputs.summary)


def _step_outputs(outputs: RunOutputs) -> Iterator[str]:
    """Yield `name=value`; there are no points where there is no mark."""
    state = outputs.grade.state
    yield f"status={state.value}"
    if outputs.joined is None:
        return
    yield f"result={encoded_result(outputs.joined)}"
    if state is not RunState.ERROR:
        possible = sum((each.possible for each in outputs.joined.decided), Fraction(0))
        yield f"points={decimal_text(outputs.joined.earned)}"
        yield f"max-points={decimal_text(possible)}"


def _append(file: Path, text: str) -> None:
    """Add a text to a file; an OSError names the file."""
    try:
        with file.open("a", encoding="utf-8") as opened:
            opened.write(text)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(file)) from error
