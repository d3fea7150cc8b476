"""`autograder data`, as its users meet it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.command_line import autograder

NO_NETWORK = ("env", "https_proxy=http://127.0.0.1:1")


def test_flowers_are_drawn_once(tmp_path: Path) -> None:
    """`make` draws into the folder, `status` counts them, and a second `make` leaves them alone."""
    made = autograder("data", "make", "--data", tmp_path / "drawn")
    assert (made.returncode, made.stderr) == (0, "")
    status = autograder("data", "status", "--data", tmp_path / "drawn")
    assert (
        "here    flowers-102 test: 120 of 120 images of a list other than the official one"
        in status.stdout
    )
    again = autograder("data", "make", "--data", tmp_path / "drawn")
    assert again.returncode == 2
    assert again.stderr.endswith(
        "is there already and stays as it is; name another folder, --data\n"
    )


def test_an_empty_folder_has_nothing(tmp_path: Path) -> None:
    """`status` lists what is not there, too, and writes nothing."""
    status = autograder("data", "status", "--data", tmp_path)
    assert status.returncode == 0
    assert "absent  flowers-102 train" in status.stdout
    assert "absent  weights/resnet18-f37072fd.pth" in status.stdout
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("what", ["flowers102", "weights"])
def test_no_network_is_a_fault_of_the_machine(tmp_path: Path, what: str) -> None:
    """Exit code 4, and one message that names the address and says what to do."""
    ended = autograder("data", "fetch", what, "--data", tmp_path, within=NO_NETWORK)
    assert ended.returncode == 4
    assert "https://" in ended.stderr
    assert "run the same command again" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (
            ("fetch", "weights", "--model", "resnet19"),
            "resnet19: torchvision has no such model; did you mean",
        ),
        (("fetch", "flowers102", "--model", "resnet18"), "--model: chooses among weights"),
        (("fetch", "flowers"), "'flowers' is not one of 'flowers102', 'weights'"),
    ],
)
def test_a_mistake_in_the_command_is_explained(
    tmp_path: Path, arguments: tuple[str, ...], told: str
) -> None:
    """Exit code 2, and a line that names it."""
    ended = autograder("data", *arguments, "--data", tmp_path)
    assert ended.returncode == 2
    assert told in ended.stderr


def test_the_folder_beside_grading_yml_is_the_default(tmp_path: Path) -> None:
    """Without a folder and without grading.yml there is no place, and the message says so."""
    ended = autograder("data", "status", within=("env", "-u", "AUTOGRADER_DATA"), folder=tmp_path)
    assert ended.returncode == 2
    assert "grading.yml" in ended.stderr


def test_the_environment_names_the_folder(tmp_path: Path) -> None:
    """AUTOGRADER_DATA stands for --data."""
    ended = autograder(
        "data", "status", within=("env", f"AUTOGRADER_DATA={tmp_path}"), folder=tmp_path
    )
    assert ended.stdout.splitlines()[0] == f"{tmp_path}:"
