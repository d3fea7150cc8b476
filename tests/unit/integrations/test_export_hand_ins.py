"""Hand-ins in the formats of other systems: verdicts by the mapping, and nothing hidden in them."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from junitparser import Error, Failure, JUnitXml, Skipped

from autograder.errors import CourseError
from autograder.integrations.exports.classroom50 import classroom50_result, submission_fields
from autograder.integrations.exports.github import (
    command,
    encoded_result,
    runner_result,
    workflow_annotations,
)
from autograder.integrations.exports.gradescope import gradescope_results, json_file, read_metadata
from autograder.integrations.exports.hand_in import GradedHandIn, Verdict, hand_ins_in
from autograder.integrations.exports.junit import junit_xml
from autograder.integrations.exports.summary import markdown_text, summary_markdown
from tests.support.exported_class import (
    DECIDED,
    FAULT,
    HIDDEN_EVIDENCE,
    THIRDS,
    WAITING,
    ExportedClass,
)
from tests.support.places import CASES
from tests.support.site_readers import gradescope_import, junit_mistakes

EXPORTS = CASES / "exports"
ENVIRONMENT = {
    "CLASSROOM": "dl",
    "ASSIGNMENT": "tensors",
    "ASSIGNMENT_TYPE": "individual",
    "SUBMISSION_TAG": "submit/1",
    "OWNER": "ana",
    "COMMIT_URL": "https://example.org/c",
    "RELEASE_URL": "https://example.org/r",
    "REVIEW_URL": "https://example.org/v",
}
NOW = "2026-12-01T10:00:00Z"

HandIns = dict[tuple[str, str], GradedHandIn]


@pytest.fixture(scope="module")
def hand_ins(made: ExportedClass) -> HandIns:
    """Return the hand-ins of the class, by student and assignment."""
    found = hand_ins_in(made.course, made.out, made.grades, is_draft=True)
    return {(each.student, each.assignment): each for each in found}


def scored(hand_ins: HandIns, student: str, assignment: str = "tensors") -> dict[str, Any]:
    """Return the results.json of a hand-in."""
    results = gradescope_results(hand_ins[student, assignment])
    assert results is not None
    content: dict[str, Any] = json.loads(json_file(results))
    return content


def test_a_criterion_has_a_verdict(hand_ins: HandIns) -> None:
    """Right, in part, blocked, waiting and a fault of ours are told apart."""
    verdicts = {key: [c.verdict for c in each.criteria] for key, each in hand_ins.items()}
    assert verdicts[DECIDED, "tensors"] == [Verdict.PARTLY, Verdict.RIGHT, Verdict.RIGHT]
    assert verdicts[THIRDS, "tensors"] == [Verdict.PARTLY, Verdict.RIGHT, Verdict.BLOCKED]
    assert verdicts[FAULT, "tensors"][0] is Verdict.FAULT
    assert verdicts[WAITING, "essay"] == [Verdict.WAITING]


def test_gradescope_reads_the_points_of_each_criterion(hand_ins: HandIns) -> None:
    """The score wins over the sum of the tests, and agrees with it."""
    read = gradescope_import(scored(hand_ins, DECIDED))
    assert (read.score, read.maximum) == (8, 10)
    assert sum(read.points.values()) == read.score
    assert read.status["Doble"] == "failed"
    assert read.status["Suma"] == "passed"


def test_gradescope_shows_the_total(hand_ins: HandIns) -> None:
    """Any hidden test would hide it from students."""
    results = scored(hand_ins, THIRDS)
    assert gradescope_import(results).is_total_shown
    assert results["stdout_visibility"] == "hidden"


@pytest.mark.parametrize("student", [DECIDED, THIRDS])
def test_no_export_holds_what_is_for_staff(hand_ins: HandIns, student: str) -> None:
    """Evidence and output may name hidden values; names of checks are not shown either."""
    hand_in = hand_ins[student, "tensors"]
    texts = [
        json.dumps(gradescope_results(hand_in), ensure_ascii=False),
        junit_xml([hand_in]),
        json.dumps(runner_result(hand_in), ensure_ascii=False),
        "\n".join(workflow_annotations(hand_in)),
        summary_markdown(hand_in),
        json.dumps(classroom50_result(hand_in, submission_fields(ENVIRONMENT), NOW)),
    ]
    for text in texts:
        assert HIDDEN_EVIDENCE not in text
        assert "printed by the student" not in text
        assert "test_value" not in text


def test_gradescope_gets_no_file_for_a_fault_of_ours(hand_ins: HandIns) -> None:
    """The site then reports a failure of its own, which is no mark."""
    assert gradescope_results(hand_ins[FAULT, "tensors"]) is None


def test_gradescope_gets_no_file_where_everything_waits(hand_ins: HandIns) -> None:
    """It requires a score, and a zero would be a mark."""
    assert gradescope_results(hand_ins[WAITING, "essay"]) is None


def test_a_criterion_that_waits_has_no_score_and_no_status(hand_ins: HandIns) -> None:
    """It has the tag `manual`, and the output says what is still open."""
    hand_in = hand_ins[DECIDED, "tensors"]
    first, *others = hand_in.criteria
    waiting = replace(first, earned=None, verdict=Verdict.WAITING, checks=())
    results = gradescope_results(replace(hand_in, criteria=(waiting, *others)))
    assert results is not None
    test = results["tests"][0]
    assert "score" not in test
    assert "status" not in test
    assert test["tags"][0] == "manual"
    assert (results["score"], "Faltan por valorar 4 puntos" in results["output"]) == (6, True)


def test_metadata_tell_lateness_and_the_previous_score(hand_ins: HandIns) -> None:
    """A previous attempt that failed through the autograder counts for nothing."""
    metadata = read_metadata(EXPORTS / "submission_metadata.json")
    assert (metadata.days_late, metadata.previous) == (2, Fraction(15, 2))
    assert metadata.total_points == 10
    results = gradescope_results(hand_ins[DECIDED, "tensors"], metadata)
    assert results is not None
    assert "Entregado 2 días después del plazo." in results["output"]
    assert "tenías 7,5 puntos" in results["output"]
    assert "Borrador" not in results["output"]


def test_other_metadata_are_refused(tmp_path: Path) -> None:
    """The error names the file."""
    file = tmp_path / "m.json"
    file.write_text("[]")
    with pytest.raises(CourseError, match=r"m\.json: not the submission_metadata"):
        read_metadata(file)


def test_junit_has_a_suite_for_each_criterion(hand_ins: HandIns, tmp_path: Path) -> None:
    """junitparser, which is not ours, finds the points among the properties."""
    file = tmp_path / "junit.xml"
    file.write_text(junit_xml([hand_ins[THIRDS, "tensors"]], timestamp=NOW), encoding="utf-8")
    suites = {suite.name: suite for suite in JUnitXml.fromfile(str(file))}
    points = {
        name: {each.name: each.value for each in suite.properties()}["points"]
        for name, suite in suites.items()
    }
    assert points == {"code.double": "2.0000", "code.total": "3.0000", "code.mean": "0.0000"}
    assert [suites["code.double"].failures, suites["code.double"].tests] == [1, 2]


def test_junit_fits_the_schema_of_jenkins(hand_ins: HandIns) -> None:
    """No element or attribute stands where its schema allows none."""
    text = junit_xml(list(hand_ins.values()), timestamp=NOW)
    assert junit_mistakes(text) == []


def test_junit_tells_failure_skip_and_error(hand_ins: HandIns, tmp_path: Path) -> None:
    """Wrong work fails, what is blocked or waits is skipped, and a fault of ours is an error."""
    chosen = [hand_ins[THIRDS, "tensors"], hand_ins[FAULT, "tensors"], hand_ins[WAITING, "essay"]]
    file = tmp_path / "junit.xml"
    file.write_text(junit_xml(chosen), encoding="utf-8")
    kinds: dict[str, set[type]] = {}
    for suite in JUnitXml.fromfile(str(file)):
        for case in suite:
            kinds.setdefault(suite.name, set()).update(type(each) for each in case.result)
    assert kinds[f"{THIRDS}: code.double"] == {Failure}
    assert kinds[f"{THIRDS}: code.mean"] == {Skipped}
    assert kinds[f"{FAULT}: code.double"] == {Error}
    assert kinds[f"{WAITING}: words.essay"] == {Skipped}


def test_junit_holds_no_illegal_character(hand_ins: HandIns) -> None:
    """A person's reason may hold control characters; a parser reads the file all the same."""
    text = junit_xml([hand_ins[THIRDS, "essay"]])
    assert "\x01" not in text
    JUnitXml.fromstring(text.encode())


