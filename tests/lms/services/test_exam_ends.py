"""How an exam ends: by its time, by its page, by a person, and what more time opens again."""

from datetime import timedelta

import pytest

from lms.extensions import db
from lms.services import answer_log, delivery, history, late_counts, room_acts, seats, sittings, takeovers
from lms.services.answer_log import SentAnswer, Why
from lms.services.desks import look
from lms.services.errors import Conflict
from lms.services.invigilation import Who
from lms.services.seats import get_seat
from tests.conftest import BOTH
from tests.exams import candidate_of
from tests.lms.services.exam_hall import END, MINUTE, NOW, WHY, attempt_of, by_page, desk_of, give, pause, resume


@BOTH
def test_time_given_after_the_end_opens_what_was_closed_and_never_what_was_handed_in(hall, actor) -> None:
    delivery.submit(actor("trainee-b"), attempt_of(hall, "trainee-b").id, now=NOW + MINUTE)
    assert delivery.close_expired(now=END + 2 * MINUTE) == 1
    changed = give(actor, hall, now=END + 3 * MINUTE)
    assert [attempt.candidate.number for attempt in changed.done] == [candidate_of(hall, "trainee").number]
    assert attempt_of(hall).closed_at is None
    assert "submitted" in str(changed.left[-1][1])


@BOTH
@pytest.mark.parametrize("seconds", [600, 5])
def test_time_given_after_the_end_opens_what_a_page_handed_in_by_itself(hall, actor, seconds: int) -> None:
    by_page(actor, hall, END + timedelta(seconds=4), last_seq=1)
    changed = give(actor, hall, seconds=seconds, now=END + timedelta(seconds=20))
    assert candidate_of(hall, "trainee").number in {attempt.candidate.number for attempt in changed.done}
    attempt = attempt_of(hall)
    told = [line.what for line in history.list_history("candidate", attempt.candidate_id)]
    assert [what for what in told if "hand-in" in what or "submitted" in what] == [
        "took back the hand-in that the page had made by itself when the time was over",
        "submitted the theory exam by the page itself, when the time was over",
    ]
    assert attempt.submitted_at is None
    assert attempt.closed_at == (None if seconds == 600 else END + timedelta(seconds=5))
    give(actor, hall, seconds=600, key="k2", now=END + MINUTE)
    assert attempt_of(hall).closed_at is None
    assert delivery.submit(actor("trainee"), attempt.id, now=END + 5 * MINUTE).is_new
    assert give(actor, hall, key="k3", now=END + 6 * MINUTE).done == (attempt_of(hall, "trainee-b"),)


@BOTH
def test_what_a_page_hands_in_by_itself_while_time_is_given_or_stands_still_goes_on(hall, actor) -> None:
    def hand_in(now):
        done = by_page(actor, hall, now)
        return done.is_new, done.goes_on, attempt_of(hall).submitted_at

    give(actor, hall, now=END + timedelta(seconds=5))
    assert hand_in(END + timedelta(seconds=6)) == (False, True, None)
    pause(actor, hall, now=END + 9 * MINUTE)
    assert hand_in(END + 11 * MINUTE) == (False, True, None)
    resume(actor, hall, now=END + 12 * MINUTE)
    assert hand_in(END + 13 * MINUTE + timedelta(seconds=4)) == (True, False, END + 13 * MINUTE + timedelta(seconds=4))


@BOTH
@pytest.mark.parametrize("is_swept", [True, False], ids=["closed", "not closed yet"])
def test_a_device_that_forgot_what_was_over_goes_on_without_a_code(hall, actor, is_swept: bool) -> None:
    desk = desk_of(hall, actor)
    answer_log.keep(desk, device="d1", epoch=1, sent=[SentAnswer(seq=1, number=1, place=1)], now=NOW + MINUTE)
    if is_swept:
        assert delivery.close_expired(now=END + 2 * MINUTE) == 2
        assert not by_page(actor, hall, END + 3 * MINUTE, last_seq=1).is_new
    give(actor, hall, seconds=1200, now=END + 5 * MINUTE)
    assert look(desk, "d2", END + 6 * MINUTE).is_holder
    assert not look(desk, "d3", END + 6 * MINUTE).is_holder


@BOTH
def test_what_a_person_handed_in_stays_though_the_time_was_over_or_stood_still(hall, actor) -> None:
    candidate = candidate_of(hall, "trainee-b")
    pause(actor, hall, Who(candidate_ids=(candidate.id,)))
    delivery.submit(actor("trainee-b"), attempt_of(hall, "trainee-b").id, now=END + 2 * MINUTE)
    late = END + timedelta(seconds=3)
    assert room_acts.end_attempts(actor("agency"), hall.id, [candidate_of(hall, "trainee").id], why=WHY, now=late) == 1
    handed_in = [attempt_of(hall, login).submitted_at for login in ("trainee", "trainee-b")]
    moment = END + 3 * MINUTE
    assert not any(seat.may_have_time(moment) for seat in seats.list_seats(hall, moment))
    assert give(actor, hall, now=moment).done == ()
    assert [attempt_of(hall, login).submitted_at for login in ("trainee", "trainee-b")] == handed_in


