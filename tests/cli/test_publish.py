"""`publish` and `diff`: what students get is frozen, and nobody loses anything unseen."""

from __future__ import annotations

import fcntl
import json
import stat
from pathlib import Path

import pytest

from autograder.errors import CourseError
from autograder.publishing import graded_folder
from autograder.publishing.manifest import digest_of
from tests.support.command_line import TINY, autograder
from tests.support.publishing import GradedClass, contents, graded_class


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder in which the class is graded once."""
    return tmp_path_factory.mktemp("class")


@pytest.fixture
def made(tmp_path: Path, scratch: Path) -> GradedClass:
    """Return a graded class of which nothing is published."""
    return graded_class(tmp_path, scratch)


@pytest.fixture
def published(made: GradedClass) -> GradedClass:
    """Return a class whose first version is published."""
    assert made.publish().returncode == 0
    return made


def test_a_version_holds_what_students_get(published: GradedClass) -> None:
    """Results, final grades, students' pages and the table are as in OUT; no page of staff is."""
    version = published.out / "published" / "1"
    files = contents(version)
    assert {name.split("/")[0] for name in files} == {
        *("manifest.json", "results", "final_grades", "reports", "scores.csv", "run.json")
    }
    of_out = contents(published.out)
    assert {name: of_out[name] for name in files if name != "manifest.json"} == {
        name: content for name, content in files.items() if name != "manifest.json"
    }


