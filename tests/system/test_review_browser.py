"""Marking in a real browser: by keyboard alone, in two tabs, with reload and the back button."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.browsing import NEEDS_CHROMIUM, Tab
from tests.support.marked_class import MarkedClass, marked_class
from tests.support.review_process import reviewing

pytestmark = NEEDS_CHROMIUM

HEADING = "document.querySelector('.course a').textContent"


@pytest.fixture
def tab(browser: Tab) -> Tab:
    """Return a new tab, on a desk and in a light scheme."""
    browser.open_another()
    browser.media()
    browser.ask(
        "Emulation.setDeviceMetricsOverride",
        width=1280,
        height=900,
        deviceScaleFactor=1,
        mobile=False,
    )
    browser.events.clear()
    return browser


def decided(made: MarkedClass) -> Any:
    """Return the content of marks.yml."""
    return yaml.safe_load(made.marks.read_text(encoding="utf-8"))


def options(made: MarkedClass, *others: str) -> tuple[object, ...]:
    """Return the options that start `review` over a class."""
    return ("--course", made.course.root, "--submitted", made.submitted, *others)


def errors(tab: Tab) -> list[dict[str, Any]]:
    """Return what the browser complained about: refused sources, failed scripts."""
    return [e for e in tab.events if e["method"] in ("Log.entryAdded", "Runtime.exceptionThrown")]


def press_and_leave(tab: Tab, key: str, *, ctrl: bool = False) -> None:
    """Press a key that leads to another page, and wait for that page."""
    tab.follow(lambda: tab.press(key, ctrl=ctrl))


def test_twenty_essays_are_marked_by_keyboard_alone(tab: Tab, tmp_path: Path) -> None:
    """From the queue to its end no pointer is needed: points, reasons typed once and used again,
    and other points in the field.
    """
    students = [f"student_{number:02}" for number in range(20)]
    made = marked_class(tmp_path, students)
    with reviewing(made.out, *options(made, "--author", "Marta Ruiz")) as (_, address):
        tab.load(address)
        press_and_leave(tab, "n")
        for number in range(20):
            assert tab.value(HEADING).endswith(students[number])
            if number == 0:
                tab.press("m")
                tab.press("r")
                tab.insert("Explica bien qué es.")
                press_and_leave(tab, "Enter", ctrl=True)
            elif number == 1:
                tab.press("o")
                tab.insert("2,5")
                tab.press("Tab")
                tab.press("Escape")
                tab.press("r")
                tab.insert("Le falta la forma.")
                tab.press("Escape")
                press_and_leave(tab, "s")
            else:
                tab.press("0" if number % 2 else "m")
                tab.press("2" if number % 2 else "1")
                press_and_leave(tab, "s")
        assert "No espera nada" in tab.value("document.querySelector('main').textContent")
        press_and_leave(tab, "u")
        assert tab.value(HEADING).endswith(students[19])
    marks = {name: entry["criteria"]["words.essay"] for name, entry in decided(made).items()}
    assert list(marks) == students[:19]
    assert [marks[name]["points"] for name in students[:4]] == [6, 2.5, 6, 0]
    assert errors(tab) == []


def test_two_tabs_do_not_replace_each_other(tab: Tab, tmp_path: Path) -> None:
    """The second of two tabs on one essay shows what the first one saved, and keeps its text."""
    made = marked_class(tmp_path)
    with reviewing(made.out, *options(made, "--author", "Marta Ruiz")) as (_, address):
        tab.load(address)
        press_and_leave(tab, "n")
        first, place = tab.name, tab.value("location.href")
        second = tab.open_another()
        tab.load(place)
        tab.use(first)
        mark(tab, "m", "Primero.")
        tab.use(second)
        mark(tab, "0", "Segundo.")
        assert "6 (Marta Ruiz: Primero.)" in tab.value("document.querySelector('.error').innerText")
        assert tab.value("document.querySelector('#reason').value") == "Segundo."
        assert decided(made)["ana"]["criteria"]["words.essay"]["points"] == 6
        press_and_leave(tab, "s")
        assert decided(made)["ana"]["criteria"]["words.essay"]["points"] == 0


def mark(tab: Tab, key: str, reason: str) -> None:
    """Give points by a key, and a reason, and save."""
    tab.press(key)
    tab.press("r")
    tab.insert(reason)
    press_and_leave(tab, "Enter", ctrl=True)


def test_reload_and_back_send_nothing_again(tab: Tab, tmp_path: Path) -> None:
    """After a save, reload shows the next essay again; back shows the saved one with its mark."""
    made = marked_class(tmp_path)
    with reviewing(made.out, *options(made, "--author", "Marta Ruiz")) as (_, address):
        tab.load(address)
        press_and_leave(tab, "n")
        mark(tab, "m", "Bien.")
        before = made.marks.read_bytes()
        assert tab.value(HEADING).endswith("bo")
        tab.follow(lambda: tab.ask("Page.reload"))
        assert tab.value(HEADING).endswith("bo")
        tab.follow(lambda: tab.value("history.back()"))
        assert tab.value(HEADING).endswith("ana")
        assert tab.value("document.querySelector('.now').innerText").startswith("Ahora: 6 de 6")
        assert made.marks.read_bytes() == before


def test_keys_are_shown_and_can_be_turned_off(tab: Tab, tmp_path: Path) -> None:
    """`?` shows the keys; without them letters do nothing, and typed text is never a key."""
    made = marked_class(tmp_path)
    with reviewing(made.out, *options(made, "--author", "Marta Ruiz")) as (_, address):
        tab.load(address)
        home = tab.value("location.href")
        press_and_leave(tab, "n")
        tab.press("?")
        assert tab.value("document.querySelector('#keys').open")
        tab.press("m")
        assert tab.value("document.querySelector('#points').value") == ""
        tab.press("Escape")
        tab.press("r")
        tab.press("m")
        assert tab.value("document.querySelector('#reason').value") == "m"
        assert tab.value("document.querySelector('#points').value") == ""
        tab.load(f"{home}settings")
        tab.value("document.querySelector('[name=has_keys]').click()")
        tab.follow(lambda: tab.value("document.querySelector('form.card').requestSubmit()"))
        tab.press("n")
        assert tab.value("location.href") == home
        assert tab.value("document.querySelectorAll('kbd:not(dialog kbd)').length > 0")
        assert tab.value("getComputedStyle(document.querySelector('main kbd')).display") == "none"


OVERFLOWING = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def test_pages_fit_a_phone_and_load_nothing_from_elsewhere(tab: Tab, tmp_path: Path) -> None:
    """No page scrolls sideways at 360 pixels, and each asks the application alone."""
    made = marked_class(tmp_path)
    with reviewing(made.out, *options(made, "--author", "Marta Ruiz")) as (_, address):
        tab.load(address)
        origin, home = tab.value("location.origin"), tab.value("location.href")
        places = tab.value("[...document.querySelectorAll('main a')].map((a) => a.href)")
        for width in (360, 1280):
            tab.ask(
                "Emulation.setDeviceMetricsOverride",
                width=width,
                height=800,
                deviceScaleFactor=1,
                mobile=False,
            )
            for place in [f"{home}?show=all", f"{home}settings", *places]:
                tab.load(place)
                tab.value("document.querySelectorAll('details').forEach((d) => { d.open = true })")
                assert tab.value(OVERFLOWING) == 0, place
        asked = [
            e["params"]["request"]["url"]
            for e in tab.events
            if e["method"] == "Network.requestWillBeSent"
        ]
        assert {url for url in asked if not url.startswith((origin, "data:"))} == set()
    assert errors(tab) == []


def test_without_scripts_marks_are_given_all_the_same(tab: Tab, tmp_path: Path) -> None:
    """The forms need no script: points and reason are typed, and the button saves."""
    made = marked_class(tmp_path)
    with reviewing(made.out, *options(made, "--author", "Marta Ruiz")) as (_, address):
        tab.load(address)
        tab.ask("Emulation.setScriptExecutionDisabled", value=True)
        tab.load(tab.value("document.querySelector('a.primary').href"))
        tab.type("#points", "3")
        tab.type("#reason", "Bien.")
        tab.follow(lambda: tab.value("document.querySelector('#mark .primary').click()"))
        tab.ask("Emulation.setScriptExecutionDisabled", value=False)
        assert decided(made)["ana"]["criteria"]["words.essay"]["points"] == 3
