"""The syntax of a student's code, read in a process of its own that hostile source may bring down.

See `syntax_server`. Nothing of the code runs.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Collection, Mapping, Sequence
from threading import Timer
from typing import Any

from autograder.analysis.computed_names import Computed
from autograder.analysis.parse_syntax import Piece, Syntax
from autograder.analysis.syntax_server import read_message, write_message
from autograder.analysis.syntax_tokens import SyntaxToken

READ_TIMEOUT_S = 20.0
MAX_SOURCE_CHARS = 1 << 20  # that are parsed
# -P and another working directory: a student's, with an ast.py in it, may be the current one.
COMMAND = (sys.executable, "-P", "-m", "autograder.analysis.syntax_server")

Server = subprocess.Popen[bytes]

_servers: dict[int, Server] = {}  # by the id of the process that started it: judges are forked


def read_syntax(pieces: Sequence[Piece], words: Collection[str]) -> Syntax | None:
    """Return the syntax of a source's pieces; None where they are too long or too hard to read.

    `words` are the names of interest, of which code may compute one.
    """
    if sum(len(source) for source, _ in pieces) > MAX_SOURCE_CHARS:
        return None
    asked = json.dumps({"pieces": list(pieces), "words": sorted(words)})
    answer = _ask(asked.encode())
    try:
        return _decoded(json.loads(answer)) if answer else None
    except (ValueError, KeyError, TypeError):
        return None


def start_server() -> None:
    """Start the server of this process, and wait for it.

    So every hand-in finds the same processes.
    """
    read_syntax([], ())


def _ask(question: bytes) -> bytes:
    """Return what the server answers; nothing where it takes too long or ends."""
    server = _server()
    assert server.stdin is not None
    assert server.stdout is not None
    timer = Timer(READ_TIMEOUT_S, _kill, (server,))
    timer.start()
    try:
        write_message(server.stdin, question)
        return read_message(server.stdout)
    except (OSError, EOFError):
        close_server()
        return b""
    finally:
        timer.cancel()


def _server() -> Server:
    """Return the server of this process, started where there is none."""
    own = os.getpid()
    if own not in _servers:
        _servers[own] = subprocess.Popen(
            COMMAND,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd="/",
            start_new_session=True,  # to be killed with the processes that it forks
        )
        atexit.register(close_server)
    return _servers[own]


def close_server() -> None:
    """End the server of this process, if there is one."""
    server = _servers.pop(os.getpid(), None)
    if server is None:
        return
    _kill(server)
    with contextlib.suppress(OSError), server:
        pass  # closes the pipes, and waits


def _kill(server: Server) -> None:
    """Kill a server and what it forked."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(server.pid, signal.SIGKILL)


def _decoded(answer: Mapping[str, Any]) -> Syntax:
    tokens = (SyntaxToken(str(a), int(line), bool(b)) for a, line, b in answer["tokens"])
    computed = (
        Computed(str(kind), str(word), int(line)) for kind, word, line in answer["computed"]
    )
    forms = {str(digest): int(count) for digest, count in answer["forms"].items()}
    words = tuple(str(word) for word in answer["words"])
    return Syntax(tokens=tuple(tokens), words=words, computed=tuple(computed), forms=forms)
