"""What head and node send: frames of JSON and bytes, whole or refused; the course as files."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.cluster.course_files import course_files, write_files
from autograder.cluster.frames import Frame, FrameError, packed, unpacked
from autograder.cluster.messages import (
    Answer,
    Preparation,
    answer_frame,
    answer_of,
    hand_in_frame,
    hand_in_of,
    preparation_frame,
    preparation_of,
)
from autograder.cluster.node import harness_digest, require_same
from autograder.config.course import load_course
from autograder.errors import HostError
from autograder.grading.cache.fingerprint import basis_of
from autograder.grading.waiting import SetAside
from autograder.handin.intake import HandIn, read_hand_in
from tests.support.places import CASES, REPOSITORY

TINY = load_course(CASES / "tiny_course")
TENSORS = TINY.assignment("tensors")
CLASS = CASES / "submissions" / "class"


def preparation() -> Preparation:
    """Return what a node of the tiny course is told."""
    return Preparation(
        root="/course",
        assignments=("tensors",),
        files=course_files(TINY, [TENSORS]),
        seed=1 << 90,
        lang="en",
        jobs={"tensors": 2},
        threads=1,
        allowed=None,
        accuracy="full",
        data="",
        harness=harness_digest(),
        bases={"tensors": basis_of(TINY, TENSORS)},
        data_digests={"tensors": ""},
    )


def test_a_frame_comes_back_as_it_was() -> None:
    """Header and parts, also empty ones."""
    frame = Frame(header={"id": 3, "name": "á"}, parts=[b"\x00\xff", b"", b"x"])
    back = unpacked(packed(frame))
    assert (back.header, list(back.parts)) == (frame.header, list(frame.parts))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"short",
        packed(Frame(header={"id": 1}))[:-1],
        packed(Frame(header={"id": 1})) + b"x",
        b"\xff" * 12 + b"{}",
        packed(Frame(header={}, parts=[b"abc"])).replace(b"[3]", b"[9]"),
        packed(Frame(header={})).replace(b"{", b"["),
    ],
)
def test_bytes_that_are_no_frame_are_refused(content: bytes) -> None:
    """Whatever is wrong with them."""
    with pytest.raises(FrameError):
        unpacked(content)


@pytest.mark.parametrize("student", ["right", "mistypes", "notebook"])
def test_a_hand_in_comes_back_as_it_was(student: str) -> None:
    """Its bytes, its digest and what intake found."""
    hand_in = HandIn(student=student, assignment="tensors", path=CLASS / student / "tensors")
    submission = read_hand_in(hand_in, TENSORS, "es")
    assert hand_in_of(unpacked(packed(hand_in_frame(1, submission)))) == submission


def test_a_missing_file_travels_as_a_finding() -> None:
    """What intake found is not lost on the way."""
    hand_in = HandIn(student="none", assignment="tensors", path=CLASS / "none")
    submission = read_hand_in(hand_in, TENSORS, "es")
    assert submission.findings
    assert hand_in_of(unpacked(packed(hand_in_frame(1, submission)))) == submission


def test_what_is_set_aside_comes_back_as_it_was() -> None:
    """With the evidence that staff read."""
    aside = SetAside(student="ana", assignment="tensors", evidence="lost 5 times")
    assert hand_in_of(hand_in_frame(1, aside)) == aside


def test_an_answer_comes_back_as_it_was() -> None:
    """The sheet stays the bytes of a result file."""
    answer = Answer(id=4, sheet=b"{}", seconds=0.5, check_seconds={"test_a": 0.1}, fatal="no")
    assert answer_of(unpacked(packed(answer_frame(answer)))) == answer


def test_a_preparation_comes_back_as_it_was() -> None:
    """Course, seed, language and what results depend on."""
    sent = preparation()
    assert preparation_of(unpacked(packed(preparation_frame(sent)))) == sent


@pytest.mark.parametrize("read", [preparation_of, hand_in_of, answer_of])
def test_a_message_without_its_fields_is_refused(read: object) -> None:
    """A node or a head of another version says nothing that is understood by half."""
    assert callable(read)
    with pytest.raises(FrameError):
        read(Frame(header={"id": 1}))


def test_a_node_has_the_same_course(tmp_path: Path) -> None:
    """The files that travel make a course whose results have the same basis."""
    for root in (CASES / "tiny_course", REPOSITORY):
        course = load_course(root)
        gradable = [each for each in course.assignments if each.is_gradable]
        files = course_files(course, gradable)
        write_files(tmp_path / root.name, files, files.values())
        there = load_course(tmp_path / root.name)
        for assignment in gradable:
            assert basis_of(there, there.assignment(assignment.id)) == basis_of(course, assignment)
        assert not any("/wrong/" in name or "/right/" in name for name in files)


def test_a_name_that_leads_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    """A node writes below its own folder only."""
    for name in ("../x", "/x", "a/../../x"):
        with pytest.raises(ValueError, match="leads out"):
            write_files(tmp_path / "course", [name], [b""])


def test_a_node_with_the_same_basis_is_taken() -> None:
    """It says nothing then."""
    require_same(TINY, preparation())


def test_a_node_with_another_torch_is_refused() -> None:
    """Its results would have another basis than those of the other machines."""
    told = preparation()
    basis = told.bases["tensors"]
    ours = dict(basis.packages)
    other = replace(basis, packages={**ours, "torch": "2.0.0"})
    with pytest.raises(HostError, match=re.escape(f"torch 2.0.0 → {ours['torch']}")):
        require_same(TINY, replace(told, bases={"tensors": other}))


def test_a_node_with_other_code_is_refused() -> None:
    """The same version number does not make the same harness."""
    with pytest.raises(HostError, match="other code of autograder"):
        require_same(TINY, replace(preparation(), harness="0"))
