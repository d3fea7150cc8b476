"""`make bench-pages`: pages a second of a class that is made of the results of a graded one.

    python -m tests.bench.pages OUT --students 1000 --keep made

OUT is a folder of `autograder grade`, such as the `out` of `make demo`. The students are its own,
varied by a seed. Where chromium is on PATH, it opens the page of the class.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from autograder.api.threads import usable_cpus
from autograder.config.course import load_course
from autograder.grading.batch import grade_batch
from autograder.grading.cache.earlier_results import sheets_in
from autograder.grading.handin_status import HandedIn
from autograder.model import Course, Lang, Run, ScoreSheet
from autograder.results import result_path, to_json, write
from tests.support.browsing import Tab
from tests.support.made_class import varied_class
from tests.support.places import REPOSITORY

SEED = 15
TIMES_OPENED = 5
# Milliseconds from the address to the first picture, and to the end of loading
PAINTED = 'performance.getEntriesByName("first-contentful-paint")'
OPENED = f"""[{PAINTED}[0].startTime, performance.getEntriesByType("navigation")[0].loadEventEnd]"""


def main() -> None:
    """Make the class, write its pages, open that of the class, and print a line for each."""
    arguments = _arguments()
    course = load_course(REPOSITORY)
    with tempfile.TemporaryDirectory() as temporary:
        out = arguments.keep or Path(temporary) / "out"
        handed_in = make_class(course, arguments.out, out, arguments.students, arguments.lang)
        began = time.perf_counter()
        write_class(course, out, handed_in, arguments.lang, arguments.jobs, _print_pages)
        print(f"everything: {time.perf_counter() - began:.1f} s")
        page = out / "index.html"
        heaviest = max((out / "staff").iterdir(), key=lambda file: file.stat().st_size)
        for file in (page, heaviest):
            print(f"{file.relative_to(out)}: {file.stat().st_size / 1000:.0f} kB")
        if shutil.which("chromium"):
            _print_opening(page)


def make_class(
    course: Course, source: Path, out: Path, count: int, lang: Lang
) -> dict[str, frozenset[str]]:
    """Write the result files of a made class, and return what each student handed in."""
    real: dict[str, list[ScoreSheet]] = {}
    unusable: list[str] = []
    for sheet in sheets_in(course, source, lang, unusable):
        # As if the present graders had made it, whatever changed since.
        real.setdefault(sheet.student, []).append(replace(sheet, is_earlier=False))
    if not real:
        raise SystemExit(f"{source}: no results; `make demo` makes them")
    handed_in = {}
    for student, sheets, assignments in varied_class(real, count, SEED):
        handed_in[student] = assignments
        for sheet in sheets:
            write(result_path(out, student, sheet.assignment), to_json(sheet))
    return handed_in


def write_class(
    course: Course,
    out: Path,
    handed_in: dict[str, frozenset[str]],
    lang: Lang,
    jobs: int,
    show: Callable[[int, int, float], None],
) -> None:
    """Write every page from the result files below `out`, as a run does that grades nothing."""
    began: list[float] = []

    def note(number: int, total: int) -> None:
        began.append(time.perf_counter())
        if number == total:
            show(number, total, began[-1] - began[0])

    run = Run(out=out, lang=lang, jobs=jobs)
    known = HandedIn(by_student=handed_in, is_class=True)
    grade_batch(course, (), run, lambda _: None, handed_in=known, on_page=note)


def _print_pages(number: int, _total: int, seconds: float) -> None:
    print(f"pages of students: {number} in {seconds:.1f} s, {number / seconds:.0f} a second")


def _print_opening(page: Path) -> None:
    """Print how long chromium takes to open a page, the median of a few times."""
    with tempfile.TemporaryDirectory() as profile:
        tab = Tab(Path(profile))
        times = []
        for _ in range(TIMES_OPENED):
            tab.show(page, width=1280)
            tab.wait_for(f"{PAINTED}.length")
            times.append(tab.value(OPENED))
        tab.close()
    paint, loaded = (statistics.median(each) for each in zip(*times, strict=True))
    print(f"chromium: first paint {paint:.0f} ms, loaded {loaded:.0f} ms")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("out", type=Path, help="a folder of results")
    parser.add_argument("--students", type=int, default=1000)
    parser.add_argument("--jobs", type=int, default=usable_cpus(), help="processes that write")
    parser.add_argument("--keep", type=Path, help="write the class here, and keep it")
    parser.add_argument("--lang", choices=("es", "en"), default="es")
    return parser.parse_args()


if __name__ == "__main__":
    main()
