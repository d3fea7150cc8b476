"""What probes may import in a worker: `autograder.checks.in_worker`, and no module of the judge."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from autograder.checks.submission import Submission
from autograder.errors import TimeLimit
from autograder.grading.workers.zygotes import PROBE_MODULES
from autograder.model import Limits
from autograder.sandbox.launch import Preparation, Zygote
from autograder.sandbox.worker import Worker
from tests.support import importing_probes, levels

DEADLINE_S = 30.0


@pytest.fixture(scope="module")
def submission() -> Iterator[Submission]:
    """Give an empty module in a worker of level A whose zygote is prepared as for grading."""
    levels.skip_below_a()
    with Zygote("A", Preparation(modules=PROBE_MODULES)) as zygote:
        worker = Worker(zygote, Limits(), seed=1)
        submission = Submission(lambda request: worker.ask(request, DEADLINE_S, TimeLimit.CHECK))
        submission.load("homework", "homework.py", b"x = 1")
        yield submission
        worker.close()


def test_a_worker_holds_no_module_of_the_judge(submission: Submission) -> None:
    """A worker holds sandbox, programs, the lazy package of the API, and what probes import."""
    loaded = submission.run(importing_probes.loaded_modules)
    sides = ("autograder.sandbox", "autograder.programs")
    others = [name for name in loaded if not name.startswith(sides)]
    assert others == ["autograder", "autograder.checks", "autograder.checks.in_worker"]


def test_a_probe_uses_what_is_there_for_it(submission: Submission) -> None:
    """The names of `autograder.checks.in_worker` work in a worker, which reads no file of ours."""
    assert submission.run(importing_probes.use_api) == ["said"]


@pytest.mark.parametrize("name", ["fail", "Submission", "load_questionnaire"])
def test_a_worker_cannot_load_what_graders_import(name: str, submission: Submission) -> None:
    """A public name for graders cannot be imported in a worker."""
    assert "No module named" in submission.run(importing_probes.public_name, name)
