"""What Dask loads first in each worker of a local cluster: Ctrl-C is the head's to handle."""

from __future__ import annotations

import signal


def dask_setup(_worker: object) -> None:
    """Ignore SIGINT, which a terminal sends to the workers too."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
