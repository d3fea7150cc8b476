"""A node's process, `python -m autograder.cluster.node`: it holds the course, zygotes and judges.

A worker of Dask starts it and carries its frames. It is a process of its own, in which neither Dask
nor a thread runs, since judges are forked from it.
"""

from __future__ import annotations

import functools
import hashlib
import os
import signal
from collections.abc import Iterator
from pathlib import Path

from autograder.cluster.course_files import write_files
from autograder.cluster.messages import PREPARED, Answer, Preparation, preparation_of
from autograder.cluster.stream import HandInStream, NodeWire
from autograder.config.course import load_course
from autograder.errors import AutograderError, CourseError, HostError
from autograder.grading.cache.data_digest import digest_of_data
from autograder.grading.cache.fingerprint import basis_of
from autograder.grading.cache.invalidation import changes
from autograder.grading.check_results import trace
from autograder.grading.workers.zygotes import starting_zygotes
from autograder.model import Course
from autograder.sandbox.kernel import PDEATHSIG, prctl
from autograder.sandbox.temp_dirs import temporary_folder
from autograder.text.log_format import log_to_stderr


def main() -> None:
    """Grade what comes on standard input until it ends; answers go to standard output."""
    prctl(PDEATHSIG, signal.SIGKILL)
    wire = NodeWire(requests=os.dup(0), answers=os.dup(1))
    os.dup2(2, 1)  # what pytest or a grader prints is no answer
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    log_to_stderr(1)
    root, folder = "", ""
    try:
        preparation = preparation_of(wire.receive())
        root = preparation.root
        with temporary_folder() as temporary:
            folder = str(temporary)
            serve(wire, preparation, temporary)
    except EOFError:
        pass  # the head needs this node no more
    except (AutograderError, OSError) as error:
        message = str(error).replace(folder, root) if folder else str(error)
        wire.send(Answer(id=PREPARED, fatal=message, is_course=isinstance(error, CourseError)))
    except Exception as error:
        wire.send(Answer(id=PREPARED, fatal=f"a fault of the harness: {trace(error)}"))


def serve(wire: NodeWire, preparation: Preparation, folder: Path) -> None:
    """Grade the hand-ins that come, assignment by assignment; EOFError where no more come.

    CourseError where a grader is at fault, HostError where this node cannot do what is asked.
    """
    write_files(folder, preparation.files, preparation.files.values())
    course = load_course(folder)
    require_same(course, preparation)
    run = preparation.run
    assignments = [course.assignment(name) for name in preparation.assignments]
    with starting_zygotes(assignments, run.jobs, run.data) as zygotes:
        # It imports torch; meanwhile the zygotes warm up.
        from autograder.grading.pool import judge_source, with_judge

        stream = HandInStream(wire, preparation.assignments[0], preparation.jobs)
        while True:
            assignment = course.assignment(stream.assignment)
            with_judge(
                course,
                assignment,
                run,
                zygotes.get(assignment.id),
                lambda judge: judge_source(judge, stream, stream.done),
            )
            stream.begin_next()


def require_same(course: Course, preparation: Preparation) -> None:
    """Raise HostError where this node would give results of another basis than the head's."""
    differing = list(dict.fromkeys(_differences(course, preparation)))
    if differing:
        raise HostError(
            "its results would not be those of the head (the head's → its own): "
            + "; ".join(differing)
        )


def _differences(course: Course, preparation: Preparation) -> Iterator[str]:
    if preparation.harness != harness_digest():
        yield "other code of autograder"
    for name, before in preparation.bases.items():
        assignment = course.assignment(name)
        yield from changes(before, basis_of(course, assignment), name)
        try:
            digest = digest_of_data(assignment, preparation.run)
        except CourseError as error:
            yield f"images are missing: {error}"
            continue
        if digest != preparation.data_digests[name]:
            yield f"other images or pretrained weights in {preparation.data}"


@functools.cache
def harness_digest() -> str:
    """Return a digest of the harness's own code."""
    package = Path(__file__).parents[1]
    digest = hashlib.sha256()
    for path in sorted(package.rglob("*.py")):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(package)} {len(content)}\n".encode() + content)
    return digest.hexdigest()


if __name__ == "__main__":
    main()
