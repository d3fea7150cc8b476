"""A click group that imports the module of a command only when that command is used."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click


class LazyGroup(click.Group):
    """A group of commands, each the attribute of its own name in a module."""

    def __init__(
        self, *, modules: Mapping[str, str], summaries: Mapping[str, str], **options: Any
    ) -> None:
        """Take the module of each command and its line in the group's help, by command name."""
        super().__init__(**options)
        self._modules = modules
        self._summaries = summaries

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands, sorted."""
        return sorted(self._modules)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command; return None where there is none of this name."""
        if cmd_name not in self._modules:
            return None
        command = getattr(import_module(self._modules[cmd_name]), cmd_name)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing any."""
        names = self.list_commands(ctx)
        room = formatter.width - 6 - max(map(len, names))
        rows = []
        for name in names:
            listed = click.Command(name, help=self._summaries[name])
            rows.append((name, listed.get_short_help_str(room)))
        with formatter.section("Commands"):
            formatter.write_dl(rows)
