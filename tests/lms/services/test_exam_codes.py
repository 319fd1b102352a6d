"""Exam codes: who makes them, what opens with them, and what nobody can do by guessing."""

from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import event

from assessments.errors import MistypedExamCode
from lms.extensions import db
from lms.services import accounts, contacts, delivery, exam_codes, exam_entry, takeovers
from lms.services.accounts import SignInRefused
from lms.services.errors import Absent, Conflict, Faulty, NotAllowed
from lms.tables.admission import ExamCodeRow
from lms.tables.assessing import AssessmentState
from lms.tables.history import HistoryRow
from lms.tables.people import PersonRow, UserSessionRow
from tests import world
from tests.conftest import BOTH
from tests.exams import a_drawn_assessment, candidate_of

NOW = world.DAY + timedelta(minutes=5)
MINUTE = timedelta(minutes=1)
FORM = "a form's own random text"


@pytest.fixture
def assessment(app):
    return a_drawn_assessment()


@pytest.fixture
def slip(assessment, actor):
    """The slip of the trainee, among those of all."""
    slips = exam_codes.make_codes(actor("centre"), assessment.id, form=FORM, now=world.DAY)
    return next(slip for slip in slips if slip.candidate.trainee.person.login == "trainee")


def come(slip, code=None, device="tablet 1", now=NOW, number=None) -> str:
    entry = exam_entry.Entry(
        number=number or slip.candidate.number, code=code or slip.code, browser="Chromium", device=device
    )
    return exam_entry.enter(entry, now=now)


def wrong_second_half(code: str) -> str:
    return code[:-1] + ("A" if code[-1] != "A" else "C")


def wrong_first_half(code: str) -> str:
    return ("A" if code[0] != "A" else "C") + code[1:]


@BOTH
def test_number_and_code_open_a_session_for_the_exam_and_nothing_else(slip) -> None:
    session = accounts.find_session(come(slip))
    assert (session.person.login, session.purpose) == ("trainee", "exam")
    assert accounts.actor_of(session.person, session.purpose).permissions == {"exam:take"}


@BOTH
def test_the_number_is_read_in_small_letters_and_the_code_without_its_dash(slip) -> None:
    assert come(slip, number=f" {slip.candidate.number.lower()} ", code=slip.code.lower().replace("-", ""))


def test_codes_are_kept_only_as_keyed_hashes(slip) -> None:
    row = db.session.query(ExamCodeRow).filter_by(candidate_id=slip.candidate.id).one()
    assert slip.code not in {row.first_hash, row.code_hash}
    assert slip.code.replace("-", "") not in repr(vars(row))


def test_the_same_form_sent_twice_prints_the_same_codes_and_another_form_others(slip, assessment, actor) -> None:
    again = exam_codes.make_codes(actor("centre"), assessment.id, form=FORM, now=NOW)
    assert slip.code in [one.code for one in again]
    other = exam_codes.make_codes(actor("agency"), assessment.id, form=FORM + "2", now=NOW)
    assert {one.code for one in other}.isdisjoint({one.code for one in again})
    with pytest.raises(SignInRefused):
        come(slip)


def test_slips_that_are_shown_again_change_nothing_and_put_no_newer_ones_out_of_use(assessment, actor) -> None:
    old, new = (exam_codes.new_form(NOW + timedelta(minutes=minute)) for minute in (0, 2))
    make = partial(exam_codes.make_codes, actor("centre"), assessment.id)
    first = make(form=old, now=NOW + MINUTE)
    assert make(form=old, now=NOW + 2 * MINUTE) == first
    newer = make(form=new, now=NOW + 3 * MINUTE)
    with pytest.raises(Conflict, match="Newer codes were made"):
        make(form=old, now=NOW + 4 * MINUTE)
    assert make(form=new, now=NOW + 5 * MINUTE) == newer
    assert db.session.query(HistoryRow).filter(HistoryRow.what.contains("exam codes")).count() == 2


def test_one_new_code_that_is_shown_again_signs_nobody_out(slip, assessment, actor) -> None:
    renew = partial(exam_codes.renew_code, actor("centre"), assessment.id, slip.candidate.id)
    form = exam_codes.new_form(NOW)
    new = renew(form=form, now=NOW)
    token = come(new)
    assert renew(form=form, now=NOW + MINUTE) == new
    assert accounts.find_session(token) is not None