def test_the_manifest_says_who_when_and_why(published: GradedClass) -> None:
    """It names the author, the reason, the time in UTC and the hash of every file."""
    version = published.out / "published" / "1"
    manifest = json.loads((version / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["author"], manifest["reason"]) == ("Marta Ruiz", "Primera convocatoria.")
    assert manifest["published_at"].endswith("Z")
    assert (manifest["version"], manifest["previous"]) == (1, None)
    assert manifest["files"] == {
        name: digest_of(version / name) for name in contents(version) if name != "manifest.json"
    }


def test_published_files_are_read_only(published: GradedClass) -> None:
    """Nobody may write a file of a version, its owner neither."""
    version = published.out / "published" / "1"
    modes = {stat.S_IMODE(path.stat().st_mode) for path in version.rglob("*") if path.is_file()}
    assert modes == {0o444}


def test_equal_grades_make_no_version(published: GradedClass) -> None:
    """Graded again with the same end, there is nothing to publish."""
    published.grade()
    ended = published.publish()
    assert (ended.returncode, ended.stdout) == (
        0,
        f"nothing to publish: {published.out} is as version 1\n",
    )
    assert published.versions() == ["1"]


def test_a_dry_run_publishes_nothing(made: GradedClass) -> None:
    """It shows what changes, and writes nothing."""
    ended = made.publish("--dry-run")
    assert ended.returncode == 0
    assert "2 of 2 grades change" in ended.stdout
    assert not (made.out / "published").exists()


def test_grading_leaves_versions_alone(published: GradedClass) -> None:
    """A run after publishing, with another hand-in, changes no byte of the version."""
    before = contents(published.out / "published")
    published.hand_in("right", like="miscounts")
    published.grade()
    assert contents(published.out / "published") == before


def test_a_loss_is_refused_and_shown(published: GradedClass) -> None:
    """Where somebody loses points nothing is published; the table says who, and why."""
    published.hand_in("right", like="adds")
    published.grade()
    ended = published.publish()
    assert ended.returncode == 1
    assert "1 lose something: right" in ended.stdout
    assert "why: tensors: another hand-in" in ended.stdout
    assert "passed → failed: test_double" in ended.stdout
    assert published.versions() == ["1"]


def test_an_accepted_loss_is_published(published: GradedClass) -> None:
    """With --accept the next version is made, whose manifest names the one before by its hash."""
    published.hand_in("right", like="adds")
    published.grade()
    assert published.publish("--accept").returncode == 0
    first, second = (published.out / "published" / number for number in "12")
    manifest = json.loads((second / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["previous"] == 1
    assert manifest["previous_manifest"] == digest_of(first / "manifest.json")


def test_a_gain_needs_no_acceptance(published: GradedClass) -> None:
    """Where nobody loses anything the next version is made at once."""
    published.hand_in("adds", like="right")
    published.grade()
    assert published.publish().returncode == 0
    assert graded_folder(published.out) == published.out / "published" / "2"


def test_two_versions_are_compared_by_number(published: GradedClass) -> None:
    """`diff 1 2 --out OUT` compares versions; back again, the gain is a loss."""
    published.hand_in("adds", like="right")
    published.grade()
    published.publish()
    forth = autograder("diff", "1", "2", "--out", published.out, "--json")
    back = autograder("diff", "2", "1", "--out", published.out, "--json")
    assert (forth.returncode, back.returncode) == (0, 1)
    gained, lost = (
        json.loads(ended.stdout)["students"][0]["total"]["difference_exact"]
        for ended in (forth, back)
    )
    assert lost == f"-{gained}"


def test_a_version_alone_is_compared_with_the_one_before(published: GradedClass) -> None:
    """`diff 2 --out OUT` is `diff 1 2 --out OUT`."""
    published.hand_in("adds", like="right")
    published.grade()
    published.publish()
    alone = autograder("diff", "2", "--out", published.out, "--json")
    both = autograder("diff", "1", "2", "--out", published.out, "--json")
    assert (alone.returncode, alone.stdout) == (0, both.stdout)


def test_a_diff_is_the_same_twice(published: GradedClass) -> None:
    """The order of students, criteria and causes does not depend on chance."""
    published.hand_in("adds", like="right")
    published.hand_in("right", like="adds")
    published.grade()
    first, second = (published.diff(published.out, "--json") for _ in range(2))
    assert first.stdout == second.stdout


def test_a_changed_file_of_a_version_is_noticed(published: GradedClass) -> None:
    """Whoever reads the version is told which file was changed, and nothing is handed on."""
    grade = published.out / "published" / "1" / "final_grades" / "right.json"
    grade.chmod(0o644)
    grade.write_text(grade.read_text(encoding="utf-8").replace("right", "wrong"), encoding="utf-8")
    for ended in (published.diff(), published.publish()):
        assert ended.returncode == 2
        assert "changed since it was published: final_grades/right.json has other" in ended.stderr
    with pytest.raises(CourseError, match=r"final_grades/right\.json"):
        graded_folder(published.out)


def test_a_file_that_is_rewritten_in_place_changes_no_version(published: GradedClass) -> None:
    """A version is a copy: what is written into a file of OUT does not reach it."""
    page = published.out / "reports" / "right.html"
    with page.open("r+", encoding="utf-8") as file:
        file.write("overwritten")
    assert graded_folder(published.out) == published.out / "published" / "1"


def test_a_half_written_folder_is_not_published(made: GradedClass) -> None:
    """What a killed run left is refused, with the way on."""
    (made.out / ".behind").touch()
    ended = made.publish()
    assert ended.returncode == 2
    assert "a run did not finish here" in ended.stderr
    made.grade()
    assert made.publish().returncode == 0


def test_a_decision_that_reports_do_not_show_is_not_left_out(made: GradedClass) -> None:
    """A mark that was set after grading stops the publishing until the reports show it."""
    made.grade()
    autograder(
        *("marks", "set", made.submitted, "--student", "right", "words.essay", "5"),
        *("--author", "Marta Ruiz", "--reason", "Claro.", "--course", TINY),
    )
    ended = made.publish()
    assert ended.returncode == 2
    assert "decides something about right" in ended.stderr
    made.grade()
    assert made.publish().returncode == 0


def test_a_running_grade_is_never_frozen(made: GradedClass) -> None:
    """While another process writes into OUT, publishing is refused with exit code 4."""
    with (made.out / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        ended = made.publish()
    assert ended.returncode == 4
    assert "another run is writing here" in ended.stderr


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("1", "2"), "1: a version of which OUT? name the folder with --out"),
        (("nowhere",), "nowhere: no final grades"),
        (("a", "b", "c"), "too many arguments"),
    ],
)
def test_a_wrong_command_line_says_what_is_expected(
    words: tuple[str, ...], complaint: str, tmp_path: Path
) -> None:
    """A place that is none ends with exit code 2 and a line that says what to do."""
    ended = autograder("diff", *words, folder=tmp_path)
    assert ended.returncode == 2
    assert complaint in ended.stderr
    assert "Traceback" not in ended.stderr


def test_an_unknown_version_names_the_known_ones(published: GradedClass) -> None:
    """A number that was not published is refused, beside those that were."""
    ended = autograder("diff", "7", published.out)
    assert ended.returncode == 2
    assert "no published version 7; expected one of: 1" in ended.stderr


def test_the_page_names_students_and_causes(published: GradedClass, tmp_path: Path) -> None:
    """The page says in Spanish who loses what, and why."""
    published.hand_in("right", like="adds")
    published.grade()
    published.diff(published.out, "--html", tmp_path / "page.html")
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert '<html lang="es">' in page
    assert "Tensores: otra entrega" in page
    assert "superada → no superada: <code>test_double" in page
