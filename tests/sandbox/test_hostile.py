"""Attacks through the command line: how each ends, and that host and neighbour stay the same."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.cli.test_interrupted import CANNOT, NO_NAMESPACES
from tests.support import hostile_batch, ordinary_user
from tests.support.command_line import Ended
from tests.support.hostile_batch import NEIGHBOUR, SLACK_S, Batch
from tests.support.hostile_cases import Case, cases

pytestmark = pytest.mark.alone

CASES = {case.name: case for case in cases()}
PROCESSES = sorted({case.processes for case in CASES.values()})  # that an assignment may allow
AS_ORDINARY_USER = (sys.executable, "-m", "tests.support.ordinary_user")
EVERY = 12  # attacks between two neighbours, where several judges are at work
JOBS = 2
Batches = Mapping[int, Batch]  # by the number of processes that the assignment allows


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """Return a folder that every user may enter."""
    with tempfile.TemporaryDirectory(prefix="autograder-tests-") as made:
        Path(made).chmod(0o755)
        yield Path(made)


def attacks(processes: int) -> list[Case]:
    """Return the attacks on an assignment that allows so many processes."""
    return [case for case in CASES.values() if case.processes == processes]


def on_walls(processes: int) -> list[Case]:
    """Return those of them whose end could depend on which wall of the sandbox holds."""
    return [case for case in attacks(processes) if case.depends_on_walls]


@pytest.fixture(scope="module")
def one_by_one(folder: Path) -> Batches:
    """All attacks as the user of the tests, with a neighbour and a look at the host after each."""
    return {n: hostile_batch.run(attacks(n), folder / f"each{n}", "A") for n in PROCESSES}


@pytest.fixture(scope="module")
def alone(folder: Path) -> dict[int, bytes]:
    """Return the result of a neighbour that is graded without any attack."""
    return {
        n: hostile_batch.run([], folder / f"alone{n}", "A", processes=n).first_neighbour
        for n in PROCESSES
    }


@pytest.fixture(scope="module")
def as_ordinary_user(folder: Path) -> Batches:
    """Return the attacks on walls, on a user who owns nothing else."""
    return {
        n: usable(
            hostile_batch.run(
                on_walls(n),
                folder / f"ordinary{n}",
                "A",
                within=AS_ORDINARY_USER,
                every=EVERY,
                jobs=JOBS,
            ),
            ordinary_user.REFUSED,
        )
        for n in PROCESSES
    }


@pytest.fixture(scope="module")
def without_namespaces(folder: Path) -> Batches:
    """Return the attacks on walls where no namespace can be made, at level B."""
    return {
        n: usable(
            hostile_batch.run(
                on_walls(n), folder / f"weak{n}", "B", within=NO_NAMESPACES, every=EVERY, jobs=JOBS
            ),
            CANNOT,
        )
        for n in PROCESSES
    }


def usable(batch: Batch, refused: int) -> Batch:
    """Return the batch, if this machine let it run."""
    if batch.ended.returncode == refused or "unshare failed" in batch.ended.stderr:
        pytest.skip(f"this machine does not allow it: {batch.ended.stderr.strip()}")
    return batch


def expected(case: Case, level: Any) -> dict[str, Any]:
    """Return what `Batch.end` must say of a case."""
    return {**case.ends(level), "earned": case.earns(level), "status": "graded"}


def assert_quiet(ended: Ended) -> None:
    """Check that the run went well, and that no text of a student reached the terminal as it is."""
    assert (ended.returncode, ended.stderr) == (0, "")
    assert [line for line in ended.stdout.split("\n") if not line.isprintable()] == []


def assert_nothing_left(batch: Batch) -> None:
    """No process, no temporary file, no change to what others own, and no service was reached."""
    left = (batch.strays, batch.temporary, batch.changed, batch.visitors)
    assert left == ([], [], [], [])


# ------------------------------------------------------------------- one after the other


@pytest.mark.parametrize("name", CASES)
def test_an_attack_ends_as_its_file_says(name: str, one_by_one: Batches) -> None:
    """Each attack ends as its first line says, and earns what is right in it."""
    case = CASES[name]
    assert one_by_one[case.processes].end(case) == expected(case, "A")


@pytest.mark.parametrize("name", CASES)
def test_an_attack_is_over_in_time(name: str, one_by_one: Batches) -> None:
    """Each attack takes no longer than its limits, and a moment."""
    case = CASES[name]
    assert one_by_one[case.processes].seconds(case) <= case.seconds("A") + SLACK_S


@pytest.mark.parametrize("name", CASES)
def test_the_host_is_as_before(name: str, one_by_one: Batches) -> None:
    """Processes, descriptors, sockets, mounts and files are the same before and after an attack."""
    batch = one_by_one[CASES[name].processes]
    assert batch.looks[batch.neighbours[name]] == batch.looks[NEIGHBOUR]


@pytest.mark.parametrize("name", CASES)
def test_a_neighbour_is_graded_as_if_alone(
    name: str, one_by_one: Batches, alone: dict[int, bytes]
) -> None:
    """Whoever is graded after an attack gets, byte by byte, the result of a run of its own."""
    processes = CASES[name].processes
    assert one_by_one[processes].neighbour(name) == alone[processes]


@pytest.mark.parametrize("processes", PROCESSES)
def test_attacks_leave_nothing_behind(processes: int, one_by_one: Batches) -> None:
    """After the run nothing is left of it but OUT, and nobody spoke to the terminal."""
    batch = one_by_one[processes]
    assert_quiet(batch.ended)
    assert_nothing_left(batch)


@pytest.mark.parametrize("processes", PROCESSES)
def test_out_holds_what_a_run_writes(processes: int, one_by_one: Batches) -> None:
    """No attack adds a file to OUT, or keeps one from being written."""
    batch = one_by_one[processes]
    assert batch.written == batch.to_be_written


# ------------------------------------------------------------------- on weaker hosts


@pytest.mark.parametrize("processes", PROCESSES)
def test_an_ordinary_user_is_as_safe(processes: int, as_ordinary_user: Batches) -> None:
    """Where the one who grades is no root, attacks on walls end the same, and leave nothing."""
    assert_same(as_ordinary_user[processes], processes)


@pytest.mark.parametrize("processes", PROCESSES)
def test_attacks_end_the_same_without_namespaces(
    processes: int, without_namespaces: Batches
) -> None:
    """At level B, where worker and judge are one user, attacks end the same and leave nothing."""
    assert_same(without_namespaces[processes], processes)


def assert_same(batch: Batch, processes: int) -> None:
    """Compare ends, neighbours and host with what they should be at the batch's level."""
    assert_quiet(batch.ended)
    ends = {case.name: batch.end(case) for case in on_walls(processes)}
    assert ends == {case.name: expected(case, batch.level) for case in on_walls(processes)}
    assert {batch.neighbour(name) for name in batch.neighbours} == {batch.first_neighbour}
    assert_nothing_left(batch)
    assert batch.written == batch.to_be_written


