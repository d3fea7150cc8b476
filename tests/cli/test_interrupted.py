"""`grade` when something gets in its way: Ctrl-C, kill -9, two runs at once, a full disk, no
namespaces.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.command_line import (
    CLASS,
    TINY,
    Ended,
    Running,
    autograder,
    descendants,
    grade,
    graded_class,
    left_alive,
    result,
    watched,
    written,
)

SEED = ("--seed", "7")
HAND_INS = sum(1 for _ in CLASS.glob("*/*"))
IN_AN_ENDLESS_LOOP = "[3/"  # one judge takes the students by name; the fourth is called endless
FINISHED = f"[{HAND_INS}/"
CANNOT = 77  # the exit status of a command that this machine does not allow
UNSHARE = ("unshare", "--mount") if os.getuid() == 0 else ("unshare", "--map-root-user", "--mount")
NO_NAMESPACES = (  # an ordinary user, in a user namespace below which no other can be made
    *("unshare", "--user", "--map-user=1000", "--map-group=1000", "--keep-caps", "sh", "-c"),
    f"echo 0 > /proc/sys/user/max_user_namespaces || exit {CANNOT}; "
    'exec setpriv --inh-caps=-all --ambient-caps=-all "$@"',
    "sh",
)


def running(out: Path, *options: object) -> Running:
    """Start a run over the class with one judge."""
    return Running("grade", CLASS, "--out", out, "--course", TINY, "--jobs", "1", *SEED, *options)


def whole_results(out: Path) -> set[str]:
    """Return the result files of OUT; each must hold what an undisturbed run writes."""
    expected = written(graded_class(*SEED)[1])
    found = {name: content for name, content in written(out).items() if name.startswith("results/")}
    assert found == {name: expected[name] for name in found}
    return set(found)


# ---------------------------------------------------------------- signals


@dataclass(frozen=True, kw_only=True)
class Interrupted:
    """A run into which somebody pressed Ctrl-C, and the same command again."""

    status: int
    stderr: str
    kept: set[str]  # result files after the first run
    alive: list[int]
    again: Ended
    out: Path


@pytest.fixture(scope="module")
def interrupted(tmp_path_factory: pytest.TempPathFactory) -> Interrupted:
    """Ctrl-C while student code is in an endless loop."""
    out = tmp_path_factory.mktemp("interrupted") / "out"
    run = running(out)
    run.read_until(IN_AN_ENDLESS_LOOP)
    with watched(descendants(run.process.pid)) as handles:
        run.press_ctrl_c()
        status, _, stderr = run.finish()
        alive = left_alive(handles)
    kept = whole_results(out)
    return Interrupted(
        status=status,
        stderr=stderr,
        kept=kept,
        alive=alive,
        again=grade(CLASS, out, "--jobs", "1", *SEED),
        out=out,
    )


def test_ctrl_c_ends_with_a_sentence(interrupted: Interrupted) -> None:
    """Exit code 130, one line that says how to go on, and no traceback."""
    sentence = "interrupted: what was finished is kept; run the same command again for the rest\n"
    assert (interrupted.status, interrupted.stderr) == (130, sentence)


def test_ctrl_c_keeps_what_was_finished(interrupted: Interrupted) -> None:
    """The results of those who were done are there, whole; of the others there is none."""
    assert {
        f"results/{student}/tensors.json" for student in ("adds", "begins", "detaches")
    } <= interrupted.kept
    assert interrupted.kept.isdisjoint(
        {"results/endless/tensors.json", "results/right/tensors.json"}
    )


def test_ctrl_c_leaves_no_process(interrupted: Interrupted) -> None:
    """Judges, zygote and workers end with the run, even a worker in an endless loop."""
    assert interrupted.alive == []


def test_the_same_command_completes_an_interrupted_run(interrupted: Interrupted) -> None:
    """The second run takes over what was finished, and ends with the bytes of a run that nobody
    disturbed.
    """
    assert interrupted.again.returncode == 0
    assert interrupted.again.stdout.count("(as before)") == len(interrupted.kept)
    assert written(interrupted.out) == written(graded_class(*SEED)[1])


@dataclass(frozen=True, kw_only=True)
class Killed:
    """Runs into one OUT, one after the other, each killed at a later moment; then one that was left
    alone.
    """

    statuses: list[int]
    kept: list[set[str]]
    alive: list[int]
    last: Ended
    out: Path


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Killed:
    """kill -9 after the first result, in an endless loop, and while the reports are written."""
    out = tmp_path_factory.mktemp("killed") / "out"
    statuses, kept, alive = [], [], []
    for moment in ("[1/", IN_AN_ENDLESS_LOOP, FINISHED):
        run = running(out)
        run.read_until(moment)
        with watched(descendants(run.process.pid)) as handles:
            run.process.kill()
            statuses.append(run.finish()[0])
            alive += left_alive(handles)
        kept.append(whole_results(out))
    return Killed(statuses=statuses, kept=kept, alive=alive, last=grade(CLASS, out, *SEED), out=out)


def test_kill_9_leaves_whole_results_or_none(killed: Killed) -> None:
    """Whenever a run is killed, each result is whole or absent, and each run adds to what the one
    before left.
    """
    assert killed.statuses == [-signal.SIGKILL] * 3
    assert "results/adds/tensors.json" in killed.kept[0]
    assert killed.kept[0] < killed.kept[2]
    assert killed.kept[0] <= killed.kept[1] <= killed.kept[2]


def test_kill_9_leaves_no_process(killed: Killed) -> None:
    """Nobody outlives a run that could not clean up: no judge, no zygote, no worker."""
    assert killed.alive == []


def test_a_run_after_kill_9_completes_it(killed: Killed) -> None:
    """What was finished stands, and all ends with the bytes of an undisturbed run."""
    assert killed.last.returncode == 0
    assert killed.last.stdout.count("(as before)") == len(killed.kept[2])
    assert written(killed.out) == written(graded_class(*SEED)[1])


def test_ctrl_c_while_graders_are_collected_is_no_fault_of_theirs(tmp_path: Path) -> None:
    """Interrupted that early a run ends like any other that is interrupted."""
    shutil.copytree(TINY, tmp_path / "course")
    grader = tmp_path / "course/assignments/tensors/graders/test_tensors.py"
    press = "import os, signal\n\nos.kill(os.getpid(), signal.SIGINT)\nimport probes"
    grader.write_text(grader.read_text().replace("import probes", press))
    ended = grade(CLASS, tmp_path / "out", course=tmp_path / "course")
    assert (ended.returncode, ended.stderr.split(":")[0]) == (130, "interrupted")


def test_a_judge_that_is_killed_costs_nobody_anything(tmp_path: Path) -> None:
    """The submissions of a judge that was killed from outside are graded by another one."""
    run = running(tmp_path)
    run.read_until(IN_AN_ENDLESS_LOOP)
    os.kill(judge_of(run), signal.SIGKILL)
    status, _, _ = run.finish()
    assert status == 0
    assert written(tmp_path) == written(graded_class(*SEED)[1])


def test_a_sandbox_that_is_killed_costs_nobody_anything(tmp_path: Path) -> None:
    """A zygote that was killed from outside is replaced, and its hand-ins are graded again."""
    run = running(tmp_path)
    run.read_until(IN_AN_ENDLESS_LOOP)
    zygote = next(
        p
        for p in descendants(run.process.pid)
        if b"zygote" in Path(f"/proc/{p}/cmdline").read_bytes()
    )
    os.kill(zygote, signal.SIGKILL)
    status, _, _ = run.finish()
    assert status == 0
    assert written(tmp_path) == written(graded_class(*SEED)[1])


def judge_of(run: Running) -> int:
    """Return the id of a run's only judge, which is forked and has the same command line."""
    line = Path(f"/proc/{run.process.pid}/cmdline").read_bytes()
    judges = [
        p for p in descendants(run.process.pid) if Path(f"/proc/{p}/cmdline").read_bytes() == line
    ]
    assert len(judges) == 1
    return judges[0]


