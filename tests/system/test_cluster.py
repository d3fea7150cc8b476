"""A class graded on a cluster of this machine: the same bytes, a node that hangs, mistakes."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import dask_jobqueue
import psutil
import pytest

from autograder.cluster.connect import BATCH_CLASSES, batch_options
from autograder.cluster.settings import read_settings
from tests.support.cluster import make_class, processes
from tests.support.command_line import (
    CLASS,
    REPOSITORY,
    TINY,
    Running,
    descendants,
    grade,
    graded_class,
    left_alive,
    watched,
    written,
)

SEED = ("--seed", "7")
SHORT_LIMITS = (
    "wall_import: 1 s\n      wall_check: 1 s\n      wall_submission: 1 s\n      reserve: 1 s"
)


def test_two_nodes_write_the_bytes_of_one_machine(tmp_path: Path) -> None:
    """Code, a notebook, an essay and hostile answers: every file is that of a local run."""
    ended = grade(CLASS, tmp_path, *SEED, "--cluster", "local:2")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert written(tmp_path) == written(graded_class(*SEED)[1])


def test_a_node_that_hangs_is_given_up(tmp_path: Path) -> None:
    """It is stopped while most of the class waits; the other node grades what it was given."""
    course = tmp_path / "course"
    shutil.copytree(TINY, course)
    grading = (course / "grading.yml").read_text()
    limits = grading[grading.index("wall_import") : grading.index("      memory: 256")].rstrip()
    (course / "grading.yml").write_text(grading.replace(limits, SHORT_LIMITS))
    submitted, out = make_class(tmp_path / "in", 24), tmp_path / "out"
    words = ("grade", submitted, "--out", out, "--course", course, *SEED, "--cluster", "local:2")
    run = Running(*words)
    run.read_until("[1/")
    found = processes(run.process.pid)["node or judge"]
    stopped = [pid for pid in found if psutil.Process(pid).ppid() not in found]  # no judge
    with watched(descendants(run.process.pid)) as handles:
        os.kill(stopped[0], signal.SIGSTOP)
        status, printed, stderr = run.finish()
        assert left_alive(handles) == []
    assert (status, stderr) == (0, "")
    assert grade(submitted, tmp_path / "one", *SEED, course=course).returncode == 0
    assert written(out) == written(tmp_path / "one")
    assert "given up: no answer within" in printed


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("locl:2", 2, "--cluster locl:2: expected local:N (N nodes on this machine)"),
        ("missing.yml", 2, "missing.yml: no such file or directory"),
        ("tcp://127.0.0.1:9", 4, "tcp://127.0.0.1:9: no scheduler answers"),
    ],
)
def test_a_wrong_address_is_named(tmp_path: Path, address: str, status: int, words: str) -> None:
    """Nothing is graded, and one line says what is expected."""
    ended = grade(CLASS, tmp_path / "out", "--student", "right", "--cluster", address)
    assert (ended.returncode, ended.stdout) == (status, "")
    assert ended.stderr.startswith(words)
    assert ended.stderr.count("\n") == 1


def test_a_node_below_the_level_of_the_course_is_refused(tmp_path: Path) -> None:
    """Where no other node serves, the run ends with exit code 4 and says what is missing."""
    no_namespaces = (sys.executable, "-m", "tests.support.without", "unshare=EPERM", "--")
    words = ("--student", "right", *SEED, "--cluster", "local:1")
    ended = grade(CLASS, tmp_path, *words, within=no_namespaces)
    assert ended.returncode == 4
    first, *_, last = ended.stderr.splitlines()
    assert re.match(r"node tcp://127\.0\.0\.1:\d+: given up: sandbox level A: ", first)
    assert last.startswith("no node of the cluster serves; what was finished is kept")
    assert list((tmp_path / "results").rglob("tensors.json")) == []


def test_without_dask_it_says_what_to_install(tmp_path: Path) -> None:
    """Where the extra is not installed the message is the command that installs it."""
    hidden = "import sys; sys.modules['distributed'] = None; from autograder.cli import run; run()"
    words = ("grade", CLASS, "--out", tmp_path, "--course", TINY, "--cluster", "local:2")
    line = [sys.executable, "-c", hidden, *map(str, words)]
    ended = subprocess.run(line, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (
        4,
        "distributed is not installed; pip install 'dl-course-autograder[cluster]'\n",
    )


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("slurm", ["#SBATCH --cpus-per-task=16", "#SBATCH --mem=48G", "#SBATCH --gres=gpu:1"]),
        ("pbs", ["#PBS -l select=1:ncpus=8:mem=24GB", "#PBS -l walltime=01:00:00"]),
        ("sge", ["#$ -q all.q", "#$ -P teaching", "#$ -pe smp 8"]),
    ],
)
def test_a_batch_system_gets_a_script(kind: str, told: list[str]) -> None:
    """dask-jobqueue makes it from the example: what the system is asked for, and one worker."""
    path = REPOSITORY / "examples" / "cluster" / f"{kind}.yml"
    settings = read_settings(path.read_bytes(), path, ["flower_classifier"])
    options = {**batch_options(settings), "interface": None}  # this machine has no ib0

    async def script() -> str:
        cluster = getattr(dask_jobqueue, BATCH_CLASSES[settings.kind])
        async with cluster(**options, n_workers=0, asynchronous=True) as started:
            return str(started.job_script())

    lines = asyncio.run(script()).splitlines()
    assert [line for line in told if line not in lines] == []
    (worker,) = [line for line in lines if "dask_worker" in line]
    assert f"--nthreads {settings.node.jobs} " in worker
    assert f"--resources MEMORY={settings.node.memory}" in worker


def test_ctrl_c_ends_the_nodes(tmp_path: Path) -> None:
    """Exit code 130, one line, and no process is left; the same command completes the run."""
    out = tmp_path / "out"
    words = ("grade", CLASS, "--out", out, "--course", TINY, *SEED, "--cluster", "local:2")
    run = Running(*words)
    run.read_until("[2/")
    with watched(descendants(run.process.pid)) as handles:
        run.press_ctrl_c()
        status, _, stderr = run.finish()
        assert left_alive(handles) == []
    sentence = "interrupted: what was finished is kept; run the same command again for the rest\n"
    assert (status, stderr) == (130, sentence)
    assert grade(CLASS, out, *SEED).returncode == 0
    assert written(out) == written(graded_class(*SEED)[1])