@BOTH
def test_what_a_person_handed_in_just_after_the_end_stays_when_time_is_given(hall, actor) -> None:
    late = END + timedelta(seconds=4)
    assert delivery.submit(actor("trainee"), attempt_of(hall).id, device="d1", last_seq=1, now=late).is_new
    moment = END + MINUTE
    assert not get_seat(hall, attempt_of(hall).candidate_id, moment).may_have_time(moment)
    assert give(actor, hall, now=moment).done == (attempt_of(hall, "trainee-b"),)
    assert attempt_of(hall).submitted_at == late


@BOTH
def test_after_a_code_nobody_hands_in_but_the_device_that_has_it_and_the_room(hall, actor) -> None:
    desk = desk_of(hall, actor)
    takeovers.take_over(desk, takeovers.make_code(actor("assessor"), desk.id, now=NOW), device="two", now=NOW)
    for device in ("one", ""):  # the page that was left, and one without script
        with pytest.raises(Conflict, match="Another device"):
            delivery.submit(actor("trainee"), desk.id, device=device, now=NOW + MINUTE)
        db.session.rollback()
    assert attempt_of(hall).submitted_at is None
    assert room_acts.end_attempts(actor("agency"), hall.id, [attempt_of(hall).candidate_id], why=WHY, now=END) == 1


@BOTH
def test_marks_wait_for_what_a_device_without_the_code_sent_after_it_too(hall, actor) -> None:
    desk = desk_of(hall, actor)
    takeovers.take_over(desk, takeovers.make_code(actor("assessor"), desk.id, now=NOW), device="two", now=NOW)
    sent = [SentAnswer(seq=1, number=1, place=1)]
    # A page that was opened since is in the epoch that it found.
    kept = answer_log.keep(desk, device="three", epoch=2, sent=sent, now=NOW + MINUTE)
    assert [one.why for one in kept.refused] == [Why.SUPERSEDED]
    assert answer_log.keep(desk, device="two", epoch=2, sent=sent, now=NOW + MINUTE).saved
    assert late_counts.count_undecided(hall) == {desk.id: 1}


@BOTH
def test_a_device_is_not_asked_for_answers_of_the_one_that_handed_in(hall, actor) -> None:
    desk = desk_of(hall, actor)
    delivery.submit(actor("trainee"), desk.id, device="one", last_seq=3, now=NOW + MINUTE)
    done = delivery.submit(actor("trainee"), desk.id, device="two", last_seq=3, now=NOW + MINUTE)
    assert (done.is_new, done.missing) == (False, ())


@BOTH
def test_a_clock_that_jumped_an_hour_ahead_ends_no_exam_for_good(hall, actor) -> None:
    def save(seq: int, now) -> None:
        sent = [SentAnswer(seq=seq, number=seq, place=1)]
        assert answer_log.keep(desk_of(hall, actor), device="d1", epoch=1, sent=sent, now=now).saved

    save(1, NOW + 39 * MINUTE)
    wrong = NOW + 100 * MINUTE
    by_page(actor, hall, wrong)
    assert delivery.close_expired(now=wrong) == 1
    assert len(give(actor, hall, seconds=60, now=NOW + 42 * MINUTE).done) == 2
    for login in ("trainee", "trainee-b"):
        attempt = attempt_of(hall, login)
        assert (attempt.submitted_at, attempt.closed_at, attempt.deadline_at) == (None, None, END + MINUTE)
    save(2, NOW + 43 * MINUTE)
    delivery.submit(actor("trainee"), attempt_of(hall).id, now=NOW + 80 * MINUTE)
    assert len(sittings.answers_of(delivery.sitting_of(attempt_of(hall)))) == 2


@BOTH
def test_a_hand_in_says_what_is_still_on_the_device_until_it_comes(hall, actor) -> None:
    desk = desk_of(hall, actor)
    sent = [SentAnswer(seq=number, number=number, place=1, anchor_at=NOW, elapsed_ms=1000) for number in (1, 2, 3)]
    answer_log.keep(desk, device="one", epoch=1, sent=sent[:1], now=NOW + MINUTE)
    done = delivery.submit(actor("trainee"), desk.id, device="one", last_seq=3, now=NOW + 2 * MINUTE)
    assert (done.is_new, done.missing) == (True, (2, 3))
    kept = answer_log.keep(desk, device="one", epoch=1, sent=sent, now=NOW + timedelta(hours=2))
    assert [one.seq for one in kept.saved] == [1, 2, 3]
    again = delivery.submit(actor("trainee"), desk.id, device="one", last_seq=3, now=NOW + timedelta(hours=2))
    assert (again.is_new, again.missing) == (False, ())
    assert len(sittings.answers_of(delivery.sitting_of(attempt_of(hall)))) == 3
