"""The answers of the interpreter beside the student's code: values, and errors as plain data."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from autograder.sandbox import wire
from autograder.sandbox.execution.interpreter import Interpreter, hide_packages
from autograder.sandbox.protocol import (
    CallRequest,
    LoadRequest,
    Request,
    RunRequest,
    encode_request,
)

FILE = "homework.py"


@pytest.fixture(autouse=True)
def _modules() -> Iterator[None]:
    """Forget after a test what it imported or hid."""
    known = dict(sys.modules)
    yield
    sys.modules.clear()
    sys.modules.update(known)


def ask(interpreter: Interpreter, request: Request) -> dict[str, Any]:
    """Return the answer to one request, as the judge would read it."""
    question = wire.copy(encode_request(request, 5))
    answer = wire.read(b"".join(interpreter.answer(question)))
    assert answer.pop("id") == 5
    assert isinstance(answer, dict)
    return answer


def load(source: str | bytes, file: str = FILE) -> tuple[Interpreter, dict[str, Any]]:
    """Return an interpreter, and its answer to loading a file of this content."""
    interpreter = Interpreter()
    content = source.encode() if isinstance(source, str) else source
    return interpreter, ask(interpreter, LoadRequest(module="homework", file=file, content=content))


def loaded(source: str | bytes) -> Interpreter:
    """Return an interpreter in which a file of this content is loaded."""
    interpreter, answer = load(source)
    assert answer == {"value": {"broken_cells": []}}
    return interpreter


def call(source: str | bytes, name: str = "f", *args: Any, **kwargs: Any) -> dict[str, Any]:
    """Return the answer to calling one function of a file."""
    return ask(loaded(source), CallRequest(name=name, args=args, kwargs=kwargs))


def error_of(answer: dict[str, Any]) -> dict[str, Any]:
    """Return the description of an error in an answer."""
    assert set(answer) == {"error"}
    error: dict[str, Any] = answer["error"]
    assert set(error) - {"hidden"} == {"kind", "type", "subject", "message", "frames"}
    return error


# ------------------------------------------------------------------------------------------ a file
# is loaded


def test_a_file_is_loaded_from_bytes() -> None:
    """The student's module is made from the bytes that were sent, under the requested name."""
    source = (
        "import sys\n"
        "def f(): return [__name__, __file__, f.__module__, sys.modules[__name__].f is f]"
    )
    assert call(source) == {"value": ["homework", FILE, "homework", True]}


def test_a_byte_order_mark_is_no_part_of_a_file() -> None:
    """A file that Windows saved with a byte order mark is loaded."""
    assert call(b"\xef\xbb\xbfdef f(): return 1") == {"value": 1}


def test_a_coding_cookie_is_inert() -> None:
    """A cookie cannot make other code out of the bytes that intake saw."""
    source = "# coding: unicode_escape\n# \\x0adef f(): return 'hidden'\ndef f(): return 'seen'"
    assert call(source) == {"value": "seen"}


def test_the_harness_lends_no_future_imports() -> None:
    """Annotations are evaluated as in any file without `from __future__ import annotations`."""
    assert call("def g(x: 1 + 1): ...\ndef f(): return g.__annotations__['x']") == {"value": 2}


