"""The connection to a cluster: a client of Dask, and the scheduler and nodes that are started."""

from __future__ import annotations

import logging
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from autograder.cluster.settings import BATCH_KINDS, ClusterSettings, Kind
from autograder.errors import HostError
from autograder.sandbox.temp_dirs import temporary_folder

if TYPE_CHECKING:
    from distributed import Client
    from distributed.security import Security

CONNECT_TIMEOUT_S = 15.0
DEFAULT_MEMORY = 4 << 30  # bytes that a batch system is asked for, of each job of a node
BATCH_CLASSES: Mapping[Kind, str] = {
    "slurm": "SLURMCluster",
    "pbs": "PBSCluster",
    "sge": "SGECluster",
}
# What a kind needs beside `distributed`, and the extra that brings it.
PACKAGES: Mapping[Kind, tuple[str, str]] = {
    **dict.fromkeys(BATCH_KINDS, ("dask_jobqueue", "cluster")),
    "kubernetes": ("dask_kubernetes", "kubernetes"),
}
# Dask's own words are about Dask: what concerns a run is said by this package.
QUIET = logging.CRITICAL
DASK_SETTINGS = {
    "distributed.comm.timeouts.connect": f"{CONNECT_TIMEOUT_S:.0f}s",
    "distributed.scheduler.worker-ttl": "60s",
    "distributed.scheduler.http.routes": [],  # its web server shows nothing
    "distributed.worker.http.routes": [],
}


def require_packages(kind: Kind) -> None:
    """Raise HostError where a package is not installed that such a cluster needs."""
    for package, extra in (("distributed", "cluster"), PACKAGES.get(kind, ("distributed", ""))):
        if find_spec(package) is None:
            raise HostError(
                f"{package} is not installed; pip install 'dl-course-autograder[{extra}]'"
            )


@asynccontextmanager
async def connected(settings: ClusterSettings) -> AsyncIterator[Client]:
    """Return a client of the cluster, which is started where the settings say so.

    HostError where the scheduler cannot be reached. What was started ends with the block.
    """
    import dask
    from distributed import Client

    _silence()
    security = security_of(settings)
    async with AsyncExitStack() as stack:
        stack.enter_context(dask.config.set(DASK_SETTINGS))
        if settings.kind == "address":
            address: Any = settings.address
        else:
            folder = stack.enter_context(temporary_folder())
            try:
                address = await stack.enter_async_context(_started(settings, security, str(folder)))
            except (RuntimeError, OSError, ValueError) as error:
                why = error.__cause__ or error
                raise HostError(f"the cluster ({settings.kind}) cannot be started: {why}") from None
        try:
            client = await Client(
                address, asynchronous=True, security=security, timeout=CONNECT_TIMEOUT_S
            )
        except (OSError, TimeoutError) as error:
            raise HostError(f"{settings.address}: no scheduler answers: {error}") from None
        stack.push_async_callback(_close, client)
        yield client


def _silence() -> None:
    """Keep Dask from logging in this process; its loggers have handlers and levels of their own."""
    for name in ("distributed", *logging.root.manager.loggerDict):
        if name.startswith("distributed"):
            logging.getLogger(name).setLevel(QUIET)


async def _close(client: Client) -> None:
    try:
        await client.close(timeout=5)
    except Exception:  # the scheduler may be gone: there is nothing to close
        return


def _started(settings: ClusterSettings, security: Security | None, folder: str) -> Any:
    """Return a cluster that is started, as an asynchronous context manager."""
    if settings.kind == "local":
        from distributed import LocalCluster

        return LocalCluster(
            n_workers=settings.nodes,
            threads_per_worker=1,
            processes=True,
            host="127.0.0.1",
            dashboard_address="127.0.0.1:0",  # of the web server, which Dask always starts
            scheduler_kwargs={"dashboard": False},
            worker_dashboard_address=None,
            memory_limit=0,  # the node bounds what student code uses
            local_directory=folder,
            preload=["autograder.cluster.local_worker"],
            silence_logs=QUIET,
            asynchronous=True,
            security=security,
        )
    if settings.kind == "kubernetes":
        from dask_kubernetes.operator import KubeCluster

        return KubeCluster(**kubernetes_options(settings), asynchronous=True)
    import dask_jobqueue

    cluster = getattr(dask_jobqueue, BATCH_CLASSES[settings.kind])
    options = batch_options(settings)
    return cluster(**options, n_workers=settings.nodes, asynchronous=True, security=security)


def batch_options(settings: ClusterSettings) -> dict[str, Any]:
    """Return what dask-jobqueue is told of a node: one job of the batch system each."""
    job, node = settings.job, settings.node
    jobs = node.jobs or 1
    resources = [f"MEMORY={node.memory}"] if node.memory else []
    resources += [f"GPU={node.gpu}"] if node.gpu else []
    options = {
        "cores": jobs,
        "processes": 1,
        "memory": f"{node.memory or jobs * DEFAULT_MEMORY} B",
        "queue": job.queue or None,
        "account": job.account or None,
        "walltime": job.walltime,
        "job_extra_directives": list(job.directives),
        "job_script_prologue": list(job.prologue),
        "python": job.python or sys.executable,
        "interface": job.interface or None,
        "scheduler_options": {"dashboard": False, "dashboard_address": ":0"},
        "worker_extra_args": ["--resources", ",".join(resources)] if resources else [],
    }
    if settings.kind == "sge":  # it says "project" for an account
        options["project"] = options.pop("account")
    return options


def kubernetes_options(settings: ClusterSettings) -> dict[str, Any]:
    """Return what dask-kubernetes is told of the nodes: one pod each."""
    node = settings.node
    limits: dict[str, str] = {"cpu": str(node.jobs or 1)}
    if node.memory:
        limits["memory"] = str(node.memory)
    if node.gpu:
        limits["nvidia.com/gpu"] = str(node.gpu)
    options: dict[str, Any] = {
        "name": "autograder",
        "image": settings.image,
        "n_workers": settings.nodes,
        "resources": {"requests": dict(limits), "limits": limits},
        "worker_command": ["dask", "worker", "--nthreads", str(node.jobs or 1)],
    }
    if settings.namespace:
        options["namespace"] = settings.namespace
    return options


def security_of(settings: ClusterSettings) -> Security | None:
    """Return the certificates of all that take part; None where none are named."""
    if settings.tls is None:
        return None
    from distributed.security import Security

    tls = settings.tls
    same = {"cert": tls.cert, "key": tls.key}
    roles = {f"tls_{role}_{name}": path for role in ROLES for name, path in same.items()}
    return Security(tls_ca_file=tls.ca, require_encryption=True, **roles)


ROLES = ("client", "scheduler", "worker")
