"""The exam room: how each seat is said to be, who needs the invigilator, and what is done there once however often."""

import json
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.extensions import db
from lms.services import contacts, delivery, exam_clock, exam_room, history, late_answers, room_acts, room_log
from lms.services.errors import Absent, Conflict, Faulty
from lms.services.invigilation import Who
from lms.services.seats import Seat, SeatState, Trouble, get_seat, list_seats
from lms.tables.assessing import AssessmentState
from lms.tables.attempts import AnswerEventRow
from lms.tables.invigilation import IntegrityEventRow
from lms.tables.room_log import IdentityCheckRow, IncidentRow
from tests import rooms, world
from tests.conftest import BOTH
from tests.exams import candidate_of

OPENS = world.DAY
NOW = OPENS + timedelta(minutes=20)
MOMENTS = st.integers(0, 10**6).map(lambda seconds: OPENS + timedelta(seconds=seconds))


def a_seat(**facts: object) -> Seat:
    whole = {
        "candidate_id": 1, "number": "A1-001", "name": "Aarti", "room": "", "status": "entered", "extra_minutes": 0,
        "is_identified": False, "attempt_id": 1, "started_at": OPENS, "deadline_at": OPENS + timedelta(hours=1),
        "submitted_at": None, "handed_in_by": None, "closed_at": None, "paused_at": None, "heard_at": NOW,
        "mode": "kept", "saved": 0, "waiting": 0, "missing": 0, "given_seconds": 0, "reasons": "",
        "left": 0, "tabs": 0, "others": 0, "left_at": None, "tabs_at": None, "others_at": None, "taken_over_at": None,
    }  # fmt: skip
    return Seat(**{**whole, **facts})


def the_seat(row, login: str) -> Seat:
    return get_seat(row, candidate_of(row, login).id, NOW)


def test_who_is_silent_for_two_minutes_needs_the_invigilator_and_not_a_second_before() -> None:
    seat = a_seat(heard_at=NOW)
    assert seat.troubles(NOW + timedelta(seconds=119)) == ()
    assert seat.troubles(NOW + timedelta(seconds=120)) == (Trouble.SILENT,)
    assert a_seat(heard_at=None).troubles(OPENS + timedelta(minutes=2)) == (Trouble.SILENT,)


@given(MOMENTS)
def test_who_has_handed_in_or_is_paused_is_never_silent(now: datetime) -> None:
    assert a_seat(submitted_at=NOW).silence(now) is None
    assert a_seat(paused_at=NOW).silence(now) is None


@given(MOMENTS, MOMENTS)
def test_a_pause_holds_the_time_that_was_left(paused_at: datetime, now: datetime) -> None:
    seat = a_seat(paused_at=paused_at)
    assert seat.state(now) is SeatState.PAUSED
    assert seat.time_left(now) == max(timedelta(), seat.deadline_at - paused_at)


def test_an_exam_ended_when_it_was_handed_in_else_when_its_time_was_over() -> None:
    seat = a_seat()
    assert seat.ended_at(seat.deadline_at - timedelta(seconds=1)) is None
    assert seat.ended_at(seat.deadline_at) == seat.deadline_at
    assert a_seat(closed_at=seat.deadline_at + timedelta(seconds=90)).ended_at(NOW) == seat.deadline_at
    assert a_seat(submitted_at=NOW).ended_at(seat.deadline_at) == NOW


def test_what_a_device_told_stands_on_top_for_ten_minutes_only() -> None:
    told = {"left": 2, "left_at": NOW, "tabs": 1, "tabs_at": NOW, "others": 1, "others_at": NOW}
    later = NOW + timedelta(minutes=10)
    assert a_seat(**told).troubles(NOW) == (Trouble.SECOND_DEVICE, Trouble.SECOND_TAB, Trouble.LEFT)
    assert a_seat(**told, heard_at=later).troubles(later) == ()
    again = {**told, "left_at": later}
    assert a_seat(**again, heard_at=later).troubles(later) == (Trouble.LEFT,), "each by its own time"


def test_who_left_while_the_time_stood_still_needs_nobody_and_who_left_before_or_after_does() -> None:
    minute = timedelta(minutes=1)
    for stopped, went_on, is_called in [(1, None, False), (1, 2, True), (3, None, True), (3, 1, True), (1, 3, False)]:
        moments = {"stopped_at": OPENS + stopped * minute, "went_on_at": went_on and OPENS + went_on * minute}
        seat = a_seat(left=1, left_at=OPENS + 2.5 * minute, heard_at=OPENS + 4 * minute, **moments)
        assert seat.troubles(OPENS + 4 * minute) == ((Trouble.LEFT,) if is_called else ())


