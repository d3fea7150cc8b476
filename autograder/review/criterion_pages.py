"""The page of one criterion of a student, and what its forms save."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.responses import Response

from autograder.errors import AutograderError
from autograder.review.desk import StaleForm, save
from autograder.review.forms import (
    CRITERION_FORMS,
    RefusedForm,
    Target,
    found_score,
    mark_change,
)
from autograder.review.pages import page
from autograder.review.views import alike_groups, item_values, open_alike
from autograder.review.visit import NotThere, Visit, find_student, see, told
from autograder.review.waiting import Item, items_of, next_waiting


def criterion(visit: Visit) -> Response:
    """Show a criterion of a student beside the work."""
    items, item = _find_item(visit)
    return _page(visit, items, item)


def _page(
    visit: Visit,
    items: list[Item],
    item: Item,
    posted: Mapping[str, str] | None = None,
    error: str = "",
) -> Response:
    values = item_values(visit.desk, visit.words, items, item, visit.order, posted or {}, error)
    return page("item.html.j2", visit.words, values, 409 if error else 200)


def save_item(visit: Visit) -> Response:
    """Save a form about a criterion; show the form again, as it was sent, where that fails."""
    items, item = _find_item(visit)
    action = visit.parameter("action")
    if action != "mark" and action not in CRITERION_FORMS:
        raise NotThere
    try:
        count = _saved(visit, item, action)
    except (RefusedForm, StaleForm, AutograderError, OSError) as error:
        items, item = _find_item(visit)  # as it is now
        posted = {**visit.form, "form": action}
        return _page(visit, items, item, posted, told(visit.words, error))
    if action != "mark":
        visit.session.notice = visit.words.notice("cleared") if action == "clear" else ""
        return see(
            visit.session, f"/mark/{visit.parameter('key')}/{item.criterion}?by={visit.order}"
        )
    what = f"{visit.words.name(item.student)}, {_title(visit, item)}"
    key = "saved_alike" if count > 1 else "saved"
    visit.session.notice = visit.words.notice(key, what=what, count=count)
    following = next_waiting(items, item.place)
    if following is None:
        return see(visit.session, f"/?by={visit.order}")
    key = visit.session.key_of(following.student)
    return see(visit.session, f"/mark/{key}/{following.criterion}?by={visit.order}")


def _saved(visit: Visit, item: Item, action: str) -> int:
    target = Target(
        score=item.score,
        found=found_score(item.score),
        words=visit.words,
        session=visit.session,
    )
    if action == "mark":
        alike = open_alike(visit.desk, alike_groups(visit.desk, item), item.criterion)
        changes = mark_change(target, visit.form, alike, item.student)
    else:
        changes = {item.student: CRITERION_FORMS[action](target, visit.form)}
    seen = visit.form.get("seen", "")
    return save(visit.desk, visit.session, item.criterion, item.student, changes, seen)


def _find_item(visit: Visit) -> tuple[list[Item], Item]:
    place = find_student(visit), visit.parameter("criterion")
    items = items_of(visit.desk.graded, visit.session, visit.order)
    found = next((item for item in items if item.place == place), None)
    if found is None:
        raise NotThere
    return items, found


def _title(visit: Visit, item: Item) -> str:
    return visit.desk.graded.course.rubric.criteria[item.criterion].title.in_(visit.words.lang)
