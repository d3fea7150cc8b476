"""`autograder export` and `autograder feedback`: files appear whole, and nothing is kept quiet."""

from __future__ import annotations

import csv
import io
import json
import shutil
import zipfile
from pathlib import Path

import pytest

from tests.support.command_line import Ended, autograder
from tests.support.exported_class import DECIDED, TINY, exported_class
from tests.support.lti_platform import TOKEN, running_platform
from tests.support.places import CASES
from tests.support.site_readers import canvas_import, moodle_feedback_import, moodle_import

EXPORTS = CASES / "exports"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a class with OUT; no test changes it."""
    return exported_class(tmp_path_factory.mktemp("exported")).out.parent


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    """Return a copy of that folder with the files of sites, which a test may change."""
    shutil.copytree(made, tmp_path / "class")
    shutil.copytree(EXPORTS, tmp_path / "class", dirs_exist_ok=True)
    return tmp_path / "class"


def export(folder: Path, *words: object) -> Ended:
    """Run `autograder export` over OUT of a folder."""
    target, *options = words
    return autograder("export", target, "out", *options, "--course", TINY, folder=folder)


def publish(folder: Path) -> None:
    """Publish OUT as version 1."""
    options = ("--author", "Marta Ruiz", "--reason", "Primera convocatoria.", "--course", TINY)
    ended = autograder("publish", "out", *options, folder=folder)
    assert ended.returncode == 0, ended.stderr


def test_nothing_is_exported_that_is_not_published(folder: Path) -> None:
    """The error names both ways on, and no file appears."""
    ended = export(folder, "csv", "--to", "g.csv")
    assert (ended.returncode, (folder / "g.csv").exists()) == (2, False)
    assert "autograder publish out" in ended.stderr
    assert "--draft" in ended.stderr


def test_a_draft_says_that_it_is_one(folder: Path) -> None:
    """The last line names the file, the number of marks and that they are not published."""
    ended = export(folder, "csv", "--draft", "--to", "g.csv")
    assert ended.stdout.splitlines()[-1] == (
        "g.csv: 2 marks written, 1 not decided (draft, not published)"
    )
    assert ended.returncode == 3
    assert ended.stderr == "carla: not scored through a fault of ours: no mark\n"


def test_a_published_version_is_exported_though_out_has_changed(folder: Path) -> None:
    """Grades leave as they were published."""
    publish(folder)
    (folder / "out" / "final_grades" / "ana.json").unlink()
    ended = export(folder, "csv", "--to", "g.csv")
    rows = list(csv.DictReader(io.StringIO((folder / "g.csv").read_text("utf-8"))))
    assert [row["student"] for row in rows][1] == "ana"
    assert "(published version 1)" in ended.stdout


def test_canvas_gets_its_gradebook_back(folder: Path) -> None:
    """Marks that fit are written, and those that do not are named with exit code 3 or 1."""
    options = ("--gradebook", "canvas.csv", "--students", "roster.csv", "--to", "canvas.csv")
    ended = export(folder, "canvas", "--draft", *options, "--column", "77=total")
    read = canvas_import((folder / "canvas.csv").read_bytes())
    assert read.marks[2001][77] == "45.00"
    assert "ana: A tiny course (77): 45.00" in ended.stdout.splitlines()
    assert "Vega, Zoe (ID 2005): in the site's file, not graded here" in ended.stderr
    assert ended.returncode == 3


def test_a_student_on_one_side_only_is_exit_code_1(folder: Path) -> None:
    """The others are written all the same."""
    (folder / "out" / "final_grades" / "carla.json").unlink()
    ended = export(folder, "canvas", "--draft", "--gradebook", "canvas_es.csv", "--to", "c.csv")
    assert ended.returncode == 1
    assert "bo: graded here, not in the site's file: not exported" in ended.stderr
    assert canvas_import((folder / "c.csv").read_bytes()).marks[2001][77] == "18,00"


def test_a_dry_run_writes_nothing(folder: Path) -> None:
    """It says what would be written."""
    options = ("--gradebook", "canvas.csv", "--students", "roster.csv", "--to", "new.csv")
    ended = export(folder, "canvas", "--draft", *options, "--dry-run")
    assert not (folder / "new.csv").exists()
    assert "ana: A tiny course (77): 45.00" in ended.stdout
    assert "would be written, and nothing was" in ended.stdout


def test_an_unknown_column_changes_nothing(folder: Path) -> None:
    """Canvas would make an assignment of it."""
    options = ("--gradebook", "canvas.csv", "--to", "new.csv", "--column", "Week 9")
    ended = export(folder, "canvas", "--draft", *options)
    assert (ended.returncode, (folder / "new.csv").exists()) == (2, False)
    assert "canvas.csv:1: no column 'Week 9'" in ended.stderr


def test_a_column_takes_one_part(folder: Path) -> None:
    """The second mark would overwrite the first."""
    options = ("--gradebook", "canvas.csv", "--to", "new.csv", "--column", "77=total")
    ended = export(folder, "canvas", "--draft", *options, "--column", "A tiny course (77)=essay")
    assert (ended.returncode, (folder / "new.csv").exists()) == (2, False)
    assert "'A tiny course (77)' is named twice" in ended.stderr


def test_moodle_gets_its_worksheet_back(folder: Path) -> None:
    """The part of the grade is chosen, and comments are in the students' language."""
    options = ("--worksheet", "moodle_en.csv", "--students", "roster.csv", "--part", "tensors")
    ended = export(folder, "moodle", "--draft", *options, "--lang", "en", "--to", "m.csv")
    read = moodle_import((folder / "m.csv").read_bytes())
    assert [read[number]["grade"] for number in (101, 102, 103)] == [8.0, 5.0, 5.0]
    assert "Double: 2 of 4." in read[101]["comment"]
    assert ended.returncode == 3