# ---------------------------------------------------------------- OUT


@pytest.fixture(scope="module")
def two_runs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Ended, int, Path]:
    """Run into the OUT of a run that is stopped in the middle, and let that one end afterwards."""
    out = tmp_path_factory.mktemp("two") / "out"
    first = running(out)
    first.read_until("[1/")
    first.process.send_signal(signal.SIGSTOP)
    second = grade(CLASS, out)
    first.process.send_signal(signal.SIGCONT)
    return second, first.finish()[0], out


def test_a_second_run_into_the_same_folder_is_refused(two_runs: tuple[Ended, int, Path]) -> None:
    """Two runs never write into one OUT: exit code 4, and a line that says what to do."""
    second, _, out = two_runs
    line = f"{out}: another run is writing here; wait for it, or choose another --out\n"
    assert (second.returncode, second.stderr) == (4, line)


def test_a_refused_run_does_not_disturb_the_first(two_runs: tuple[Ended, int, Path]) -> None:
    """The first run ends as if nobody had come."""
    _, status, out = two_runs
    assert status == 0
    assert written(out) == written(graded_class(*SEED)[1])


def test_a_file_in_the_way_of_out_is_named(tmp_path: Path) -> None:
    """OUT below a regular file cannot be made: exit code 4 and one line."""
    (tmp_path / "file").write_text("mine")
    ended = grade(CLASS, tmp_path / "file" / "out", "--student", "right")
    line = f"{tmp_path}/file/out: cannot write here: Not a directory; choose another --out\n"
    assert (ended.returncode, ended.stderr) == (4, line)
    assert (tmp_path / "file").read_text() == "mine"