# ------------------------------------------------------------------- the files themselves


@pytest.mark.parametrize("case", CASES.values(), ids=lambda case: case.name)
def test_every_attack_says_what_it_tries(case: Case) -> None:
    """Each file has, after the lines on how it ends, a sentence on the one thing that it tries."""
    lines = case.source.decode("utf-8", "replace").split("\n")
    line = next(line for line in lines if not line.startswith("#"))
    assert line.startswith('"""')
    assert line.endswith('"""')


# What the walls of the sandbox guard, and the attacks on it. Root, an ordinary user and level B
# have different walls. All other attacks act within the worker's interpreter or on its wire, which
# are the same on every host.
ON_WALLS = {
    "files": {
        "core_dump",
        "fills_its_disk",
        "folders_that_are_closed",
        "folders_without_end",
        "leases_on_libraries",
        "links_to_the_users_files",
        "reads_graders_and_neighbours",
        "touches_the_users_files",
        "writes_its_own_result",
    },
    "processes": {
        "child_that_answers",
        "daemons",
        "forks_in_vain",
        "ignores_signals",
        "kills_everyone",
        "kills_itself",
        "reads_the_environment",
        "reads_the_hosts_processes",
        "signals_by_descriptor",
        "starts_programs",
        "stops_itself",
        "storm_of_forks",
        "storm_of_threads",
        "traces_its_parent",
    },
    "the kernel": {
        "changes_the_machine",
        "lowers_its_limits",
        "mounts_and_namespaces",
        "rings_of_the_kernel",
    },
    "memory": {"memory_in_tensors", "memory_in_the_kernel", "memory_shared"},
    "sockets and descriptors": {
        "flood_of_descriptors",
        "local_services",
        "network",
        "reads_descriptors",
    },
}


def test_attacks_on_walls_are_run_on_every_host() -> None:
    """The attacks on what a wall guards, and those that end otherwise at level B, say so."""
    named = {name for names in ON_WALLS.values() for name in names}
    assert named == {case.name for case in CASES.values() if case.depends_on_walls}
    assert named >= {case.name for case in CASES.values() if case.processes > 1}
    assert named >= {case.name for case in CASES.values() if "at level B, ends" in case.header}


def test_there_are_many_attacks() -> None:
    """The suite does not shrink unnoticed."""
    assert len(CASES) >= 60
    assert os.path.commonpath([case.path for case in CASES.values()]).endswith("hostile")
