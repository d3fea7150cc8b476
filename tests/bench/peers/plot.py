"""What `make bench-peers` measured, as a picture."""

from __future__ import annotations

from pathlib import Path

from matplotlib import rc_context
from matplotlib.figure import Figure

from tests.bench.peers.rounds import Comparison
from tests.bench.peers.table import label, rows_of
from tests.bench.timing import spread_of

WIDTH_IN, ROW_IN, MARGIN_IN = 9.0, 0.42, 1.1  # inches
TEXT_GAP_PT = 5  # points, between a bar and its text
ROOM = 1.1  # of the longest bar, for its text
OURS, PEERS, FLOOR = "#3f51b5", "#9e9e9e", "#cfcfcf"  # colors


def draw(comparison: Comparison, file: Path) -> None:
    """Draw a bar for each row, with the range of the rounds."""
    rows = rows_of(comparison)
    ours = len(comparison["ours"])
    spreads = [spread_of(row["seconds"]) for row in rows]
    names = [
        f"{label(row)}\n{row['checks']} checks, {row['submissions']} submissions" for row in rows
    ]
    colors = [
        OURS if index < ours else FLOOR if "without any sandbox" in row["name"] else PEERS
        for index, row in enumerate(rows)
    ]
    figure = Figure((WIDTH_IN, MARGIN_IN + ROW_IN * len(rows)), layout="constrained")
    axes = figure.subplots()
    below = [spread.median - spread.least for spread in spreads]
    above = [spread.most - spread.median for spread in spreads]
    bars = axes.barh(
        names,
        [spread.median for spread in spreads],
        xerr=[below, above],
        color=colors,
        error_kw={"ecolor": "#424242", "capsize": 3, "linewidth": 1},
    )
    for bar, spread in zip(bars, spreads, strict=True):
        axes.annotate(
            f"{spread.median:.2f} s",
            (spread.most, bar.get_y() + bar.get_height() / 2),
            xytext=(TEXT_GAP_PT, 0),
            textcoords="offset points",
            va="center",
            fontsize=9,
        )
    axes.set_xlim(0, ROOM * max(spread.most for spread in spreads))
    axes.invert_yaxis()
    axes.tick_params(axis="y", labelsize=8)
    axes.set_xlabel("seconds per submission: the median of the rounds, and their range")
    axes.spines[["top", "right"]].set_visible(False)
    file.parent.mkdir(parents=True, exist_ok=True)
    with rc_context({"svg.hashsalt": "peers", "svg.fonttype": "none"}):
        figure.savefig(file, metadata={"Date": None})
