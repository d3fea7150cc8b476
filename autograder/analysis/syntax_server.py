"""The syntax server: a process that forks one for each source, which hostile source may bring down.

`python -m autograder.analysis.syntax_server` reads messages on its standard input and answers each
on its standard output, until the input ends. It parses nothing itself.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import sys
from typing import IO

from autograder.analysis.parse_syntax import syntax_of

LENGTH_BYTES = 8  # of the length that goes before a message
MAX_CPU_S = 10  # of the process that parses
MAX_MEMORY_BYTES = 2 << 30
MAX_ANSWER_BYTES = 8 << 20


def write_message(stream: IO[bytes], message: bytes) -> None:
    """Write one message."""
    stream.write(len(message).to_bytes(LENGTH_BYTES, "little") + message)
    stream.flush()


def read_message(stream: IO[bytes]) -> bytes:
    """Return the next message; EOFError where there is none."""
    length = stream.read(LENGTH_BYTES)
    size = int.from_bytes(length, "little")
    message = stream.read(size) if len(length) == LENGTH_BYTES else b""
    if len(length) < LENGTH_BYTES or len(message) < size:
        raise EOFError
    return message


def answer_of(question: bytes) -> bytes:
    """Return what a process of its own answers; nothing where it dies or says too much."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.close(reading)
            _answer(question, writing)
            os._exit(0)
        finally:
            os._exit(1)
    os.close(writing)
    with open(reading, "rb") as pipe:
        answer = pipe.read(MAX_ANSWER_BYTES + 1)
    _, status = os.waitpid(pid, 0)  # one that writes on ends by the closed pipe
    return answer if status == 0 and len(answer) <= MAX_ANSWER_BYTES else b""


def _answer(question: bytes, pipe: int) -> None:
    """Parse the source of a question, and write what is found."""
    _limit()
    asked = json.loads(question)
    syntax = syntax_of([(source, first) for source, first in asked["pieces"]], asked["words"])
    answer = {
        "tokens": [(token.text, token.line, token.is_name) for token in syntax.tokens],
        "words": syntax.words,
        "computed": [(each.kind, each.word, each.line) for each in syntax.computed],
        "forms": syntax.forms,
    }
    with open(pipe, "wb") as stream:
        stream.write(json.dumps(answer).encode())


def _limit() -> None:
    """Bound the time and memory of this process."""
    resource.setrlimit(resource.RLIMIT_CPU, (MAX_CPU_S, MAX_CPU_S))
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY_BYTES, MAX_MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> None:
    """Answer until the input ends."""
    gc.freeze()  # a collection in a fork would copy what it shares
    while True:
        try:
            question = read_message(sys.stdin.buffer)
        except EOFError:
            return
        write_message(sys.stdout.buffer, answer_of(question))


if __name__ == "__main__":
    main()
