"""The time of attempts during an exam: extra time and pauses, each with who and why."""

from dataclasses import replace
from datetime import timedelta

import pytest

from assessments.rules import TheoryRules
from lms.extensions import db
from lms.services import answer_log, contacts, delivery, exam_clock, late_answers, opening, sittings, takeovers
from lms.services.answer_log import SentAnswer
from lms.services.contacts import Notice, Told
from lms.services.errors import Absent, Conflict, Faulty
from lms.services.invigilation import Who
from lms.tables.assessing import CandidateRow
from lms.tables.history import HistoryRow
from lms.tables.invigilation import TimeChangeRow
from tests.conftest import BOTH
from tests.exams import candidate_of
from tests.lms.services.exam_hall import END, MINUTE, NOW, WHY, attempt_of, desk_of, give, pause, resume


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


@BOTH
def test_what_a_device_tells_again_because_the_reply_was_lost_stands_there_once(hall, actor) -> None:
    desk, told_at = desk_of(hall, actor), NOW + MINUTE
    notices = [Notice(kind="left", at=NOW + timedelta(seconds=second)) for second in (0, 2, 20)]
    for late in (0, 2, 25):  # seconds from sending to arriving; the last one is told by an older page, without a clock
        now, sent_at = told_at + timedelta(seconds=late), None if late == 25 else told_at
        contacts.heartbeat(desk, device="one", told=Told(sent_at=sent_at), notices=notices, now=now)
    contacts.heartbeat(desk, device="two", told=Told(), notices=notices[:1], now=told_at)
    found = contacts.contacts_of([desk.id])[desk.id].notices
    assert [row.device for row in found if row.kind == "left"] == ["one", "one", "one", "two"]


@pytest.mark.parametrize(
    ("watch", "kept"),
    [
        (None, ["left", "returned", "second_tab", "storage_lost"]),
        (("second_tab",), ["second_tab", "storage_lost"]),
        (["second_tab", "offline", "slept"], ["second_tab", "storage_lost"]),  # as schemes could be written before
        ((), ["storage_lost"]),
    ],
)
def test_the_invigilator_is_told_what_the_scheme_has_watched(hall, actor, watch, kept) -> None:
    desk = desk_of(hall, actor)
    desk = replace(desk, rules=TheoryRules.model_validate({"minutes": 60, "watch": watch}))
    kinds = ("left", "returned", "second_tab", "storage_lost")
    contacts.heartbeat(desk, device="one", told=Told(), notices=[Notice(kind=kind, at=NOW) for kind in kinds], now=NOW)
    assert [row.kind for row in contacts.contacts_of([desk.id])[desk.id].notices] == kept


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