def test_a_form_without_its_random_text_makes_nothing(assessment, actor) -> None:
    with pytest.raises(Faulty):
        exam_codes.make_codes(actor("centre"), assessment.id, form="", now=NOW)
    db.session.rollback()
    assert db.session.query(ExamCodeRow).count() == 0


def test_who_guesses_without_the_slip_uses_up_nothing_of_its_holder(slip) -> None:
    for _ in range(50):
        with pytest.raises(SignInRefused, match="wrong"):
            come(slip, wrong_first_half(slip.code))
    assert come(slip)


@BOTH
def test_ten_wrong_codes_are_listened_to_and_then_none_for_a_quarter_of_an_hour(slip) -> None:
    for _ in range(10):
        with pytest.raises(SignInRefused, match="wrong"):
            come(slip, wrong_second_half(slip.code))
    with pytest.raises(SignInRefused, match="Too many wrong codes"):
        come(slip)
    assert come(slip, now=NOW + timedelta(minutes=15))


def test_a_new_code_is_listened_to_at_once_and_the_old_one_is_wrong(slip, assessment, actor) -> None:
    for _ in range(10):
        with pytest.raises(SignInRefused):
            come(slip, wrong_second_half(slip.code))
    new = exam_codes.renew_code(actor("centre"), *_ids(slip), form=FORM + "2", now=NOW)
    with pytest.raises(SignInRefused, match="wrong"):
        come(slip)
    assert come(new)


def test_a_locked_password_does_not_lock_the_exam(slip) -> None:
    for _ in range(accounts.MAX_FAILED + 1):
        with pytest.raises(SignInRefused):
            accounts.sign_in("trainee", "wrong", device="", now=NOW)
    assert come(slip)
    person = db.session.query(PersonRow).filter_by(login="trainee").one()
    assert person.locked_until is not None


def test_a_second_device_is_refused_until_the_invigilator_lets_it_in(slip, actor) -> None:
    first = come(slip, device="tablet 1")
    with pytest.raises(SignInRefused, match="Another device"):
        come(slip, device="tablet 2")
    assert accounts.find_session(first)
    exam_codes.free_code(actor("centre"), *_ids(slip), now=NOW)
    assert accounts.find_session(first) is None
    assert accounts.find_session(come(slip, device="tablet 2"))
    exam_codes.free_code(actor("centre"), *_ids(slip), now=NOW)
    exam_codes.free_code(actor("centre"), *_ids(slip), now=NOW)
    freed = [row for row in db.session.query(HistoryRow) if row.what.startswith("let ")]
    assert len(freed) == 2


def test_a_code_for_taking_over_lets_the_slip_in_on_another_device(slip, actor) -> None:
    come(slip, device="tablet 1")
    attempt = delivery.start(actor("trainee"), slip.candidate.id, now=NOW)
    takeovers.make_code(actor("agency"), attempt.id, now=NOW)
    assert accounts.find_session(come(slip, device="tablet 2"))


@BOTH
@pytest.mark.parametrize(("was_heard", "stays"), [(MINUTE, True), (3 * MINUTE, False)])
def test_a_code_for_taking_over_leaves_a_device_in_that_came_when_the_one_before_was_heard_no_more(
    slip, actor, was_heard, stays
) -> None:
    come(slip, device="tablet 1")
    attempt = delivery.start(actor("trainee"), slip.candidate.id, now=NOW)
    desk = delivery.get_desk(attempt.candidate.trainee.person_id, attempt.id)
    contacts.heartbeat(desk, device="one", told=contacts.Told(saved=0, waiting=0, mode=""), now=NOW + was_heard)
    exam_codes.free_code(actor("agency"), slip.candidate.assessment_id, slip.candidate.id, now=NOW + 2 * MINUTE)
    other = come(slip, device="tablet 2", now=NOW + 2 * MINUTE)
    takeovers.make_code(actor("agency"), attempt.id, now=NOW + 4 * MINUTE)
    assert (accounts.find_session(other) is not None) == stays


def test_the_same_device_comes_in_again_after_its_browser_has_died(slip) -> None:
    first = come(slip)
    second = come(slip)
    assert accounts.find_session(first) is None
    assert accounts.find_session(second)
    assert db.session.query(UserSessionRow).filter_by(purpose="exam", ended_at=None).count() == 1


