"""A drawing of a student's own network, made in this process, without sandbox and marks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from autograder.checks.submission import in_process
from autograder.checks.worker_errors import CODE_SUFFIXES
from autograder.drawing.network_graph import graph_of
from autograder.drawing.words import sizes_text
from autograder.errors import AutograderError, CourseError, StudentError
from autograder.model import Lang, Limits, NetworkGraph
from autograder.programs.encoding import decode
from autograder.student import network_probe
from autograder.student.in_process import put_back
from autograder.text.error_sentences import error_sentence
from autograder.text.sentences import say


class Undrawable(AutograderError):
    """Raised where a student's code makes no network that can be drawn; its text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkCall:
    """How a network is made, and what it is fed."""

    name: str  # of a class, of a function that returns a module, or of a module
    arguments: tuple[str, ...] = ()  # expressions of Python, keyword arguments with their names
    example: tuple[int, ...] | None = None  # shape of its input; None: one that fits
    train: bool = False

    @property
    def text(self) -> str:
        """Return the call as the student would write it."""
        return f"{self.name}({', '.join(self.arguments)})"


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnNetwork:
    """A network, and the example input with which it was recorded."""

    graph: NetworkGraph
    example: str  # its shape


def read_example(given: str | None, lang: Lang) -> tuple[int, ...] | None:
    """Return the shape in an option such as "2,3,224,224"; CourseError where it is none."""
    if given is None:
        return None
    sizes = given.replace("x", ",").split(",")
    if not all(size.strip().isdecimal() and int(size) > 0 for size in sizes):
        raise CourseError(say("draw", "bad_example", lang, given=given))
    return tuple(int(size) for size in sizes)


def draw(file: Path, call: NetworkCall, lang: Lang) -> DrawnNetwork:
    """Return the graph of a network that the code in a file makes.

    CourseError where the file cannot be used, Undrawable where there is no network to draw.
    """
    if not file.is_file():
        raise CourseError(say("check", "no_path", lang, path=file))
    if file.suffix not in CODE_SUFFIXES:
        raise CourseError(say("draw", "wrong_file", lang, path=file))
    try:
        with put_back((), file):
            answer = _recorded(file, call)
    except StudentError as error:
        sentence, hint = error_sentence(error, Limits(), lang)
        is_told = error.evidence.partition(": ")[2] in sentence
        lines = [sentence, "" if is_told else error.evidence, hint]
        raise Undrawable("\n".join(filter(None, lines))) from None
    if "wrong" in answer:
        why = answer["why"]
        raise Undrawable(say("draw", answer["wrong"], lang, call=call.text, why=why))
    graph = graph_of(decode(answer["recording"]).data)
    if graph is None:
        raise Undrawable(say("draw", "no_tensor", lang, call=call.text))
    return DrawnNetwork(graph=graph, example=sizes_text(answer["shape"]))


def _recorded(file: Path, call: NetworkCall) -> dict[str, Any]:
    name = file.stem if file.stem.isidentifier() else "student"
    submission, errors = in_process(name, file)
    shape: Sequence[int] | None = None if call.example is None else list(call.example)
    answer = submission.run(
        network_probe.record, call.name, list(call.arguments), shape, call.train
    )
    if errors and isinstance(answer, dict) and answer.get("wrong") == "call":
        raise errors[0]  # what the name needs was not defined
    return cast("dict[str, Any]", answer)
