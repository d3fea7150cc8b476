"""`make bench-peers`: the same submissions through this harness and through other graders.

    python -m tests.bench.peers --rounds 3 --only pytest2 otter

The peers run twelve checks (`tests/bench/peers/checks/residual_checks.py`), each in its own
format; ours runs all of the assignment, in fresh confined workers. Every peer grades the same
twenty submissions in every round and must give the same marks. What prepares a peer's folders and
reads its results is not timed. docs/explanation/performance.md says what is fair about it.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from tests.bench.peers.peer import PeerFailed
from tests.bench.peers.plot import draw
from tests.bench.peers.rounds import MAKERS, compare
from tests.bench.peers.table import PLOT_IN_DOCS, block, table
from tests.bench.readme import write_block
from tests.bench.submissions import BATCH
from tests.support.places import REPOSITORY

RESULT = REPOSITORY / "build" / "bench" / "peers.json"
KEPT = REPOSITORY / "tests" / "bench" / "results" / "peers.json"  # of which the README is made


def main() -> int:
    """Measure, print, write what was measured, and draw it."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.peers", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--submissions", type=int, default=200, help="of our large class")
    parser.add_argument("--only", nargs="+", choices=MAKERS, default=list(MAKERS))
    parser.add_argument("--json", type=Path, default=RESULT, help="a picture is put beside it")
    parser.add_argument("--keep", type=Path, help="a new folder for what the peers write")
    parser.add_argument("--readme", action="store_true", help="write the README's table, too")
    options = parser.parse_args()
    if options.submissions % BATCH or options.submissions <= BATCH:
        parser.error(f"--submissions {options.submissions}: expected 40, 60 or more, in twenties")
    if options.keep and options.keep.exists():
        parser.error(f"--keep {options.keep}: expected a folder that is not there yet")
    try:
        comparison = compare(options.rounds, options.submissions, options.only, options.keep)
    except PeerFailed as error:
        print(f"{error}\n--keep FOLDER keeps what each peer printed", file=sys.stderr)
        return 1
    print(table(comparison))
    pictures = {options.json: options.json.with_suffix(".svg")}
    if options.readme:
        pictures[KEPT] = REPOSITORY / PLOT_IN_DOCS
    for file, picture in pictures.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(comparison, indent=1) + "\n", encoding="utf-8")
        draw(comparison, picture)
        print(f"written: {file}, {picture}")
    if options.readme:
        write_block("bench-peers", block(comparison))
    return 0


if __name__ == "__main__":
    sys.exit(main())
