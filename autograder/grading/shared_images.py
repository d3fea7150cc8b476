"""What judges share of images: crops, and what networks computed of them."""

from __future__ import annotations

from autograder.blocks.store import open_store
from autograder.grading.output_folder import STORE_FOLDER
from autograder.measuring.data.prepared import open_crops
from autograder.model import Run


def open_shared_images(run: Run) -> None:
    """Open what the judges of a run share, which are forked later.

    Where nothing is written, crops alone are shared, and end with the run.
    """
    folder = None if run.out is None else run.out / STORE_FOLDER
    open_store(folder, run.store_bytes, surroundings=f"{run.threads} threads")
    if run.data is not None:
        open_crops(run.data)
