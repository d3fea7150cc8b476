"""A worker that forks, without namespaces.

`python -m tests.support.forking` prints how many processes it made and left. It is run
as an ordinary user. The children ignore signals and outlive their parent, as far as they can.
"""

from __future__ import annotations

import json
import select

from autograder.checks.submission import Submission
from autograder.errors import TimeLimit
from autograder.model import Limits
from autograder.sandbox.launch import Zygote
from autograder.sandbox.worker import Worker
from tests.support.command_line import descendants, watched

STUDENT = b"""
import os, signal
def attack():
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    made = 0
    try:
        while True:
            if os.fork() == 0:
                while True: signal.pause()
            made += 1
    except OSError:
        return made
"""


def main() -> None:
    """Let it fork until it may not, end it, and wait for its children's ends."""
    with Zygote("B") as zygote:
        worker = Worker(zygote, Limits(processes=8), seed=1)
        student = Submission(lambda request: worker.ask(request, 60.0, TimeLimit.CHECK))
        student.load("homework", "homework.py", STUDENT)
        forked = student.call("attack")
        with watched(descendants(zygote.process.pid)) as handles:
            poll = select.poll()
            for handle in handles:
                poll.register(handle, select.POLLIN)
            worker.close()
            ended: set[int] = set()
            while len(ended) < len(handles) and (ready := poll.poll(20_000)):
                for handle, _ in ready:
                    poll.unregister(handle)
                    ended.add(handle)
        print(json.dumps({"forked": forked, "left": len(handles) - len(ended)}))


if __name__ == "__main__":
    main()
