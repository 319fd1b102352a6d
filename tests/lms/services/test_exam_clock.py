"""The time of attempts during an exam: extra time, pauses, and codes for another device, each with who and why."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from assessments.attempts import HandedInBy
from assessments.errors import AlreadySubmitted
from lms.extensions import db
from lms.services import (
    answer_log,
    assessing,
    contacts,
    delivery,
    exam_clock,
    history,
    late_answers,
    late_counts,
    opening,
    room_acts,
    seats,
    sittings,
    takeovers,
)
from lms.services.answer_log import SentAnswer, Why
from lms.services.contacts import Notice, Told
from lms.services.desks import look
from lms.services.errors import Absent, Conflict, Faulty
from lms.services.invigilation import Who
from lms.services.seats import get_seat
from lms.tables.assessing import AssessmentAssessorRow, CandidateRow
from lms.tables.attempts import AttemptRow
from lms.tables.history import HistoryRow
from lms.tables.invigilation import LateRulingRow, TakeoverRow, TimeChangeRow
from tests import world
from tests.conftest import BOTH
from tests.exams import a_drawn_assessment, candidate_of
from tests.lms.services.assessing_steps import person

NOW = world.DAY + timedelta(minutes=5)
MINUTE = timedelta(minutes=1)
END = NOW + 90 * MINUTE
WHY = "The power failed"


@pytest.fixture
def hall(app, actor):
    """An assessment with two of its four candidates writing since NOW, one of them in room B."""
    row = a_drawn_assessment()
    db.session.add(AssessmentAssessorRow(assessment_id=row.id, person_id=person("assessor")))
    candidate_of(row, "trainee-b").room = "B"
    for login in ("trainee", "trainee-b"):
        delivery.start(actor(login), candidate_of(row, login).id, now=NOW)
    return row


def attempt_of(hall, login="trainee") -> AttemptRow:
    db.session.expire_all()
    return db.session.query(AttemptRow).filter_by(candidate_id=candidate_of(hall, login).id).one()


def desk_of(hall, actor, login="trainee"):
    return delivery.get_desk(actor(login).person_id, attempt_of(hall, login).id)


def give(actor, hall, who=None, *, seconds=600, key="k1", now=NOW + MINUTE, login="assessor"):
    return exam_clock.give_time(actor(login), hall.id, who or Who(), seconds=seconds, reason=WHY, key=key, now=now)


def pause(actor, hall, who=None, *, key="p1", now=NOW + 10 * MINUTE):
    return exam_clock.pause(actor("agency"), hall.id, who or Who(), reason=WHY, key=key, now=now)


def resume(actor, hall, who=None, *, key="r1", now=NOW + 25 * MINUTE):
    return exam_clock.resume(actor("agency"), hall.id, who or Who(), reason="It is back", key=key, now=now)


def by_page(actor, hall, now, **said):
    return delivery.submit(actor("trainee"), attempt_of(hall).id, device="d1", by=HandedInBy.PAGE, now=now, **said)


@BOTH
def test_extra_time_for_all_is_given_to_those_who_write_and_the_others_are_named(hall, actor) -> None:
    changed = give(actor, hall)
    assert [attempt.deadline_at for attempt in changed.done] == [END + 10 * MINUTE] * 2
    assert len(changed.left) == 2
    assert {str(words) for _, words in changed.left} == {"the exam has not been started"}


@BOTH
def test_a_double_click_gives_the_time_once(hall, actor) -> None:
    give(actor, hall)
    give(actor, hall)
    assert attempt_of(hall).deadline_at == END + 10 * MINUTE
    assert db.session.query(TimeChangeRow).count() == 2
    row = db.session.query(HistoryRow).filter(HistoryRow.what.contains("extra time")).first()
    assert (row.why, row.actor_id) == (WHY, actor("assessor").person_id)


def test_extra_time_for_a_room_or_one_is_theirs_alone(hall, actor) -> None:
    give(actor, hall, Who(room="B"))
    give(actor, hall, Who(candidate_ids=(candidate_of(hall, "trainee").id,)), seconds=60, key="k2")
    assert attempt_of(hall, "trainee-b").deadline_at == END + 10 * MINUTE
    assert attempt_of(hall).deadline_at == END + MINUTE


def test_accommodation_and_extra_time_add_up(hall, actor) -> None:
    candidate_of(hall, "trainee-c").extra_minutes = 30
    db.session.commit()
    delivery.start(actor("trainee-c"), candidate_of(hall, "trainee-c").id, now=NOW)
    give(actor, hall)
    assert attempt_of(hall, "trainee-c").deadline_at == END + 40 * MINUTE


@BOTH
def test_a_pause_is_given_back_and_answers_meanwhile_count(hall, actor) -> None:
    pause(actor, hall)
    desk = desk_of(hall, actor)
    sent = [SentAnswer(seq=1, number=1, place=1)]
    kept = answer_log.keep(desk, device="one", epoch=1, sent=sent, now=END + 2 * MINUTE)
    assert (len(kept.saved), kept.facts.is_paused) == (1, True)
    assert delivery.close_expired(now=END + 5 * MINUTE) == 0
    resume(actor, hall, now=END + 10 * MINUTE)
    assert attempt_of(hall).deadline_at == END + (END + 10 * MINUTE - (NOW + 10 * MINUTE))
    assert len(sittings.answers_of(delivery.sitting_of(attempt_of(hall)))) == 1


def test_what_is_paused_is_not_paused_again_and_what_runs_does_not_go_on(hall, actor) -> None:
    assert [str(words) for _, words in resume(actor, hall).left][-2:] == ["the exam is not paused"] * 2
    pause(actor, hall)
    assert [str(words) for _, words in pause(actor, hall, key="p2").left][-2:] == ["the exam is paused"] * 2


def test_a_pause_that_nobody_ends_is_closed_with_the_window_for_offline_answers(hall, actor) -> None:
    pause(actor, hall)
    assert delivery.close_expired(now=END + timedelta(days=3)) == 2
    assert attempt_of(hall).closed_at == END


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
def test_a_device_that_forgot_what_was_closed_goes_on_without_a_code(hall, actor) -> None:
    desk = desk_of(hall, actor)
    answer_log.keep(desk, device="d1", epoch=1, sent=[SentAnswer(seq=1, number=1, place=1)], now=NOW + MINUTE)
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


@pytest.mark.parametrize("seconds", [0, -60, 100_000])
def test_time_is_never_taken_away_or_given_without_measure(hall, actor, seconds: int) -> None:
    with pytest.raises(Faulty):
        give(actor, hall, seconds=seconds)


def test_a_reason_is_asked_for(hall, actor) -> None:
    with pytest.raises(Faulty, match="reason"):
        exam_clock.pause(actor("agency"), hall.id, Who(), reason=" ", key="k", now=NOW)


@pytest.mark.parametrize("login", ["trainee", "centre", "council", "agency2", "assessor2", "trainer"])
def test_who_does_not_invigilate_finds_nothing(hall, actor, login: str) -> None:
    attempt = attempt_of(hall)
    for act in (
        lambda: give(actor, hall, login=login),
        lambda: takeovers.make_code(actor(login), attempt.id, now=NOW),
        lambda: late_answers.list_late(actor(login), attempt.id),
        lambda: late_answers.decide(actor(login), attempt.id, ["one/1"], is_accepted=True, reason=WHY, now=NOW),
    ):
        with pytest.raises(Absent):
            act()


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


@BOTH
def test_a_person_decides_on_late_answers_and_may_decide_again(hall, actor) -> None:
    desk = desk_of(hall, actor)
    sent = [SentAnswer(seq=number, number=number, place=1) for number in (1, 2)]
    answer_log.keep(desk, device="one", epoch=1, sent=sent, now=END + 5 * MINUTE)
    late = late_answers.list_late(actor("agency"), desk.id)
    assert [(one.name, one.item.number, one.letter, one.ruling) for one in late.shown] == [
        ("one/1", 1, "A", None),
        ("one/2", 2, "A", None),
    ]
    names = [one.name for one in late.shown]
    facts = {"reason": WHY, "now": END + 6 * MINUTE}
    late_answers.decide(actor("assessor"), desk.id, names, is_accepted=True, **facts)
    assert late_answers.decide(actor("assessor"), desk.id, names, is_accepted=True, **facts) is None
    assert len(sittings.answers_of(delivery.sitting_of(attempt_of(hall)))) == 2
    late_answers.decide(actor("agency"), desk.id, names[:1], is_accepted=False, **facts)
    assert len(sittings.answers_of(delivery.sitting_of(attempt_of(hall)))) == 1
    assert [row.number for row in db.session.query(LateRulingRow).order_by(LateRulingRow.number)] == [1, 2]


@BOTH
def test_what_a_person_refused_stays_so_though_time_is_given_that_reaches_it_until_somebody_decides_anew(
    hall, actor
) -> None:
    desk = desk_of(hall, actor)
    sent = [SentAnswer(seq=number, number=number, place=1) for number in (1, 2)]
    answer_log.keep(desk, device="one", epoch=1, sent=sent, now=END + 5 * MINUTE)
    facts = {"reason": WHY, "now": END + 6 * MINUTE}
    late_answers.decide(actor("assessor"), desk.id, ["one/1"], is_accepted=False, **facts)
    for key in ("k1", "k2"):
        give(actor, hall, seconds=1200, key=key, now=END + 7 * MINUTE)
    items = delivery.sitting_of(attempt_of(hall)).items
    assert set(sittings.answers_of(delivery.sitting_of(attempt_of(hall)))) == {items[1].item}
    # What is sent again is told what counts: the reply to it was lost.
    again = answer_log.keep(desk, device="one", epoch=1, sent=sent, now=END + 8 * MINUTE)
    assert ([one.seq for one in again.saved], [(one.seq, one.why) for one in again.refused]) == ([2], [(1, Why.LATE)])
    (shown,) = late_answers.list_late(actor("agency"), desk.id).shown
    assert (shown.name, shown.standing.counts, shown.ruling.is_accepted) == ("one/1", True, False)
    told = [str(history.words_of(line)) for line in history.list_history("candidate", attempt_of(hall).candidate_id)]
    assert told.count("left 1 late answers not counting, as was decided, though the time reaches them now") == 1
    late_answers.decide(actor("assessor"), desk.id, ["one/1"], is_accepted=True, **facts)
    assert len(sittings.answers_of(delivery.sitting_of(attempt_of(hall)))) == 2


@pytest.mark.postgres
@pytest.mark.parametrize("database", ["postgres"], indirect=True)
def test_a_refusal_that_waited_while_time_was_given_is_not_of_an_answer_that_is_in_time_now(
    app, hall, actor, monkeypatch
) -> None:
    desk = desk_of(hall, actor)
    sent = [SentAnswer(seq=1, number=1, place=1)]
    answer_log.keep(desk, device="one", epoch=1, sent=sent, now=END + 5 * MINUTE)
    real, agency, number = assessing.lock, actor("agency"), hall.id

    def give_in_between() -> None:
        with app.app_context():
            give_it = {"seconds": 1200, "reason": WHY, "key": "k1", "now": END + 6 * MINUTE}
            exam_clock.give_time(agency, number, Who(), **give_it)

    def waits(row):
        monkeypatch.setattr(assessing, "lock", real)
        with ThreadPoolExecutor(1) as pool:
            pool.submit(give_in_between).result()
        return real(row)

    monkeypatch.setattr(assessing, "lock", waits)
    with pytest.raises(Faulty, match="changed meanwhile"):
        late_answers.decide(agency, desk.id, ["one/1"], is_accepted=False, reason=WHY, now=END + 7 * MINUTE)


def test_only_what_does_not_count_by_itself_is_decided_on(hall, actor) -> None:
    desk = desk_of(hall, actor)
    sent = [SentAnswer(seq=1, number=1, place=1)]
    answer_log.keep(desk, device="one", epoch=1, sent=sent, now=NOW + MINUTE)
    with pytest.raises(Faulty):
        late_answers.decide(actor("agency"), desk.id, ["one/1"], is_accepted=False, reason=WHY, now=NOW)


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


@BOTH
def test_the_invigilator_reads_of_the_last_contact_and_of_what_happened(hall, actor) -> None:
    desk = desk_of(hall, actor)
    answer_log.keep(desk, device="one", epoch=1, sent=[SentAnswer(seq=1, number=1, place=1)], now=NOW + MINUTE)
    notice = Notice(kind="left_page", at=NOW + timedelta(days=9), detail="for 8 s")
    for minute in (2, 3):
        told = Told(saved=1, waiting=minute, mode="online")
        contacts.heartbeat(desk, device="one", told=told, notices=[notice], now=NOW + minute * MINUTE)
    contacts.heartbeat(desk, device="two", told=Told(waiting=9), now=NOW + 4 * MINUTE)
    found = contacts.contacts_of([desk.id])[desk.id]
    assert (found.last.at, found.last.device, found.last.waiting, found.last.answered) == (
        NOW + 3 * MINUTE,
        "one",
        3,
        1,
    )
    assert (found.events, found.last_saved_at) == (1, NOW + MINUTE)
    assert [row.kind for row in found.notices] == ["left_page", "left_page", "second_device"]
    assert found.notices[0].at == NOW + 2 * MINUTE


def test_nobody_starts_while_somebodys_time_does_not_fit_and_staff_read_whose(hall, actor) -> None:
    other = candidate_of(hall, "trainee-d")
    db.session.query(CandidateRow).filter_by(id=other.id).update({"extra_minutes": 300})
    db.session.commit()
    with pytest.raises(Conflict, match="cannot be opened"):
        delivery.start(actor("trainee-c"), candidate_of(hall, "trainee-c").id, now=NOW)
    (fault,) = opening.faults_of(hall)
    assert other.number in str(fault)


def test_a_clock_that_does_not_end_when_it_should_is_found(hall, actor) -> None:
    assert opening.faults_of(hall) == ()
    attempt_of(hall).deadline_at = END - 30 * MINUTE
    db.session.commit()
    (fault,) = opening.faults_of(hall)
    assert candidate_of(hall, "trainee").number in str(fault)
