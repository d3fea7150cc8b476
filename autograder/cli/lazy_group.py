"""A click group that imports the module of a command only when that command is used."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click
from click.shell_completion import CompletionItem


class LazyGroup(click.Group):
    """A group of commands, each the attribute of its own name in a module."""

    def __init__(
        self,
        *,
        modules: Mapping[str, str],
        sections: Mapping[str, Mapping[str, str]],
        **options: Any,
    ) -> None:
        """Take the module of each command by its name.

        `sections` are those of the group's help by title: the sentences about its commands.
        """
        super().__init__(**options)
        self._modules = modules
        self._sections = sections

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
        """Write the list of commands, section by section, without importing any."""
        widest = max(map(len, self._modules))
        for title, summaries in self._sections.items():
            with formatter.section(title):
                formatter.write_dl([(f"{name:{widest}}", text) for name, text in summaries.items()])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Return the commands and options that begin so, without importing any command."""
        commands = [
            CompletionItem(name, help=text)
            for summaries in self._sections.values()
            for name, text in summaries.items()
            if name.startswith(incomplete)
        ]
        return [*commands, *click.Command.shell_complete(self, ctx, incomplete)]