def grade_on(disk: str, mount: Path, kept: Path) -> Ended:
    """Grade the class into a tmpfs of its own with these mount options, and copy to `kept` what was
    left on it.
    """
    mount.mkdir()
    kept.mkdir()
    script = (
        f'mount -t tmpfs -o {disk} none "{mount}" || exit {CANNOT}; '
        f'"$@"; status=$?; cp -a "{mount}/." "{kept}"; exit $status'
    )
    ended = grade(CLASS, mount, *SEED, within=(*UNSHARE, "sh", "-c", script, "sh"))
    if ended.returncode == CANNOT or "unshare failed" in ended.stderr:
        pytest.skip(f"this machine lets nobody mount a tmpfs: {ended.stderr.strip()}")
    return ended


def test_a_read_only_disk_is_named(tmp_path: Path) -> None:
    """OUT on a read-only disk: exit code 4 and one line."""
    ended = grade_on("ro", tmp_path / "disk", tmp_path / "kept")
    line = f"{tmp_path}/disk: cannot write here: Read-only file system; choose another --out\n"
    assert (ended.returncode, ended.stderr) == (4, line)


@pytest.mark.parametrize("size", ["64k", "256k"])
def test_a_full_disk_is_named_and_leaves_nothing_wrong(tmp_path: Path, size: str) -> None:
    """Full among the results or among the reports: one line, and whatever is there is whole."""
    ended = grade_on(f"size={size}", tmp_path / "disk", tmp_path / "kept")
    assert ended.returncode == 4
    assert ended.stderr == f"{tmp_path}/disk: No space left on device; what was finished is kept\n"
    assert whole_results(tmp_path / "kept")
    expected = written(graded_class(*SEED)[1])
    assert {name: expected.get(name) for name in written(tmp_path / "kept")} == written(
        tmp_path / "kept"
    )


# ---------------------------------------------------------------- the sandbox


def without_namespaces(out: Path, *options: str) -> Ended:
    """Grade one student where no namespace can be made."""
    ended = grade(CLASS, out, "--student", "right", "--lang", "en", *options, within=NO_NAMESPACES)
    if ended.returncode == CANNOT or "unshare failed" in ended.stderr:
        pytest.skip(f"this machine lets nobody forbid namespaces: {ended.stderr.strip()}")
    return ended


def test_without_a_full_sandbox_nothing_is_graded(tmp_path: Path) -> None:
    """Where level A is out of reach and nobody accepted less: exit code 4, what is missing, and the
    remedy.
    """
    ended = without_namespaces(tmp_path)
    assert ended.returncode == 4
    refusal, remedy = ended.stderr.splitlines()
    assert refusal.startswith("sandbox level A: ")
    assert remedy == "see `autograder doctor`; accept a weaker one with --allow-sandbox B"
    assert list((tmp_path / "results").rglob("tensors.json")) == []


def test_a_weaker_sandbox_is_used_where_it_is_allowed_and_recorded(tmp_path: Path) -> None:
    """With --allow-sandbox the class is graded, and result, record and terminal say the level."""
    ended = without_namespaces(tmp_path, "--allow-sandbox", "B")
    assert ended.returncode == 0
    sheet = result(tmp_path, "right")
    assert (sheet["earned"], sheet["sandbox"]["level"]) == (10, "B")
    assert "namespaces" in sheet["sandbox"]["missing"]
    assert json.loads((tmp_path / "run.json").read_text())["sandbox"] == "B"
    assert "sandbox level B\n" in ended.stdout


@pytest.mark.level_a
def test_a_weaker_sandbox_is_only_used_where_it_is_needed() -> None:
    """Whoever allows less than level A on a machine that reaches it still gets level A."""
    _, out = graded_class("--allow-sandbox", "C")
    assert result(out, "right")["sandbox"]["level"] == "A"


def test_doctor_says_what_is_missing_and_how_to_mend_it() -> None:
    """Where namespaces are out of reach doctor names them, the fix, and the level that is left;
    exit code 4.
    """
    ended = autograder("doctor", within=NO_NAMESPACES)
    if ended.returncode == CANNOT or "unshare failed" in ended.stderr:
        pytest.skip(f"this machine lets nobody forbid namespaces: {ended.stderr.strip()}")
    assert ended.returncode == 4
    lines = ended.stdout.splitlines()
    at = next(i for i, line in enumerate(lines) if line.startswith("missing own namespaces"))
    assert lines[at + 1].startswith("        fix: allow user namespaces")
    assert lines[-1] == "sandbox level B (full is A)"
