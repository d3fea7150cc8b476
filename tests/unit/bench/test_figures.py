"""The tables of benchmarks are made of what was measured, and the README's by a command."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.bench import bench
from tests.bench.machine import Machine
from tests.bench.peers import __main__ as peers_command
from tests.bench.peers import table
from tests.bench.peers.peer import PeerFailed
from tests.bench.peers.plot import draw
from tests.bench.peers.rounds import Comparison, Row, require_same
from tests.bench.readme import README, block_of, with_block
from tests.bench.slots import servers_of_judges, workers_of
from tests.bench.timing import ratio_of, spread_of

MACHINE = Machine(
    cpu="A CPU", cores=2, python="3.11.7", torch="2.13.0", date="2026-11-30", load_before=0.25
)


def row(name: str, version: str, seconds: list[float], *, checks: int = 12) -> Row:
    """Return a row over twenty submissions."""
    return Row(
        name=name, version=version, checks=checks, submissions=20, seconds=seconds, cpu=seconds
    )


@pytest.fixture
def comparison() -> Comparison:
    """Two rounds of ours, a slow peer and a fast one; another cannot be installed."""
    return Comparison(
        machine=MACHINE,
        ours=[row("ours", "", [0.2, 0.4], checks=34)],
        peers=[row("slow", "7.0.0", [4.0, 4.0]), row("fast", "1.0", [0.4, 0.8])],
        left_out={"otter": "no such version"},
        marks={"00_solution": 12},
    )


def test_a_ratio_is_taken_within_each_round() -> None:
    """A round that was slow for both sides changes no ratio."""
    assert ratio_of([2.0, 8.0, 4.0], [1.0, 4.0, 1.0]) == spread_of([2.0, 2.0, 4.0])


def test_a_figure_shows_the_range_of_its_rounds() -> None:
    """The median comes first; one round has no range."""
    assert spread_of([3.0, 1.0, 2.0]).text(1) == "2.0 (1.0–3.0)"
    assert spread_of([1.0]).text(1) == "1.0"


def test_a_single_round_is_no_median(comparison: Comparison) -> None:
    """The README says how many rounds its figures are of."""
    assert "Medians of 2 rounds, with the range of all. Load" in table.block(comparison)
    comparison["ours"][0]["seconds"] = [0.2]
    comparison["peers"] = []
    assert "Measured once. Load" in table.block(comparison)


def test_figures_of_a_busy_machine_say_so(comparison: Comparison) -> None:
    """The README asks for another measurement where others used the machine before."""
    assert "busy" not in table.block(comparison)
    comparison["machine"] = {**MACHINE, "load_before": 0.51}
    assert "Load before: 0.51. The machine was busy: these figures" in table.block(comparison)


def test_peers_stand_below_ours_by_their_speed(comparison: Comparison) -> None:
    """The README's table has checks, submissions, seconds, and how often ours are in them."""
    rows = [line for line in table.block(comparison).splitlines() if line.startswith("| ")]
    assert rows[2:] == [
        "| ours | 34 | 20 | 0.300 (0.200–0.400) | 1.0 |",
        "| fast (1.0) | 12 | 20 | 0.600 (0.400–0.800) | 2.0 |",
        "| slow (7.0.0) | 12 | 20 | 4.000 | 15.0 (10.0–20.0) |",
    ]


def test_a_peer_that_is_left_out_is_named_with_the_reason(comparison: Comparison) -> None:
    """Both tables say which peer is missing, and why."""
    assert "Left out: otter (no such version)." in table.block(comparison)
    assert "left out: otter: no such version" in table.table(comparison)


def test_the_picture_names_every_row(comparison: Comparison, tmp_path: Path) -> None:
    """The plot is a picture with text, the same for the same figures."""
    draw(comparison, tmp_path / "first.svg")
    draw(comparison, tmp_path / "second.svg")
    picture = (tmp_path / "first.svg").read_text(encoding="utf-8")
    assert [name for name in ("ours", "slow (7.0.0)", "fast (1.0)") if name not in picture] == []
    assert picture == (tmp_path / "second.svg").read_text(encoding="utf-8")


def test_other_marks_end_a_comparison() -> None:
    """The error names the peer, the submission and the check."""
    with pytest.raises(PeerFailed, match=r"otter: 01_stub: passed besides: \['a'\], and not: \[\]"):
        require_same("otter", {"01_stub": frozenset("a")}, {"01_stub": frozenset()})
    with pytest.raises(PeerFailed, match="otter: 01_stub was graded by one, and not by another"):
        require_same("otter", {}, {"01_stub": frozenset()})


def test_a_block_replaces_what_stood_between_its_comments() -> None:
    """The rest of the page stays as it is."""
    page = "a\n<!-- make bench README=1 writes this -->\nold\n<!-- end of make bench -->\nb\n"
    written = with_block(page, "bench", "| new |")
    assert block_of(written, "bench") == "| new |"
    assert written == page.replace("old", "| new |")


def test_a_page_without_the_comments_is_refused() -> None:
    """The error says which comments are expected."""
    with pytest.raises(ValueError, match="expected once, in this order: <!-- make bench"):
        with_block("a\n", "bench", "new")


def test_the_readme_has_what_was_measured() -> None:
    """The README's tables are those of the kept files: they are never edited by hand."""
    text = README.read_text(encoding="utf-8")
    figures = json.loads(bench.KEPT.read_text(encoding="utf-8"))
    kept = json.loads(peers_command.KEPT.read_text(encoding="utf-8"))
    assert block_of(text, "bench") == bench.block(figures)
    assert block_of(text, "bench-peers") == table.block(kept)


ZYGOTE, RUN = "python -P -m autograder.sandbox.zygote 6", "python -m autograder grade"
SERVER = "python -P -m autograder.analysis.syntax_server"


def test_workers_are_what_the_first_process_of_the_namespace_forked() -> None:
    """Neither the started zygote nor that process belongs to a slot."""
    commands = {2: RUN, 3: ZYGOTE, 4: ZYGOTE, 5: ZYGOTE, 6: ZYGOTE, 7: RUN}
    parents = {2: 1, 3: 2, 4: 3, 5: 4, 6: 5, 7: 2}
    assert workers_of(commands, parents) == {5, 6}


def test_a_judge_is_a_child_of_the_run_with_a_server_of_its_own() -> None:
    """The run's own server makes it no judge, and nothing is one after the zygote has ended."""
    commands = {2: RUN, 3: ZYGOTE, 4: RUN, 5: SERVER, 6: RUN, 7: SERVER}
    parents = {2: 1, 3: 2, 4: 2, 5: 4, 6: 2, 7: 2}
    assert servers_of_judges(commands, parents, 1) == {4: 5}
    assert servers_of_judges(commands | {3: RUN}, parents, 1) == {}
