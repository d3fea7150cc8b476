"""A pytest session: collects the checks of a folder once, then runs a loop of the harness."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from types import ModuleType
from typing import Generic, TypeVar

import pytest

from autograder.errors import CourseError

T = TypeVar("T")

DISABLED_PLUGINS = (
    "cacheprovider",
    "terminal",
    "warnings",
    "unraisableexception",
    "threadexception",
    "faulthandler",
    "logging",
    "junitxml",
    "setuponly",
    "setupplan",
)
PYTEST_ARGUMENTS = (
    "--disable-plugin-autoload",
    "--import-mode=importlib",
    "--strict-markers",
    "--capture=no",
    "-p",
    "autograder.checks.pytest_plugin",
    *(argument for name in DISABLED_PLUGINS for argument in ("-p", f"no:{name}")),
)


def in_session(folder: Path, body: Callable[[pytest.Session, Recorder], T]) -> T:
    """Collect the checks in `folder`, and call `body` in their session.

    CourseError where they cannot be collected.
    """
    recorder = Recorder()
    loop = _Loop(lambda session: body(session, recorder))
    # No settings of the folders above apply.
    place = ("-c", os.devnull, "--rootdir", str(folder), "--confcutdir", str(folder))
    with importable(folder):
        code = pytest.main([*PYTEST_ARGUMENTS, *place, str(folder)], plugins=[recorder, loop])
    if code == pytest.ExitCode.INTERRUPTED and loop.error is None:  # Ctrl-C while it collected
        raise KeyboardInterrupt
    if loop.error is not None:
        raise loop.error
    if recorder.problems or loop.value is None:
        no_checks = f"{folder}: pytest found no checks; add test_*.py"
        raise CourseError(*(recorder.problems or [no_checks]))
    return loop.value[0]


@contextmanager
def importable(folder: Path) -> Iterator[None]:
    """Let the graders in `folder` import modules beside them, and unload these afterwards."""
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
    """Return the file of a module, and the folders of a package, which may have no file."""
    file = getattr(module, "__file__", None)
    return [*([] if file is None else [file]), *getattr(module, "__path__", ())]


class Recorder:
    """Keeps the error that ended a check, without rendering a traceback for it."""

    def __init__(self) -> None:
        self.error: BaseException | None = None
        self.problems: list[str] = []
        # The context in which a check's own function runs.
        self.around: Callable[[], AbstractContextManager[None]] = nullcontext

    def take(self) -> BaseException | None:
        """Return the error of the check that just ran, if any, and forget it."""
        error, self.error = self.error, None
        return error

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item, nextitem: pytest.Item | None) -> bool:
        """Run a check as pytest does, but without a report of each phase, which nothing reads."""
        if isinstance(item, pytest.Function) and not item._request:  # it ran before
            item._initrequest()
        hook = item.ihook
        try:
            if self._passes("setup", lambda: hook.pytest_runtest_setup(item=item)):
                self._passes("call", lambda: hook.pytest_runtest_call(item=item))
            self._passes(
                "teardown", lambda: hook.pytest_runtest_teardown(item=item, nextitem=nextitem)
            )
        finally:  # its arguments hold what student code answered
            if isinstance(item, pytest.Function):
                item._request, item.funcargs = False, {}  # type: ignore[assignment]
        return True

    def _passes(self, phase: str, run: Callable[[], object]) -> bool:
        """Run a phase of a check, and keep its error unless there is one."""
        try:
            run()
            return True
        except (KeyboardInterrupt, pytest.exit.Exception):
            raise
        except BaseException as error:
            if self.error is None:
                # Outside the check's own function, an AssertionError is pytest's.
                is_of_pytest = phase != "call" and isinstance(error, AssertionError)
                self.error = RuntimeError(f"{phase}: {error}") if is_of_pytest else error
            return False

    @pytest.hookimpl(wrapper=True)
    def pytest_pyfunc_call(self) -> Generator[None, bool | None, bool | None]:
        """Run a check's own function, and nothing of pytest, in the context `around`."""
        with self.around():
            return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(
        self, collector: pytest.Collector
    ) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
        """Keep the error of a file whose import ends the process: pytest would stop there."""
        try:
            return (yield)
        except SystemExit as error:
            self.problems.append(_problem(error, collector.path))
            return pytest.CollectReport(collector.nodeid, "failed", longrepr=str(error), result=[])

    def pytest_exception_interact(
        self, node: pytest.Item | pytest.Collector, call: pytest.CallInfo[object]
    ) -> None:
        """Keep the error that stopped the collection of a file."""
        if isinstance(node, pytest.Collector) and call.excinfo is not None:
            self.problems.append(_problem(call.excinfo.value, node.path))


def _problem(error: BaseException, path: Path) -> str:
    """Return `file:line: error`, where line is the innermost one of the graders' own files."""
    error = error.__cause__ or error  # pytest wraps what an import raises
    steps = traceback.extract_tb(error.__traceback__)
    own = [step for step in steps if Path(step.filename).parent == path.parent]
    where = f"{own[-1].filename}:{own[-1].lineno}" if own else str(path)
    return f"{where}: cannot be collected: {type(error).__name__}: {error}"


class _Loop(Generic[T]):
    """Runs a loop over submissions where pytest would run each check once."""

    def __init__(self, run: Callable[[pytest.Session], T]) -> None:
        self.run = run
        self.value: tuple[T] | None = None  # what the loop returned
        self.error: BaseException | None = None

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run the loop once, after collection."""
        if session.testsfailed or not session.items:
            return True
        try:
            self.value = (self.run(session),)
        except BaseException as error:  # `in_session` raises it, outside pytest
            self.error = error
        return True
