"""The terminal's view of a diagnosis of this machine."""

from __future__ import annotations

from autograder.doctor import Diagnosis
from autograder.text.console import console, shown


def show_diagnosis(diagnosis: Diagnosis) -> None:
    """Show a line per requirement, with the remedy of what is missing, and the sandbox level."""
    for requirement in diagnosis.requirements:
        mark = "[green]ok[/]     " if requirement.is_met else "[yellow]missing[/]"
        line = f"{mark} {shown(requirement.name)}: {shown(requirement.found)}"
        console.print(line, soft_wrap=True)
        if not requirement.is_met:
            console.print(f"        fix: {shown(requirement.remedy)}", soft_wrap=True)
    for refusal in diagnosis.refusals:
        console.print(f"refused: {shown(refusal)}", style="yellow", soft_wrap=True)
    if diagnosis.level is None:
        console.print("[red]no sandbox level works here: this machine cannot grade[/]")
        return
    console.print(f"a worker was confined by: {', '.join(diagnosis.layers)}", soft_wrap=True)
    full = "" if diagnosis.level == "A" else " (full is A)"
    console.print(f"sandbox level {diagnosis.level}{full}")