def test_junit_gives_a_failure_its_outcome(hand_ins: HandIns) -> None:
    """The type says how a check failed, and the message names the root of what is blocked."""
    text = junit_xml([hand_ins[THIRDS, "tensors"]])
    assert 'type="failed"' in text
    assert '<skipped message="Depende de: double devuelve el doble."' in text


def test_the_reporters_result_is_base64_of_json(hand_ins: HandIns) -> None:
    """Its tests add up to the points of the annotation."""
    hand_in = hand_ins[DECIDED, "tensors"]
    result = json.loads(base64.b64decode(encoded_result(hand_in)))
    assert (result["version"], result["status"], result["max_score"]) == (3, "fail", 10)
    assert sum(test["score"] for test in result["tests"]) == 8
    assert result["tests"][0]["line_no"] == 2
    lines = list(workflow_annotations(hand_in))
    assert lines[-2] == "::notice title=Autograding complete::Points 8/10"
    assert json.loads(lines[-1].split("::")[2]) == {"totalPoints": 8, "maxPoints": 10}
    assert lines[0].startswith("::error file=tensors.py,line=2::El resultado no es el doble")


def test_a_fault_of_ours_gives_the_reporter_no_points(hand_ins: HandIns) -> None:
    """The status is `error`, and no annotation says points."""
    hand_in = hand_ins[FAULT, "tensors"]
    assert (runner_result(hand_in)["status"], runner_result(hand_in)["tests"]) == ("error", [])
    assert not any("Points" in line for line in workflow_annotations(hand_in))


