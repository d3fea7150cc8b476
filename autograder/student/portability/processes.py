"""Processes that code starts: grading runs it in one process, and a DataLoader's workers are that
process.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from autograder.student.portability.source import Code, Piece, aliases_in, dotted, in_full

STARTS = (  # calls that start a process; a name stands for all below it
    *(
        "subprocess",
        "multiprocessing",
        "torch.multiprocessing",
        "concurrent.futures.ProcessPoolExecutor",
    ),
    *(
        "os.fork",
        "os.forkpty",
        "os.system",
        "os.popen",
        "os.posix_spawn",
        "os.posix_spawnp",
        "os.startfile",
        "pty",
    ),
    *("asyncio.create_subprocess_exec", "asyncio.create_subprocess_shell"),
)
FAMILIES = ("os.spawn", "os.exec")  # beginnings of the names of more
HARMLESS = {  # of those modules, and start none
    *(
        "cpu_count",
        "current_process",
        "active_children",
        "freeze_support",
        "get_start_method",
        "parent_process",
    ),
    *(
        "set_start_method",
        "set_sharing_strategy",
        "get_all_start_methods",
        "get_all_sharing_strategies",
    ),
}
WORKERS_POSITION = 5  # of num_workers among the arguments of a DataLoader


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """A place where code starts processes."""

    call: str
    is_loader: bool  # a DataLoader's workers, which grading does without
    piece: Piece
    line: int


def starts_in(code: Code) -> Iterator[Start]:
    """Each kind of call that starts processes, where it stands first."""
    aliases, constants = aliases_in(code), _constants(code)
    told: set[str] = set()
    for piece, node in code.nodes():
        if not isinstance(node, ast.Call) or not (name := in_full(dotted(node.func), aliases)):
            continue
        is_loader = name.rpartition(".")[2] == "DataLoader"
        is_start = _asks_for_workers(node, constants, aliases) if is_loader else _starts(name)
        if is_start and name not in told:
            told.add(name)
            yield Start(call=name, is_loader=is_loader, piece=piece, line=node.lineno)


def _starts(name: str) -> bool:
    is_known = any(f"{name}.".startswith(f"{known}.") for known in STARTS) or name.startswith(
        FAMILIES
    )
    return is_known and name.rpartition(".")[2] not in HARMLESS


def _constants(code: Code) -> dict[str, int]:
    """The names that are set to a whole number, once; a class or function may know another one."""
    return {
        target.id: node.value.value
        for _, node in code.nodes()
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Constant)
        and type(node.value.value) is int
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def _asks_for_workers(call: ast.Call, constants: dict[str, int], aliases: dict[str, str]) -> bool:
    """Whether a DataLoader is asked for workers: by a number, by a name of one, or by the number of
    cores.
    """
    given = next((keyword.value for keyword in call.keywords if keyword.arg == "num_workers"), None)
    if given is None and len(call.args) > WORKERS_POSITION:
        given = call.args[WORKERS_POSITION]
    if isinstance(given, ast.Constant):
        return type(given.value) is int and given.value > 0
    if isinstance(given, ast.Name):
        return constants.get(given.id, 0) > 0
    return given is not None and any(
        isinstance(part, ast.Call) and in_full(dotted(part.func), aliases).endswith("cpu_count")
        for part in ast.walk(given)
    )
