"""Processes that code starts; grading has one, which loads a DataLoader's data itself."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from autograder.student.portability.source import (
    CodePiece,
    StudentCode,
    aliases_in,
    dotted,
    in_full,
)

PROCESS_STARTERS = (  # calls that start a process; a name stands for all below it
    *("subprocess", "multiprocessing", "torch.multiprocessing", "pty"),
    *("concurrent.futures.ProcessPoolExecutor", "os.startfile"),
    *("os.fork", "os.forkpty", "os.system", "os.popen", "os.posix_spawn", "os.posix_spawnp"),
    *("asyncio.create_subprocess_exec", "asyncio.create_subprocess_shell"),
)
STARTER_PREFIXES = ("os.spawn", "os.exec")  # beginnings of the names of more
HARMLESS_FUNCTIONS = {  # of those modules, that start no process
    *("cpu_count", "current_process", "active_children", "parent_process", "freeze_support"),
    *("get_start_method", "set_start_method", "get_all_start_methods"),
    *("set_sharing_strategy", "get_all_sharing_strategies"),
}
WORKERS_POSITION = 5  # of num_workers among the arguments of a DataLoader


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessStart:
    """A place where code starts processes."""

    call: str
    is_loader: bool  # a DataLoader's workers, which grading does without
    piece: CodePiece
    line: int


def starts_in(code: StudentCode) -> Iterator[ProcessStart]:
    """Yield the calls that start processes, the first one of each function."""
    aliases, constants = aliases_in(code), _constants(code)
    reported: set[str] = set()
    for piece, node in code.nodes():
        if not isinstance(node, ast.Call) or not (name := in_full(dotted(node.func), aliases)):
            continue
        is_loader = name.rpartition(".")[2] == "DataLoader"
        is_start = _asks_for_workers(node, constants, aliases) if is_loader else _starts(name)
        if is_start and name not in reported:
            reported.add(name)
            yield ProcessStart(call=name, is_loader=is_loader, piece=piece, line=node.lineno)


def _starts(name: str) -> bool:
    is_below = any(f"{name}.".startswith(f"{known}.") for known in PROCESS_STARTERS)
    is_starter = is_below or name.startswith(STARTER_PREFIXES)
    return is_starter and name.rpartition(".")[2] not in HARMLESS_FUNCTIONS


def _constants(code: StudentCode) -> dict[str, int]:
    """Return the names that are set to a whole number; scopes are not told apart."""
    constants = {}
    for _, node in code.nodes():
        if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Constant):
            continue
        value = node.value.value
        for target in node.targets:
            if isinstance(target, ast.Name) and type(value) is int:
                constants[target.id] = value
    return constants


def _asks_for_workers(call: ast.Call, constants: dict[str, int], aliases: dict[str, str]) -> bool:
    """Return whether a DataLoader asks for workers: by a number, its name, or the CPU count."""
    keywords = {keyword.arg: keyword.value for keyword in call.keywords}
    count = keywords.get("num_workers")
    if count is None and len(call.args) > WORKERS_POSITION:
        count = call.args[WORKERS_POSITION]
    if count is None:
        return False
    if isinstance(count, ast.Constant):
        return type(count.value) is int and count.value > 0
    if isinstance(count, ast.Name):
        return constants.get(count.id, 0) > 0
    for part in ast.walk(count):
        name = in_full(dotted(part.func), aliases) if isinstance(part, ast.Call) else ""
        if name.endswith("cpu_count"):
            return True
    return False
