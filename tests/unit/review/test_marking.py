"""Marking in the application: what is saved, where it goes on, and what two markers do to it."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml

from autograder.grading.output_folder import is_behind, locked_output, mark_behind
from autograder.model import Mark
from autograder.report.labels import labels
from autograder.results import UNFINISHED
from autograder.scoring.overrides import decide
from tests.support.in_process import autograder
from tests.support.marked_class import (
    MarkedClass,
    Marker,
    desk_over,
    marked_class,
    marker,
    seen_on,
)


def decided(made: MarkedClass) -> Any:
    """Return the content of marks.yml."""
    return yaml.safe_load(made.marks.read_text(encoding="utf-8"))


def grade_of(made: MarkedClass, student: str) -> Any:
    """Return the file of a student's final grade."""
    file = made.out / "final_grades" / f"{student}.json"
    return json.loads(file.read_text(encoding="utf-8"))


# ---------------------------------------------------------------- the queue


def test_the_queue_shows_what_waits(browser: Marker) -> None:
    """Each essay is there until it is marked; what graders decided is shown when asked for."""
    html = browser.page("/")
    assert html.count('/words.essay?by=criterion"') == 2 + 1  # and the button that starts
    assert "code.double" not in html
    assert "code.double" in browser.page("/?show=all")
    browser.mark("ana", "2", "Bien.")
    html = browser.page("/?by=student")
    assert browser.place("ana") not in html
    assert browser.place("bo") in html
    browser.mark("bo", "2", "Bien.")
    assert "No espera nada" in browser.page("/")


@pytest.mark.parametrize("order", ["criterion", "student"])
def test_after_a_save_comes_what_waits_next(browser: Marker, order: str) -> None:
    """The next page is the next essay that waits, and at the end the queue."""
    first, second = browser.place("ana"), browser.place("bo")
    for place, following in (
        (first, f"{second}?by={order}"),
        (second, browser.address(f"/?by={order}")),
    ):
        seen = seen_on(browser.page(place))
        answer = browser.send(f"{place}/mark?by={order}", points="1", reason="Bien.", seen=seen)
        assert (answer.status_code, answer.headers["location"]) == (303, following)


# ---------------------------------------------------------------- saving


@pytest.mark.parametrize(
    ("text", "kept"), [("2", 2), ("2,5", 2.5), ("2.5", 2.5), ("1/3", "1/3"), (" 6 ", 6)]
)
def test_points_are_saved_with_author_and_reason(
    made: MarkedClass, browser: Marker, text: str, kept: object
) -> None:
    """The file has them when the answer comes, and so have the final grade and both pages."""
    browser.mark("ana", text, "Explica\r\nqué es.")
    assert decided(made)["ana"]["criteria"]["words.essay"] == {
        "points": kept,
        "author": "Marta Ruiz",
        "reason": "Explica\nqué es.",
    }
    found = {c["id"]: c for c in grade_of(made, "ana")["criteria"]}["words.essay"]
    assert (found["earned_exact"], found["mark"]["author"]) != (None, "")
    for page in ("reports", "staff"):
        assert "Marta Ruiz" in (made.out / page / "ana.html").read_text(encoding="utf-8")
    assert not list(made.out.rglob(f"*{UNFINISHED}"))


def test_the_class_follows(made: MarkedClass, browser: Marker) -> None:
    """The page and the table of the class are written by a thread, at the latest at the end."""
    browser.desk.writer.start()
    browser.mark("ana", "2", "Bien.")
    browser.desk.writer.stop()
    assert not browser.desk.writer.is_behind
    assert "ana" in (made.out / "scores.csv").read_text(encoding="utf-8")
    assert (made.out / "index.html").is_file()
    assert (made.out / "reports" / "bo.html").is_file()
    assert (made.out / "marks.yml").read_text() == made.marks.read_text()


