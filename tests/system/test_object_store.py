"""Hand-ins and results in an object store: a server here that speaks the protocol of S3."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from tests.support.command_line import CLASS, TINY, Ended, graded_class, written
from tests.support.levels import skip_where_refused
from tests.support.places import CASES, REPOSITORY

s3fs = pytest.importorskip("s3fs", reason="the extra s3 is not installed")
pytest.importorskip("moto", reason="moto, the server of the store, is not installed")

RUNNING_ON = re.compile(r"http://127\.0\.0\.1:\d+")
SUBMITTED, OUT = "s3://class/submitted", "s3://class/out"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """Return the address of an empty store."""
    words = [sys.executable, "-u", "-m", "moto.server", "-H", "127.0.0.1", "-p", "0"]
    with subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as run:
        assert run.stdout is not None
        matches = (RUNNING_ON.search(line) for line in run.stdout)
        found = next((match for match in matches if match is not None), None)
        assert found is not None
        Thread(target=run.stdout.read, daemon=True).start()  # it writes a line for each request
        yield found[0]
        run.kill()


@pytest.fixture
def store(server: str, tmp_path: Path) -> Any:
    """Return a client of a store that holds the class of the tiny course."""
    options = {"key": "staff", "secret": "secret", "endpoint_url": server}
    store = s3fs.S3FileSystem(**options, skip_instance_cache=True)
    if store.exists("class"):
        store.rm("class", recursive=True)  # the bucket, too
    store.mkdir("class")
    for path in sorted(p for p in CLASS.rglob("*") if p.is_file()):
        store.put_file(str(path), f"class/submitted/{path.relative_to(CLASS).as_posix()}")
    return store


def run(server: str, cache: Path, *words: object, **environment: str) -> Ended:
    """Run a command on a machine with a cache folder and credentials of its own."""
    variables = {
        **os.environ,
        "AWS_ENDPOINT_URL": server,
        "AWS_ACCESS_KEY_ID": "staff",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "COLUMNS": "200",
        "PYTHONPATH": str(REPOSITORY),
        "XDG_CACHE_HOME": str(cache),
        **environment,
    }
    ended = subprocess.run(
        [sys.executable, "-m", "autograder", *map(str, words)],
        cwd=REPOSITORY,
        env={name: value for name, value in variables.items() if value},
        capture_output=True,
        text=True,
        check=False,
    )
    skip_where_refused(ended.stderr)
    return ended


def grade(server: str, cache: Path, *words: object) -> Ended:
    """Grade the class from the store into the store."""
    return run(server, cache, "grade", SUBMITTED, "--out", OUT, "--course", TINY, *words)


def objects(store: Any, folder: str) -> dict[str, bytes]:
    """Return the content of the objects below a folder, by name."""
    store.invalidate_cache()
    return {path.removeprefix(f"{folder}/"): store.cat_file(path) for path in store.find(folder)}


def test_a_class_is_graded_from_the_store_into_the_store(
    server: str, store: Any, tmp_path: Path
) -> None:
    """OUT holds what a run between folders writes; then only what changed travels, from any
    machine.
    """
    store.pipe_file("class/out/seed", b"7\n")
    first = grade(server, tmp_path / "first")
    assert (first.returncode, first.stderr) == (0, "")
    expected = written(graded_class("--seed", "7")[1])
    found = objects(store, "class/out")
    assert {name: found.get(name) for name in expected} == expected
    assert ".behind" not in found

    again = grade(server, tmp_path / "first")
    assert f"{SUBMITTED}: 0 read, {len(list(CLASS.glob('*/*/*')))} unchanged" in again.stdout
    assert again.stdout.count("(as before)") == len(list(CLASS.glob("*/*")))

    right = (CLASS / "right/tensors/tensors.py").read_bytes()
    store.pipe_file("class/submitted/adds/tensors/tensors.py", right)
    other = grade(server, tmp_path / "second")
    assert "adds tensors: 10 of 10" in other.stdout
    assert other.stdout.count("(as before)") == len(list(CLASS.glob("*/*"))) - 1
    assert b'"earned": 10' in objects(store, "class/out")["results/adds/tensors.json"]
    own = re.search(rf"{OUT}: (\d+) written, 0 removed, (\d+) unchanged", other.stdout)
    assert own is not None
    assert int(own[1]) < int(own[2])


def test_hand_ins_are_collected_into_the_store(server: str, store: Any, tmp_path: Path) -> None:
    """The ledger and all attempts are there, for a run on any machine."""
    source = CASES / "partial_course"
    download = tmp_path / "download" / "ana" / "one"
    download.mkdir(parents=True)
    (download / "one.txt").write_text("one")
    words = ("collect", tmp_path / "download", "--into", "s3://class/collected", "--course", source)
    ended = run(server, tmp_path / "cache", *words)
    assert (ended.returncode, ended.stderr) == (0, "")
    found = objects(store, "class/collected")
    assert {"collected.yml", "ana/one/one.txt", ".attempts/ana/one/1/one.txt"} <= set(found)
    assert not any(name.endswith(".lock") for name in found)


@pytest.mark.parametrize(
    ("address", "environment", "expected"),
    [
        ("s3://nowhere/submitted", {}, "s3://nowhere/submitted: no such bucket"),
        ("s3://class/nothing", {}, "s3://class/nothing: nothing is there; is the address right?"),
        (
            SUBMITTED,
            {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""},
            f"{SUBMITTED}: no credentials; set AWS_ACCESS_KEY_ID",
        ),
    ],
)
def test_what_is_wrong_is_said(
    server: str,
    store: Any,
    tmp_path: Path,
    address: str,
    environment: dict[str, str],
    expected: str,
) -> None:
    """One line that names the address and says what to do, and no traceback."""
    words = ("grade", address, "--out", tmp_path / "out", "--course", TINY)
    ended = run(server, tmp_path / "cache", *words, HOME=str(tmp_path), **environment)
    assert ended.returncode in (2, 4)
    assert ended.stderr.startswith(expected)
    assert len(ended.stderr.splitlines()) == 1


def test_a_missing_extra_is_named_with_its_command(tmp_path: Path) -> None:
    """Without s3fs the line says what to install."""
    (tmp_path / "s3fs.py").write_text("raise ImportError('not here')\n")
    path = f"{tmp_path}{os.pathsep}{REPOSITORY}"
    words = ("grade", SUBMITTED, "--out", tmp_path / "out", "--course", TINY)
    ended = run("http://localhost:1", tmp_path / "cache", *words, PYTHONPATH=path)
    remedy = "a package is missing; pip install 'dl-course-autograder[s3]'"
    assert (ended.returncode, ended.stderr) == (4, f"{SUBMITTED}: {remedy}\n")