UNREADABLE = {
    "syntax": ("x = 1\ndef f(:\n    pass\n", "SyntaxError", 2),
    "indentation": ("def f():\nreturn 1\n", "IndentationError", 2),
    "a return outside": ("x = 1\n\nreturn x\n", "SyntaxError", 3),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_syntax_error_says_its_line(name: str) -> None:
    """A file that Python cannot read is described with the line at which it stops."""
    source, type_name, line = UNREADABLE[name]
    error = error_of(load(source)[1])
    assert (error["kind"], error["type"]) == ("unreadable", type_name)
    assert error["frames"][-1] == [FILE, 0, line, ""]


def test_bytes_that_are_not_utf8_are_unreadable() -> None:
    """Bytes in another encoding are described as unreadable, without a place."""
    error = error_of(load(b"x = '\xf1'")[1])
    assert (error["kind"], error["type"], error["frames"]) == (
        "unreadable",
        "UnicodeDecodeError",
        [],
    )


def test_a_statement_that_raises_says_where() -> None:
    """An exception at import is described with the student's own frames; the rest is defined."""
    interpreter, answer = load("def g():\n    return 1 / 0\n\ng()\nx = 2\n")
    (error,) = answer["value"]["broken_cells"]
    assert run(interpreter, "attribute", "x") == {"value": 2}
    assert (error["kind"], error["type"], error["message"]) == (
        "raised",
        "ZeroDivisionError",
        "division by zero",
    )
    assert error["frames"] == [[FILE, 0, 4, "<module>"], [FILE, 0, 2, "g"]]


EXPORTED = """# -*- coding: utf-8 -*-
# Commented out IPython magic to ensure Python compatibility.
# %matplotlib inline
!pip install -q timm

get_ipython().run_line_magic('autoreload', '2')

def f(): return [1, 2][::-1]
"""


def test_a_file_that_was_exported_from_a_notebook_is_loaded() -> None:
    """A shell command that Colab left in a .py file is skipped, as in a notebook."""
    assert call(EXPORTED) == {"value": [2, 1]}


def test_a_mistake_beside_a_magic_says_its_line() -> None:
    """A syntax error in such a file is told with the line at which it stands."""
    error = error_of(load("!ls\n\ndef f(:\n    pass\n")[1])
    assert (error["kind"], error["frames"][-1]) == ("unreadable", [FILE, 0, 3, ""])


# ------------------------------------------------------------------------------------------
# functions are called


def test_a_call_passes_arguments() -> None:
    """Positional and keyword arguments arrive as they were sent."""
    assert call("def f(*a, **k): return [a, k]", "f", 1, (2, 3), k=b"x") == {
        "value": [(1, (2, 3)), {"k": b"x"}]
    }


def test_a_missing_name_is_missing() -> None:
    """A name that the file does not define is missing, whatever else went well."""
    error = error_of(call("def f(): pass", "forward"))
    assert (error["kind"], error["subject"]) == ("missing", "forward")


def test_a_name_that_is_missing_inside_the_students_code_is_its_mistake() -> None:
    """A NameError of the student's own is raised, not missing: the function asked for is there."""
    error = error_of(call("def f():\n    return undefined\n"))
    assert (error["kind"], error["type"], error["frames"]) == (
        "raised",
        "NameError",
        [[FILE, 0, 2, "f"]],
    )


ENDS = {
    "raise NotImplementedError('Exercise 1')": ("unwritten", "NotImplementedError"),
    "raise SystemExit(0)": ("raised", "SystemExit"),
    "exit()": ("raised", "SystemExit"),
    "raise KeyboardInterrupt": ("raised", "KeyboardInterrupt"),
    "raise GeneratorExit": ("raised", "GeneratorExit"),
    "raise StopIteration": ("raised", "StopIteration"),
    "raise MemoryError": ("memory", "MemoryError"),
    "raise RuntimeError('DefaultCPUAllocator: can\\'t allocate memory')": (
        "memory",
        "RuntimeError",
    ),
    "raise RuntimeError('shape mismatch')": ("raised", "RuntimeError"),
    "assert False, 'no'": ("raised", "AssertionError"),
    "return f()": ("raised", "RecursionError"),
    "import autograder_does_not_exist as a; a.b": ("package", "ModuleNotFoundError"),
    "return object()": ("unsendable", "WireError"),
    "return f": ("unsendable", "WireError"),
    "return {1, 2}": ("unsendable", "WireError"),
    "return 10 ** 5000": ("unsendable", "WireError"),
    "a = []; a.append(a); return a": ("unsendable", "WireError"),
}


@pytest.mark.parametrize("body", ENDS)
def test_every_end_of_a_call_is_described(body: str) -> None:
    """However a call ends, the answer says so by its kind, and the interpreter goes on."""
    interpreter = loaded(f"def f(): {body}\ndef g(): return 'alive'\n")
    error = error_of(ask(interpreter, CallRequest(name="f", kwargs={})))
    assert (error["kind"], error["type"]) == ENDS[body]
    assert ask(interpreter, CallRequest(name="g", kwargs={})) == {"value": "alive"}


HOSTILE = {
    "raises": "def __str__(self): raise ValueError",
    "exits": "def __str__(self): raise SystemExit",
    "returns no text": "def __str__(self): return 5",
    "returns a text of its own kind": "def __str__(self): return Sly('hello')",
    "is endless": "def __str__(self): return str(self)",
    "is 10 MB long": "def __str__(self): return 'x' * 10_000_000",
    "holds half a surrogate": "def __str__(self): return '\\ud800'",
    "has a huge name": "pass",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_message_is_described_too(name: str) -> None:
    """An exception whose message misbehaves is still raised, with a message of bounded length."""
    sly = "class Sly(str):\n    def __getitem__(self, i): return object()\n"
    made = f"{sly}E = type('E' * 1000, (Exception,), {{}})\nclass Bad(E):\n    {HOSTILE[name]}\n"
    thrown = "E('x')" if "huge" in name else "Bad('x')"
    error = error_of(call(f"{made}def f():\n    raise {thrown}\n"))
    assert error["kind"] == "raised"
    assert error["type"] in ("Bad", "E" * 100)
    assert len(error["message"]) <= 2000


def test_only_the_students_own_lines_are_shown() -> None:
    """Frames of the harness, of the probe and of libraries are left out."""
    source = "import json\n\ndef f():\n    return json.loads('{')\n"
    assert error_of(call(source))["frames"] == [[FILE, 0, 4, "f"]]


def test_a_deep_recursion_shows_its_innermost_lines() -> None:
    """Of a thousand frames the last twelve are told."""
    assert len(error_of(call("def f():\n    return f()\n"))["frames"]) == 12


# ------------------------------------------------------------------------------------------ probes
# are run

PROBES = """
def attribute(student, name):
    return getattr(student, name)

def apply(student, name, x):
    return getattr(student, name)(x)

def slip(student):
    return undefined

def count(student, seen=[]):
    seen.append(1)
    return len(seen)
"""


def run(interpreter: Interpreter, name: str, *args: Any) -> dict[str, Any]:
    """Return the answer of a probe."""
    return ask(interpreter, RunRequest(source=PROBES, name=name, args=args, kwargs={}))


def test_a_probe_meets_the_students_live_objects() -> None:
    """A probe reaches every name of the student's module as an attribute."""
    interpreter = loaded("x = 3\ndef double(x): return 2 * x\n")
    assert run(interpreter, "attribute", "x") == {"value": 3}
    assert run(interpreter, "apply", "double", 4) == {"value": 8}


def test_a_name_missing_in_a_probe_is_missing() -> None:
    """What a probe looks for and the file does not define is missing, by its name."""
    error = error_of(run(loaded(""), "apply", "double", 4))
    assert (error["kind"], error["subject"]) == ("missing", "double")


def test_a_probes_own_slip_is_not_the_students() -> None:
    """An undefined name in a probe is the instructor's mistake and is called so."""
    assert error_of(run(loaded(""), "slip"))["kind"] == "probe"


def test_a_students_undefined_name_in_a_probe_is_the_students() -> None:
    """The same mistake inside the student's function, called by a probe, is the student's."""
    error = error_of(run(loaded("def double(x):\n    return y\n"), "apply", "double", 4))
    assert (error["kind"], error["frames"]) == ("raised", [[FILE, 0, 2, "double"]])


def test_the_probes_of_one_file_share_their_module() -> None:
    """A probe's module is executed once, so that it may keep what it made."""
    interpreter = loaded("")
    assert [run(interpreter, "count") for _ in range(2)] == [{"value": 1}, {"value": 2}]


# ------------------------------------------------------------------------------------------
# notebooks


def load_notebook(*cells: str) -> tuple[Interpreter, dict[str, Any]]:
    """Return an interpreter, and its answer to loading a notebook of these cells."""
    content = json.dumps({"cells": [{"cell_type": "code", "source": c} for c in cells]}).encode()
    return load(content, "homework.ipynb")


def test_the_cells_of_a_notebook_share_one_module() -> None:
    """Cells run in order, in one namespace, without IPython's own lines."""
    interpreter, answer = load_notebook(
        "%matplotlib inline\nx = 1", "!ls\nx += 1", "def f(): return x"
    )
    assert answer == {"value": {"broken_cells": []}}
    assert ask(interpreter, CallRequest(name="f", kwargs={})) == {"value": 2}


def test_a_broken_cell_leaves_the_others_alone() -> None:
    """A cell that raises is described with its number and line, and the next ones run."""
    interpreter, answer = load_notebook(
        "x = 1", "x = 2\nraise ValueError('demo')", "def f(): return x"
    )
    (broken,) = answer["value"]["broken_cells"]
    assert (broken["type"], broken["frames"]) == (
        "ValueError",
        [["homework.ipynb", 2, 2, "<module>"]],
    )
    assert ask(interpreter, CallRequest(name="f", kwargs={})) == {"value": 2}


def test_a_cell_with_a_syntax_error_says_its_own_line() -> None:
    """The line of a syntax error is counted within its cell."""
    _, answer = load_notebook("x = 1\ny = 2", "%time x\n\ndef f(:\n    pass")
    (broken,) = answer["value"]["broken_cells"]
    assert (broken["kind"], broken["frames"]) == ("unreadable", [["homework.ipynb", 2, 3, ""]])
    assert broken["message"] == "invalid syntax"


def test_an_error_in_a_function_says_its_cell() -> None:
    """A frame of a function names the cell that defined it."""
    interpreter, _ = load_notebook("x = 1", "\n\ndef f():\n    return 1 / 0")
    error = error_of(ask(interpreter, CallRequest(name="f", kwargs={})))
    assert error["frames"] == [["homework.ipynb", 2, 4, "f"]]


def test_a_statement_is_left_out_as_it_is_told() -> None:
    """Of a cell that ran out of time before, that statement alone is left out."""
    cell = "x = 1\nwhile True:\n    x = 2\nx += 2\ny = 4"
    content = json.dumps(
        {"cells": [{"cell_type": "code", "source": c} for c in ("", cell)]}
    ).encode()
    interpreter = Interpreter()
    request = LoadRequest(
        module="homework", file="homework.ipynb", content=content, stops=((2, 3),)
    )
    assert ask(interpreter, request) == {"value": {"broken_cells": []}}
    assert [run(interpreter, "attribute", name)["value"] for name in "xy"] == [3, 4]


def test_a_notebook_in_which_nothing_ran_is_an_error() -> None:
    """Where no cell gives anything a name, the first error is the answer."""
    _, answer = load_notebook("", "1 / 0", "[][0]")
    error = error_of(answer)
    assert (error["type"], error["frames"]) == (
        "ZeroDivisionError",
        [["homework.ipynb", 2, 1, "<module>"]],
    )


def test_what_is_no_notebook_is_unreadable() -> None:
    """Bytes that are no notebook are described as unreadable."""
    error = error_of(load(b"x = 1", "homework.ipynb")[1])
    assert (error["kind"], error["type"]) == ("unreadable", "NotebookError")


# ------------------------------------------------------------------------------------------ hidden
# packages


def test_a_hidden_package_cannot_be_imported() -> None:
    """A hidden package is as if it were not installed."""
    hide_packages(["wave"])
    (error,) = load("import wave\nwave.open('x')\ny = 1\n")[1]["value"]["broken_cells"]
    assert (error["type"], error["frames"]) == ("ModuleNotFoundError", [[FILE, 0, 2, "<module>"]])
    assert error["hidden"] is True