def test_what_is_not_written_yet_is_not_published(made: MarkedClass, browser: Marker) -> None:
    """Between a save and the page of the class OUT is noted as behind; then it is not."""
    browser.mark("ana", "2.5", "Claro.")
    assert is_behind(made.out)
    browser.desk.writer.start()
    browser.desk.writer.stop()
    assert not is_behind(made.out)


def test_the_note_of_a_killed_run_stays(made: MarkedClass, browser: Marker) -> None:
    """Marking writes the pages of who is marked, and does not finish the run that was killed."""
    mark_behind(made.out)
    browser.mark("ana", "2.5", "Claro.")
    browser.desk.writer.start()
    browser.desk.writer.stop()
    assert is_behind(made.out)


def test_while_another_run_writes_the_pages_wait(made: MarkedClass, browser: Marker) -> None:
    """The mark is saved and the page says that the reports follow; then they do."""
    with locked_output(made.out):
        browser.mark("ana", "2", "Bien.")
        assert decided(made)["ana"]["criteria"]["words.essay"]["points"] == 2
        assert "cuando termine otra ejecución" in browser.page("/")
        assert not (made.out / "reports" / "ana.html").exists()
    browser.desk.writer.start()
    browser.desk.writer.stop()
    assert "cuando termine otra ejecución" not in browser.page("/")
    assert "Marta Ruiz" in (made.out / "reports" / "ana.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("points", "reason", "told"),
    [
        ("7", "Bien.", "Los puntos van de 0 a 6"),
        ("-1", "Bien.", "Los puntos van de 0 a 6"),
        ("much", "Bien.", "Los puntos van de 0 a 6"),
        ("1/0", "Bien.", "Los puntos van de 0 a 6"),
        ("", "Bien.", "Los puntos van de 0 a 6"),
        ("2", " \x00 ", "Falta el motivo"),
        ("2", "x" * 5000, "más de 4000 caracteres"),
    ],
)
def test_a_form_with_a_mistake_is_shown_again_as_it_was_typed(
    made: MarkedClass, browser: Marker, points: str, reason: str, told: str
) -> None:
    """Nothing is saved, nothing that was typed is lost, and the page says what is wrong."""
    answer = browser.mark("ana", points, reason)
    assert (answer.status_code, told in answer.text) == (409, True)
    assert f'value="{points}"' in answer.text
    assert reason.strip("\x00 ") in answer.text
    assert not made.marks.exists()


def test_a_mark_is_taken_back(made: MarkedClass, browser: Marker) -> None:
    """What the harness found counts again."""
    browser.mark("ana", "2", "Bien.")
    place = browser.place("ana")
    browser.send(f"{place}/clear", seen=seen_on(browser.page(place)))
    assert decided(made) in ({}, None)
    assert "Sin decidir" in browser.page(place)


def test_reasons_serve_again(browser: Marker) -> None:
    """The reasons given for a criterion are offered for the next student, each with a key."""
    browser.mark("ana", "2", 'Falta el "porqué".')
    html = browser.page(browser.place("bo"))
    assert 'data-reason="Falta el &#34;porqué&#34;." data-key="1"' in html
    assert "data-reason" not in browser.page(browser.place("bo", "code.total"))


def test_alike_work_is_marked_at_once(tmp_path: Path) -> None:
    """Those with the same essay get the same points if asked, but not who has some already."""
    same = dict.fromkeys(("ana", "bo", "eva"), "Un tensor es una tabla.")
    made = marked_class(tmp_path, ["ana", "bo", "eva", "leo"], same)
    browser = marker(desk_over(made))
    browser.mark("eva", "5", "Suyo.")
    assert "Igual para otra persona con el mismo trabajo: bo" in browser.page(browser.place("ana"))
    browser.mark("ana", "2", "Bien.", alike="1")
    points = {name: c["criteria"]["words.essay"]["points"] for name, c in decided(made).items()}
    assert points == {"ana": 2, "bo": 2, "eva": 5}
    browser.send("/undo")
    assert decided(made).keys() == {"eva"}


