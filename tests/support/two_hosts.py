"""Two hosts on one machine: network namespaces with a cable, certificates, and Dask's processes."""

from __future__ import annotations

import datetime
import ipaddress
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.support.command_line import REPOSITORY, environment

HEAD, OTHER = "10.231.77.1", "10.231.77.2"
PORT = 8786
SCHEDULER = f"tls://{HEAD}:{PORT}"


@dataclass(slots=True, kw_only=True)
class TwoHosts:
    """The namespaces of two hosts, and the processes that were started in them."""

    folder: Path
    names: tuple[str, str]  # of the namespaces: the head's and the other's
    started: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def on(self, host: int, *words: object) -> list[str]:
        """Return the words of a command that runs on the head (0) or on the other host (1)."""
        # `ip netns exec` would hide the cgroups, of which nodes make their own.
        return ["nsenter", f"--net=/run/netns/{self.names[host]}", *map(str, words)]

    def start(self, command: Sequence[str]) -> subprocess.Popen[bytes]:
        """Start a process that ends with the test."""
        with (self.folder / "dask.log").open("ab") as log:
            process = subprocess.Popen(
                command,
                cwd=self.folder,
                env=environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=log,
                start_new_session=True,
            )
        self.started.append(process)
        return process

    def scheduler(self) -> subprocess.Popen[bytes]:
        """Start a scheduler of Dask on the head."""
        words = ("--host", HEAD, "--port", PORT, "--protocol", "tls", "--no-dashboard")
        return self.start(self.on(0, *_dask("scheduler"), *words, *self._tls()))

    def worker(self, host: int, *before: str) -> subprocess.Popen[bytes]:
        """Start a worker of Dask on a host; `before` is a command that runs it."""
        words = ("--nthreads", 1, "--no-nanny", "--no-dashboard", "--local-directory", self.folder)
        command = (*_dask("worker"), SCHEDULER, *words, *self._tls())
        return self.start(self.on(host, *before, *command))

    def end(self) -> None:
        """End the processes that were started."""
        for process in self.started:
            process.kill()
            process.wait()
        self.started.clear()

    def _tls(self) -> tuple[object, ...]:
        files = {name: self.folder / f"{name}.pem" for name in ("ca", "cert", "key")}
        return (
            *("--tls-ca-file", files["ca"], "--tls-cert", files["cert"]),
            *("--tls-key", files["key"]),
        )


def why_not() -> str:
    """Return why this machine cannot have two hosts; empty where it can."""
    if os.getuid() != 0:
        return "only root may make network namespaces"
    if shutil.which("ip") is None:
        return "no ip here (package iproute2)"
    name = f"autograder-try-{os.getpid()}"
    tried = subprocess.run(["ip", "netns", "add", name], capture_output=True, text=True)
    if tried.returncode == 0:
        subprocess.run(["ip", "netns", "delete", name], check=True)
        return ""
    return f"no network namespaces here: {tried.stderr.strip()}"


@contextmanager
def two_hosts(folder: Path) -> Iterator[TwoHosts]:
    """Provide two hosts that reach one another and nothing else."""
    names = (f"autograder-{os.getpid()}-head", f"autograder-{os.getpid()}-other")
    hosts = TwoHosts(folder=folder, names=names)
    write_certificates(folder)
    cable = (f"agh{os.getpid()}"[:15], f"ago{os.getpid()}"[:15])
    try:
        for name in names:
            _ip("netns", "add", name)
        ends = ("peer", "name", cable[1], "netns", names[1])
        _ip("-n", names[0], "link", "add", cable[0], "type", "veth", *ends)
        for name, end, address in zip(names, cable, (HEAD, OTHER), strict=True):
            _ip("-n", name, "address", "add", f"{address}/24", "dev", end)
            for device in ("lo", end):
                _ip("-n", name, "link", "set", device, "up")
        yield hosts
    finally:
        hosts.end()
        for name in names:
            subprocess.run(["ip", "netns", "delete", name], capture_output=True)


def write_certificates(folder: Path) -> None:
    """Write a certificate that signs itself, for all that take part, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "autograder test")])
    now = datetime.datetime.now(datetime.UTC)
    hosts = [x509.IPAddress(ipaddress.ip_address(each)) for each in (HEAD, OTHER)]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(hosts), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    for file in ("ca.pem", "cert.pem"):
        (folder / file).write_bytes(pem)
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )


def _dask(what: str) -> tuple[str, ...]:
    return (sys.executable, "-m", f"distributed.cli.dask_{what}")


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True, cwd=REPOSITORY)
