"""What `make bench-peers` measured, as a table of text and as the README's."""

from __future__ import annotations

from tests.bench.machine import described, load_sentence
from tests.bench.peers.rounds import Comparison, Row
from tests.bench.timing import Spread, counted, ratio_of, spread_of

PLOT_IN_DOCS = "docs/images/peers.svg"


def rows_of(comparison: Comparison) -> list[Row]:
    """Return all rows: ours, then the peers from the fastest to the slowest."""
    peers = sorted(comparison["peers"], key=lambda row: spread_of(row["seconds"]).median)
    return [*comparison["ours"], *peers]


def times_ours(comparison: Comparison, row: Row) -> Spread:
    """Return how often the seconds of ours, over as many submissions, are in those of a row."""
    return ratio_of(row["seconds"], comparison["ours"][0]["seconds"])


def label(row: Row) -> str:
    """Return what a row is called, with the version of a peer."""
    return f"{row['name']} ({row['version']})" if row["version"] else row["name"]


def table(comparison: Comparison) -> str:
    """Return the table of text."""
    rounds = len(comparison["ours"][0]["seconds"])
    lines = [
        described(comparison["machine"]),
        f"{f'median of rounds: {rounds}':56} {'checks':>6} {'of':>4} "
        f"{'seconds per submission':>24} {'CPU s':>7} {'times ours':>22}",
    ]
    lines += [
        f"{label(row):56} {row['checks']:>6} {row['submissions']:>4} "
        f"{spread_of(row['seconds']).text(3):>24} {spread_of(row['cpu']).median:>7.2f} "
        f"{times_ours(comparison, row).text(1):>22}"
        for row in rows_of(comparison)
    ]
    lines += [f"left out: {name}: {why}" for name, why in comparison["left_out"].items()]
    return "\n".join(lines)


def block(comparison: Comparison) -> str:
    """Return the table as it stands in the README."""
    machine, rounds = comparison["machine"], len(comparison["ours"][0]["seconds"])
    lines = [
        f"`make bench-peers`, {machine['date']}, on {machine['cores']} cores ({machine['cpu']}), "
        "without GPU: the same",
        f"{len(comparison['marks'])} submissions in one run. {counted(rounds)}. "
        f"{load_sentence(machine)}",
        "",
        "| | checks | submissions | seconds per submission | times ours |",
        "| --- | --- | --- | --- | --- |",
    ]
    lines += [
        f"| {label(row)} | {row['checks']} | {row['submissions']} "
        f"| {spread_of(row['seconds']).text(3)} | {times_ours(comparison, row).text(1)} |"
        for row in rows_of(comparison)
    ]
    lines += [f"\nLeft out: {name} ({why})." for name, why in comparison["left_out"].items()]
    lines += ["", f"![Seconds per submission of each, as bars]({PLOT_IN_DOCS})"]
    return "\n".join(lines)
