"""Text files of a submission, shown in formgrader below the student's notebook."""

from __future__ import annotations

import hashlib

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell

from autograder.handin.intake.read_hand_in import MADE_FROM_KEY
from autograder.integrations.nbgrader.restore_cells import FIRST_FORMAT_WITH_CELL_IDS
from autograder.model import SubmittedFiles

TEXT_SUFFIXES = (".py", ".md", ".yml", ".txt")


def show_files(nb: NotebookNode, submission: SubmittedFiles) -> None:
    """Append the text files, except the notebook itself and the file that it was made from."""
    made_from = nb.metadata.get(MADE_FROM_KEY)
    for name, content in submission.files.items():
        is_shown_already = made_from == hashlib.sha256(content).hexdigest()
        if name.endswith(TEXT_SUFFIXES) and not is_shown_already:
            text = content.decode("utf-8", "replace")
            # In a code cell, because a Markdown cell would render the text.
            nb.cells += [new_markdown_cell(f"### `{name}`"), new_code_cell(text)]
    if (nb.nbformat, nb.nbformat_minor) < FIRST_FORMAT_WITH_CELL_IDS:
        for cell in nb.cells:
            cell.pop("id", None)
