"""Trainings as programs: recorded once, and run again on other data."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
import torch
from torch import Tensor

from autograder.checks.submission import Submission, in_process
from autograder.checks.training import Training
from tests.support import recorded_trainings
from tests.support.places import CASES

TRAININGS = sorted((CASES / "trainings").glob("*.py"))
PAST_TORCH = "through_numpy"  # it learns from a copy, which a replay on other data has not
TRAININGS = [file for file in TRAININGS if file.stem != PAST_TORCH]


def draw_data() -> dict[str, Tensor]:
    """Return images and labels for training and validation."""
    data = {}
    for name, size in (("", 10), ("val_", 6)):
        data[f"{name}images"] = torch.randn(size, 3, 4, 4)
        data[f"{name}labels"] = torch.randint(3, (size,))
    return data


def open_training(file: Path, inputs: Mapping[str, Tensor]) -> tuple[Submission, Training]:
    """Return a submission, and its recorded training on `inputs`."""
    submission, errors = in_process(file.stem, file)
    assert not errors
    return submission, submission.training(recorded_trainings.trained, inputs=inputs)


@pytest.mark.parametrize("file", TRAININGS, ids=lambda file: file.stem)
def test_a_training_is_replayed_on_other_data(file: Path) -> None:
    """The replay on other data and from other weights ends as the loop itself would."""
    submission, training = open_training(file, draw_data())
    other = draw_data()
    first = recorded_trainings.network().state_dict()
    assert training.obstacle == ""
    torch.manual_seed(5)
    end = training.again(other, first)[-1].state
    torch.manual_seed(5)
    seed = int(torch.randint(1 << 62, ()))
    right = submission.run(recorded_trainings.trained_directly, other, dict(first), seed)
    assert set(end) == set(right)
    for name, value in right.items():
        assert torch.allclose(end[name], value, atol=1e-5), name


def test_only_what_was_computed_from_it_depends_on_an_input() -> None:
    """What a training leaves depends on its images, not on the validation images it looked at."""
    _, training = open_training(CASES / "trainings" / "best_copied.py", draw_data())
    assert "0.weight" in training.depends_on("images")
    assert training.depends_on("val_images", "val_labels") == set()


@pytest.mark.parametrize(("name", "learnt"), [("adam", 10), ("head_only", 10), ("first_batch", 4)])
def test_the_images_that_were_learnt_are_known(name: str, learnt: int) -> None:
    """A training shows from which rows of its input the last values of a layer were computed."""
    _, training = open_training(CASES / "trainings" / f"{name}.py", draw_data())
    assert len(training.rows_used("images", "5.weight")) == learnt
    assert training.rows_used("val_images", "5.weight") == set()


MODES = {  # whether validation records gradients, and whether it is in train mode
    "best_copied": (False, False),
    "inference_mode": (False, False),
    "validates_in_train_mode": (True, True),
}


@pytest.mark.parametrize("name", MODES)
def test_the_modes_of_validation_are_seen(name: str) -> None:
    """How the network runs on validation images is seen in the recording."""
    _, training = open_training(CASES / "trainings" / f"{name}.py", draw_data())
    modes = training.modes("val_images")
    assert modes is not None
    assert modes.is_used
    assert (modes.records_gradients, modes.trains) == MODES[name]


def test_a_copy_made_past_torch_is_known_by_its_values() -> None:
    """What was learnt from a copy of the validation images depends on them."""
    _, training = open_training(CASES / "trainings" / f"{PAST_TORCH}.py", draw_data())
    assert training.obstacle == ""
    assert training.largest_constant > 100
    assert "0.weight" in training.depends_on("val_images")


def test_a_replay_of_the_recorded_data_ends_as_the_training_did() -> None:
    """Without other data the replay gives the states of the recorded run."""
    _, training = open_training(CASES / "trainings" / "seeded.py", draw_data())
    one, other = training.again()[-1].state, training.again()[-1].state
    assert all(torch.equal(value, other[name]) for name, value in one.items())


def test_a_training_shows_which_gradients_it_computes() -> None:
    """Its weights' gradients are computed, and its last values were computed from them."""
    _, training = open_training(CASES / "trainings" / "seeded.py", draw_data())
    gradients = training.gradients()
    assert gradients.from_inputs
    assert {"0.weight", "1.weight"} == gradients.computed
    assert "5.weight" in gradients.moved


def test_data_that_were_taken_past_torch_are_constants() -> None:
    """Images that NumPy copied depend on no input, and show as a large constant."""
    data = draw_data()
    _, hidden = open_training(CASES / "trainings" / "hidden" / "through_numpy.py", data)
    _, honest = open_training(CASES / "trainings" / "adam.py", data)
    assert hidden.largest_constant >= data["val_images"].numel()
    assert honest.largest_constant <= len(data["images"])


def test_what_an_operation_writes_by_name_depends_on_its_arguments() -> None:
    """A tensor that is given as `out` depends on what is written into it."""
    _, training = open_training(CASES / "trainings" / "hidden" / "written_by_name.py", draw_data())
    assert training.depends_on("val_images") == {"5.bias"}