# ---------------------------------------------------------------- two at once


def test_two_markers_lose_nothing(made: MarkedClass, browser: Marker) -> None:
    """A second session, and the command line beside it, keep each other's marks."""
    other = marker(desk_over(made, author="Pablo Sanz"))
    browser.mark("ana", "2", "Bien.")
    other.mark("bo", "3", "Muy bien.")
    words = ("--author", "Eva", "--reason", "Tarde.", "--student", "ana", "penalty.late")
    course = ("--course", made.course.root)
    ended = autograder("marks", "set", made.submitted, *course, *words, "--days", "1")
    assert (ended.returncode, ended.stderr) == (0, "")
    browser.mark("ana", "4", "Mejor.")
    content = decided(made)
    assert content["ana"]["criteria"]["words.essay"]["points"] == 4
    assert content["ana"]["adjustments"]["penalty.late"]["author"] == "Eva"
    assert content["bo"]["criteria"]["words.essay"]["author"] == "Pablo Sanz"


def test_what_changed_meanwhile_is_shown_and_not_replaced(
    made: MarkedClass, browser: Marker
) -> None:
    """Of two forms about one essay the second is shown again, with what the first one said."""
    seen = seen_on(browser.page(browser.place("ana")))
    marker(desk_over(made, author="Pablo Sanz")).mark("ana", "1", "Corto.")
    answer = browser.mark("ana", "5", "Mi motivo.", seen=seen)
    assert answer.status_code == 409
    assert "1 (Pablo Sanz: Corto.)" in answer.text
    assert "Mi motivo." in answer.text
    assert decided(made)["ana"]["criteria"]["words.essay"]["author"] == "Pablo Sanz"
    answer = browser.mark("ana", "5", "Mi motivo.", seen=seen_on(answer.text))
    assert answer.status_code == 303
    assert decided(made)["ana"]["criteria"]["words.essay"]["points"] == 5


def test_a_repeated_form_changes_nothing(made: MarkedClass, browser: Marker) -> None:
    """Sent again from an old page, a form is shown again: the mark stands once."""
    seen = seen_on(browser.page(browser.place("ana")))
    assert browser.mark("ana", "2", "Bien.", seen=seen).status_code == 303
    before = made.marks.read_bytes()
    assert browser.mark("ana", "3", "Otra vez.", seen=seen).status_code == 409
    assert made.marks.read_bytes() == before


def test_undo_takes_back_the_last_save_and_nothing_else(made: MarkedClass, browser: Marker) -> None:
    """The mark before it is there again; what others did in between stays."""
    browser.mark("ana", "1", "Corto.")
    browser.mark("ana", "2", "Bien.")
    other = marker(desk_over(made, author="Pablo Sanz"))
    other.mark("bo", "3", "Muy bien.")
    assert browser.send("/undo").headers["location"] == browser.place("ana")
    assert decided(made)["ana"]["criteria"]["words.essay"]["points"] == 1
    assert decided(made)["bo"]["criteria"]["words.essay"]["points"] == 3
    browser.send("/undo")
    assert "ana" not in decided(made)
    browser.send("/undo")
    assert "No hay nada que deshacer." in browser.page("/")


def test_undo_leaves_what_another_person_decided_since(made: MarkedClass, browser: Marker) -> None:
    """The page says so, and the other mark stands."""
    browser.mark("ana", "1", "Corto.")
    marker(desk_over(made, author="Pablo Sanz")).mark("ana", "3", "Muy bien.")
    browser.send("/undo")
    assert "alguien lo ha cambiado" in browser.page("/")
    assert decided(made)["ana"]["criteria"]["words.essay"]["points"] == 3


def test_a_broken_file_of_marks_is_told_and_kept(made: MarkedClass, browser: Marker) -> None:
    """A mistake in a file that was written by hand is shown with its line; nothing is written."""
    made.marks.write_text("ana: {criteria: [\n", encoding="utf-8")
    answer = browser.client.get(browser.address("/"))
    assert (answer.status_code, "marks.yml:2" in answer.text) == (500, True)
    assert browser.send(f"{browser.place('ana')}/mark", points="1", reason="x").status_code == 500
    assert made.marks.read_text(encoding="utf-8") == "ana: {criteria: [\n"


