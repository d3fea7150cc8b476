"""`make bench-copies`: seconds of the search for copies in a made class of 500 students.

    python -m tests.bench.copies --students 500

Each student's code is put together from the right answers of each assignment, function by function,
with own names and own lines, so that no two files are the same. Every fiftieth student has the
work of the one before, renamed: so many pairs must be found at least.
"""

from __future__ import annotations

import argparse
import ast
import random
import resource
import tempfile
import time
from pathlib import Path

from autograder.api.analyse import write_copies
from autograder.config.course import load_course
from autograder.model import Assignment
from tests.support.places import CASES, REPOSITORY

SEED = 16
COPY_EVERY = 50  # students
OWN_LINES = 30  # statements that no other student has


def main() -> None:
    """Make the class, search it, and print what that took and what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--students", type=int, default=500)
    count = parser.parse_args().students
    course = load_course(REPOSITORY)
    with tempfile.TemporaryDirectory() as folder:
        submitted, out = Path(folder) / "submitted", Path(folder) / "out"
        assignments = [each for each in course.assignments if each.runs_code]
        for assignment in assignments:
            make_class(assignment, submitted, count)
        began = time.perf_counter()
        found, _ = write_copies(course, submitted, out, assignments=(), threshold=0.5, lang=None)
        seconds = time.perf_counter() - began
        for each in found:
            pairs = len(each.found) + each.left_out
            print(f"{each.assignment.id}: {len(each.codes)} compared, {pairs} pairs")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{count} students, {len(assignments)} assignments: {seconds:.1f} s, {peak:.0f} MiB")


def make_class(assignment: Assignment, submitted: Path, count: int) -> None:
    """Write the hand-ins of so many students for an assignment."""
    rng = random.Random(f"{SEED} {assignment.id}")
    pool = pool_of(assignment)
    before = ""
    for number in range(count):
        is_copy = number % COPY_EVERY == COPY_EVERY - 1
        source = renamed(before, number) if is_copy else put_together(pool, rng, number)
        before = source
        file = submitted / f"student_{number:04}" / assignment.id / assignment.source_names[0]
        file.parent.mkdir(parents=True)
        file.write_text(source, encoding="utf-8")


def pool_of(assignment: Assignment) -> dict[str, list[ast.stmt]]:
    """Return the definitions that right answers give, by their name."""
    files = [*(assignment.root / "right").glob("*.py")]
    files += (CASES / "copied_class").glob(f"*/{assignment.id}/*.py")
    pool: dict[str, list[ast.stmt]] = {}
    for file in sorted(files):
        for statement in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(statement, ast.FunctionDef | ast.ClassDef):
                pool.setdefault(statement.name, []).append(statement)
    return pool


def put_together(pool: dict[str, list[ast.stmt]], rng: random.Random, number: int) -> str:
    """Return a source that has one of the definitions of each usual name, and lines of its own."""
    usual = [name for name, found in pool.items() if len(found) > 3]
    parts = [ast.unparse(rng.choice(pool[name])) for name in usual]
    rng.shuffle(parts)
    operators = ("+", "-", "*", "//", "%", "**", "<<", ">>", "&", "|", "^")
    own = [f"def notes_{number}(a, b, c):"]
    for _ in range(OWN_LINES):
        x, y, z = (rng.choice("abc") for _ in range(3))
        first, second = rng.choice(operators), rng.choice(operators)
        own.append(f"    {x} = {y} {first} {rng.randrange(10**6)} {second} {z}")
    return "\n\n\n".join([*parts, "\n".join(own)]) + "\n"


def renamed(source: str, number: int) -> str:
    """Return a copy whose arguments and variables have other names."""
    tree = ast.parse(source)
    bound = {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    for node in ast.walk(tree):
        if isinstance(node, ast.arg) and node.arg in bound:
            node.arg = f"{node.arg}_{number}"
        elif isinstance(node, ast.Name) and node.id in bound:
            node.id = f"{node.id}_{number}"
    return ast.unparse(tree)


if __name__ == "__main__":
    main()
