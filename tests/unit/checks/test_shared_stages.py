"""Networks share their first stages, and answer as without a store, to the bit."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from torch import Tensor

from autograder.blocks.store import open_store, shared_store
from autograder.checks import outputs
from autograder.checks.program import Program
from autograder.checks.submission import InProcessWorker, Submission
from autograder.sandbox.protocol import Answer, Request, RunRequest
from tests.support.places import CASES

FOLDER = CASES / "shared_networks"
MAX_BYTES = 1 << 30
BATCH = 4  # images, of which the networks are recorded
SHAPE = (3, 64, 64)


class ApartWorkers:
    """Workers of stages, one for each scope, that note for how many images they computed."""

    def __init__(self) -> None:
        self._workers: dict[str, InProcessWorker] = {}
        self.images = 0

    def ask(self, scope: str, request: Request) -> Answer:
        """Return the answer of the worker of a scope."""
        assert isinstance(request, RunRequest)
        answer = self._workers.setdefault(scope, InProcessWorker()).ask(request)
        if isinstance(answer.value, dict) and "rows" in answer.value:
            self.images += len(answer.value["rows"])  # type: ignore[arg-type]
        return answer


def opened(file: str, *seeds: int) -> tuple[ApartWorkers, Program]:
    """Return a student's network, whose parts are drawn from seeds."""
    apart = ApartWorkers()
    submission = Submission(
        InProcessWorker().ask, ask_isolated=InProcessWorker().ask, ask_apart=apart.ask
    )
    path = FOLDER / f"{file}.py"
    submission.load(path.stem, path.name, path.read_bytes())
    return apart, submission.program("Network", *seeds, example=(BATCH, *SHAPE))


def answers(program: Program, images: Tensor) -> Tensor:
    """Return the outputs of a network, computed now."""
    outputs._kept.clear()
    return program.infer(images)


@pytest.fixture
def images() -> Tensor:
    """Return images that no other test has asked about."""
    return torch.rand(4 * BATCH, *SHAPE)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Path]:
    """Return the folder of a store that is open for the test."""
    folder = tmp_path / ".computed"
    open_store(folder, MAX_BYTES)
    yield folder
    open_store(None, 0)


def alone(file: str, *seeds: int, images: Tensor) -> Tensor:
    """Return the outputs without a store."""
    known = shared_store()
    open_store(None, 0)
    expected = answers(opened(file, *seeds)[1], images)
    if known is not None:
        open_store(known.folder, known.max_bytes)
    return expected


@pytest.mark.parametrize("seeds", [(1, 1, 1), (1, 1, 2), (1, 2, 2), (2, 2, 2)])
def test_outputs_are_equal_to_the_bit(store: Path, images: Tensor, seeds: tuple[int, ...]) -> None:
    """Whatever other networks left in the store, outputs are those of a run without one."""
    for before in ((1, 1, 3), (1, 1, 4), (1, 3, 3), (1, 1, 5)):
        answers(opened("staged", *before)[1], images)
    expected = alone("staged", *seeds, images=images)
    for _ in range(2):
        _, program = opened("staged", *seeds)
        assert torch.equal(answers(program, images), expected)


def test_outputs_do_not_depend_on_the_batch_in_which_stages_were_computed(
    store: Path, images: Tensor
) -> None:
    """What one order of the images left serves another order."""
    answers(opened("staged", 1, 1, 1)[1], images)
    order = torch.randperm(len(images))
    expected = alone("staged", 1, 1, 2, images=images[order])
    apart, program = opened("staged", 1, 1, 2)
    assert torch.equal(answers(program, images[order]), expected)
    assert apart.images <= BATCH  # the plain way, on the first batch of this order


def test_a_head_on_a_known_backbone_computes_the_head_alone(store: Path, images: Tensor) -> None:
    """The second network with the same backbone asks for no image of it, and a third neither."""
    first, program = opened("staged", 1, 1, 1)
    answers(program, images)
    assert first.images >= len(images)
    for head in (2, 3):
        apart, program = opened("staged", 1, 1, head)
        answers(program, images)
        assert apart.images == 0


def test_a_last_stage_of_its_own_starts_from_what_an_earlier_network_passed(
    store: Path, images: Tensor
) -> None:
    """The first network with another last stage keeps what passes before it, for the next one."""
    answers(opened("staged", 1, 1, 1)[1], images)
    first, program = opened("staged", 1, 2, 2)
    answers(program, images)
    assert first.images >= len(images)
    second, program = opened("staged", 1, 3, 3)
    answers(program, images)
    assert second.images == 0


def test_a_later_run_finds_what_an_earlier_one_left(store: Path, images: Tensor) -> None:
    """The store outlives the process that filled it."""
    answers(opened("staged", 1, 1, 1)[1], images)
    open_store(store, MAX_BYTES)
    apart, program = opened("staged", 1, 1, 2)
    answers(program, images)
    assert apart.images == 0


def test_images_that_are_missing_are_computed(store: Path, images: Tensor) -> None:
    """Of images that were asked in part before, the others are filled up to whole batches."""
    answers(opened("staged", 1, 1, 1)[1], images[:BATCH])
    apart, program = opened("staged", 1, 1, 2)
    mixed = images[torch.arange(len(images)).roll(1)]
    assert torch.equal(answers(program, mixed), alone("staged", 1, 1, 2, images=mixed))
    assert 0 < apart.images <= len(images) + 2 * BATCH


def test_a_damaged_block_is_computed_again(
    store: Path, images: Tensor, caplog: pytest.LogCaptureFixture
) -> None:
    """A changed byte changes no output, and the log says what happened."""
    answers(opened("staged", 1, 1, 1)[1], images)
    expected = alone("staged", 1, 1, 2, images=images)
    for path in store.glob("*.blocks"):
        content = bytearray(path.read_bytes())
        if len(content) > 4096 + 64:
            content[-1] ^= 1  # of the last image
            path.write_bytes(content)
    open_store(store, MAX_BYTES)
    apart, program = opened("staged", 1, 1, 2)
    with caplog.at_level(logging.WARNING):
        assert torch.equal(answers(program, images), expected)
    assert "damaged and is computed again" in caplog.text
    assert apart.images > 0


def test_a_network_that_mixes_images_is_computed_whole(store: Path, images: Tensor) -> None:
    """Where outputs depend on the batch, each batch is asked as it is."""
    for _ in range(2):
        apart, program = opened("batch_statistics", 1)
        expected = alone("batch_statistics", 1, images=images)
        assert torch.equal(answers(program, images), expected)
        assert apart.images == 0


def test_without_room_nothing_is_shared(tmp_path: Path, images: Tensor) -> None:
    """A store that is too small for one block changes nothing."""
    expected = alone("staged", 1, 1, 1, images=images)
    open_store(tmp_path / "small", 10_000)
    apart, program = opened("staged", 1, 1, 1)
    assert torch.equal(answers(program, images), expected)
    assert apart.images == 0
    open_store(None, 0)


def test_stages_of_another_machine_are_not_taken(tmp_path: Path, images: Tensor) -> None:
    """What was computed with another number of threads has another name."""
    open_store(tmp_path, MAX_BYTES, surroundings="1 threads")
    answers(opened("staged", 1, 1, 1)[1], images)
    open_store(tmp_path, MAX_BYTES, surroundings="2 threads")
    apart, program = opened("staged", 1, 1, 1)
    answers(program, images)
    assert apart.images >= len(images)
    open_store(None, 0)