@BOTH
def test_the_list_knows_of_the_pause_in_which_a_page_was_left(app, actor) -> None:
    row = rooms.a_room()
    attempt = rooms.begun(row, "trainee", OPENS)
    agency, who = actor("agency"), Who(candidate_ids=(attempt.candidate_id,))
    times = [OPENS + timedelta(minutes=minutes) for minutes in (1, 2, 3)]
    exam_clock.give_time(agency, row.id, who, seconds=60, reason="A late start", key="one", now=OPENS)
    exam_clock.pause(agency, row.id, who, reason="The power is cut", key="two", now=times[0])
    db.session.add(IntegrityEventRow(attempt_id=attempt.id, kind="left", device="one", at=times[1]))
    db.session.commit()
    exam_clock.resume(agency, row.id, who, reason="The power is back", key="three", now=times[2])
    seat = get_seat(row, attempt.candidate_id, NOW)
    assert (seat.left, seat.stopped_at, seat.went_on_at) == (1, times[0], times[2])
    assert (seat.given_seconds, seat.reasons) == (60, "A late start")
    assert Trouble.LEFT not in seat.troubles(times[2])


def test_a_take_over_by_code_settles_what_was_told_of_the_other_device() -> None:
    told = {"others": 1, "others_at": NOW}
    assert a_seat(**told, taken_over_at=NOW + timedelta(seconds=30)).troubles(NOW) == ()
    old_one_heard = a_seat(**told, taken_over_at=NOW - timedelta(seconds=30))
    assert old_one_heard.troubles(NOW) == (), "the device before is heard once more"
    third = a_seat(**told, taken_over_at=NOW - timedelta(minutes=3))
    assert third.troubles(NOW) == (Trouble.SECOND_DEVICE,)


def test_the_most_pressing_comes_first() -> None:
    lost = a_seat(mode="keeps_nothing")
    silent = a_seat(heard_at=OPENS)
    left = a_seat(left=1, left_at=NOW)
    assert sorted([left, silent, lost], key=lambda seat: seat.urgency(NOW)) == [lost, silent, left]


@BOTH
def test_the_list_says_how_each_candidate_is(app, actor) -> None:
    row = rooms.a_room()
    one, two = rooms.begun(row, "trainee", OPENS), rooms.begun(row, "trainee-b", OPENS)
    rooms.heard(one, NOW, answered=7, waiting=3)
    db.session.add(
        AnswerEventRow(
            attempt_id=two.id,
            device="form",
            seq=1,
            item="i",
            choice="A",
            payload_hash="0" * 64,
            received_at=OPENS + timedelta(minutes=1),
        )
    )
    for kind in ("left", "returned", "left", "second_device", "second_tab"):
        db.session.add(IntegrityEventRow(attempt_id=one.id, kind=kind, device="tablet", at=NOW))
    db.session.commit()
    who = Who(candidate_ids=(one.candidate_id,))
    for place, minutes in enumerate((10, 5)):
        facts = {"reason": f"power cut {place}", "key": f"key-of-form-{place}", "now": NOW}
        exam_clock.give_time(actor("assessor"), row.id, who, seconds=minutes * 60, **facts)
    room_acts.confirm_identity(actor("agency"), row.id, [candidate_of(row, "trainee-c").id], now=NOW)

    first, second, third, fourth = list_seats(row, NOW)
    assert (first.saved, first.waiting, first.left, first.others, first.heard_at) == (7, 3, 2, 1, NOW)
    assert (first.tabs, first.tabs_at) == (1, NOW)
    assert (first.given_seconds, first.reasons) == (900, "power cut 0; power cut 1")
    assert first.time_left(NOW) == one.deadline_at - NOW
    assert (second.saved, second.heard_at, second.mode) == (1, OPENS + timedelta(minutes=1), "")
    assert second.troubles(NOW) == (Trouble.SILENT,)
    assert [seat.state(NOW) for seat in (third, fourth)] == [SeatState.PRESENT, SeatState.EXPECTED]


@BOTH
def test_who_waits_for_the_exam_is_seen_and_heard_anew_at_each_contact(app) -> None:
    row = rooms.a_room()
    who = candidate_of(row, "trainee")
    for at in (OPENS, NOW - timedelta(minutes=1)):
        contacts.waits(who.id, now=at)
        seat = the_seat(row, "trainee")
        assert (seat.state(NOW), seat.heard_at) == (SeatState.SIGNED_IN, at)
    assert [seat.state(NOW) for seat in list_seats(row, NOW)][1:] == [SeatState.EXPECTED] * 3
    attempt = rooms.begun(row, "trainee", NOW)
    assert the_seat(row, "trainee").silence(NOW) == timedelta()
    rooms.heard(attempt, NOW + timedelta(seconds=30))
    assert the_seat(row, "trainee").heard_at == NOW + timedelta(seconds=30)


