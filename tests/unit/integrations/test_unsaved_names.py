"""What ran in a kernel and is not saved is named by its functions and classes."""

from __future__ import annotations

import json

from autograder.integrations.jupyter.unsaved_names import unsaved_names


def saved(*sources: str) -> bytes:
    """Return a notebook with these code cells."""
    cells = [{"cell_type": "code", "source": source, "metadata": {}} for source in sources]
    return json.dumps({"nbformat": 4, "cells": cells}).encode()


def test_what_ran_as_it_is_saved_is_not_named() -> None:
    """Blank lines, comments and magics make no difference."""
    ran = ["def f(x):\n    return x\n", "class A:\n    pass"]
    file = saved(
        "%matplotlib inline\n\ndef f(x):\n    return x  # as given", "class A:\n\n    pass"
    )
    assert unsaved_names(ran, file) == []


def test_the_last_run_counts() -> None:
    """An older version that ran says nothing; a newer one that is not saved is named."""
    old, new = "def f(x):\n    return 1", "def f(x):\n    return 2"
    assert unsaved_names([old, new], saved(new)) == []
    assert unsaved_names([new, old], saved(new)) == ["f"]


def test_a_definition_that_is_in_no_saved_cell_is_named() -> None:
    """A cell that was never saved is told by what it defines; other statements are not compared."""
    assert unsaved_names(["x = 1", "class B:\n    pass", "def ("], saved("")) == ["B"]


def test_a_file_that_is_no_notebook_is_left_to_the_checks() -> None:
    """Nothing is said of what cannot be read."""
    assert unsaved_names(["def f(): pass"], b"\xff") == []