def test_what_waits_is_left_out_of_the_reporters_points(hand_ins: HandIns) -> None:
    """An essay that nobody has read is no failed test."""
    assert runner_result(hand_ins[WAITING, "essay"])["tests"] == []


def test_no_text_begins_another_workflow_command() -> None:
    """A line end of a message is escaped, and so is what ends a property."""
    line = command("error", "a\n::set-output name=x::1%", file="b,c:d")
    assert line == "::error file=b%2Cc%3Ad::a%0A::set-output name=x::1%25"


def test_the_summary_shows_points_and_causes(hand_ins: HandIns) -> None:
    """A table of criteria, and below it what to mend."""
    text = summary_markdown(hand_ins[THIRDS, "tensors"])
    assert "| Doble | 2 / 4 | En parte |" in text
    assert "| Media | 0 / 3 | No se pudo comprobar |" in text
    assert re.search(r"- El resultado no es el doble. \(tensors.py:2\) Pista: Multiplica", text)


@pytest.mark.parametrize("text", ["<b>x</b>", "a|b", "*x*", "[l](u)", "# h", "- i", "a\nb"])
def test_markdown_shows_a_text_as_it_is(text: str) -> None:
    """No text becomes HTML, a column, emphasis, a link, a heading or a line of its own."""
    shown = markdown_text(text)
    assert "<" not in shown
    assert "\n" not in shown
    assert not re.search(r"(?<!\\)[|*\[]", shown)
    assert not re.match(r"[#\-]", shown)


def test_classroom_50_gets_a_closed_object_of_whole_numbers(hand_ins: HandIns) -> None:
    """The schema of contract v1 accepts it; the tests add up to the score."""
    schema = json.loads((EXPORTS / "classroom50.schema.json").read_text("utf-8"))
    for key in ((DECIDED, "tensors"), (THIRDS, "essay")):
        result = classroom50_result(hand_ins[key], submission_fields(ENVIRONMENT), NOW)
        assert result is not None
        jsonschema.validate(result, schema)
        assert sum(test["score"] for test in result["tests"]) == result["score"]
        assert sum(test["max-score"] for test in result["tests"]) == result["max-score"]


def test_classroom_50_keeps_exact_points_beside_whole_ones(hand_ins: HandIns) -> None:
    """Ten thirds of six points are 333 of 600."""
    result = classroom50_result(hand_ins[THIRDS, "essay"], submission_fields(ENVIRONMENT), NOW)
    assert result is not None
    assert (result["score"], result["max-score"]) == (333, 600)
    assert result["tests"][0]["score-exact"] == "10/3"


@pytest.mark.parametrize("key", [(FAULT, "tensors"), (WAITING, "essay")])
def test_classroom_50_gets_no_file_without_a_mark(hand_ins: HandIns, key: tuple[str, str]) -> None:
    """Neither a fault of ours nor an essay that waits is a zero."""
    assert classroom50_result(hand_ins[key], submission_fields(ENVIRONMENT), NOW) is None


def test_classroom_50_says_which_variables_are_missing() -> None:
    """They are set by its workflow, not by the instructor."""
    with pytest.raises(CourseError, match="CLASSROOM, COMMIT_URL not set"):
        submission_fields({k: v for k, v in ENVIRONMENT.items() if k[:2] not in ("CL", "CO")})


def test_a_hand_in_reads_in_the_other_language(made: ExportedClass) -> None:
    """The texts of checks stand in both languages in a result file."""
    found = hand_ins_in(made.course, made.out, made.grades, students=[DECIDED], lang="en")
    text = summary_markdown(next(each for each in found if each.assignment == "tensors"))
    assert "The result is not twice." in text
    assert "El resultado" not in text
