"""The progress of written pages, as a bar on a terminal."""

from __future__ import annotations

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

STEPS = 100  # about as often the bar is drawn


class PageProgress:
    """Draw how many pages are written; called with their number and that of all.

    The bar appears with the first page and is gone after the last. It is drawn without a thread of
    its own, because processes are forked meanwhile. Elsewhere than on a terminal nothing is drawn.
    """

    def __init__(self, console: Console | None = None) -> None:
        console = console or Console(stderr=True)
        self._bar = Progress(
            *(TextColumn("pages"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()),
            console=console,
            transient=True,
            auto_refresh=False,
            disable=not console.is_terminal,
        )
        self._drawn = -1

    def __call__(self, number: int, total: int) -> None:
        """Draw the bar, where it has grown by a step."""
        step = STEPS * number // max(1, total)
        if step == self._drawn:
            return
        if not self._bar.tasks:
            self._bar.add_task("pages", total=total)
            self._bar.start()
        self._drawn = step
        self._bar.update(self._bar.tasks[0].id, completed=number, refresh=True)
        if number >= total:
            self._bar.stop()