def test_who_has_signed_out_comes_in_on_another_device(slip) -> None:
    accounts.sign_out(accounts.find_session(come(slip)).id, now=NOW)
    assert come(slip, device="tablet 2")


def test_a_code_works_from_an_hour_before_the_opening_to_the_end_of_the_next_day(slip, assessment) -> None:
    start, end = exam_codes.validity(assessment)
    assert start == assessment.opens_at - timedelta(hours=1)
    with pytest.raises(SignInRefused, match="works from"):
        come(slip, now=start - timedelta(seconds=1))
    assert come(slip, now=start)
    assert come(slip, now=end - timedelta(seconds=1))
    with pytest.raises(SignInRefused, match="is over"):
        come(slip, now=end)


def test_what_cannot_be_a_code_is_said_before_anything_is_counted(slip) -> None:
    with pytest.raises(MistypedExamCode):
        come(slip, "AB")
    assert db.session.query(ExamCodeRow).filter(ExamCodeRow.tries > 0).count() == 0


def test_an_unknown_number_is_refused_in_the_same_words_as_a_wrong_code(slip) -> None:
    with pytest.raises(SignInRefused) as unknown:
        come(slip, number="NOBODY")
    with pytest.raises(SignInRefused) as wrong:
        come(slip, wrong_first_half(slip.code))
    assert unknown.value.words == wrong.value.words


@pytest.mark.parametrize("whose", ["a candidate's", "nobody's"])
def test_without_the_slip_nothing_of_a_candidate_is_read_so_that_no_number_takes_longer(slip, whose: str) -> None:
    number = slip.candidate.number if whose == "a candidate's" else "A26-0001-001-QQQ"
    wrong = wrong_first_half(slip.code)
    db.session.remove()
    read = []

    def note(_session: object, one: object) -> None:
        read.append(one)

    event.listen(db.session, "loaded_as_persistent", note)
    try:
        with pytest.raises(SignInRefused, match="wrong"):
            come(slip, wrong, number=number)
    finally:
        event.remove(db.session, "loaded_as_persistent", note)
    assert read == []


def test_a_suspended_person_does_not_come_in(slip) -> None:
    db.session.query(PersonRow).filter_by(login="trainee").one().standing = "suspended"
    with pytest.raises(SignInRefused, match="suspended"):
        come(slip)


def test_codes_are_made_for_a_room_and_what_is_in_use_stays(assessment, actor) -> None:
    here, there = candidate_of(assessment, "trainee"), candidate_of(assessment, "trainee-b")
    here.room, there.room = "Hall 1", "Hall 2"
    db.session.commit()
    (slip,) = exam_codes.make_codes(actor("centre"), assessment.id, form=FORM, room="Hall 1", now=world.DAY)
    assert slip.candidate.id == here.id
    come(slip)
    with pytest.raises(Conflict):
        exam_codes.make_codes(actor("centre"), assessment.id, form=FORM + "2", room="Hall 1", now=NOW)
    codes = exam_codes.get_codes(actor("centre"), assessment.id)
    assert codes.rooms == ("Hall 1", "Hall 2")
    assert codes.without == len(codes.lines) - 1


def test_only_centre_agency_and_named_assessors_handle_codes(slip, assessment, actor) -> None:
    for login, refusal in {"council": NotAllowed, "trainer": NotAllowed, "centre2": Absent, "agency2": Absent}.items():
        with pytest.raises(refusal):
            exam_codes.make_codes(actor(login), assessment.id, form=FORM, now=NOW)
        with pytest.raises(refusal):
            exam_codes.get_codes(actor(login), assessment.id)
        with pytest.raises(refusal):
            exam_codes.renew_code(actor(login), *_ids(slip), form=FORM, now=NOW)


def test_when_the_mark_sheet_is_submitted_no_code_is_made_any_more(assessment, actor) -> None:
    assessment.state = AssessmentState.SUBMITTED
    db.session.commit()
    with pytest.raises(Conflict):
        exam_codes.make_codes(actor("centre"), assessment.id, form=FORM, now=NOW)
    assert not exam_codes.get_codes(actor("centre"), assessment.id).can_make


def _ids(slip) -> tuple[int, int]:
    return slip.candidate.assessment_id, slip.candidate.id
