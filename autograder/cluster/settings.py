"""The settings of a cluster: from an address such as `local:2` or `tcp://…`, or a cluster.yml."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, cast, get_args

from autograder.config.parse_yaml import parse_yaml
from autograder.config.yaml_nodes import YamlNode
from autograder.errors import CourseError
from autograder.model import Course
from autograder.text.suggestions import did_you_mean

Kind = Literal["local", "address", "slurm", "pbs", "sge", "kubernetes"]
KINDS: tuple[Kind, ...] = get_args(Kind)
BATCH_KINDS: tuple[Kind, ...] = ("slurm", "pbs", "sge")
ADDRESS_PATTERN = re.compile(r"(?:tcp|tls)://[^\s/]+:\d{1,5}")
LOCAL_PATTERN = re.compile(r"local:([1-9]\d{0,2})")
EXPECTED_ADDRESS = (
    "expected local:N (N nodes on this machine), the address of a Dask scheduler such as "
    "tcp://host:8786 or tls://host:8786, or a cluster.yml"
)
EXPECTED_FILE = "the kind of the cluster and its nodes"
WALLTIME_PATTERN = re.compile(r"\d{1,4}:[0-5]\d:[0-5]\d")
DEFAULT_WAIT_S = 600.0  # a batch system may take its time to start the first node


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeResources:
    """What one node has, or is asked of the batch system. Bytes and counts; 0: not stated."""

    jobs: int = 0  # submissions at a time; 0: the threads of the Dask worker
    memory: int = 0
    gpu: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchJob:
    """What a batch system is told of each node's job. Empty texts are not told."""

    queue: str = ""
    account: str = ""
    walltime: str = "01:00:00"
    # Lines for the system itself, e.g. `--gres=gpu:1`; lines of shell before the node starts.
    directives: tuple[str, ...] = ()
    prologue: tuple[str, ...] = ()
    python: str = ""  # the interpreter on the nodes; empty: the path of this one
    interface: str = ""  # of the network, e.g. ib0


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsFiles:
    """The certificates by which head, scheduler and nodes know each other."""

    ca: str
    cert: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterSettings:
    """Where a cluster is, or how it is started."""

    kind: Kind
    nodes: int = 0  # how many are started; 0: those that are there
    address: str = ""  # of the scheduler
    node: NodeResources = NodeResources()
    job: BatchJob = BatchJob()
    image: str = ""  # of the nodes' container
    namespace: str = ""
    tls: TlsFiles | None = None
    data: str = ""  # the folder of images and weights on the nodes; empty: the same path as here
    needs: Mapping[str, NodeResources] = field(default_factory=dict)  # by assignment
    wait: float = DEFAULT_WAIT_S  # seconds without any usable node, until the run ends


def cluster_settings(address: str, course: Course) -> ClusterSettings:
    """Return the settings that `--cluster ADDRESS` stands for; CourseError where it is wrong."""
    if match := LOCAL_PATTERN.fullmatch(address):
        return ClusterSettings(kind="local", nodes=int(match[1]))
    if ADDRESS_PATTERN.fullmatch(address):
        return ClusterSettings(kind="address", address=address)
    path = Path(address)
    if path.suffix not in (".yml", ".yaml"):
        raise CourseError(f"--cluster {address}: {EXPECTED_ADDRESS}")
    try:
        content = path.read_bytes()
    except OSError as error:
        raise CourseError(f"{path}: {(error.strerror or str(error)).lower()}") from None
    settings = read_settings(content, path, [each.id for each in course.assignments])
    if settings.tls is not None:
        for file in (settings.tls.ca, settings.tls.cert, settings.tls.key):
            if not Path(file).is_file():
                raise CourseError(f"{path}: tls: no such file: {file}")
    return settings


