"""kill -9 of every process of a run, when chance chooses: nothing is lost, nothing is wrong,
nothing stays.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.support.command_line import graded_class, written
from tests.support.disturbing import SEED, Role, Story, belongings, chain

pytestmark = pytest.mark.alone

KILLS: dict[Role, int] = {"run": 6, "judge": 14, "zygote": 6, "worker": 24}


@dataclass(frozen=True, kw_only=True)
class Disturbed:
    """A chain of disturbed runs, and what the machine held before and after."""

    story: Story
    expected: dict[str, bytes]
    before: dict[str, list[str]]
    after: dict[str, list[str]]


@pytest.fixture(scope="module")
def disturbed(tmp_path_factory: pytest.TempPathFactory) -> Disturbed:
    """Fifty processes of runs over the class are killed, one after the other."""
    folder = tmp_path_factory.mktemp("faults")
    (folder / "tmp").mkdir()
    expected = written(graded_class("--seed", SEED)[1])
    before = belongings(folder / "tmp")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", str(folder / "tmp"))
        story = chain(
            folder, [role for role in KILLS for _ in range(KILLS[role])], expected, "--jobs", "2"
        )
    return Disturbed(
        story=story, expected=expected, before=before, after=belongings(folder / "tmp")
    )


def test_fifty_processes_are_killed(disturbed: Disturbed) -> None:
    """Judges, workers, zygotes and the run itself die by kill -9, and each OUT is completed in the
    end.
    """
    assert disturbed.story.killed == KILLS
    assert disturbed.story.statuses.keys() <= {0, 3, 4, -9}


def test_each_result_is_absent_or_whole_after_every_kill(disturbed: Disturbed) -> None:
    """No result file is ever torn or wrong: it is as in an undisturbed run, or for review without a
    point.
    """
    assert disturbed.story.wrong == []


def test_the_same_command_completes_what_was_killed(disturbed: Disturbed) -> None:
    """In the end all files are, byte for byte, those of a run that nobody disturbed."""
    assert disturbed.story.completed
    for files in disturbed.story.completed:
        assert files == disturbed.expected


def test_no_kill_shows_a_traceback(disturbed: Disturbed) -> None:
    """Whatever dies, who graded reads sentences."""
    assert [said for said in disturbed.story.complaints if "Traceback" in said] == []


def test_no_process_outlives_a_run_that_was_killed(disturbed: Disturbed) -> None:
    """Judges, zygote and workers end with their run."""
    assert disturbed.story.alive == []


def test_nothing_of_killed_runs_remains(disturbed: Disturbed) -> None:
    """No temporary file, mount, memory segment or cgroup is left once a run has ended properly
    after them.
    """
    assert disturbed.after == disturbed.before