def test_a_part_that_is_none_is_refused(folder: Path) -> None:
    """The error suggests the nearest one."""
    options = ("--worksheet", "moodle_en.csv", "--part", "tensor", "--to", "m.csv")
    ended = export(folder, "moodle", "--draft", *options)
    assert ended.returncode == 2
    assert "did you mean 'tensors'" in ended.stderr.replace("“", "'").replace("”", "'")


def test_gradescope_gets_a_file_for_each_mark(folder: Path) -> None:
    """A fault of ours and an essay that waits have none; an earlier file of theirs goes."""
    old = folder / "gs" / "carla" / "tensors" / "results.json"
    old.parent.mkdir(parents=True)
    old.write_text("{}")
    ended = export(folder, "gradescope", "--draft", "--to", "gs")
    files = {p.parent.relative_to(folder / "gs").as_posix() for p in folder.glob("gs/*/*/*.json")}
    assert {"ana/tensors", "ana/essay", "bo/tensors", "carla/essay"} <= files
    assert not files & {"carla/tensors", "bo/essay"}
    assert "bo: essay: not decided yet: no mark" in ended.stdout
    assert ended.returncode == 3


def test_one_hand_in_is_chosen_for_one_file(folder: Path) -> None:
    """Several hand-ins do not fit into one results.json."""
    ended = export(folder, "gradescope", "--draft", "--to", "r.json")
    assert (ended.returncode, "--student ID" in ended.stderr) == (2, True)
    chosen = ("--student", "ana", "--assignment", "tensors")
    ended = export(folder, "gradescope", "--draft", *chosen, "--to", "r.json", "--lang", "en")
    assert ended.returncode == 0
    assert json.loads((folder / "r.json").read_text("utf-8"))["tests"][0]["name"] == "Double"


