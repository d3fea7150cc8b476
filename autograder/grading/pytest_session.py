"""A pytest session: the checks of a folder are collected once, and our own loop runs where pytest's
would.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

import pytest

from autograder.errors import CourseError

T = TypeVar("T")

ARGUMENTS = (
    *(
        "--disable-plugin-autoload",
        "-p",
        "autograder.checks.pytest_plugin",
        "--import-mode=importlib",
        "--strict-markers",
    ),
    *(
        "-p",
        "no:cacheprovider",
        "-p",
        "no:terminal",
        "-p",
        "no:warnings",
        "-p",
        "no:unraisableexception",
    ),
    *("-p", "no:threadexception", "-p", "no:faulthandler", "-p", "no:logging", "-p", "no:junitxml"),
    "--capture=no",
)


def in_session(folder: Path, body: Callable[[pytest.Session, Recorder], T]) -> T:
    """Collect the checks in `folder`, call `body` in their session; CourseError where they cannot
    be collected.
    """
    recorder = Recorder()
    loop = _Loop(lambda session: body(session, recorder))
    with importable(folder):
        ours = (
            "-c",
            os.devnull,
            "--rootdir",
            str(folder),
            "--confcutdir",
            str(folder),
        )  # no settings from above
        ended = pytest.main([*ARGUMENTS, *ours, str(folder)], plugins=[recorder, loop])
    if ended == pytest.ExitCode.INTERRUPTED and loop.error is None:  # Ctrl-C while it collected
        raise KeyboardInterrupt
    if loop.error is not None:
        raise loop.error
    if recorder.problems or loop.value is None:
        raise CourseError(
            *(recorder.problems or [f"{folder}: pytest found no checks; add test_*.py"])
        )
    value: T = loop.value[0]
    return value


@contextmanager
def importable(folder: Path) -> Iterator[None]:
    """Let the graders in `folder` import their neighbours, and forget these afterwards."""
    known = set(sys.modules)
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        sys.path.remove(str(folder))
        for name in set(sys.modules) - known:
            if any(Path(place).is_relative_to(folder) for place in _places_of(sys.modules[name])):
                del sys.modules[name]


def _places_of(module: ModuleType) -> list[str]:
    """The file of a module, and the folders of a package, which may have no file."""
    file = getattr(module, "__file__", None)
    return [*([] if file is None else [file]), *getattr(module, "__path__", ())]


class Recorder:
    """Takes down how a check ended, without rendering a traceback for it."""

    def __init__(self) -> None:
        self.error: BaseException | None = None
        self.problems: list[str] = []
        self.around: Callable[[], AbstractContextManager[None]] = (
            nullcontext  # the function of a check
        )

    def take(self) -> BaseException | None:
        """The error of the check that just ran, if any."""
        error, self.error = self.error, None
        return error

    @pytest.hookimpl(wrapper=True)
    def pytest_pyfunc_call(self) -> Generator[None, bool | None, bool | None]:
        """Run a check's own function, and nothing of pytest, within what stands around it."""
        with self.around():
            return (yield)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> pytest.TestReport:
        """Keep the first error of setup, call and teardown."""
        if call.excinfo is not None and self.error is None:
            error = call.excinfo.value
            is_ours = call.when != "call" and isinstance(
                error, AssertionError
            )  # pytest's own, not a check's
            self.error = RuntimeError(f"{call.when}: {error}") if is_ours else error
        outcome: Any = "failed" if call.excinfo is not None else "passed"
        when: Any = call.when
        return pytest.TestReport(item.nodeid, item.location, {}, outcome, None, when)

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(
        self, collector: pytest.Collector
    ) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
        """Keep a file that ends the process when it is imported: pytest would stop over it."""
        try:
            return (yield)
        except SystemExit as error:
            self.problems.append(_what_stopped(error, collector.path))
            return pytest.CollectReport(collector.nodeid, "failed", longrepr=str(error), result=[])

    def pytest_exception_interact(
        self, node: pytest.Item | pytest.Collector, call: pytest.CallInfo[Any]
    ) -> None:
        """Keep what stopped the collection of a file."""
        if isinstance(node, pytest.Collector) and call.excinfo is not None:
            self.problems.append(_what_stopped(call.excinfo.value, node.path))


def _what_stopped(error: BaseException, path: Path) -> str:
    """`file:line: error`, where line is the innermost one of the graders' own files."""
    error = error.__cause__ or error  # pytest wraps what an import raises
    own = [
        step
        for step in traceback.extract_tb(error.__traceback__)
        if Path(step.filename).parent == path.parent
    ]
    where = f"{own[-1].filename}:{own[-1].lineno}" if own else str(path)
    return f"{where}: cannot be collected: {type(error).__name__}: {error}"


class _Loop:
    """Runs our own loop over submissions where pytest would run each check once."""

    def __init__(self, run: Callable[[pytest.Session], Any]) -> None:
        self.run = run
        self.value: tuple[Any] | None = None
        self.error: BaseException | None = None

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Called once, after collection."""
        if session.testsfailed or not session.items:
            return True
        try:
            self.value = (self.run(session),)
        except BaseException as error:  # it leaves with_grader, not pytest
            self.error = error
        return True
