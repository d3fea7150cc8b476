"""What `make bench-peers` measured, as a picture."""

from __future__ import annotations

from pathlib import Path

from matplotlib import rc_context
from matplotlib.figure import Figure

from tests.bench.peers.rounds import Comparison
from tests.bench.peers.table import label, rows_of
from tests.bench.timing import spread_of

WIDTH_IN, ROW_IN, MARGIN_IN = 9.0, 0.42, 1.1  # inches
OURS, PEERS, FLOOR = "#3f51b5", "#9e9e9e", "#cfcfcf"  # colors


def draw(comparison: Comparison, file: Path) -> None:
    """Draw a bar for each row, on a logarithmic scale, with the range of the rounds."""
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
    texts = [f"  {spread.median:.2f} s" for spread in spreads]
    reached = max(spread.most for spread in spreads)
    for bar, spread, text in zip(bars, spreads, texts, strict=True):
        axes.text(spread.most, bar.get_y() + bar.get_height() / 2, text, va="center", fontsize=9)
    axes.set_xscale("log")
    axes.set_xlim(right=2.2 * reached)  # room for the text of the longest bar
    axes.invert_yaxis()
    axes.tick_params(axis="y", labelsize=8)
    axes.set_xlabel("seconds per submission, logarithmic; lines are the range of the rounds")
    axes.spines[["top", "right"]].set_visible(False)
    file.parent.mkdir(parents=True, exist_ok=True)
    with rc_context({"svg.hashsalt": "peers", "svg.fonttype": "none"}):
        figure.savefig(file, metadata={"Date": None})
