"""What is still to be done before an exam opens, and on whose page it stands."""

from datetime import timedelta

import time_machine

from lms.extensions import db
from lms.services import exam_codes, seating
from lms.services.preparation import preparation_of
from tests.lms.services import assessing_steps as steps
from tests.lms.services.assessing_steps import CLOSES, NOW, OPENS


def test_what_lacks_is_counted_until_it_is_done(app, actor) -> None:
    row = steps.drawn(actor)
    entered = len(row.candidates)
    before = preparation_of(row, NOW)
    assert (before.has_assessors, before.without_code, before.has_rooms, before.faults) == (True, entered, False, ())
    exam_codes.make_codes(actor("centre"), row.id, form="a form's own random text", now=NOW)
    seating.fill_rooms(actor("centre"), row.id, f"Hall A {entered}", now=NOW)
    row.candidates[0].room = ""
    after = preparation_of(row, NOW)
    assert (after.without_code, after.has_rooms, after.without_room) == (0, True, 1)


def test_it_is_told_until_the_opening_and_then_only_what_stops_it(app, actor) -> None:
    row = steps.drawn(actor)
    assert preparation_of(row, OPENS - timedelta(seconds=1)) is not None
    assert preparation_of(row, OPENS) is None
    row.candidates[0].extra_minutes = 9 * 60
    stopped = preparation_of(row, OPENS)
    assert [fault.facts["extra"] for fault in stopped.faults] == ["540"]
    assert preparation_of(row, CLOSES) is None


def test_it_stands_on_the_page_of_who_lets_candidates_in_and_names_whose_time_does_not_fit(
    app, actor, signed_in
) -> None:
    row = steps.drawn(actor)
    row.candidates[0].extra_minutes = 9 * 60
    db.session.commit()
    name = row.candidates[0].trainee.person.name
    with time_machine.travel(NOW, tick=False):
        pages = {who: signed_in(who).get(f"/assessments/{row.id}").text for who in ("agency", "centre", "assessor")}
        council = signed_in("council").get(f"/assessments/{row.id}").text
    for page in pages.values():
        assert "Before the exam opens" in page
        assert "candidates have no exam code yet" in page
        assert f"({name}) has 90 minutes and 540 extra" in page
    assert "Before the exam opens" not in council
