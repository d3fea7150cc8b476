"""Seeds of workers and of the judge, derived from the run's one seed."""

from __future__ import annotations

import random

import torch

from autograder.grading.workers.seeds import SeedSource, derive_key, fill_state

SEED = 0x0123456789ABCDEF0123456789ABCDEF


def drawn(source: SeedSource, check: str = "test_mean", question: int = 0) -> tuple[float, float]:
    """Return the first number of each of the judge's generators."""
    source.seed_judge(check, question)
    return random.random(), torch.rand(1).item()


def test_a_key_is_the_same_for_the_same_context() -> None:
    """Staff can repeat a run."""
    assert derive_key(7, "digest", "check") == derive_key(7, "digest", "check")


def test_every_part_of_the_context_changes_a_key() -> None:
    """Another run, submission or check has another key, and so has a context of fewer parts."""
    keys = {
        derive_key(7, "digest", "check"),
        derive_key(8, "digest", "check"),
        derive_key(7, "other", "check"),
        derive_key(7, "digest", "other"),
        derive_key(7, "digestcheck"),
    }
    assert len(keys) == 5


def test_a_worker_seed_fits_into_63_bits() -> None:
    """Torch and numpy take it as it is."""
    assert all(0 <= SeedSource(seed, "d").for_worker("w") < 1 << 63 for seed in range(200))


def test_a_worker_has_no_part_of_the_seed_of_a_check() -> None:
    """A worker that is made for a scope of the same name as a check gets unrelated numbers."""
    source = SeedSource(SEED, "digest")
    seed = source.for_worker("test_mean").to_bytes(8, "little")
    assert seed not in source.for_judge("test_mean")


def test_the_judge_draws_the_same_numbers_for_the_same_question() -> None:
    """Both of its generators are seeded."""
    assert drawn(SeedSource(SEED, "digest")) == drawn(SeedSource(SEED, "digest"))


def test_the_judge_draws_other_numbers_after_each_question() -> None:
    """What a worker saw in one answer says nothing about the next question."""
    source = SeedSource(SEED, "digest")
    numbers = [drawn(source, question=question) for question in range(3)]
    assert len({first for first, _ in numbers}) == len({second for _, second in numbers}) == 3


def test_every_bit_of_the_state_is_seeded() -> None:
    """No number that `manual_seed` takes gives the state that the judge draws from.

    It would be found by trying all: torch uses only 32 bits of that number.
    """
    generator = torch.Generator()
    fill_state(generator, b"key")
    filled = generator.get_state()
    generator.manual_seed(generator.initial_seed())
    assert (filled != generator.get_state()).sum() > 2_000  # of 2,496 bytes
    assert len(set(torch.rand(1_000, generator=generator).tolist())) > 990


def test_a_filled_state_draws_as_torch_does() -> None:
    """The draws from a filled state are uniform and normal, whatever was drawn before."""
    generator = torch.Generator()
    torch.randn(5, generator=generator)
    fill_state(generator, b"key")
    uniform, normal = (
        torch.rand(10_000, generator=generator),
        torch.randn(10_000, generator=generator),
    )
    assert abs(uniform.mean() - 0.5) < 0.02
    assert abs(normal.mean()) < 0.05
    assert abs(normal.std() - 1) < 0.05