# ---------------------------------------------------------------- penalties, checks, appeals


def test_a_penalty_is_waived_set_and_cleared(made: MarkedClass, browser: Marker) -> None:
    """Each with author and reason, and with days where it counts them."""
    page = f"/student/{browser.key('ana')}"
    assert grade_of_page(browser, page, "penalty.noise") == "Aplicada: −2"
    send_adjustment(browser, page, "penalty.noise", "waive", reason="No es ruido.")
    send_adjustment(browser, page, "penalty.late", "apply", reason="Tarde.", days="2")
    assert decided(made)["ana"] == {
        "adjustments": {"penalty.late": {"days": 2, "author": "Marta Ruiz", "reason": "Tarde."}},
        "waivers": {"penalty.noise": {"author": "Marta Ruiz", "reason": "No es ruido."}},
    }
    lines = {line["id"]: line for line in grade_of(made, "ana")["adjustments"]}
    assert (lines["penalty.noise"]["applied"], lines["penalty.late"]["points"]) == (False, -2)
    for entry in ("penalty.noise", "penalty.late"):
        send_adjustment(browser, page, entry, "clear")
    assert decided(made) in ({}, None)


@pytest.mark.parametrize("days", ["", "0", "4", "x", "-1", "9" * 50])
def test_days_are_within_the_rubric(made: MarkedClass, browser: Marker, days: str) -> None:
    """The form is shown again with what was typed."""
    page = f"/student/{browser.key('ana')}"
    answer = send_adjustment(browser, page, "penalty.late", "apply", reason="Tarde.", days=days)
    assert (answer.status_code, "Los días van de 1 a 3." in answer.text) == (409, True)
    assert "Tarde." in answer.text
    assert not made.marks.exists()


def test_a_check_is_overruled(made: MarkedClass, browser: Marker) -> None:
    """It counts the other way, and its criterion gets the points that follow from its weight."""
    place = browser.place("ana", "code.double")
    assert "Ahora: 2 de 4" in browser.page(place)
    for check, points in (("test_value", 4), ("test_shape", 2)):
        seen = seen_on(browser.page(place))
        browser.send(f"{place}/overrule", check=check, reason=f"Por {check}.", seen=seen)
        assert decided(made)["ana"]["criteria"]["code.double"]["points"] == points
    mark = decided(made)["ana"]["criteria"]["code.double"]
    assert mark["overrules"] == ["test_value", "test_shape"]
    assert mark["reason"] == "Por test_value. Por test_shape."
    seen = seen_on(browser.page(place))
    refused = browser.send(f"{place}/overrule", check="test_x", reason="x", seen=seen)
    assert refused.status_code == 409


def test_points_of_a_person_come_before_a_check(browser: Marker) -> None:
    """Where a person has given points, no check is offered for overruling."""
    place = browser.place("ana", "code.double")
    assert "Contar al revés" in browser.page(place)
    seen = seen_on(browser.page(place))
    browser.send(f"{place}/mark", points="3", reason="Casi.", seen=seen)
    assert "/overrule" not in browser.page(place)


def test_an_appeal_waits_until_it_is_answered(made: MarkedClass, browser: Marker) -> None:
    """It is in the queue and on the student's page, then its answer is on the page."""
    place = browser.place("ana", "code.double")
    browser.send(f"{place}/appeal", asks="Sí es el doble.", seen=seen_on(browser.page(place)))
    assert "Reclamación sin responder" in browser.page("/")
    assert "Sí es el doble." in (made.out / "reports" / "ana.html").read_text(encoding="utf-8")
    seen = seen_on(browser.page(place))
    browser.send(f"{place}/answer", reason="Con 3 da 4.", seen=seen)
    assert decided(made)["ana"]["appeals"]["code.double"] == {
        "asks": "Sí es el doble.",
        "author": "Marta Ruiz",
        "reason": "Con 3 da 4.",
    }
    assert "Reclamación sin responder" not in browser.page("/")
    assert "Con 3 da 4." in (made.out / "reports" / "ana.html").read_text(encoding="utf-8")
    browser.send(f"{place}/clear-appeal", seen=seen_on(browser.page(place)))
    assert decided(made) in ({}, None)


