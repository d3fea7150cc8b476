"""What graders see of a student's code, and what the judge believes of an answer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import torch

from autograder.checks.printable import printable, tellable
from autograder.checks.submission import Submission, in_process
from autograder.checks.worker_errors import student_error
from autograder.errors import (
    UNWRITTEN_ERROR,
    Absent,
    CodeRaised,
    CourseError,
    Denied,
    MemoryExceeded,
    PackageAbsent,
    StudentError,
)
from autograder.model import Frame, Outcome
from autograder.sandbox.protocol import (
    Answer,
    CallRequest,
    LoadRequest,
    Request,
    RunRequest,
    decode_answer,
)
from tests.support import isolated_probes

CLAIM: dict[str, Any] = {
    "kind": "raised",
    "type": "ValueError",
    "subject": "ValueError",
    "message": "no",
    "frames": [["f.py", 0, 3, "f"]],
}


def claim(**changes: Any) -> dict[str, Any]:
    """Return a well-formed description of an error, with changes."""
    return {**CLAIM, **changes}


FILES = {"f.py": b"class TooSmall(Exception):\n    def f(self):\n        raise self\n"}


def described(claim: Any) -> Exception:
    """Return the error that a claim becomes, of a worker that was asked for `forward`."""
    return student_error(claim, FILES, CallRequest(name="forward", kwargs={}))


def answering(*answers: Any) -> Submission:
    """Return a submission whose worker gives these answers, one after the other."""
    waiting = iter(answers)
    return Submission(lambda request: decode_answer({"id": 1, **next(waiting)}, 1))


# ------------------------------------------------------------------------------------ claims become
# errors

KINDS: dict[str, tuple[type[Exception], str]] = {
    "raised": (CodeRaised, "ValueError"),
    "unreadable": (CodeRaised, "ValueError"),
    "unsendable": (CodeRaised, "ValueError"),
    "a kind of its own": (CodeRaised, "ValueError"),
    "memory": (MemoryExceeded, ""),
    "missing": (Absent, "forward"),
    "unwritten": (Absent, UNWRITTEN_ERROR),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_claim_becomes_the_error_of_its_kind(kind: str) -> None:
    """Every kind of end becomes one StudentError, with a word and the student's own lines."""
    error = described(claim(kind=kind, subject="forward"))
    assert isinstance(error, StudentError)
    assert (type(error), error.subject) == KINDS[kind]
    assert error.where == (Frame(file="f.py", line=3, function="f"),)
    assert error.evidence == "ValueError: no"


