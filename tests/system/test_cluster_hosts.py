"""A cluster of two hosts, over TLS: a full disk, a scheduler that dies, and the same bytes."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.cluster import make_class
from tests.support.command_line import SECONDS, TINY, command, environment, grade, written
from tests.support.two_hosts import SCHEDULER, TwoHosts, two_hosts, why_not

STUDENTS = 12
SEED = ("--seed", "7")
# The nodes' temporary folder, where the course goes, is on a disk that is full.
FULL_DISK = ("unshare", "--mount", "sh", "-c")
FULL_DISK_SCRIPT = 'mount -t tmpfs -o size=4k none "$0" && TMPDIR="$0" exec "$@"'


@dataclass(frozen=True, kw_only=True)
class OnTwoHosts:
    """A run whose scheduler was killed, and the same command with another scheduler."""

    killed: tuple[int, str]  # exit status, stderr
    kept: dict[str, bytes]  # result files after it
    again: subprocess.CompletedProcess[str]
    out: dict[str, bytes]
    alone: dict[str, bytes]  # what one machine writes


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> OnTwoHosts:
    """Grade a class on two hosts, of which one has another node whose disk is full."""
    if reason := why_not():
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("hosts")
    submitted = make_class(folder / "in", STUDENTS)
    settings = folder / "cluster.yml"
    settings.write_text(
        f"kind: address\naddress: {SCHEDULER}\nwait: 60 s\n"
        "tls: {ca: ca.pem, cert: cert.pem, key: key.pem}\n"
    )
    words = ("grade", submitted, "--out", folder / "out", "--course", TINY, *SEED)
    with two_hosts(folder) as hosts:
        line = hosts.on(0, *command(*words, "--cluster", settings))
        killed = run_and_kill_the_scheduler(hosts, line)
        kept = written(folder / "out")
        hosts.end()
        begin(hosts, folder / "full")
        again = subprocess.run(
            line, env=environment(), capture_output=True, text=True, timeout=SECONDS, check=False
        )
    assert grade(submitted, folder / "one", *SEED).returncode == 0
    return OnTwoHosts(
        killed=killed,
        kept={name: content for name, content in kept.items() if name.startswith("results/")},
        again=again,
        out=written(folder / "out"),
        alone=written(folder / "one"),
    )


def begin(hosts: TwoHosts, full: Path) -> subprocess.Popen[bytes]:
    """Start the scheduler, a node on each host, and one whose disk is full."""
    full.mkdir(exist_ok=True)
    scheduler = hosts.scheduler()
    hosts.worker(0)
    hosts.worker(1)
    hosts.worker(1, *FULL_DISK, FULL_DISK_SCRIPT, str(full))
    return scheduler


def run_and_kill_the_scheduler(hosts: TwoHosts, line: list[str]) -> tuple[int, str]:
    """Run until something is graded, kill the scheduler, and return exit status and stderr."""
    scheduler = begin(hosts, hosts.folder / "full")
    run = subprocess.Popen(
        line, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert run.stdout is not None
    for printed in run.stdout:
        if printed.startswith("[3/"):
            scheduler.kill()
    _, stderr = run.communicate(timeout=SECONDS)
    return run.returncode, stderr


def test_a_scheduler_that_dies_ends_the_run_in_a_sentence(graded: OnTwoHosts) -> None:
    """Exit code 4, one line that says how to go on; what was finished is there, whole."""
    line = (
        "the scheduler of the cluster does not answer any more; "
        "what was finished is kept: run the same command again for the rest\n"
    )
    assert graded.killed == (4, line)
    assert len(graded.kept) >= 3
    assert graded.kept.items() <= graded.alone.items()


def test_the_same_command_ends_with_the_bytes_of_one_machine(graded: OnTwoHosts) -> None:
    """What was kept stands, the rest is graded, and nothing differs from a local run."""
    assert (graded.again.returncode, graded.again.stderr) == (0, "")
    assert graded.again.stdout.count("(as before)") == len(graded.kept)
    assert graded.out == graded.alone


def test_a_node_whose_disk_is_full_is_named_and_costs_nothing(graded: OnTwoHosts) -> None:
    """The node is given up before it grades anything, and the run says why."""
    lines = [line for line in graded.again.stdout.splitlines() if "given up" in line]
    assert len(lines) == 1
    assert "No space left on device" in lines[0]
