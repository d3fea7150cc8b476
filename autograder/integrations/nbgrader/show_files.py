"""What a marker sees in formgrader below the student's notebook: the text files that were graded
with it.
"""

from __future__ import annotations

import hashlib

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell

from autograder.handin.intake.reading import MADE_FROM
from autograder.model import SubmittedFiles

SHOWN = (".py", ".md", ".yml", ".txt")  # text that a person reads


def show_files(nb: NotebookNode, submission: SubmittedFiles) -> None:
    """Append the text files of a submission, less the notebook itself and what it was made of."""
    for name, content in submission.files.items():
        is_there = nb.metadata.get(MADE_FROM) == hashlib.sha256(content).hexdigest()
        if name.endswith(SHOWN) and not is_there:
            text = content.decode("utf-8", "replace")
            nb.cells += [
                new_markdown_cell(f"### `{name}`"),
                new_code_cell(text),
            ]  # a code cell renders nothing
    if (nb.nbformat, nb.nbformat_minor) < (4, 5):  # where cells have no ids yet
        for cell in nb.cells:
            cell.pop("id", None)
