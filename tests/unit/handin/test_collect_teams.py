"""`autograder collect` with a name that is mapped to two students."""

from __future__ import annotations

from pathlib import Path

import yaml

from tests.unit.handin.test_collect import collect, everything, hand_ins

STUDENTS = """\
id,name,email,login
ana,Ana García,ana@example.org,agarcia
eva,Eva Díaz,eva@example.org,
leo,Leo Pérez,,
"""


def download(folder: Path) -> tuple[str, ...]:
    """Create Moodle's download of a team in a class of three; return collect's arguments."""
    home = folder / "moodle" / "Equipo 1_70_assignsubmission_file"
    home.mkdir(parents=True)
    (home / "two_sums.py").write_text("x = 1\n", encoding="utf-8")
    (folder / "students.csv").write_text(STUDENTS, encoding="utf-8")
    (folder / "teams.yml").write_text("Equipo 1: [ana, eva]\n", encoding="utf-8")
    return "moodle", "--students", "students.csv"


MAPS = ("--map", "Equipo 1_70=ana", "--map", "Equipo 1_70=eva")


def test_a_name_of_two_students_stops_before_anything_is_written(tmp_path: Path) -> None:
    """Mapping a name to two students who are no team is an error before anything is written."""
    words = download(tmp_path)
    ended = collect(tmp_path, *words, *MAPS)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == (
        "--map: 'Equipo 1_70' is ana, and cannot be eva too; keep one, or name the members of a "
        "team"
        " with --team FILE\n"
    )
    assert not (tmp_path / "into").exists()
    assert collect(tmp_path, *words, *MAPS[:2]).returncode == 0
    before = everything(tmp_path / "into")
    later = collect(tmp_path, *words, *MAPS[2:])
    assert later.returncode == 2
    assert (
        "'Equipo 1_70' is ana, as into/collected.yml remembers, and cannot be eva too"
        in later.stderr
    )
    assert everything(tmp_path / "into") == before


def test_a_name_of_two_students_who_are_a_team_is_the_teams(tmp_path: Path) -> None:
    """Both members of a named team get the attempt; later runs remember the team."""
    words = download(tmp_path)
    ended = collect(tmp_path, *words, *MAPS, "--team", "teams.yml")
    assert ended.returncode == 0
    assert hand_ins(tmp_path) == ["ana/two_sums/two_sums.py", "eva/two_sums/two_sums.py"]
    record = yaml.safe_load((tmp_path / "into" / "collected.yml").read_text(encoding="utf-8"))
    assert record["teams"] == {"Equipo 1": ["ana", "eva"]}
    assert record["students"]["eva"]["two_sums"]["attempts"][0]["team"] == "Equipo 1"
    before = everything(tmp_path / "into")
    assert collect(tmp_path, *words).stdout == "into: 2 hand-ins to grade, 2 attempts were known\n"
    assert everything(tmp_path / "into") == before


def test_a_team_that_is_learnt_later_gets_what_one_member_got(tmp_path: Path) -> None:
    """A member's attempt becomes the whole team's as soon as the team is named."""
    words = download(tmp_path)
    collect(tmp_path, *words, *MAPS[:2])
    assert collect(tmp_path, *words, "--team", "teams.yml").stdout.splitlines() == [
        "ana: two_sums: attempt 1: team Equipo 1",
        "eva: two_sums: attempt 1 from moodle/Equipo 1_70, time unknown, team Equipo 1",
        "into: 2 hand-ins to grade, 1 attempt was known",
    ]


def test_a_student_of_two_teams_waits_for_a_person(tmp_path: Path) -> None:
    """Two teams with hand-ins for one student are reported, and neither is overwritten."""
    words = download(tmp_path)
    other = tmp_path / "moodle" / "Equipo 2_71_assignsubmission_file"
    other.mkdir()
    (other / "two_sums.py").write_text("x = 2\n", encoding="utf-8")
    (tmp_path / "teams.yml").write_text(
        "Equipo 1: [ana, eva]\nEquipo 2: [eva, leo]\n", encoding="utf-8"
    )
    ended = collect(tmp_path, *words, "--team", "teams.yml")
    assert ended.returncode == 1
    assert "'Equipo 1_70' and 'Equipo 2_71' would both be 'eva'" in ended.stderr


def test_an_extension_of_a_team_is_every_members(tmp_path: Path) -> None:
    """A known team's extension is recorded for each member."""
    words = download(tmp_path)
    extension = ("--extend", "Equipo 1/two_sums=2026-12-03T22:00Z")
    assert collect(tmp_path, *words, "--team", "teams.yml", *extension).returncode == 0
    record = yaml.safe_load((tmp_path / "into" / "collected.yml").read_text(encoding="utf-8"))
    assert record["extensions"].keys() == {"ana", "eva"}
