"""Another device goes on with an exam by a code."""

import pytest

from lms.extensions import db
from lms.services import answer_log, contacts, delivery, desks, late_answers, takeovers
from lms.services.answer_log import SentAnswer
from lms.services.contacts import Told
from lms.services.errors import Conflict
from lms.services.seats import get_seat, list_seats
from lms.tables.invigilation import TakeoverRow
from tests.conftest import BOTH
from tests.exams import candidate_of
from tests.lms.services.exam_hall import END, MINUTE, NOW, WHY, attempt_of, desk_of


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
    with pytest.raises(Conflict, match="submitted"):
        takeovers.make_code(actor("assessor"), desk.id, now=NOW)


def saves(desk, seq, number, place, *, device, epoch, now) -> None:
    sent = [SentAnswer(seq=seq, number=number, place=place)]
    answer_log.keep(desk, device=device, epoch=epoch, sent=sent, now=now)


def goes_on_at(desk, actor, device, now) -> None:
    takeovers.take_over(desk, takeovers.make_code(actor("assessor"), desk.id, now=now), device=device, now=now)


def numbers_told(hall, desk, now) -> set[int]:
    """How many answers the device that holds the exam is told of, and those who look into the room."""
    facts = contacts.heartbeat(desk, device="two", told=Told(), now=now)
    seats = [
        *(get_seat(hall, candidate_of(hall, "trainee").id, at) for at in (now, END + 5 * MINUTE)),
        *(one for at in (now, now + 2 * MINUTE, END + 5 * MINUTE) for one in list_seats(hall, at)),
        *list_seats(hall, now, is_counted=True),
    ]
    return {facts.answered, *(seat.saved for seat in seats if seat.attempt_id == desk.id)}


@BOTH
def test_after_a_take_over_everybody_is_told_the_number_of_answers_that_count(hall, actor) -> None:
    desk = desk_of(hall, actor)
    for number in (1, 2):
        saves(desk, number, number, 1, device="one", epoch=1, now=NOW + MINUTE)
    goes_on_at(desk, actor, "two", NOW + 10 * MINUTE)
    saves(desk, 1, 3, 1, device="two", epoch=2, now=NOW + 11 * MINUTE)
    saves(desk, 3, 4, 1, device="one", epoch=1, now=NOW + 12 * MINUTE)
    assert numbers_told(hall, desk, NOW + 13 * MINUTE) == {3}
    late_answers.decide(actor("assessor"), desk.id, ["one/3"], is_accepted=True, reason=WHY, now=NOW + 14 * MINUTE)
    assert numbers_told(hall, desk, NOW + 15 * MINUTE) == {4}
    saves(desk, 2, 1, None, device="two", epoch=2, now=NOW + 16 * MINUTE)
    assert numbers_told(hall, desk, NOW + 17 * MINUTE) == {3}, "one is taken back"


@BOTH
def test_what_is_flagged_is_that_of_the_device_that_holds_the_exam(hall, actor) -> None:
    desk = desk_of(hall, actor)

    def tells(device: str, *flags: int, **said) -> tuple[str, tuple[str, ...]]:
        contacts.heartbeat(desk, device=device, told=Told(**({"flags": flags} | said)), now=NOW + MINUTE)
        db.session.expire_all()
        last = contacts.find_last(desk.id)
        return last.device, last.flags

    assert tells("one", flags=None) == ("one", ())
    assert tells("one", 3, 5) == ("one", ("3", "5"))
    assert tells("one", flags=None) == ("one", ("3", "5")), "as pages of an earlier release tell"
    assert tells("two", 7) == ("one", ("3", "5"))
    goes_on_at(desk, actor, "two", NOW + 10 * MINUTE)
    assert tells("two", 3, 7) == ("two", ("3", "7"))


@BOTH
def test_the_room_says_once_that_there_was_another_device(hall, actor) -> None:
    desk = desk_of(hall, actor)

    def others() -> int:
        return get_seat(hall, candidate_of(hall, "trainee").id, NOW + 20 * MINUTE).others

    desks.look(desk, "one", NOW + MINUTE)
    desks.look(desk, "two", NOW + 2 * MINUTE)
    assert others() == 1
    goes_on_at(desk, actor, "two", NOW + 10 * MINUTE)
    assert others() == 0, "it holds the exam now, and the one before may be dead"
    desks.look(desk, "one", NOW + 11 * MINUTE)
    assert others() == 1
    desks.look(desk, "three", NOW + 12 * MINUTE)
    assert others() == 2


@BOTH
def test_the_room_does_not_count_an_answer_that_came_too_late(hall, actor) -> None:
    desk = desk_of(hall, actor)
    saves(desk, 1, 1, 1, device="one", epoch=1, now=NOW + MINUTE)
    saves(desk, 2, 2, 1, device="one", epoch=1, now=END + 5 * MINUTE)
    candidate = candidate_of(hall, "trainee").id
    assert get_seat(hall, candidate, END + 6 * MINUTE).saved == 1
    late_answers.decide(actor("assessor"), desk.id, ["one/2"], is_accepted=True, reason=WHY, now=END + 7 * MINUTE)
    assert get_seat(hall, candidate, END + 8 * MINUTE).saved == 2