MALFORMED: dict[str, Any] = {
    "null": None,
    "a string": "raised",
    "a list": ["raised"],
    "empty": {},
    "no frames": {k: v for k, v in CLAIM.items() if k != "frames"},
    "kind is a number": claim(kind=1),
    "kind is a list": claim(kind=["raised"]),
    "type is null": claim(type=None),
    "subject is a tensor": claim(subject=torch.zeros(2)),
    "message is bytes": claim(message=b"no"),
    "message is a dict": claim(message={"a": 1}),
    "frames is null": claim(frames=None),
    "frames is a string": claim(frames="abc"),
    "frames is a dict": claim(frames={"a": 1}),
    "frame is a number": claim(frames=[1]),
    "frame of three": claim(frames=[["f.py", 0, 3]]),
    "frame of five": claim(frames=[["f.py", 0, 3, "f", ""]]),
    "line is a string": claim(frames=[["f.py", 0, "3", "f"]]),
    "line is true": claim(frames=[["f.py", 0, True, "f"]]),
    "line is a float": claim(frames=[["f.py", 0, 3.0, "f"]]),
    "file is bytes": claim(frames=[[b"f.py", 0, 3, "f"]]),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_claim_is_denied(name: str) -> None:
    """A description that the interpreter cannot have made was made by student code."""
    error = described(MALFORMED[name])
    assert isinstance(error, Denied)
    assert error.outcome is Outcome.DENIED


def test_a_claim_is_cut_to_what_the_interpreter_sends() -> None:
    """Endless messages, names and frames are cut: a forged claim fills no report."""
    error = described(claim(type="E" * 9000, message="x" * 9000, frames=CLAIM["frames"] * 9000))
    assert isinstance(error, CodeRaised)
    assert (len(error.exception_type), len(error.evidence), len(error.where)) == (
        len("Exception"),
        100 + len(": ") + 2000,
        12,
    )


NAMES = {
    "Modelo_ñ": "Modelo_ñ",
    "\x1b[2J\x1b[31m": "?[2J?[31m",
    "a\nb\tc\x00d": "a?b?c?d",
    "\u202eexe.txt": "?exe.txt",
    "zero\u200bwidth": "zero?width",
    "\ud800half": "?half",
    "": "",
}


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_a_hostile_name_is_made_printable(name: str) -> None:
    """Names that a worker reports hold nothing that moves a cursor, hides or reorders text."""
    assert printable(name) == NAMES[name]
    assert str(described(claim(type=name))) == f"{NAMES[name]}: no"


# --------------------------------------------------------------------------------- what a student
# may read of it

KINDS_TOLD = {
    "ValueError": "ValueError",  # Python's own
    "UnidentifiedImageError": "UnidentifiedImageError",  # a package's
    "TooSmall": "TooSmall",  # the file's own
    "f": "Exception",  # a name of the file, but of no class
    "x_3_14159": "Exception",
    "<b>": "Exception",
    "\x1b[2J": "Exception",
    "": "Exception",
}


@pytest.mark.parametrize("name", KINDS_TOLD, ids=ascii)
def test_an_exception_is_told_by_a_name_that_was_there_before(name: str) -> None:
    """A class made while code ran may be named after a hidden input; only staff read that name."""
    error = described(claim(type=name, subject=name))
    assert isinstance(error, CodeRaised)
    assert error.exception_type == KINDS_TOLD[name]


FRAMES_TOLD: dict[str, tuple[list[Any], list[Frame]]] = {
    "a line of the file": (["f.py", 0, 3, "f"], [Frame(file="f.py", line=3, function="f")]),
    "at the top": (["f.py", 0, 1, "<module>"], [Frame(file="f.py", line=1, function="<module>")]),
    "a function made up": (["f.py", 0, 3, "secret_42"], [Frame(file="f.py", line=3)]),
    "a function elsewhere": (["f.py", 0, 1, "f"], [Frame(file="f.py", line=1)]),
    "a file made up": (["secret_42.py", 0, 3, "f"], []),
    "below the last line": (["f.py", 0, 31415926, "f"], []),
    "above the first": (["f.py", 0, -1, "f"], []),
    "a cell of no notebook": (["f.py", 7, 3, "f"], []),
}


@pytest.mark.parametrize("name", FRAMES_TOLD)
def test_a_place_is_told_only_where_the_file_has_it(name: str) -> None:
    """File, line and function of a traceback are those submitted; any other is left out."""
    frame, told = FRAMES_TOLD[name]
    error = described(claim(frames=[frame]))
    assert isinstance(error, StudentError)
    assert list(error.where) == told


IMPORTER = b"x = 1\nimport numpy\nimport pandas.io as io\nimport pandas\n"


def test_the_import_of_a_package_is_the_first_in_the_file() -> None:
    """No report says where a package is imported: the file does."""
    error = student_error(claim(kind="package", subject="pandas"), {"f.py": IMPORTER})
    assert isinstance(error, PackageAbsent)
    assert error.imported == Frame(file="f.py", line=3)


ASKED: dict[str, tuple[Request, str]] = {
    "by a call": (CallRequest(name="forward", kwargs={}), "forward"),
    "by a probe": (
        RunRequest(source="student.forward(1)", name="probe", kwargs={}),
        "forward",
    ),
    "by an argument": (
        RunRequest(source="", name="probe", args=(["forward"], 2), kwargs={}),
        "forward",
    ),
    "by no request": (CallRequest(name="backward", kwargs={}), ""),
    "while loading": (LoadRequest(module="m", file="m.py", content=b""), ""),
}


@pytest.mark.parametrize("name", ASKED)
def test_a_name_is_missing_only_if_it_was_asked_for(name: str) -> None:
    """A missing name is told to the student only where the request asked for it."""
    asked, told = ASKED[name]
    error = student_error(claim(kind="missing", subject="forward"), FILES, asked)
    assert isinstance(error, Absent)
    assert error.name == told


TELLABLE: list[tuple[object, object]] = [
    (11_689_512, 11_689_512),
    (10**40, "…"),
    (-(10**40), "…"),
    (0.1234567891011, "0.1235"),
    ([2, 3, 64, 64], [2, 3, 64, 64]),
    ((0, 10**12), (0, "…")),
    (list(range(9)), "…"),
    ("BasicBlock", "BasicBlock"),
    (True, True),
]


@pytest.mark.parametrize(("value", "told"), TELLABLE, ids=str)
def test_a_sentence_holds_no_message_in_digits(value: object, told: object) -> None:
    """What a finding says in figures is short: a number of forty digits could hold an input."""
    assert tellable(value) == told


# ------------------------------------------------------------------------------------ answers are
# not believed

NO_ANSWERS: dict[str, Any] = {
    "empty": {},
    "another key": {"values": 1},
}


@pytest.mark.parametrize("name", NO_ANSWERS)
def test_an_answer_without_a_value_is_denied(name: str) -> None:
    """An answer holds a value or an error."""
    with pytest.raises(Denied, match="without a value"):
        answering(NO_ANSWERS[name]).call("f")


def test_an_error_beats_a_value() -> None:
    """An answer that holds both is an error."""
    with pytest.raises(CodeRaised):
        answering({"value": 1, "error": CLAIM}).call("f")


def test_a_probe_of_ours_that_fails_is_our_fault(tmp_path: Path) -> None:
    """An undefined name in a probe is the course's mistake, not the student's."""
    probe = probe_in(tmp_path, "def probe(student):\n    return undefined\n")
    with pytest.raises(CourseError, match="probes: ValueError: no"):
        answering({"error": claim(kind="probe")}).run(probe)


def test_a_probe_whose_names_are_all_defined_cannot_be_blamed(tmp_path: Path) -> None:
    """Student code cannot pass its own end off as a mistake in a probe that has none."""
    probe = probe_in(
        tmp_path, "import torch\n\ndef probe(student):\n    return [torch, *(x for x in student)]\n"
    )
    with pytest.raises(Denied, match="blames a probe"):
        answering({"error": claim(kind="probe")}).run(probe)


def probe_in(folder: Path, source: str) -> Callable[..., Any]:
    """Return the function `probe` of a file of probes with this source."""
    file = folder / "probes.py"
    file.write_text(source, encoding="utf-8")
    namespace: dict[str, Any] = {}
    exec(compile(source, str(file), "exec"), namespace)
    probe: Callable[..., Any] = namespace["probe"]
    return probe


VERBS: dict[str, Callable[[Submission], Any]] = {
    "load": lambda submission: submission.load("m", "m.py", b""),
    "call": lambda submission: submission.call("f"),
}


@pytest.mark.parametrize("verb", VERBS)
def test_a_probe_cannot_fail_where_none_ran(verb: str) -> None:
    """Student code cannot present its own end as a mistake of the course, which stops the class."""
    with pytest.raises(Denied, match="blames a probe"):
        VERBS[verb](answering({"error": claim(kind="probe")}))


@pytest.mark.parametrize(
    "value", [None, 1, "broken", {"broken_cells": None}, {"broken_cells": {}}], ids=str
)
def test_a_malformed_answer_to_load_is_denied(value: Any) -> None:
    """What loading answers is held to its form, too."""
    with pytest.raises(Denied, match="'load' is malformed"):
        answering({"value": value}).load("m", "m.py", b"")


def test_broken_cells_are_errors_of_the_student_and_few() -> None:
    """Of endless broken cells twelve are kept, a malformed one is denied, and none is our fault."""
    cells = [claim(kind="probe"), None, *[CLAIM] * 5000]
    errors = answering({"value": {"broken_cells": cells}}).load("m", "m.ipynb", b"")
    assert [type(e) for e in errors] == [Denied, *[CodeRaised] * 10]


# ------------------------------------------------------------------------------------ the two verbs


def module_at(file: Path, source: str) -> ModuleType:
    """Return the module that a file of this source makes."""
    file.write_text(source, encoding="utf-8")
    module = ModuleType(file.stem)
    exec(compile(source, str(file), "exec"), module.__dict__)
    return module


@pytest.fixture
def submission(tmp_path: Path) -> Submission:
    """Return a student's file, loaded in this process."""
    file = tmp_path / "homework.py"
    file.write_text("def double(x): return 2 * x\ndef broken(): return 1 / 0\n", encoding="utf-8")
    submission, broken = in_process("homework", file)
    assert broken == []
    return submission


def test_call_returns_what_the_function_returns(submission: Submission) -> None:
    """A call gives plain data, copied: a grader's tensors stay its own."""
    x = torch.ones(2)
    assert submission.call("double", x).tolist() == [2, 2]
    assert submission.call("double", x=[1]) == [1, 1]


def test_call_raises_what_the_student_did(submission: Submission) -> None:
    """An exception of student code arrives with type and line, a missing name with its name."""
    with pytest.raises(CodeRaised) as raised:
        submission.call("broken")
    assert (raised.value.exception_type, raised.value.where[-1].line) == ("ZeroDivisionError", 2)
    with pytest.raises(Absent) as absent:
        submission.call("forward")
    assert absent.value.name == "forward"


def test_run_sends_the_module_of_the_probe(submission: Submission, tmp_path: Path) -> None:
    """A probe runs beside the student's code, with the neighbours that its file defines."""
    source = "def plus(x): return x + 1\n\ndef probe(student, x): return plus(student.double(x))\n"
    assert submission.run(module_at(tmp_path / "probes.py", source).probe, 3) == 7


def probe_at(folder: Path) -> Callable[..., Any]:
    """Return a probe that answers 1."""
    return module_at(folder / "probes.py", "def probe(student): return 1\n").probe  # type: ignore[no-any-return]


def test_an_answer_of_a_probe_is_a_report(submission: Submission, tmp_path: Path) -> None:
    """What `run` answers rests on trust; what a function of the student returns does not."""
    submission.call("double", 2)
    assert not submission.reports
    submission.run(probe_at(tmp_path))
    assert submission.reports


def test_a_shared_report_is_one_in_each_check_that_uses_it(
    submission: Submission, tmp_path: Path
) -> None:
    """A value of `once` that rests on a report makes the checks that take it rest on it."""
    submission.once("asked", lambda: submission.run(probe_at(tmp_path)))
    submission.reports = False  # as at the begin of the next check
    submission.once("computed", lambda: submission.call("double", 2))
    assert not submission.reports
    submission.once("asked", lambda: 0)
    assert submission.reports


def test_a_probe_in_a_file_of_tests_is_refused(submission: Submission, tmp_path: Path) -> None:
    """The file of a probe is readable by student code, so it may hold no test."""
    module = module_at(tmp_path / "test_blocks.py", "def probe(student): return 1\n")
    with pytest.raises(CourseError, match=r"test_blocks\.py: probe: .* move it to probes\.py"):
        submission.run(module.probe)


# ------------------------------------------------------------------------- where no student code is


def test_an_isolated_probe_has_no_student(submission: Submission) -> None:
    """It finds no name of the student's, and its answer is plain data as any other."""
    assert submission.run_isolated(isolated_probes.names) == []
    assert submission.run_isolated(isolated_probes.divided, by=2) == 0.5


def test_an_exception_of_an_isolated_probe_is_no_students(submission: Submission) -> None:
    """No student code ran: the grader stumbled, which the solution's run decides."""
    with pytest.raises(CourseError, match="divided: ZeroDivisionError"):
        submission.run_isolated(isolated_probes.divided, 0)


def test_isolated_data_that_fills_the_memory_costs_its_submission(submission: Submission) -> None:
    """What was handed in asked for the memory."""
    with pytest.raises(MemoryExceeded):
        submission.run_isolated(isolated_probes.filled)


def test_a_malformed_error_of_an_isolated_probe_is_denied() -> None:
    """A decoder that was overrun may answer anything."""
    answers = iter([{"id": 1, "error": 3}, {"id": 1}])
    submission = Submission(never, ask_isolated=lambda request: decode_answer(next(answers), 1))
    for _ in range(2):
        with pytest.raises(Denied):
            submission.run_isolated(isolated_probes.names)


def never(request: Request) -> Answer:
    """Answer nothing: no student code is asked."""
    raise AssertionError(request)
