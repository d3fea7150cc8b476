"""The similarity of code finds copies whatever their disguise, and nothing else."""

from __future__ import annotations

import pytest

from autograder.class_analysis.copies.common_lines import common_lines, marked_runs
from autograder.class_analysis.copies.compared_code import RUN_WORDS, released_runs
from autograder.class_analysis.copies.similarity import (
    DEFAULT_THRESHOLD,
    clusters_of,
    run_weights,
    similar_pairs,
)
from tests.support.copied_class import (
    all_pairs,
    class_codes,
    code_from,
    copied_pairs,
    pairs_of,
    students_of,
    transfer_learning,
)

DISGUISES = ("renamed", "reordered", "reformatted", "commented", "split", "disguised")
MAX_INDEPENDENT, MIN_COPIED = 0.15, 0.6  # shares that docs/explanation/copies.md states


def test_the_class_has_twenty_solutions_and_six_copies() -> None:
    """The made class is the one that the documentation describes."""
    assert (len(class_codes()), len(copied_pairs())) == (26, 6)
    assert {copy.split("_")[1] for _, copy in copied_pairs()} == set(DISGUISES)


def test_every_copy_is_found_and_nothing_else() -> None:
    """At the default threshold precision and recall are 1 in the made class."""
    found = pairs_of(list(class_codes().values()), DEFAULT_THRESHOLD)
    assert students_of(found) == copied_pairs()


@pytest.mark.parametrize("disguise", DISGUISES)
def test_a_disguise_leaves_a_wide_margin(disguise: str) -> None:
    """A copy in any disguise shares clearly more than the threshold."""
    found = pairs_of(list(class_codes().values()), MIN_COPIED)
    assert any(pair.other.endswith(disguise) or pair.one.endswith(disguise) for pair in found)


def test_independent_work_is_far_from_the_threshold() -> None:
    """No two independent solutions share more than the documentation says."""
    found = students_of(pairs_of(list(class_codes().values()), MAX_INDEPENDENT))
    assert found & (all_pairs() - copied_pairs()) == set()


def test_the_released_text_makes_nobody_alike() -> None:
    """What every student received is no part of the own code."""
    own = class_codes()["abel"]
    assert not own.own_runs & released_runs(transfer_learning())


def test_a_passage_of_the_whole_class_counts_for_little() -> None:
    """Two students who share what all write are less alike than two who share what nobody does."""
    common = "".join(f"total = load(total, {n}) + step\n" for n in range(40))
    own = {
        name: "".join(f"{name}_{n} = open_{name}({n}, mode={n})\n" for n in range(40))
        for name in "abcdefgh"
    }
    codes = [code_from(name, "x.py", (common + text).encode()) for name, text in own.items()]
    codes.append(code_from("z", "x.py", (common + own["a"]).encode()))
    shares = {(pair.one, pair.other): pair.share for pair in pairs_of(codes, 0.0)}
    assert shares["a", "z"] == pytest.approx(1.0)
    assert max(share for pair, share in shares.items() if pair != ("a", "z")) < 0.3


def test_exact_copies_share_everything_in_a_class_of_two() -> None:
    """The measure needs no large class."""
    code = class_codes()["abel"]
    [pair] = pairs_of([code, code], 0.99)
    assert (pair.share, pair.share_of_one, pair.share_of_other) == (1.0, 1.0, 1.0)


def test_one_student_alone_has_no_pair() -> None:
    """A class of one is compared with nobody."""
    codes = [class_codes()["abel"]]
    assert similar_pairs(codes, run_weights(codes), 0.0) == []


def test_who_is_alike_to_one_of_a_cluster_belongs_to_it() -> None:
    """Clusters are the connected parts of the pairs."""
    pairs = pairs_of(list(class_codes().values()), DEFAULT_THRESHOLD)
    assert sorted(clusters_of(pairs)) == sorted(copied_pairs())
    assert clusters_of([]) == []


def test_the_lines_in_common_lead_to_their_likes() -> None:
    """A moved function is marked on both sides, each line with its like."""
    one, other = class_codes()["ivan"], class_codes()["ivan_reordered"]
    counts = dict.fromkeys(one.own_runs | other.own_runs, 2)
    lines = common_lines(one, other, marked_runs(one, other, counts, 26))
    place = {text.strip(): n for n, text in enumerate(one.source.split("\n"), start=1)}
    like = lines[place["ops.append(transforms.CenterCrop(224))"]]
    assert other.source.split("\n")[like - 1].strip() == "ops.append(transforms.CenterCrop(224))"


def test_course_material_is_not_marked() -> None:
    """A run that a large part of the class has is no sign of two."""
    code = class_codes()["abel"]
    assert marked_runs(code, code, dict.fromkeys(code.own_runs, 20), 26) == frozenset()


def test_a_short_source_is_not_compared() -> None:
    """A few lines are alike by chance."""
    assert not code_from("ana", "x.py", b"def double(x):\n    return 2 * x\n").is_comparable
    assert RUN_WORDS == 10