@BOTH
def test_what_is_saved_is_counted_where_no_device_tells_it_and_where_one_candidate_is_looked_at(app) -> None:
    row = rooms.a_room()
    attempt = rooms.begun(row, "trainee", OPENS)
    rooms.heard(attempt, NOW, answered=1)
    made = {"attempt_id": attempt.id, "device": "tablet", "choice": "A", "payload_hash": "0" * 64, "received_at": NOW}
    db.session.add_all([AnswerEventRow(seq=seq, item=f"i-{seq}", **made) for seq in (1, 2, 3)])
    db.session.commit()
    assert [seat.saved for seat in list_seats(row, NOW) if seat.attempt_id] == [1], "as the device told last"
    assert get_seat(row, attempt.candidate_id, NOW).saved == 3
    assert [seat.saved for seat in list_seats(row, NOW, is_counted=True) if seat.attempt_id] == [3]
    for later in (NOW + timedelta(minutes=1), attempt.deadline_at):
        assert [seat.saved for seat in list_seats(row, later) if seat.attempt_id] == [3], "nothing more is told"
    attempt.submitted_at, attempt.handed_in_by = NOW, "candidate"
    db.session.commit()
    assert [seat.saved for seat in list_seats(row, NOW) if seat.attempt_id] == [3]


@BOTH
def test_answers_that_came_too_late_are_counted_until_somebody_decides(app, actor) -> None:
    row = rooms.a_room()
    attempt = rooms.begun(row, "trainee", OPENS)
    item = json.loads(attempt.paper.face)[0]["item"]
    late = attempt.deadline_at + timedelta(hours=1)
    made = {"item": item, "choice": "A", "payload_hash": "0" * 64, "received_at": late}
    in_time = {"anchor_at": OPENS, "elapsed_ms": 60_000}
    db.session.add_all(
        [
            AnswerEventRow(attempt_id=attempt.id, device="tablet", seq=1, **made),
            AnswerEventRow(attempt_id=attempt.id, device="tablet", seq=2, **made, **in_time),
        ]
    )
    db.session.commit()
    assert the_seat(row, "trainee").undecided == 1
    late_answers.decide(actor("assessor"), attempt.id, ["tablet/1"], is_accepted=False, reason="No reason", now=late)
    assert the_seat(row, "trainee").undecided == 0


def test_late_answers_are_counted_also_of_who_handed_in_after_the_time(app) -> None:
    row = rooms.a_room()
    attempt = rooms.begun(row, "trainee", OPENS)
    item = json.loads(attempt.paper.face)[0]["item"]
    late, attempt.submitted_at = (attempt.deadline_at + timedelta(seconds=seconds) for seconds in (120, 121))
    attempt.handed_in_by = "candidate"
    made = {"item": item, "choice": "A", "payload_hash": "0" * 64, "received_at": late}
    db.session.add(AnswerEventRow(attempt_id=attempt.id, device="tablet", seq=1, **made))
    db.session.commit()
    assert the_seat(row, "trainee").undecided == 1


def test_what_was_handed_in_and_has_not_come_is_missing(app) -> None:
    row = rooms.a_room()
    attempt = rooms.begun(row, "trainee", OPENS)
    attempt.submitted_at, attempt.handed_in_by, attempt.last_device, attempt.last_seq = NOW, "candidate", "tablet", 3
    db.session.add(
        AnswerEventRow(
            attempt_id=attempt.id, device="tablet", seq=2, item="i", choice="A", payload_hash="0" * 64, received_at=NOW
        )
    )
    db.session.commit()
    assert the_seat(row, "trainee").missing == 2
    assert the_seat(row, "trainee").troubles(NOW) == (Trouble.MISSING,)


def test_a_check_of_identity_twice_is_one_and_takes_an_absent_candidate_in_again(app, actor) -> None:
    row = rooms.a_room()
    one = candidate_of(row, "trainee").id
    assert room_acts.mark_absent(actor("agency"), row.id, [one], now=NOW) == 1
    assert the_seat(row, "trainee").state(NOW) is SeatState.ABSENT
    assert room_acts.confirm_identity(actor("assessor"), row.id, [one], now=NOW) == 1
    assert room_acts.confirm_identity(actor("assessor"), row.id, [one], now=NOW) == 0
    assert the_seat(row, "trainee").state(NOW) is SeatState.PRESENT
    room_acts.withdraw_identity(actor("assessor"), row.id, one, now=NOW)
    assert the_seat(row, "trainee").state(NOW) is SeatState.EXPECTED
    assert [check.is_confirmed for check in db.session.query(IdentityCheckRow)] == [True, False]