def read_settings(content: bytes, path: Path, assignments: list[str]) -> ClusterSettings:
    """Return the settings of a cluster.yml.

    CourseError with a line for each mistake. Relative paths of certificates start at its folder.
    """
    top = parse_yaml(content, str(path), EXPECTED_FILE)
    kind = cast(Kind, top.find("kind").choice(KINDS, "address"))
    optional = ["node", "data", "needs", "tls", "wait"]
    required = ["kind"]
    if kind == "address":
        required.append("address")
    else:
        required.append("nodes")
    if kind in BATCH_KINDS:
        optional.append("job")
    if kind == "kubernetes":
        required.append("image")
        optional.append("namespace")
    at = top.fields(*required, optional=optional)
    settings = ClusterSettings(
        kind=kind,
        nodes=at["nodes"].count(0) if "nodes" in at and at["nodes"].is_there else 0,
        address=_address(at["address"]) if "address" in at else "",
        node=_resources(at["node"]),
        job=_job(at["job"]) if "job" in at else BatchJob(),
        image=_text(at.get("image")),
        namespace=_text(at.get("namespace")),
        tls=_tls(at["tls"], path.parent),
        data=_text(at["data"]),
        needs=_needs(at["needs"], assignments),
        wait=at["wait"].seconds(DEFAULT_WAIT_S) if at["wait"].is_there else DEFAULT_WAIT_S,
    )
    if top.problems:
        raise CourseError(*map(str, sorted(top.problems)))
    return settings


def _address(at: YamlNode) -> str:
    address = at.text()
    if address and not ADDRESS_PATTERN.fullmatch(address):
        at.expect("the address of a Dask scheduler such as tcp://host:8786")
    return address


def _text(at: YamlNode | None) -> str:
    return at.text() if at is not None and at.is_there else ""


def _resources(at: YamlNode) -> NodeResources:
    if not at.is_there:
        return NodeResources()
    parts = at.fields(optional=("jobs", "memory", "gpu"))
    return NodeResources(
        jobs=parts["jobs"].count(0) if parts["jobs"].is_there else 0,
        memory=parts["memory"].size(0) if parts["memory"].is_there else 0,
        gpu=parts["gpu"].count(0) if parts["gpu"].is_there else 0,
    )


def _job(at: YamlNode) -> BatchJob:
    if not at.is_there:
        return BatchJob()
    texts = ("queue", "account", "walltime", "python", "interface")
    parts = at.fields(optional=(*texts, "directives", "prologue"))
    walltime = _text(parts["walltime"]) or BatchJob().walltime
    if not WALLTIME_PATTERN.fullmatch(walltime):
        parts["walltime"].expect("hours, minutes and seconds such as '02:00:00', in quotes")
    return BatchJob(
        queue=_text(parts["queue"]),
        account=_text(parts["account"]),
        walltime=walltime,
        directives=_lines(parts["directives"]),
        prologue=_lines(parts["prologue"]),
        python=_text(parts["python"]),
        interface=_text(parts["interface"]),
    )


def _lines(at: YamlNode) -> tuple[str, ...]:
    return tuple(entry.text() for entry in at.items()) if at.is_there else ()


def _tls(at: YamlNode, folder: Path) -> TlsFiles | None:
    if not at.is_there:
        return None
    parts = at.fields("ca", "cert", "key")
    paths = {}
    for name, node in parts.items():
        text = _text(node)
        paths[name] = str((folder / text).absolute()) if text else ""
    return TlsFiles(**paths)


def _needs(at: YamlNode, assignments: list[str]) -> dict[str, NodeResources]:
    if not at.is_there:
        return {}
    needs = {}
    for name, entry in at.entries().items():
        if name not in assignments:
            entry.add_error(f"no assignment {name!r}{did_you_mean(name, assignments)}")
        parts = entry.fields(optional=("memory", "gpu"))
        needs[name] = NodeResources(
            memory=parts["memory"].size(0) if parts["memory"].is_there else 0,
            gpu=parts["gpu"].count(0) if parts["gpu"].is_there else 0,
        )
    return needs