def test_github_gets_files_or_the_runners_own(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a folder the runner's variables name the files, to which is added."""
    chosen = ("--draft", "--student", "ana", "--assignment", "tensors")
    assert export(folder, "github", *chosen, "--to", "run").returncode == 0
    result = (folder / "run" / "result.txt").read_text("utf-8")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(folder / "summary"))
    monkeypatch.setenv("GITHUB_OUTPUT", str(folder / "output"))
    (folder / "output").write_text("before=1\n")
    ended = export(folder, "github", *chosen)
    assert (folder / "output").read_text("utf-8") == f"before=1\n{result}"
    assert "Doble" in (folder / "summary").read_text("utf-8")
    assert ended.stdout.splitlines()[-2:] == [
        "::notice title=Autograding complete::Points 8/10",
        '::notice title=Autograding report::{"totalPoints": 8, "maxPoints": 10}',
    ]


def test_classroom_50_needs_its_variables(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With them result.json and the release's text are written."""
    chosen = ("--draft", "--student", "ana", "--assignment", "tensors", "--to", "result.json")
    assert "CLASSROOM" in export(folder, "classroom50", *chosen).stderr
    for name in ("CLASSROOM", "ASSIGNMENT", "OWNER", "COMMIT_URL", "RELEASE_URL", "REVIEW_URL"):
        monkeypatch.setenv(name, "x")
    monkeypatch.setenv("SUBMISSION_TAG", "submit/1")
    monkeypatch.setenv("ASSIGNMENT_TYPE", "individual")
    assert export(folder, "classroom50", *chosen).returncode == 0
    assert json.loads((folder / "result.json").read_text("utf-8"))["score"] == 800
    assert "Doble" in (folder / "release-body.md").read_text("utf-8")


def test_scores_are_sent_to_a_platform(folder: Path) -> None:
    """A file has them, too, and a second run sends nothing."""
    (folder / "token").write_text(f"{TOKEN}\n")
    with running_platform("u-ana", "u-inigo", "u-bo", "u-carla") as platform:
        options = (
            *("--draft", "--members", "members.json", "--students", "names.csv"),
            *("--to", "scores.json", "--send", platform.url, "--token-file", "token"),
        )
        first, second = export(folder, "ags", *options), export(folder, "ags", *options)
    assert "sent: u-ana" in first.stdout
    assert "0 sent, 4 sent before" in second.stdout
    assert len(platform.taken) == 4
    assert len(json.loads((folder / "scores.json").read_text("utf-8"))) == 4
    assert TOKEN not in first.stdout + first.stderr


def feedback(folder: Path, *options: object) -> Ended:
    """Run `autograder feedback` over OUT of a folder."""
    return autograder("feedback", "out", *options, "--course", TINY, folder=folder)


def test_each_student_has_an_archive(folder: Path) -> None:
    """It holds the student's own page as it was written, and none of staff."""
    ended = feedback(folder, "--draft", "--for", "students", "--to", "zips")
    with zipfile.ZipFile(folder / "zips" / "ana.zip") as archive:
        assert archive.namelist() == ["informe.html"]
        page = archive.read("informe.html")
    assert page == (folder / "out" / "reports" / "ana.html").read_bytes()
    assert ended.returncode == 0
    assert len(list((folder / "zips").iterdir())) == 4


def test_a_page_in_the_other_language_is_rendered(folder: Path) -> None:
    """The marks are the same; a page that would show others is refused."""
    options = ("--draft", "--for", "students", "--lang", "en", "--lang", "es", "--to", "zips")
    ended = feedback(folder, *options)
    assert (ended.returncode, ended.stderr) == (0, "")
    with zipfile.ZipFile(folder / "zips" / "ana.zip") as archive:
        assert sorted(archive.namelist()) == ["informe.html", "report.html"]
        assert "18" in archive.read("report.html").decode()
    (folder / "out" / "marks.yml").unlink()
    ended = feedback(folder, *options)
    assert (ended.returncode, "the present course gives" in ended.stderr) == (2, True)


def test_moodle_gets_pages_under_the_participants_number(folder: Path) -> None:
    """The folder's name is the site's own; whom it does not know is named."""
    with zipfile.ZipFile(folder / "download.zip", "w") as archive:
        archive.writestr("Ana García_101_assignsubmission_file/tensors.py", "x")
        archive.writestr("Íñigo Núñez_102_assignsubmission_file_tensors.py", "x")
        archive.writestr("Zoe Vega_105_assignsubmission_file/tensors.py", "x")
    options = ("--for", "moodle", "--names", "download.zip", "--students", "roster.csv")
    ended = feedback(folder, "--draft", *options, "--to", "f.zip")
    with zipfile.ZipFile(folder / "f.zip") as archive:
        assert archive.namelist() == [
            "Ana García_101_assignsubmission_file/informe.html",
            "Íñigo Núñez_102_assignsubmission_file_informe.html",
        ]
        read = moodle_feedback_import(archive.namelist(), {101, 102})
    assert read == {101: "informe.html", 102: "informe.html"}
    assert "Zoe Vega (105)" in ended.stderr
    assert ended.returncode == 1


def test_moodles_worksheet_names_everyone(folder: Path) -> None:
    """A student who handed in nothing has a page, too."""
    options = ("--for", "moodle", "--names", "moodle_en.csv", "--students", "roster.csv")
    feedback(folder, "--draft", *options, "--to", "f.zip")
    with zipfile.ZipFile(folder / "f.zip") as archive:
        assert moodle_feedback_import(archive.namelist(), {101, 102, 103, 104}) == dict.fromkeys(
            (101, 102, 103, 104), "informe.html"
        )


def test_canvas_gets_pages_beside_what_was_handed_in(folder: Path) -> None:
    """Canvas matches both numbers of the name that it gave."""
    with zipfile.ZipFile(folder / "download.zip", "w") as archive:
        archive.writestr("garciaana_2001_551_tensors.py", "x")
        archive.writestr("garciaana_2001_552_essay.md", "x")
        archive.writestr("nunezinigo_LATE_2002_553_tensors.py", "x")
    options = ("--for", "canvas", "--names", "download.zip", "--students", "roster.csv")
    feedback(folder, "--draft", *options, "--to", "f.zip")
    with zipfile.ZipFile(folder / "f.zip") as archive:
        assert archive.namelist() == [
            "garciaana_2001_551_informe.html",
            "nunezinigo_LATE_2002_553_informe.html",
        ]


def test_a_site_needs_its_own_names(folder: Path) -> None:
    """The error says what to give."""
    ended = feedback(folder, "--draft", "--for", "moodle", "--to", "f.zip")
    assert (ended.returncode, "--names" in ended.stderr) == (2, True)


def test_a_damaged_grade_is_named(folder: Path) -> None:
    """Half a class is not exported."""
    (folder / "out" / "final_grades" / f"{DECIDED}.json").write_text("{")
    ended = export(folder, "csv", "--draft", "--to", "g.csv")
    assert (ended.returncode, (folder / "g.csv").exists()) == (2, False)
    assert "ana.json: not the file of a final grade" in ended.stderr


def test_the_gradebook_that_was_the_list_of_students_needs_no_other(folder: Path) -> None:
    """`collect --students gradebook.csv` names students by their logins; those are in it again."""
    grades = folder / "out" / "final_grades"
    for name, login in (("ana", "ana@uni.example"), ("Núñez, Íñigo", "inigo")):
        text = (grades / f"{name}.json").read_text("utf-8").replace(f'"{name}"', f'"{login}"')
        (grades / f"{name}.json").unlink()
        (grades / f"{login}.json").write_text(text, "utf-8")
    options = ("--gradebook", "canvas.csv", "--to", "c.csv", "--column", "77")
    export(folder, "canvas", "--draft", *options)
    read = canvas_import((folder / "c.csv").read_bytes())
    assert [read.marks[number][77] for number in (2001, 2002)] == ["45.00", "20.83"]
