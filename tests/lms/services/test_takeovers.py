"""Another device goes on with an exam by a code."""

import pytest

from assessments.errors import AlreadySubmitted
from lms.extensions import db
from lms.services import delivery, takeovers
from lms.services.errors import Conflict
from lms.tables.invigilation import TakeoverRow
from tests.conftest import BOTH
from tests.lms.services.exam_hall import MINUTE, NOW, attempt_of, desk_of


@BOTH
def test_a_code_lets_one_other_device_go_on_and_the_same_again_changes_nothing(hall, actor) -> None:
    desk = desk_of(hall, actor)
    code = takeovers.make_code(actor("assessor"), desk.id, now=NOW)
    takeovers.take_over(desk, code.lower().replace("-", " "), device="two", now=NOW + MINUTE)
    takeovers.take_over(desk, code, device="two", now=NOW + 2 * MINUTE)
    assert (attempt_of(hall).epoch, attempt_of(hall).holder) == (2, "two")
    with pytest.raises(Conflict):
        takeovers.take_over(desk, code, device="three", now=NOW + 2 * MINUTE)


def test_the_code_is_kept_as_a_hash_only(hall, actor) -> None:
    code = takeovers.make_code(actor("assessor"), attempt_of(hall).id, now=NOW)
    row = db.session.query(TakeoverRow).one()
    assert code.replace("-", "") not in row.code_hash
    assert len(row.code_hash) == 64


def test_a_new_code_voids_the_one_before(hall, actor) -> None:
    desk = desk_of(hall, actor)
    old = takeovers.make_code(actor("assessor"), desk.id, now=NOW)
    new = takeovers.make_code(actor("assessor"), desk.id, now=NOW)
    with pytest.raises(Conflict):
        takeovers.take_over(desk, old, device="two", now=NOW)
    takeovers.take_over(desk, new, device="two", now=NOW)


def test_a_code_ends_after_a_while_and_after_wrong_tries(hall, actor) -> None:
    desk = desk_of(hall, actor)
    code = takeovers.make_code(actor("assessor"), desk.id, now=NOW)
    with pytest.raises(Conflict):
        takeovers.take_over(desk, code, device="two", now=NOW + 16 * MINUTE)
    code = takeovers.make_code(actor("assessor"), desk.id, now=NOW)
    for _ in range(takeovers.MOST_TRIES):
        with pytest.raises(Conflict):
            takeovers.take_over(desk, "AAA-AAA", device="two", now=NOW)
    with pytest.raises(Conflict):
        takeovers.take_over(desk, code, device="two", now=NOW)


def test_what_is_handed_in_is_not_taken_over(hall, actor) -> None:
    desk = desk_of(hall, actor)
    delivery.submit(actor("trainee"), desk.id, now=NOW)
    with pytest.raises(AlreadySubmitted):
        takeovers.make_code(actor("assessor"), desk.id, now=NOW)