def grade_of_page(browser: Marker, page: str, entry: str) -> str:
    """Return what a student's page says of a bonus or penalty."""
    html = browser.page(page).partition(f'id="{entry}"')[2]
    return html.partition("<strong>")[2].partition("</strong>")[0]


def send_adjustment(browser: Marker, page: str, entry: str, action: str, **fields: str) -> Any:
    """Send one of the forms of a bonus or penalty."""
    html = browser.page(page).partition(f'id="{entry}"')[2]
    return browser.send(f"{page}/{entry}/{action}", seen=seen_on(html), **fields)


# ---------------------------------------------------------------- settings and words


def test_a_marker_has_a_name(made: MarkedClass) -> None:
    """Who did not give one is asked for it before anything else."""
    browser = marker(desk_over(made, author=""))
    answer = browser.client.get(browser.address("/"))
    assert (answer.status_code, answer.headers["location"]) == (303, browser.address("/settings"))
    assert "Escribe tu nombre" in browser.page("/settings")
    browser.send("/settings", author="  Eva   Gil ", lang="en", has_keys="1")
    assert "Marking as Eva Gil" in browser.page("/")


def test_every_page_speaks_both_languages(made: MarkedClass) -> None:
    """Each page is whole in Spanish and in English, and none of them mixes the two."""
    for lang, words, others in (
        ("es", ("Cola", "Decisión", "Ajustes"), ("Queue", "Decision", "Settings")),
        ("en", ("Queue", "Decision", "Settings"), ("Cola", "Decisión", "Ajustes")),
    ):
        browser = marker(desk_over(made, lang=lang))  # type: ignore[arg-type]
        pages = ["/", "/settings", browser.place("ana"), browser.place("ana", "code.double")]
        text = "".join(map(browser.page, [*pages, f"/student/{browser.key('ana')}"]))
        assert f'<html lang="{lang}">' in text
        assert all(word in text for word in words)
        assert not any(f">{word}" in text for word in others)


def test_labels_have_both_languages() -> None:
    """Every label says the same number of things in each language."""
    spanish, english = (labels(lang, "autograder.review") for lang in ("es", "en"))  # type: ignore[arg-type]
    assert spanish.keys() == english.keys()
    for name, text in spanish.items():
        other = english[name]
        if isinstance(text, str):
            assert text
            assert other
        else:
            assert not isinstance(other, str)
            assert text.keys() == other.keys()


def test_a_mark_of_the_command_line_is_seen_at_once(made: MarkedClass, browser: Marker) -> None:
    """What another program writes into marks.yml is on the next page, and in the reports."""
    mark = Mark(criterion="words.essay", points=Fraction(2), author="Eva", reason="Bien.")
    browser.desk.graded.marks.change("ana", lambda decisions: decide(decisions, mark))
    assert "Ahora: 2 de 6, por Eva" in browser.page(browser.place("ana"))
    assert "Eva" in (made.out / "reports" / "ana.html").read_text(encoding="utf-8")


def test_what_checks_say_is_in_the_language_of_the_session(made: MarkedClass) -> None:
    """The class was graded in Spanish; in English its checks and penalties speak English."""
    browser = marker(desk_over(made, lang="en"))
    html = browser.page(browser.place("ana", "code.double"))
    assert "The result is not twice." in html
    assert "El resultado no es el doble." not in html
    assert "It prints a lot." in browser.page(f"/student/{browser.key('ana')}")