def test_who_has_begun_is_not_marked_absent(app, actor) -> None:
    row = rooms.a_room()
    attempt = rooms.begun(row, "trainee", OPENS)
    everybody = [one.id for one in row.candidates]
    assert room_acts.mark_absent(actor("assessor"), row.id, everybody, now=NOW) == 3
    assert the_seat(row, "trainee").state(NOW) is SeatState.WORKING
    with pytest.raises(Conflict, match="has begun"):
        room_acts.mark_absent(actor("assessor"), row.id, [attempt.candidate_id], now=NOW)


def test_ending_an_exam_hands_it_in_once_with_the_reason(app, actor) -> None:
    row = rooms.a_room()
    attempt = rooms.begun(row, "trainee", OPENS)
    both = [candidate_of(row, login).id for login in ("trainee", "trainee-b")]
    with pytest.raises(Faulty):
        room_acts.end_attempts(actor("assessor"), row.id, both, why="", now=NOW)
    assert room_acts.end_attempts(actor("assessor"), row.id, both, why="Taken ill", now=NOW) == 1
    assert room_acts.end_attempts(actor("assessor"), row.id, both, why="Taken ill", now=NOW + timedelta(1)) == 0
    assert the_seat(row, "trainee").submitted_at == NOW
    assert the_seat(row, "trainee").state(NOW) is SeatState.ENDED
    assert "Taken ill" in [act.why for act in history.list_history("candidate", attempt.candidate_id)]


def test_who_hands_in_is_not_said_to_be_ended(app, actor) -> None:
    row = rooms.a_room()
    attempt = rooms.begun(row, "trainee", OPENS)
    delivery.submit(actor("trainee"), attempt.id, now=NOW)
    assert the_seat(row, "trainee").state(NOW) is SeatState.HANDED_IN


def test_a_note_sent_twice_is_one_and_stands_in_the_history_of_its_candidate(app, actor) -> None:
    row = rooms.a_room()
    one = candidate_of(row, "trainee").id
    for _ in range(2):
        facts = {"text": "The screen went black.", "key": "form-0001", "now": NOW}
        room_acts.note_incident(actor("assessor"), row.id, [one], **facts)
    room_acts.note_incident(actor("assessor"), row.id, [], text="Power cut.", key="form-0002", now=NOW)
    assert db.session.query(IncidentRow).count() == 2
    assert [note.text for note in room_log.list_incidents(row, one)] == ["The screen went black."]
    assert [note.text for note in room_log.list_incidents(row)] == ["Power cut."]
    assert [act.why for act in history.list_history("candidate", one)] == ["The screen went black."]


def test_the_log_has_what_was_done_told_and_noted_in_order(app, actor) -> None:
    row = rooms.a_room()
    attempt = rooms.begun(row, "trainee", OPENS)
    db.session.add(IntegrityEventRow(attempt_id=attempt.id, kind="left", device="tablet", at=NOW))
    room_acts.note_incident(actor("agency"), row.id, [], text="Power cut.", key="form-0002", now=NOW + timedelta(1))
    found = [(entry.number, str(entry.what), entry.by) for entry in room_log.list_log(row)]
    assert found == [
        ("A1-001", "started the theory exam", "Trainee"),
        ("A1-001", "the device: left the exam page", ""),
        ("", "noted an incident", "Agency"),
    ]


@pytest.mark.parametrize("login", ["agency2", "assessor2", "centre", "council", "trainer", "trainee", "admin"])
def test_a_room_is_absent_for_who_does_not_invigilate_it(app, actor, login: str) -> None:
    row = rooms.a_room()
    with pytest.raises(Absent):
        exam_room.get_room(actor(login), row.id)


def test_nothing_is_done_in_a_room_whose_mark_sheet_is_submitted(app, actor) -> None:
    row = rooms.a_room()
    row.state = AssessmentState.SUBMITTED
    db.session.commit()
    assert exam_room.get_room(actor("assessor"), row.id)
    with pytest.raises(Conflict):
        room_acts.confirm_identity(actor("assessor"), row.id, [row.candidates[0].id], now=NOW)


def test_a_candidate_of_another_assessment_is_absent(app, actor) -> None:
    row = rooms.a_room()
    with pytest.raises(Absent):
        room_acts.confirm_identity(actor("assessor"), row.id, [row.candidates[0].id, 9999], now=NOW)
