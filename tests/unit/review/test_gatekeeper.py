"""Who reaches the application: the right address, cookie, origin and token, and nothing else."""

from __future__ import annotations

import pytest

from autograder.review.gatekeeper import COOKIE, MAX_BODY_BYTES, SECURITY_HEADERS
from autograder.review.sessions import Sessions
from tests.support.marked_class import (
    HOST,
    MarkedClass,
    Marker,
    desk_over,
    marker,
    seen_on,
    stranger,
)

ORIGIN = {"origin": f"http://{HOST}"}


def test_an_address_opens_one_session_once(made: MarkedClass) -> None:
    """A token becomes a cookie that scripts cannot read; the second time it opens nothing."""
    desk = desk_over(made)
    token = desk.sessions.new_token()
    answer = stranger(desk).get("/enter", params={"token": token})
    cookie = answer.headers["set-cookie"].lower()
    assert answer.status_code == 303
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert f"path={desk.sessions.folder}".lower() in cookie
    assert token not in cookie
    again = stranger(desk).get("/enter", params={"token": token})
    assert (again.status_code, "set-cookie" in again.headers) == (403, False)


@pytest.mark.parametrize("token", ["", "x", "%00", "é"])
def test_a_wrong_token_opens_nothing(made: MarkedClass, token: str) -> None:
    """Whatever stands in the place of the token, no cookie is given."""
    answer = stranger(desk_over(made)).get(f"/enter?token={token}")
    assert (answer.status_code, "set-cookie" in answer.headers) == (403, False)


def test_without_a_session_nothing_is_shown(made: MarkedClass, browser: Marker) -> None:
    """Pages and forms answer a browser without a cookie, or with a forged one, alike."""
    place = browser.place("ana")
    for cookies in ({}, {COOKIE: "forged"}):
        client = stranger(browser.desk)
        client.cookies.update(cookies)
        for path in ("/", "/settings", place, f"/student/{browser.key('ana')}"):
            answer = client.get(browser.address(path))
            assert answer.status_code == 403
            assert "ana" not in answer.text
        sent = client.post(f"{place}/mark", data={"points": "1"}, headers=ORIGIN)
        assert sent.status_code == 403
    assert not made.marks.exists()


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8765", "127.0.0.1", "127.0.0.1:1", "[::1]:8765", ""]
)
def test_another_host_is_refused(browser: Marker, host: str) -> None:
    """A name of another site that leads to this address (DNS rebinding) shows nothing."""
    for path in (browser.address("/"), "/static/review.css"):
        assert browser.client.get(path, headers={"host": host}).status_code == 421


@pytest.mark.parametrize(
    "origin", [None, "null", "http://evil.example", f"https://{HOST}", "http://127.0.0.1:1"]
)
def test_a_form_of_another_origin_is_refused(
    made: MarkedClass, browser: Marker, origin: str | None
) -> None:
    """A form that another site sends, with the cookie and the right token, saves nothing."""
    place = browser.place("ana")
    data = {
        "csrf": browser.session.csrf_token,
        "seen": seen_on(browser.page(place)),
        "points": "1",
        "reason": "x",
    }
    headers = {} if origin is None else {"origin": origin}
    assert browser.client.post(f"{place}/mark", data=data, headers=headers).status_code == 403
    assert not made.marks.exists()


def test_a_form_needs_the_token_of_its_own_session(made: MarkedClass, browser: Marker) -> None:
    """Without a token, or with that of another session, nothing is saved."""
    other = marker(browser.desk)
    place = browser.place("ana")
    for token in ("", other.session.csrf_token):
        answer = browser.send(f"{place}/mark", points="1", reason="x", csrf=token)
        assert answer.status_code == 403
    assert not made.marks.exists()


def test_only_small_forms_are_read(browser: Marker) -> None:
    """What is too large, has too many fields or is no form is refused before it is kept."""
    place = browser.place("ana")
    assert browser.send(f"{place}/mark", reason="x" * MAX_BODY_BYTES).status_code == 413
    many = {f"f{n}": "x" for n in range(100)}
    assert browser.send(f"{place}/mark", **many).status_code == 413
    sent = browser.client.post(f"{place}/mark", json={"points": 1}, headers=ORIGIN)
    assert sent.status_code == 415
    assert browser.client.put(place, headers=ORIGIN).status_code == 405


def test_every_answer_has_the_security_headers(browser: Marker) -> None:
    """Pages, styles, redirects and refusals alike."""
    answers = [
        browser.client.get(browser.address("/")),
        browser.client.get("/static/review.js"),
        browser.client.get("/nothing"),
        browser.client.get("/", headers={"host": "evil.example"}),
        browser.send("/undo"),
        browser.client.post(browser.address("/undo"), data={}),
        stranger(browser.desk).get("/"),
    ]
    for answer in answers:
        assert SECURITY_HEADERS.items() <= dict(answer.headers).items()


def test_pages_carry_nothing_that_their_policy_forbids(browser: Marker) -> None:
    """No page has a style, script or handler in itself, or an address elsewhere."""
    for path in ("/", "/settings", browser.place("ana"), browser.place("ana", "code.double")):
        html = browser.page(path)
        for forbidden in ("<style", " style=", "<script>", " onclick", "javascript:", "//"):
            assert forbidden not in html.replace("<!doctype", "")


@pytest.mark.parametrize(
    "path",
    [
        "/static/labels.yml",
        "/static/../labels.yml",
        "/static/..%2F..%2Fpages.py",
        "/static/%2Fetc%2Fpasswd",
        "/",
        "/settings",
        "{base}/mark/{key}/..",
        "{base}/mark/{key}/nothing",
        "{base}/mark/{key}/words.essay/delete",
        "{base}/mark/ana/words.essay",
        "{base}/mark/..%2F..%2Fetc/words.essay",
        "{base}/student/ana",
        "{base}/student/{key}/penalty.late/forget",
    ],
)
def test_no_address_leads_elsewhere(browser: Marker, path: str) -> None:
    """An address names a key of the session and an id of the rubric; nothing else is there."""
    address = path.format(key=browser.key("ana"), base=browser.session.base)
    data = {"csrf": browser.session.csrf_token}
    sent = browser.client.post(address, data=data, headers=ORIGIN)
    for answer in (browser.client.get(address), sent):
        assert answer.status_code in (404, 405)
        assert "root:" not in answer.text


def test_leaving_ends_the_session(browser: Marker) -> None:
    """After that the old cookie opens nothing."""
    cookie = browser.client.cookies[COOKIE]
    assert browser.send("/leave").status_code == 303
    client = stranger(browser.desk)
    client.cookies.set(COOKIE, cookie)
    assert client.get(browser.desk.sessions.folder + "/").status_code == 403


def test_keys_are_of_a_session() -> None:
    """A student's key says nothing of the name, and is another one in another session."""
    sessions = Sessions(author="", lang="es", is_anonymous=True)
    first, second = (sessions.find(sessions.exchange(sessions.new_token()) or "") for _ in "12")
    assert first is not None
    assert second is not None
    assert first.key_of("ana") == first.key_of("ana") != second.key_of("ana")
    assert first.student_of(first.key_of("ana"), ["bo", "ana"]) == "ana"
    assert first.student_of(second.key_of("ana"), ["bo", "ana"]) is None
