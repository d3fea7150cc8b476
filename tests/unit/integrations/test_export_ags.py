"""Scores of LTI Advantage: as a platform takes them, sent once, and never a number that waits."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from autograder.errors import CourseError, HostError
from autograder.handin.collect.attempt import Attempt, History, TimestampSource
from autograder.handin.collect.identity.roster import read_roster
from autograder.handin.collect.ledger import Ledger
from autograder.integrations.exports.ags import Score, read_members, scores_of
from autograder.integrations.exports.ags_sender import SendReport, scores_url, send_scores
from autograder.integrations.exports.ags_token import requested_token, token_in
from autograder.integrations.exports.outcome import ExportOutcome
from autograder.integrations.exports.parts import find_part
from autograder.integrations.exports.site_rows import known_students
from tests.support.exported_class import ExportedClass
from tests.support.lti_platform import TOKEN, Platform, running_platform
from tests.support.places import CASES

EXPORTS = CASES / "exports"
NOW = datetime(2026, 12, 1, 10, 0, tzinfo=UTC)
USERS = ("u-ana", "u-inigo", "u-bo", "u-carla")


def scores(
    made: ExportedClass, part: str = "total", ledger: Ledger | None = None, now: datetime = NOW
) -> tuple[dict[str, Score], ExportOutcome]:
    """Return the scores of the class by user id, and what was done."""
    ledger = ledger or Ledger()
    known = known_students(
        (grade.student for grade in made.grades), read_roster(EXPORTS / "names.csv"), ledger
    )
    found, outcome = scores_of(
        made.course,
        made.grades,
        find_part(made.course, part),
        read_members(EXPORTS / "members.json"),
        known,
        ledger,
        lang="en",
        now=now,
    )
    return {str(score["userId"]): score for score in found}, outcome


def send(
    made: ExportedClass, platform: Platform, record: Path, now: datetime = NOW
) -> tuple[SendReport, list[float]]:
    """Send the scores of the class; return what was sent, and the pauses between tries."""
    pauses: list[float] = []
    found, _ = scores(made, now=now)
    report = send_scores(platform.url, TOKEN, list(found.values()), record, pause=pauses.append)
    return report, pauses


def test_a_decided_mark_is_fully_graded(made: ExportedClass) -> None:
    """It has its points, the maximum, and a comment by criterion."""
    score = scores(made)[0]["u-ana"]
    assert (score["scoreGiven"], score["scoreMaximum"]) == (18.0, 20.0)
    assert (score["gradingProgress"], score["activityProgress"]) == ("FullyGraded", "Completed")
    assert score["timestamp"] == "2026-12-01T10:00:00.000Z"
    assert score["comment"].splitlines()[:2] == ["18 of 20 points.", "Double: 2 of 4."]


def test_what_waits_and_what_failed_have_no_number(made: ExportedClass) -> None:
    """PendingManual is for a person, Failed for a fault of ours."""
    found, outcome = scores(made)
    for user, progress in (("u-bo", "PendingManual"), ("u-carla", "Failed")):
        assert found[user]["gradingProgress"] == progress
        assert "scoreGiven" not in found[user]
        assert "scoreMaximum" not in found[user]
    assert (outcome.waiting, outcome.faults) == (["bo"], ["carla"])


def test_only_active_learners_are_matched(made: ExportedClass) -> None:
    """A teacher and a person who left are no students without a grade."""
    _, outcome = scores(made)
    assert outcome.not_graded == ["Zoe Vega (u-zoe)"]


def test_a_score_of_an_assignment_says_when_it_came(made: ExportedClass) -> None:
    """The time is that of the graded attempt."""
    attempt = Attempt(
        digest="d",
        source="s",
        submitted_at=datetime(2026, 11, 30, 22, 0, tzinfo=UTC),
        timestamp_source=TimestampSource.EXCHANGE,
    )
    ledger = Ledger(histories={("ana", "tensors"): History(attempts=(attempt,), graded=1)})
    found, _ = scores(made, "tensors", ledger)
    assert found["u-ana"]["submission"] == {"submittedAt": "2026-11-30T22:00:00.000Z"}
    assert "submission" not in found["u-bo"]


def test_a_platform_takes_every_score(made: ExportedClass, tmp_path: Path) -> None:
    """Media type, address, token and payload are those that it asks for."""
    with running_platform(*USERS) as platform:
        report, _ = send(made, platform, tmp_path / "sent.json")
    assert sorted(report.sent) == sorted(USERS)
    assert report.refused == []
    assert {each["userId"]: each.get("scoreGiven") for each in platform.taken} == {
        "u-ana": 18.0,
        "u-inigo": 8.3333,
        "u-bo": None,
        "u-carla": None,
    }


def test_nothing_is_sent_twice(made: ExportedClass, tmp_path: Path) -> None:
    """A second run asks nothing of the platform, also at a later time."""
    with running_platform(*USERS) as platform:
        send(made, platform, tmp_path / "sent.json")
        report, _ = send(made, platform, tmp_path / "sent.json", NOW + timedelta(days=1))
        assert len(platform.paths) == len(USERS)
    assert (report.sent, len(report.unchanged)) == ([], len(USERS))


def test_a_changed_score_alone_is_sent_again(made: ExportedClass, tmp_path: Path) -> None:
    """It has a later timestamp, or the platform would refuse it."""
    found, _ = scores(made)
    with running_platform(*USERS) as platform:
        send(made, platform, tmp_path / "sent.json")
        later = {**found["u-ana"], "scoreGiven": 19.0, "timestamp": "2026-12-02T10:00:00.000Z"}
        changed = [later, found["u-bo"]]
        report = send_scores(platform.url, TOKEN, changed, tmp_path / "sent.json")
    assert (report.sent, report.unchanged) == (["u-ana"], ["u-bo"])


def test_a_busy_platform_is_asked_again(made: ExportedClass, tmp_path: Path) -> None:
    """429 and 5xx are tried again, after the time that the platform names."""
    with running_platform(*USERS) as platform:
        platform.answers = [(429, {"Retry-After": "7"}), (503, {}), (500, {})]
        report, pauses = send(made, platform, tmp_path / "sent.json")
    assert (len(report.sent), pauses) == (4, [7.0, 2.0, 4.0])


def test_a_platform_that_stays_broken_loses_nothing(made: ExportedClass, tmp_path: Path) -> None:
    """After the last try the score is named; the next run sends it alone."""
    with running_platform(*USERS) as platform:
        platform.answers = [(500, {})] * 5
        report, _ = send(made, platform, tmp_path / "sent.json")
        assert report.refused == ["u-ana: 500 Internal Server Error, after 5 tries"]
        again, _ = send(made, platform, tmp_path / "sent.json")
    assert (again.sent, len(again.unchanged)) == (["u-ana"], 3)


def test_a_refused_score_is_named_and_the_others_are_sent(
    made: ExportedClass, tmp_path: Path
) -> None:
    """A user whom the platform does not know does not stop the class."""
    with running_platform("u-ana", "u-inigo", "u-carla") as platform:
        report, pauses = send(made, platform, tmp_path / "sent.json")
    assert (report.refused, len(report.sent), pauses) == (["u-bo: 404 Not Found"], 3, [])


def test_a_wrong_token_ends_the_run(made: ExportedClass, tmp_path: Path) -> None:
    """No other score would be taken either; what was sent before is told."""
    found, _ = scores(made)
    sent = list(found.values())
    with running_platform(*USERS) as platform:
        send_scores(platform.url, TOKEN, sent[:1], tmp_path / "sent.json")
        report = send_scores(platform.url, "other", sent, tmp_path / "sent.json")
        assert len(platform.paths) == 2
    assert isinstance(report.stopped_by, CourseError)
    assert "401" in str(report.stopped_by)
    assert (report.unchanged, report.sent) == (["u-ana"], [])


def test_a_redirect_is_not_followed(made: ExportedClass, tmp_path: Path) -> None:
    """It would carry the token to another machine."""
    with running_platform(*USERS) as platform:
        platform.answers = [(302, {"Location": "http://127.0.0.1:9/"})]
        report, _ = send(made, platform, tmp_path / "sent.json")
    assert report.refused == ["u-ana: 302 Found"]


def test_a_platform_out_of_reach_is_the_machines_trouble(
    made: ExportedClass, tmp_path: Path
) -> None:
    """Nothing listens there: exit code 4, after the tries."""
    found, _ = scores(made)
    with running_platform() as platform:
        url = platform.url
    report = send_scores(url, TOKEN, list(found.values()), tmp_path / "s", pause=lambda _: None)
    assert isinstance(report.stopped_by, HostError)
    assert "cannot be reached" in str(report.stopped_by)


@pytest.mark.parametrize(
    "url", ["http://lms.example/items/1", "lms.example/items/1", "ftp://lms.example/1", ""]
)
def test_a_token_is_only_sent_by_https(url: str) -> None:
    """Only a platform on this very machine may speak http."""
    with pytest.raises(CourseError, match="https"):
        scores_url(url)


def test_the_query_of_a_line_item_stays_at_the_end() -> None:
    """Some platforms tell line items apart by it."""
    assert scores_url("https://x.example/i/1?t=2") == "https://x.example/i/1/scores?t=2"
    assert scores_url("https://x.example/i/1/scores") == "https://x.example/i/1/scores"


@pytest.mark.parametrize("content", ["", "{}", '{"members": [{"name": "x"}]}', "[1]"])
def test_another_file_of_members_is_refused(content: str, tmp_path: Path) -> None:
    """The error shows what is expected."""
    file = tmp_path / "members.json"
    file.write_text(content)
    with pytest.raises(CourseError, match=r"members\.json: no membership"):
        read_members(file)


def test_another_record_is_refused(made: ExportedClass, tmp_path: Path) -> None:
    """It is never overwritten."""
    record = tmp_path / "sent.json"
    record.write_text(json.dumps([1]))
    with pytest.raises(CourseError, match="not the record"):
        send_scores("https://x.example/1", TOKEN, [], record)


@pytest.fixture(scope="module")
def keys() -> tuple[str, str]:
    """Return a private and a public key in PEM."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return private.decode(), public.decode()


