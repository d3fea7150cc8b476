"""What graders compare with: NaN never passes, and type, shape and dtype come before values."""

from __future__ import annotations

import math

import pytest
import torch

from autograder.checks.asserting import Finding, assert_close, expect_tensor, fail, is_close

NOT_FINITE = [math.nan, math.inf, -math.inf]


@pytest.mark.parametrize("value", [torch.zeros(2, 3), torch.zeros(()), torch.zeros(0)], ids=str)
def test_a_finite_tensor_is_handed_back(value: torch.Tensor) -> None:
    """What is a finite float tensor comes back as it is."""
    assert expect_tensor(value) is value


@pytest.mark.parametrize(
    "value", [None, 1.0, [1.0], (torch.zeros(1),), "tensor", {"x": torch.zeros(1)}], ids=str
)
def test_another_type_fails(value: object) -> None:
    """What is no tensor fails with the name of its type."""
    with pytest.raises(AssertionError, match=f"expected a tensor, got {type(value).__name__}"):
        expect_tensor(value)


def test_another_shape_fails() -> None:
    """Another shape fails, even one of as many values."""
    with pytest.raises(AssertionError, match=r"expected shape \(2, 3\), got \(3, 2\)"):
        expect_tensor(torch.zeros(3, 2), shape=(2, 3))


def test_a_scalar_is_no_vector_of_one() -> None:
    """The shapes () and (1,) differ: nothing is broadcast."""
    with pytest.raises(AssertionError, match=r"expected shape \(\), got \(1,\)"):
        expect_tensor(torch.zeros(1), shape=())


def test_another_dtype_fails() -> None:
    """float64 is not float32 unless the check says that any dtype will do."""
    value = torch.zeros(2, dtype=torch.float64)
    with pytest.raises(AssertionError, match=r"expected torch\.float32, got torch\.float64"):
        expect_tensor(value)
    assert expect_tensor(value, dtype=None) is value


@pytest.mark.parametrize("bad", NOT_FINITE, ids=str)
@pytest.mark.parametrize(
    "dtype", [torch.float32, torch.float16, torch.bfloat16, torch.complex64], ids=str
)
def test_what_is_not_finite_fails(bad: float, dtype: torch.dtype) -> None:
    """One value that is not finite fails, among whatever other values."""
    with pytest.raises(AssertionError, match="not finite"):
        expect_tensor(torch.tensor([1.0, bad], dtype=dtype), dtype=dtype)


@pytest.mark.parametrize("bad", NOT_FINITE, ids=str)
@pytest.mark.parametrize("dtype", [torch.float32, torch.complex64], ids=str)
def test_nothing_is_close_to_what_is_not_finite(bad: float, dtype: torch.dtype) -> None:
    """NaN and infinities are close to nothing, not even to themselves, on either side."""
    odd, even = torch.tensor([bad], dtype=dtype), torch.tensor([1.0], dtype=dtype)
    assert [is_close(odd, even), is_close(even, odd), is_close(odd, odd.clone())] == [
        False,
        False,
        False,
    ]


def test_values_within_the_tolerance_are_close() -> None:
    """The tolerance is absolute near zero and relative far from it."""
    expected = torch.tensor([0.0, 1000.0])
    assert_close(torch.tensor([9e-6, 1000.09]), expected)
    assert not is_close(torch.tensor([2e-5, 1000.0]), expected)
    assert not is_close(torch.tensor([0.0, 1000.2]), expected)


def test_the_tolerance_is_the_checks_to_choose() -> None:
    """A check may ask for more or for less."""
    one = torch.ones(3)
    assert is_close(one + 0.01, one, rtol=0.02)
    assert not is_close(one + 1e-6, one, rtol=0, atol=0)


@pytest.mark.parametrize("dtype", [torch.int64, torch.int32, torch.int8, torch.uint8], ids=str)
def test_whole_numbers_must_be_equal(dtype: torch.dtype) -> None:
    """A count is right or wrong: no tolerance applies, however large it is."""
    top = torch.iinfo(dtype).max
    counts = torch.tensor([0, top // 2, top], dtype=dtype)
    assert_close(counts, counts.clone())
    assert not is_close(counts, counts - torch.tensor([0, 1, 0], dtype=dtype))


def test_a_count_of_parameters_is_not_close_to_its_neighbour() -> None:
    """A network with one parameter less is another network."""
    assert not is_close(torch.tensor([11_689_511]), torch.tensor([11_689_512]))


def test_booleans_must_be_equal() -> None:
    """Booleans are compared as they are."""
    assert is_close(torch.tensor([True, False]), torch.tensor([True, False]))
    assert not is_close(torch.tensor([True, True]), torch.tensor([True, False]))


def test_shape_and_dtype_are_the_expected_ones() -> None:
    """What `expected` is decides shape and dtype, and each failure has its own sentence."""
    expected = torch.zeros(2)
    with pytest.raises(AssertionError, match="expected shape"):
        assert_close(torch.zeros(1, 2), expected)
    with pytest.raises(AssertionError, match=r"expected torch\.float32"):
        assert_close(torch.zeros(2).double(), expected)
    with pytest.raises(AssertionError, match="expected a tensor, got list"):
        assert_close([0.0, 0.0], expected)


def test_a_difference_is_told_in_numbers() -> None:
    """The evidence says how many values differ, and by how much at most."""
    with pytest.raises(AssertionError, match=r"25% of the values differ, by up to 3"):
        assert_close(torch.tensor([1.0, 1, 1, 4]), torch.ones(4))


def test_empty_tensors_of_one_shape_are_close() -> None:
    """Where nothing can differ, nothing does."""
    assert_close(torch.zeros(0, 3), torch.zeros(0, 3))
    assert not is_close(torch.zeros(0, 3), torch.zeros(0, 4))


def test_a_finding_fails_the_check_under_its_key() -> None:
    """`fail` carries the key and the values that its sentence will need."""
    with pytest.raises(AssertionError) as caught:
        fail("wrong_width", width=64, expected="a multiple of 4")
    finding = caught.value
    assert isinstance(finding, Finding)
    assert (finding.key, finding.values) == (
        "wrong_width",
        {"width": 64, "expected": "a multiple of 4"},
    )
    assert str(finding) == "wrong_width: width=64, expected='a multiple of 4'"
