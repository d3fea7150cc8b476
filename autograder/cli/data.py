"""`autograder data`: fetch, status, make."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from autograder.cli.exit_codes import EXIT_CODES_HELP
from autograder.cli.options import (
    course_option,
    data_folder,
    data_option,
    report_errors,
    say,
    verbose_option,
)
from autograder.config.course import load_course
from autograder.errors import CourseError

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from autograder.measuring.data.fetch import DownloadSource

EXAMPLES_HELP = """
\b
Examples:
  autograder data fetch flowers102
  autograder data fetch weights --model resnet18 --model resnet34
  autograder data status
  autograder data make --data drawn
"""


@click.group(epilog=EXAMPLES_HELP + EXIT_CODES_HELP)
def data() -> None:
    """Fetch Flowers-102 and pretrained weights, or draw a small stand-in for the flowers."""


@data.command(epilog=EXAMPLES_HELP + EXIT_CODES_HELP)
@click.argument("what", type=click.Choice(["flowers102", "weights"]))
@click.option(
    "--model",
    "models",
    multiple=True,
    metavar="NAME",
    help="Fetch only the weights of this model. Repeatable.",
)
@data_option
@course_option
@verbose_option
@report_errors
def fetch(what: str, models: tuple[str, ...], data: Path | None, course: Path) -> None:
    """Fetch what torchvision would.

    An interrupted transfer goes on where it stopped, and what is there already is not fetched
    again.
    """
    # These import torch and need Linux; `data fetch --help` does not.
    from autograder.measuring.data import downloads
    from autograder.measuring.data.fetch import fetch as fetch_source

    if models and what != "weights":
        raise CourseError("--model: chooses among weights; for the flowers leave it out")
    folder = _folder(data, course)
    with _progress_bars() as bars:
        show = partial(_show_progress, bars, {})
        if what == "flowers102":
            fetched = downloads.fetch_flowers(folder, show)
        else:
            sources = downloads.weights_sources(models or downloads.DEFAULT_MODELS)
            fetched = sum(fetch_source(source, folder, show) for source in sources) > 0
    say(f"{folder}: {'fetched and verified' if fetched else 'everything was there already'}")


@data.command(epilog=EXAMPLES_HELP + EXIT_CODES_HELP)
@data_option
@course_option
@report_errors
def status(data: Path | None, course: Path) -> None:
    """Say which images and weights are there."""
    from autograder.measuring.data.downloads import status as data_status

    folder = _folder(data, course)
    say(f"{folder}:")
    for item in data_status(folder):
        say(f"  {item.state:7} {item.name}{': ' + item.remark if item.remark else ''}")


@data.command(epilog=EXAMPLES_HELP + EXIT_CODES_HELP)
@click.option(
    "--seed",
    type=int,
    default=0,
    help="The seed of the drawn images. The same seed draws the same images. Default: 0.",
)
@data_option
@course_option
@report_errors
def make(seed: int, data: Path | None, course: Path) -> None:
    """Draw a small Flowers-102.

    It has 12 classes and 312 images, and is made for trying things out, not for marks.
    """
    from autograder.measuring.data.synthetic import draw_anew

    folder = draw_anew(_folder(data, course), seed)
    say(f"{folder}: drawn; name it with --data")


def _folder(named: Path | None, course: Path) -> Path:
    """Return the data folder; grading.yml is looked for only where none was named."""
    return named.resolve() if named is not None else data_folder(load_course(course), None)


def _progress_bars() -> Progress:
    """Return the bars of a terminal that show how much of each file is here."""
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TimeRemainingColumn(),
    )
    return Progress(*columns, console=Console(stderr=True))


def _show_progress(
    bars: Progress,
    tasks: dict[DownloadSource, TaskID],
    source: DownloadSource,
    received: int,
    total: int,
) -> None:
    """Show how many bytes of a file are here; its line appears with the first."""
    if source not in tasks:
        tasks[source] = bars.add_task(source.file.name)
    bars.update(tasks[source], completed=received, total=total or None)