def test_a_platform_gives_a_token_for_a_signed_request(
    keys: tuple[str, str], tmp_path: Path
) -> None:
    """The client credentials of LTI Advantage: signed by the tool, for scores and nothing else."""
    file = tmp_path / "key.pem"
    file.write_text(keys[0])
    with running_platform() as platform:
        platform.public_key, platform.client_id = keys[1], "tool-1"
        assert requested_token(platform.token_url, "tool-1", file) == TOKEN


def test_another_tool_gets_no_token(keys: tuple[str, str], tmp_path: Path) -> None:
    """The error names what to check."""
    file = tmp_path / "key.pem"
    file.write_text(keys[0])
    with running_platform() as platform:
        platform.public_key, platform.client_id = keys[1], "tool-1"
        with pytest.raises(CourseError, match=r"400.*--client-id.*--key-file"):
            requested_token(platform.token_url, "tool-2", file)


def test_a_key_must_be_a_key(tmp_path: Path) -> None:
    """Nothing is sent with another file."""
    file = tmp_path / "key.pem"
    file.write_text("no key")
    with pytest.raises(CourseError, match=r"key\.pem: expected a private RSA key"):
        requested_token("https://lms.example/token", "tool", file)


@pytest.mark.parametrize("content", ["", "two words", "a\nb"])
def test_a_token_file_holds_one_token(content: str, tmp_path: Path) -> None:
    """A line end or a second word would break the request's header."""
    file = tmp_path / "token"
    file.write_text(content)
    with pytest.raises(CourseError, match="expected one token"):
        token_in(file)
