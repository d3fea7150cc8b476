"""cluster.yml and addresses: what each stands for, its mistakes, and the examples."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.cluster.capacity import Offer, jobs_by_assignment, offer_of
from autograder.cluster.connect import batch_options, kubernetes_options
from autograder.cluster.settings import ClusterSettings, cluster_settings, read_settings
from autograder.config.course import load_course
from autograder.errors import CourseError
from tests.support.places import CASES, REPOSITORY

COURSE = load_course(REPOSITORY)
IDS = [assignment.id for assignment in COURSE.assignments]
EXAMPLES = sorted((REPOSITORY / "examples" / "cluster").glob("*.yml"))


def example(name: str) -> ClusterSettings:
    """Return the settings of an example."""
    path = REPOSITORY / "examples" / "cluster" / f"{name}.yml"
    return read_settings(path.read_bytes(), path, IDS)


def read(text: str) -> ClusterSettings:
    """Return the settings of a text."""
    return read_settings(text.encode(), Path("cluster.yml"), IDS)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_is_valid(path: Path) -> None:
    """Each example has the kind that its name says."""
    assert read_settings(path.read_bytes(), path, IDS).kind == path.stem


def test_every_kind_has_an_example() -> None:
    """No kind is left without one."""
    kinds = {"local", "address", "slurm", "pbs", "sge", "kubernetes"}
    assert {path.stem for path in EXAMPLES} == kinds


def test_addresses_need_no_file() -> None:
    """`local:N` and the address of a scheduler say all that is needed."""
    assert cluster_settings("local:3", COURSE) == ClusterSettings(kind="local", nodes=3)
    address = "tls://10.0.0.1:8786"
    assert cluster_settings(address, COURSE) == ClusterSettings(kind="address", address=address)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("kind: slrum\nnodes: 2\n", "kind must be one of local, address, slurm"),
        ("kind: slurm\n", "missing key 'nodes'"),
        ("kind: address\naddress: head\n", "address must be the address of a Dask scheduler"),
        ("kind: local\nnodes: 2\nnoed: {jobs: 2}\n", "unknown key 'noed'; did you mean 'node'"),
        ("kind: local\nnodes: 2\nnode: {memory: lots}\n", "memory must be a size such as 1 MiB"),
        ("kind: pbs\nnodes: 2\njob: {walltime: 2h}\n", "walltime must be hours, minutes and"),
        ("kind: local\nnodes: 2\nneeds: {residual: {gpu: 1}}\n", "no assignment 'residual'"),
        ("kind: local\nnodes: 2\ntls: {ca: a, cert: b}\n", "missing key 'key'"),
    ],
)
def test_a_mistake_has_its_line(text: str, complaint: str) -> None:
    """File and line, what is wrong, and what is expected."""
    with pytest.raises(CourseError) as raised:
        read(text)
    assert any(
        line.startswith("cluster.yml:") and complaint in line for line in raised.value.complaints
    ), raised.value.complaints


def test_certificates_must_be_there(tmp_path: Path) -> None:
    """A file of TLS that is missing is named before anything starts."""
    file = tmp_path / "cluster.yml"
    file.write_text(
        "kind: address\naddress: tls://a:1\ntls: {ca: ca.pem, cert: c.pem, key: k.pem}\n"
    )
    with pytest.raises(CourseError, match=rf"no such file: {tmp_path}/ca\.pem"):
        cluster_settings(str(file), COURSE)


def test_a_batch_system_is_told_what_a_node_needs() -> None:
    """One job for each node, with its cores, memory and resources."""
    told = batch_options(example("slurm"))
    assert (told["cores"], told["processes"], told["memory"]) == (16, 1, f"{48 << 30} B")
    assert told["worker_extra_args"] == ["--resources", f"MEMORY={48 << 30},GPU=1"]
    assert told["job_extra_directives"] == ["--gres=gpu:1", "--exclusive"]
    assert batch_options(example("sge"))["project"] == "teaching"


def test_a_pod_has_the_limits_of_its_node() -> None:
    """Kubernetes bounds what a node may use."""
    told = kubernetes_options(example("kubernetes"))
    assert (told["n_workers"], told["namespace"]) == (8, "grading")
    assert told["resources"]["limits"] == {"cpu": "4", "memory": str(12 << 30)}


def test_a_node_grades_no_more_than_its_memory_and_gpus_allow() -> None:
    """Of each assignment as many at a time as fit; what does not fit is left out."""
    slurm = example("slurm")
    assignments = [COURSE.assignment(name) for name in ("residual_block", "flower_classifier")]
    offer = offer_of(4, {"GPU": 2, "MEMORY": 0}, slurm, jobs=2)
    assert offer == Offer(jobs=16, memory=48 << 30, gpu=1)
    found = jobs_by_assignment(offer, assignments, slurm)
    assert found["flower_classifier"] == 1
    assert found["residual_block"] == 16
    small = Offer(jobs=16, memory=1 << 20, gpu=1)
    assert jobs_by_assignment(small, assignments, slurm) == {}


def test_local_nodes_share_the_jobs() -> None:
    """Two nodes of a machine grade together as many at a time as one would."""
    local = ClusterSettings(kind="local", nodes=2)
    assert [offer_of(1, {}, local, jobs).jobs for jobs in (1, 2, 8)] == [1, 1, 4]


def test_the_tiny_course_has_no_needs() -> None:
    """Without needs and without a stated memory nothing is bounded."""
    course = load_course(CASES / "tiny_course")
    offer = Offer(jobs=3, memory=0, gpu=0)
    local = ClusterSettings(kind="local", nodes=1)
    assert set(jobs_by_assignment(offer, course.assignments, local).values()) == {3}
